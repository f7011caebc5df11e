"""trio, anyio, trio as a guest of asyncio, and storms of cancellations on each."""

from __future__ import annotations

import asyncio
import random
import sys
import threading
from typing import Any

import pytest

from ironfence import Mutex, RWLock, lock_all

trio = pytest.importorskip("trio")
anyio = pytest.importorskip("anyio")


def test_trio_takes_turns() -> None:
    async def main() -> None:
        mutex, order = Mutex([]), []

        async def work(n: int) -> None:
            async with mutex.lock() as value:
                order.append(n)
                value.append(n)
                await trio.lowlevel.checkpoint()
                assert value[-1] == n

        async with trio.open_nursery() as nursery:
            for n in range(20):
                nursery.start_soon(work, n)
        async with mutex.lock() as value:
            assert value == order and sorted(order) == list(range(20))

    trio.run(main)


def test_trio_is_served_in_its_order() -> None:
    async def main() -> None:
        mutex, order = Mutex(None), []
        guard = await mutex.lock()

        async def work(n: int) -> None:
            async with mutex.lock():
                order.append(n)

        async with trio.open_nursery() as nursery:
            for n in range(10):
                nursery.start_soon(work, n)
                while len(mutex.waiting) <= n:
                    await trio.lowlevel.checkpoint()
            assert {waiter.name for waiter in mutex.waiting} and mutex.waiting[0].owner.name
            guard.release()
        assert order == list(range(10))

    trio.run(main)


def test_trio_rules_for_one_task() -> None:
    async def main() -> None:
        lock = RWLock([])
        async with lock.read():
            async with lock.read():
                pass
            with pytest.raises(RuntimeError, match="Cannot upgrade"):
                async with lock.write():
                    pass
        async with lock.write():
            async with lock.write(), lock.read():
                pass
        assert not lock.locked

    trio.run(main)


def test_trio_cancels_and_times_out() -> None:
    async def main() -> None:
        mutex = Mutex(1)
        async with mutex.lock():
            with trio.move_on_after(0.01) as scope:
                async with mutex.lock():
                    pass
            assert scope.cancelled_caught and not mutex.waiting
            with pytest.raises(TimeoutError):
                async with mutex.lock(timeout=0.01):
                    pass
            assert not mutex.waiting
        async with mutex.lock(timeout=5):
            pass

    trio.run(main)


def test_trio_and_its_clock() -> None:
    from trio.testing import MockClock

    async def main() -> None:
        mutex = Mutex(1)
        async with mutex.lock():
            begun = trio.current_time()
            with pytest.raises(TimeoutError):
                await mutex.lock(timeout=3600)
            assert trio.current_time() - begun == pytest.approx(3600)

    trio.run(main, clock=MockClock(autojump_threshold=0.01))


def test_trio_upgrades() -> None:
    async def main() -> None:
        lock, log = RWLock([], fast=True), []

        async def read() -> None:
            async with lock.read():
                await trio.sleep(0.01)
                log.append("read")

        async with trio.open_nursery() as nursery:
            nursery.start_soon(read)
            while not lock.locked:
                await trio.lowlevel.checkpoint()
            guard = await lock.upgradable_read()
            await guard.upgrade()
            log.append("write")
            guard.release()
        assert log == ["read", "write"]

    trio.run(main)


def test_trio_a_turn_can_be_cancelled() -> None:
    async def main() -> None:
        lock = RWLock([])
        with trio.CancelScope() as scope:
            scope.cancel()
            async with lock.write():
                raise AssertionError("it has a turn before the lock, and is cancelled there")
        assert scope.cancelled_caught and not lock.locked

    trio.run(main)


