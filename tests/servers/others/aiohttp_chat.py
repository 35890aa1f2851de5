"""aiohttp's chat demo (aiohttp-demos, chat): text comes in; {"action": "sent", "name", "text"} goes to the others. It gives names, and
tells who comes and goes."""

import json
import random
import string
import sys

from aiohttp import WSMsgType, web

people = {}


async def tell_others(me, **words):
    for other in people.values():
        if other is not me:
            await other.send_str(json.dumps(words))


async def index(request):
    me = web.WebSocketResponse()
    await me.prepare(request)
    name = random.choice(string.ascii_uppercase) + "".join(random.sample(string.ascii_lowercase * 10, 10))
    await me.send_str(json.dumps({"action": "connect", "name": name}))
    await tell_others(me, action="join", name=name)
    people[name] = me
    while True:
        message = await me.receive()
        if message.type != WSMsgType.text:
            break
        await tell_others(me, action="sent", name=name, text=message.data)
    del people[name]
    await tell_others(me, action="disconnect", name=name)
    return me


app = web.Application()
app.router.add_get("/", index)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
