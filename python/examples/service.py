"""A ticket office as a web service on aiohttp, with its state behind locks.

    pip install ./python aiohttp
    python python/examples/service.py        # then: curl -d '{"count": 2}' localhost:8080/shows/hamlet/orders

What belongs together is taken together, in one order, so no two requests can wait for each other. A client that goes away
in the middle has its request cancelled, wherever that stands; the locks don't mind.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

from ironfence import RW, Guarded, Mutex, Primitive, guarded


@dataclass(frozen=True)
class Order:
    number: int
    show: str
    count: int


@guarded
class Office(Guarded):
    seats: RW[dict[str, int]]
    """How many seats each show has left. Read by every visitor, changed by every order."""
    orders: Mutex[list[Order]]
    served: Mutex[int]


OFFICE = web.AppKey("office", Office)


async def pay(order: Order) -> None:
    """Somebody else's service, which takes its time."""
    await asyncio.sleep(0.001 * order.count)


async def shows(request: web.Request) -> web.Response:
    office = request.app[OFFICE]
    async with office.seats.read() as seats:
        return web.json_response(seats)


async def order(request: web.Request) -> web.Response:
    office = request.app[OFFICE]
    show = request.match_info["show"]
    body: dict[str, Any] = await request.json()
    count = int(body["count"])
    if count < 1:
        raise web.HTTPBadRequest(text="order one seat or more")
    # Both or none: a client that goes away while `pay` waits has bought nothing.
    async with office.locks(write="seats", lock="orders") as held:
        if show not in held.seats:
            raise web.HTTPNotFound(text=f"there is no show {show!r}")
        if held.seats[show] < count:
            raise web.HTTPConflict(text=f"{held.seats[show]} seats are left")
        placed = Order(len(held.orders) + 1, show, count)
        await pay(placed)
        held.seats[show] -= count
        held.orders.append(placed)
    return web.json_response(asdict(placed), status=201)


async def books(request: web.Request) -> web.Response:
    """Seats and orders as they were at one moment."""
    moment = await request.app[OFFICE].snapshot()
    sold = sum(order.count for order in moment.orders)
    return web.json_response({"seats": moment.seats, "sold": sold, "served": moment.served})


async def locks(request: web.Request) -> web.Response:
    """Who has what, and who waits: for when it is slow."""
    office = request.app[OFFICE]

    def say(lock: Primitive[Any]) -> dict[str, list[str]]:
        return {
            "held by": [f"{holder.name} ({holder.mode})" for holder in lock.holders],
            "waiting": [f"{waiter.name} ({waiter.mode})" for waiter in lock.waiting],
        }

    return web.json_response({lock.name: say(lock) for lock in (office.seats, office.orders, office.served)})


@web.middleware
async def count(request: web.Request, handler: Any) -> web.StreamResponse:
    guard = await request.app[OFFICE].served.lock()
    with guard:  # an `int` can't be changed in place
        guard.value += 1
    response: web.StreamResponse = await handler(request)
    return response


def make_app(seats: dict[str, int]) -> web.Application:
    app = web.Application(middlewares=[count])
    app[OFFICE] = Office(seats=RW(dict(seats), fast=True), orders=Mutex([]), served=Mutex(0))
    app.add_routes(
        [
            web.get("/shows", shows),
            web.post("/shows/{show}/orders", order),
            web.get("/books", books),
            web.get("/locks", locks),
        ]
    )
    return app


if __name__ == "__main__":
    web.run_app(make_app({"hamlet": 400, "faust": 200}), port=8080, handler_cancellation=True)
