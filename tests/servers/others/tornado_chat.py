"""Tornado's chat demo (demos/websocket): {"body": ...} comes in; {"id", "body", "html"} goes to everybody, its sender too."""

import asyncio
import sys
import uuid

import tornado.escape
import tornado.template
import tornado.web
import tornado.websocket

MESSAGE = tornado.template.Template('<div class="message" id="m{{ message["id"] }}">{{ message["body"] }}</div>\n')


class ChatSocketHandler(tornado.websocket.WebSocketHandler):
    waiters = set()

    def check_origin(self, origin):
        return True

    def get_compression_options(self):
        return {}

    def open(self):
        ChatSocketHandler.waiters.add(self)

    def on_close(self):
        ChatSocketHandler.waiters.remove(self)

    def on_message(self, message):
        parsed = tornado.escape.json_decode(message)
        chat = {"id": str(uuid.uuid4()), "body": parsed["body"]}
        chat["html"] = tornado.escape.to_basestring(MESSAGE.generate(message=chat))
        for waiter in ChatSocketHandler.waiters:
            waiter.write_message(chat)


async def main():
    tornado.web.Application([(r"/chatsocket", ChatSocketHandler)]).listen(int(sys.argv[1]), "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
