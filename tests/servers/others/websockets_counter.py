"""The `websockets` documentation's synchronisation example: no chat at all. It counts people and keeps a number."""

import asyncio
import json
import sys

from websockets.asyncio.server import broadcast, serve

USERS = set()
VALUE = 0


def users_event():
    return json.dumps({"type": "users", "count": len(USERS)})


def value_event():
    return json.dumps({"type": "value", "value": VALUE})


async def counter(websocket):
    global VALUE
    try:
        USERS.add(websocket)
        broadcast(USERS, users_event())
        await websocket.send(value_event())
        async for message in websocket:
            event = json.loads(message)
            if event["action"] in ("minus", "plus"):
                VALUE += 1 if event["action"] == "plus" else -1
                broadcast(USERS, value_event())
    finally:
        USERS.remove(websocket)
        broadcast(USERS, users_event())


async def main():
    async with serve(counter, "127.0.0.1", int(sys.argv[1])):
        await asyncio.get_running_loop().create_future()


asyncio.run(main())
