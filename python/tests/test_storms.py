"""Loops that stand still, close and come back, beside threads, on one lock."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
import time
from typing import Any

import pytest

from conftest import until
from ironfence import Mutex, RWLock

SECONDS = 1.5


class Inside:
    """Who is in, and whether they may be."""

    def __init__(self) -> None:
        self.mutex = threading.Lock()
        self.readers = self.writers = 0
        self.errors: list[Any] = []

    def step(self, writes: bool, by: int) -> None:
        with self.mutex:
            if writes:
                self.writers += by
            else:
                self.readers += by
            if self.writers > 1 or (self.writers and self.readers):
                self.errors.append((self.readers, self.writers))


@pytest.mark.parametrize("seed", range(2))
def test_loops_that_stand_still_and_threads_on_one_lock(seed: int) -> None:
    lock, inside, stop = RWLock([], fast=True), Inside(), time.monotonic() + SECONDS

    async def one(chance: random.Random) -> None:
        writes = chance.random() < 0.3
        timeout = chance.choice([None, 0.001, 0.02])
        try:
            async with lock.write(timeout=timeout) if writes else lock.read(timeout=timeout):
                inside.step(writes, 1)
                try:
                    await asyncio.sleep(chance.choice([0, 0, 0.0005]))
                finally:
                    inside.step(writes, -1)
        except TimeoutError:
            pass

    async def batch(chance: random.Random) -> None:
        tasks = [asyncio.ensure_future(one(chance)) for _ in range(20)]
        for _ in range(chance.randrange(8)):
            await asyncio.sleep(0)
        for task in tasks:
            if chance.random() < 0.3:
                task.cancel()
        if chance.random() < 0.5:
            await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 30)
        # Else the loop stands still with some of them in it.

    async def end(tasks: Any, cancels: bool) -> None:
        for task in tasks:
            if cancels:
                task.cancel()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 30)

    def loops(chance: random.Random) -> None:
        loop = asyncio.new_event_loop()
        while time.monotonic() < stop:
            loop.run_until_complete(batch(chance))
            if chance.random() < 0.1:
                time.sleep(0.03)
            if chance.random() < 0.1:
                loop.run_until_complete(end(asyncio.all_tasks(loop), cancels=True))
                loop.close()
                loop = asyncio.new_event_loop()
        loop.run_until_complete(end(asyncio.all_tasks(loop), cancels=False))
        loop.close()

    def threads(chance: random.Random) -> None:
        while time.monotonic() < stop:
            writes = chance.random() < 0.3
            with lock.write(timeout=30) if writes else lock.read(timeout=30):
                inside.step(writes, 1)
                time.sleep(chance.choice([0, 0.0005]))
                inside.step(writes, -1)

    def guarded(work: Any, number: int) -> None:
        try:
            work(random.Random(100 * seed + number))
        except BaseException as error:
            inside.errors.append(error)

    workers = [loops, loops, loops, threads, threads]
    running = [threading.Thread(target=guarded, args=it) for it in zip(workers, range(len(workers)))]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(70)
        assert not thread.is_alive()
    assert not inside.errors
    gc.collect()
    assert not lock.locked and not lock.waiting
    assert lock.try_write() is not None


@pytest.mark.parametrize("owners", [True, False])
def test_thousands_of_readers_around_a_writer(run: Any, owners: bool) -> None:
    async def main() -> None:
        lock, count = RWLock([0], fast=True, owners=owners), 3000
        gate = asyncio.Event()

        async def read() -> int:
            async with lock.read() as value:
                await gate.wait()
                return int(value[0])

        async def write() -> None:
            async with lock.write() as value:
                value[0] += 1

        first = [asyncio.ensure_future(read()) for _ in range(count)]
        await until(lambda: len(lock.holders) == count)
        writer = asyncio.ensure_future(write())
        await until(lambda: len(lock.waiting) == 1)
        second = [asyncio.ensure_future(read()) for _ in range(count)]
        await until(lambda: len(lock.waiting) == count + 1)
        assert lock.waiting[0].mode == "write"
        for task in first[::7] + second[::7]:
            task.cancel()
        gate.set()
        await writer
        seen = await asyncio.gather(*first, *second, return_exceptions=True)
        assert {it for it in seen[:count] if isinstance(it, int)} == {0}
        assert {it for it in seen[count:] if isinstance(it, int)} == {1}
        assert not lock.locked and not lock.waiting

    run(main)


def test_many_guards_of_one_owner() -> None:
    async def main() -> None:
        lock = RWLock([], fast=True)

        async def take() -> Any:
            return await lock.read()

        guards = [await asyncio.ensure_future(take()) for _ in range(50)]
        for guard in guards:
            guard.adopt()
        assert {holder.owner for holder in lock.holders} == {asyncio.current_task()}
        async with lock.read():
            assert len(lock.holders) == 50, "it reads already, so this counts with one of those"
        with pytest.raises(RuntimeError, match="Cannot upgrade"):
            await lock.write()
        random.Random(3).shuffle(guards)
        for guard in guards[:25]:
            guard.release()
        assert len(lock.holders) == 25
        for guard in guards[25:]:
            guard.disown()
        assert {holder.owner for holder in lock.holders} == {None}
        for guard in guards[25:]:
            guard.release()
        assert not lock.locked

    asyncio.run(main())


def test_a_look_for_one_that_went_away_does_no_harm(run: Any) -> None:
    async def main() -> None:
        # Each release calls one, and who asks again at once queues behind it and wants to look again.
        mutex = Mutex([0])

        async def work(number: int) -> None:
            for _ in range(20):
                try:
                    async with mutex.lock(timeout=0.002 if number % 3 == 0 else None) as value:
                        value[0] += 1
                        await asyncio.sleep(0)
                except TimeoutError:
                    pass

        for _ in range(3):
            tasks = [asyncio.ensure_future(work(number)) for number in range(30)]
            await asyncio.sleep(0.003)
            for task in tasks[::4]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert not mutex.locked and not mutex.waiting

    run(main)
