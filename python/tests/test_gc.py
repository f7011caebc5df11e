"""Garbage: cycles through what is guarded, through guards and tasks, and loops that have gone."""

from __future__ import annotations

import asyncio
import gc
import sys
import tracemalloc
import weakref
from typing import Any

import pytest

from ironfence import Guarded, Mutex, RWLock


class Thing:
    """Something that can be watched going away."""

    def __init__(self) -> None:
        self.other: Any = None


def is_collected(reference: Any) -> bool:
    for _ in range(3):
        gc.collect()
    return reference() is None


@pytest.mark.parametrize("make", [Mutex, RWLock])
def test_a_cycle_through_the_value(make: Any) -> None:
    thing = Thing()
    thing.other = make(thing)
    reference = weakref.ref(thing)
    del thing
    assert is_collected(reference)


def test_a_cycle_after_the_value_was_taken() -> None:
    thing = Thing()
    thing.other = Mutex(thing)

    async def take(thing: Thing) -> None:
        for _ in range(3):
            async with thing.other.lock():  # keeps the end of an `await` that has the value
                pass

    asyncio.run(take(thing))
    reference = weakref.ref(thing)
    del thing
    assert is_collected(reference)


def test_a_cycle_through_an_attribute() -> None:
    mutex = Mutex(1)
    mutex.itself = mutex  # type: ignore[attr-defined]
    reference = weakref.ref(mutex)
    del mutex
    assert is_collected(reference)


@pytest.mark.parametrize("way", ["new", "held", "entered"])
def test_a_cycle_through_a_guard(way: str) -> None:
    thing = Thing()
    mutex = Mutex(thing)
    if way == "new":
        thing.other = mutex.lock()
    else:
        thing.other = mutex.try_lock()
        if way == "entered":
            thing.other.__enter__()
    reference = weakref.ref(thing)
    del thing, mutex
    assert is_collected(reference)


def test_a_cycle_through_a_guard_that_waits() -> None:
    thing, kept = Thing(), []

    async def main(thing: Thing) -> None:
        mutex = Mutex(thing)
        held = mutex.try_lock()

        async def wait() -> None:
            await mutex.lock()

        thing.other = (held, asyncio.ensure_future(wait()))
        await asyncio.sleep(0)
        assert mutex.waiting
        thing.other[1]._log_destroy_pending = False

    loop = asyncio.new_event_loop()
    loop.run_until_complete(main(thing))
    loop.close()
    kept.append(weakref.ref(thing))
    kept.append(weakref.ref(loop))
    del thing, loop
    assert is_collected(kept[0]) and is_collected(kept[1])


@pytest.mark.parametrize("make", [Mutex, lambda value: RWLock(value, fast=True)])
def test_a_lock_keeps_no_dead_loop_and_no_dead_task(make: Any) -> None:
    lock = make([])
    take = lock.lock if isinstance(lock, Mutex) else lock.write

    async def forget() -> Any:
        async def hold() -> None:
            async with take():
                await asyncio.sleep(3600)

        async def wait() -> None:
            async with take():
                pass

        tasks = [asyncio.ensure_future(hold()), asyncio.ensure_future(wait())]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert lock.locked and lock.waiting
        for task in tasks:
            task._log_destroy_pending = False  # type: ignore[attr-defined]
        return [weakref.ref(task) for task in tasks]

    loop = asyncio.new_event_loop()
    references = loop.run_until_complete(forget())
    references.append(weakref.ref(loop))
    loop.close()
    del loop
    for reference in references:
        assert is_collected(reference), reference
    assert not lock.locked and not lock.waiting, "a task that has gone holds nothing"


def test_nothing_keeps_the_loop_that_was_used_last() -> None:
    async def use() -> None:
        async with Mutex(1).lock(), RWLock(1).read():
            pass

    loop = asyncio.new_event_loop()
    loop.run_until_complete(use())
    loop.close()
    reference = weakref.ref(loop)
    del loop
    assert is_collected(reference)


def test_locking_leaks_nothing(run: Any) -> None:
    mutex, rwlock = Mutex([0]), RWLock([0], fast=True)

    async def work(times: int) -> None:
        async def contend() -> None:
            async with mutex.lock(timeout=5):
                await asyncio.sleep(0)
            async with rwlock.write(), mutex.lock():
                await asyncio.sleep(0)

        for _ in range(times):
            tasks = [asyncio.ensure_future(contend()) for _ in range(4)]
            await asyncio.sleep(0)
            tasks[1].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            mutex.try_lock().release()  # type: ignore[union-attr]

    async def main() -> None:
        await work(50)
        gc.collect()
        objects = len(gc.get_objects())
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            await work(200)
            gc.collect()
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert len(gc.get_objects()) - objects < 50
        assert after - before < 20_000

    run(main)


def test_references_are_counted_right() -> None:
    value = object()
    mutex, rwlock = Mutex(value), RWLock(value, fast=True)

    async def main() -> None:
        for _ in range(100):
            async with mutex.lock() as got:
                assert got is value
            async with rwlock.read() as got:
                assert got is value
            (await mutex.lock()).release()
        task = asyncio.current_task()
        before = sys.getrefcount(task)
        for _ in range(100):
            async with mutex.lock(), rwlock.read(), rwlock.read():
                pass
        assert sys.getrefcount(task) == before

    asyncio.run(main())
    before = sys.getrefcount(value)
    asyncio.run(main())
    assert sys.getrefcount(value) == before


def test_a_finaliser_may_use_the_lock() -> None:
    mutex, log = Mutex([]), []

    class Careful:
        def __init__(self) -> None:
            self.itself = self

        def __del__(self) -> None:
            with mutex.lock() as value:
                value.append(1)
            log.append("done")

    Careful()
    gc.collect()
    assert log == ["done"]


def test_a_guarded_object_is_collected() -> None:
    class Node(Guarded):
        next: Mutex[Any]

    node = Node(None)
    node.next.lock().wait().value = node
    reference = weakref.ref(node)
    del node
    assert is_collected(reference)
