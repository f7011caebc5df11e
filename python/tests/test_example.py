"""The example service, as its clients see it."""

from __future__ import annotations

import asyncio
import importlib.util
import random
import sys
from pathlib import Path
from typing import Any

import pytest

aiohttp = pytest.importorskip("aiohttp")
from aiohttp.test_utils import TestClient, TestServer  # noqa: E402

TestClient.__test__ = TestServer.__test__ = False  # they are no tests

SERVICE = Path(__file__).resolve().parent.parent / "examples" / "service.py"


def service() -> Any:
    spec = importlib.util.spec_from_file_location("service", SERVICE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["service"] = module
    spec.loader.exec_module(module)
    return module


def with_clients(work: Any, seats: dict[str, int]) -> None:
    async def main() -> None:
        app = service().make_app(seats)
        async with TestClient(TestServer(app)) as client:
            await asyncio.wait_for(work(client, app), 60)

    asyncio.run(main())


def test_it_sells_what_it_has_and_no_more() -> None:
    async def work(client: Any, app: Any) -> None:
        async def buy(n: int) -> int:
            async with client.post("/shows/hamlet/orders", json={"count": 1 + n % 3}) as answer:
                return int(answer.status)

        statuses = await asyncio.gather(*(buy(n) for n in range(60)))
        assert set(statuses) == {201, 409}
        async with client.get("/books") as answer:
            books = await answer.json()
        assert books["seats"]["hamlet"] + books["sold"] == 70 and books["seats"]["hamlet"] < 3
        assert books["served"] == 61

    with_clients(work, {"hamlet": 70})


def test_clients_that_go_away_leave_its_books_in_order() -> None:
    async def main() -> None:
        app = service().make_app({"hamlet": 10_000, "faust": 10_000})
        server = TestServer(app)  # which cancels the request of a client that has gone
        chance, left = random.Random(7), 0

        async def visit(client: Any) -> None:
            nonlocal left
            show = chance.choice(["hamlet", "faust"])
            try:
                timeout = aiohttp.ClientTimeout(total=chance.choice([0.002, 0.01, 0.05, 30]))
                order = client.post(f"/shows/{show}/orders", json={"count": 1}, timeout=timeout)
                async with order as answer:
                    assert answer.status == 201
                async with client.get("/shows", timeout=timeout) as answer:
                    await answer.json()
            except asyncio.TimeoutError:
                left += 1

        async with TestClient(server) as client:
            await asyncio.wait_for(asyncio.gather(*(visit(client) for _ in range(150))), 60)
            assert left > 0, "somebody went away"
            async with client.get("/books") as answer:
                books = await answer.json()
            assert sum(books["seats"].values()) + books["sold"] == 20_000
            async with client.get("/locks") as answer:
                held = await answer.json()
        assert held == {
            f"Office.{name}": {"held by": [], "waiting": []} for name in ("seats", "orders", "served")
        }

    asyncio.run(main())


def test_what_it_refuses() -> None:
    async def work(client: Any, app: Any) -> None:
        for path, count, status in (("faust", 1, 404), ("hamlet", 0, 400), ("hamlet", 9, 409)):
            async with client.post(f"/shows/{path}/orders", json={"count": count}) as answer:
                assert answer.status == status
        async with client.get("/shows") as answer:
            assert await answer.json() == {"hamlet": 5}

    with_clients(work, {"hamlet": 5})
