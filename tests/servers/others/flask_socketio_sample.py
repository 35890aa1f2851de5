"""Flask-SocketIO's sample (example/app.py), or with `messages` its documentation's first chat: a string on `message`, sent on to
all with send(). The sample counts what each person sent, and tells what it does not know back as an array."""

import sys
from threading import Lock

from flask import Flask, session
from flask_socketio import SocketIO, emit, join_room, rooms, send

app = Flask(__name__)
app.config["SECRET_KEY"] = "for tests alone"
socketio = SocketIO(app, async_mode="threading", cors_allowed_origins="*")
thread = None
thread_lock = Lock()


def background_thread():
    count = 0
    while True:
        socketio.sleep(10)
        count += 1
        socketio.emit("my_response", {"data": "Server generated event", "count": count})


def answer(data, **options):
    session["receive_count"] = session.get("receive_count", 0) + 1
    emit("my_response", {"data": data, "count": session["receive_count"]}, **options)


def sample():
    @socketio.event
    def my_event(message):
        answer(message["data"])

    @socketio.event
    def my_broadcast_event(message):
        answer(message["data"], broadcast=True)

    @socketio.event
    def join(message):
        join_room(message["room"])
        answer("In rooms: " + ", ".join(rooms()))

    @socketio.event
    def my_room_event(message):
        answer(message["data"], to=message["room"])

    @socketio.on("*")
    def catch_all(event, data):
        answer([event, data])

    @socketio.event
    def my_ping():
        emit("my_pong")

    @socketio.event
    def connect():
        global thread
        with thread_lock:
            if thread is None:
                thread = socketio.start_background_task(background_thread)
        emit("my_response", {"data": "Connected", "count": 0})


def messages():
    @socketio.on("message")
    def handle_message(message):
        send(message, broadcast=True)


{"sample": sample, "messages": messages}[sys.argv[2]]()
socketio.run(app, host="127.0.0.1", port=int(sys.argv[1]), allow_unsafe_werkzeug=True)