def test_a_loop_of_trio_beside_one_of_asyncio_and_threads() -> None:
    mutex, rounds, errors = Mutex([0]), 100, []

    async def on_trio() -> None:
        for _ in range(rounds):
            async with mutex.lock() as value:
                seen = value[0]
                await trio.lowlevel.checkpoint()
                value[0] = seen + 1

    async def on_asyncio() -> None:
        for _ in range(rounds):
            async with mutex.lock() as value:
                seen = value[0]
                await asyncio.sleep(0)
                value[0] = seen + 1

    def in_a_thread() -> None:
        for _ in range(rounds):
            with mutex.lock() as value:
                value[0] += 1

    async def two() -> None:
        with trio.fail_after(60):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(on_trio)
                nursery.start_soon(on_trio)

    def guarded(work: Any) -> Any:
        def run() -> None:
            try:
                work()
            except BaseException as error:
                errors.append(error)

        return run

    works = [
        lambda: trio.run(two),
        lambda: asyncio.run(asyncio.wait_for(on_asyncio(), 60)),
        in_a_thread,
        in_a_thread,
    ]
    threads = [threading.Thread(target=guarded(work)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(70)
        assert not thread.is_alive()
    assert not errors
    with mutex.lock() as value:
        assert value == [rounds * 5]


def test_trio_as_a_guest_of_asyncio() -> None:
    mutex = Mutex([])

    async def in_trio() -> None:
        for _ in range(20):
            async with mutex.lock() as value:
                assert type(mutex.holders[0].owner).__module__.startswith("trio")
                await trio.sleep(0)
                value.append("trio")

    async def in_asyncio() -> None:
        done = asyncio.get_running_loop().create_future()
        trio.lowlevel.start_guest_run(
            in_trio,
            run_sync_soon_threadsafe=asyncio.get_running_loop().call_soon_threadsafe,
            done_callback=lambda outcome: done.set_result(outcome),
        )
        for _ in range(20):
            async with mutex.lock() as value:
                assert mutex.holders[0].owner is asyncio.current_task()
                await asyncio.sleep(0)
                value.append("asyncio")
        (await asyncio.wait_for(done, 30)).unwrap()

    asyncio.run(in_asyncio())
    with mutex.lock() as value:
        assert len(value) == 40


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_anyio(backend: str) -> None:
    async def main() -> None:
        mutex, rwlock = Mutex([]), RWLock([])

        async def work(n: int) -> None:
            async with mutex.lock() as value:
                await anyio.sleep(0)
                value.append(n)
            async with rwlock.read():
                await anyio.sleep(0)

        async with anyio.create_task_group() as group:
            for n in range(20):
                group.start_soon(work, n)
        async with mutex.lock() as value:
            assert sorted(value) == list(range(20))
            with anyio.move_on_after(0.01) as scope:
                async with mutex.lock():
                    pass
            assert scope.cancelled_caught if hasattr(scope, "cancelled_caught") else True
        async with lock_all(mutex.lock(), rwlock.write()):
            with pytest.raises(TimeoutError):
                with anyio.fail_after(0.01):
                    await mutex.lock()
        assert not mutex.locked and not rwlock.locked and not mutex.waiting

    anyio.run(main, backend=backend)


class Storm:
    """What the tasks of a storm do, and who is inside."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lock = RWLock([0, 0], fast=bool(seed % 2))
        self.mutex = Mutex([0, 0])
        self.readers = 0
        self.writers = 0
        self.entered = 0

    def pick(self) -> Any:
        kind = self.random.choice(["lock", "read", "write", "upgradable_read", "upgrade", "nested"])
        timeout = self.random.choice([None, None, None, 0, 0.001])
        return kind, timeout

    async def work(self, kind: str, timeout: Any, pause: Any) -> None:
        if kind == "lock":
            async with self.mutex.lock(timeout=timeout) as value:
                await self.exclusive(value, pause)
        elif kind == "nested":
            async with self.lock.write(timeout=timeout) as value:
                async with self.lock.write():
                    async with self.lock.read():
                        await self.exclusive(value, pause)
        elif kind == "write":
            async with self.lock.write(timeout=timeout) as value:
                await self.exclusive(value, pause)
        elif kind == "upgrade":
            guard = self.lock.upgradable_read(timeout=timeout)
            async with guard as value:
                await pause()
                await guard.upgrade()
                await self.exclusive(value, pause)
        else:
            take = self.lock.read if kind == "read" else self.lock.upgradable_read
            async with take(timeout=timeout) as value:
                self.entered += 1
                for _ in range(2):
                    assert value[0] == value[1], "nobody writes while somebody reads"
                    await pause()

    async def exclusive(self, value: list[int], pause: Any) -> None:
        self.entered += 1
        assert value[0] == value[1], "nobody else is in"
        value[0] += 1
        try:
            await pause()
        finally:
            value[1] += 1

    async def blow_on_asyncio(self, tasks: int, limit: float | None) -> None:
        """Starts so many tasks, and cancels them wherever they stand."""

        async def one() -> None:
            try:
                await self.work(*self.pick(), lambda: asyncio.sleep(0))
            except TimeoutError:
                pass

        running: list[asyncio.Future[None]] = []
        for _ in range(tasks):
            running.append(asyncio.ensure_future(one()))
            if self.random.random() < 0.5:
                await asyncio.sleep(0)
            if self.random.random() < 0.6:
                running.pop(self.random.randrange(len(running))).cancel()
        done = asyncio.gather(*running, return_exceptions=True)
        for result in await asyncio.wait_for(done, limit):
            assert result is None or isinstance(result, asyncio.CancelledError), repr(result)
        for _ in range(3):
            await asyncio.sleep(0)

    def check(self) -> None:
        for lock in (self.lock, self.mutex):
            assert not lock.locked and not lock.waiting and not lock.holders
        assert self.entered > 50


@pytest.mark.parametrize("seed", range(6))
def test_a_storm_of_cancellations_on_asyncio(run: Any, seed: int) -> None:
    storm = Storm(seed)

    run(lambda: storm.blow_on_asyncio(1500, limit=None))
    storm.check()


@pytest.mark.parametrize("seed", range(6))
def test_a_storm_of_cancellations_on_trio(seed: int) -> None:
    storm = Storm(seed)

    async def main() -> None:
        scopes: list[Any] = []

        async def one(scope: Any) -> None:
            with scope:
                try:
                    await storm.work(*storm.pick(), trio.lowlevel.checkpoint)
                except TimeoutError:
                    pass

        with trio.fail_after(60):
            async with trio.open_nursery() as nursery:
                for _ in range(1000):
                    scopes.append(trio.CancelScope())
                    nursery.start_soon(one, scopes[-1])
                    if storm.random.random() < 0.5:
                        await trio.lowlevel.checkpoint()
                    if storm.random.random() < 0.6:
                        scopes.pop(storm.random.randrange(len(scopes))).cancel()

    trio.run(main)
    storm.check()


def test_storms_in_several_threads_at_once() -> None:
    storm = Storm(9)
    errors: list[BaseException] = []

    def loop() -> None:
        try:
            asyncio.run(storm.blow_on_asyncio(300, limit=60))
        except BaseException as error:
            errors.append(error)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=loop) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(70)
            assert not thread.is_alive()
    finally:
        sys.setswitchinterval(before)
    assert not errors
    storm.check()
