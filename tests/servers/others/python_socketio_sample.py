"""python-socketio's sample (examples/server/asgi). Events: my_event (back to its sender), my_broadcast_event (to all), rooms; the
answer to each is my_response. It says something by itself every 10 s."""

import sys

import socketio
import uvicorn

sio = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")
app = socketio.ASGIApp(sio)
background_task_started = False


async def background_task():
    while True:
        await sio.sleep(10)
        await sio.emit("my_response", {"data": "Server generated event"})


@sio.on("my_event")
async def test_message(sid, message):
    await sio.emit("my_response", {"data": message["data"]}, room=sid)


@sio.on("my_broadcast_event")
async def test_broadcast_message(sid, message):
    await sio.emit("my_response", {"data": message["data"]})


@sio.on("join")
async def join(sid, message):
    await sio.enter_room(sid, message["room"])
    await sio.emit("my_response", {"data": "Entered room: " + message["room"]}, room=sid)


@sio.on("my_room_event")
async def send_room_message(sid, message):
    await sio.emit("my_response", {"data": message["data"]}, room=message["room"])


@sio.on("connect")
async def test_connect(sid, environ):
    global background_task_started
    if not background_task_started:
        sio.start_background_task(background_task)
        background_task_started = True
    await sio.emit("my_response", {"data": "Connected", "count": 0}, room=sid)


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
