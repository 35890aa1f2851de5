"""Django Channels' tutorial: part 2 (a consumer that blocks) or part 3 (one that does not). Every room is a group of a channel
layer; here the layer in memory, where the tutorial takes Redis. {"message": ...} both ways, to everybody."""

import json
import sys

import django
from asgiref.sync import async_to_sync
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["daphne", "channels"],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    SECRET_KEY="for tests alone",
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from daphne.endpoints import build_endpoint_description_strings  # noqa: E402
from daphne.server import Server  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.urls import re_path  # noqa: E402


class BlockingConsumer(WebsocketConsumer):
    def connect(self):
        self.room_group_name = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        async_to_sync(self.channel_layer.group_add)(self.room_group_name, self.channel_name)
        self.accept()

    def disconnect(self, close_code):
        async_to_sync(self.channel_layer.group_discard)(self.room_group_name, self.channel_name)

    def receive(self, text_data):
        message = json.loads(text_data)["message"]
        event = {"type": "chat.message", "message": message}
        async_to_sync(self.channel_layer.group_send)(self.room_group_name, event)

    def chat_message(self, event):
        self.send(text_data=json.dumps({"message": event["message"]}))


class AsyncConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.room_group_name = "chat_" + self.scope["url_route"]["kwargs"]["room_name"]
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data):
        message = json.loads(text_data)["message"]
        event = {"type": "chat.message", "message": message}
        await self.channel_layer.group_send(self.room_group_name, event)

    async def chat_message(self, event):
        await self.send(text_data=json.dumps({"message": event["message"]}))


consumer = {"2": BlockingConsumer, "3": AsyncConsumer}[sys.argv[2]]
routes = URLRouter([re_path(r"ws/chat/(?P<room_name>\w+)/$", consumer.as_asgi())])
application = ProtocolTypeRouter({"http": get_asgi_application(), "websocket": AllowedHostsOriginValidator(routes)})
Server(application, endpoints=build_endpoint_description_strings(host="127.0.0.1", port=int(sys.argv[1]))).run()
