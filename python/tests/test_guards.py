"""Guards: values, releases, try, timeouts, upgrades and downgrades, and what an awaitable owes its loop."""

from __future__ import annotations

import asyncio
import collections.abc
import gc
import sys
import time
from typing import Any

import pytest

import ironfence
from ironfence import Mutex, RWLock


def test_a_guard_sets_the_value(run: Any) -> None:
    async def main() -> None:
        counter = Mutex(0)

        async def add() -> None:
            guard = await counter.lock()
            with guard as value:
                await asyncio.sleep(0)
                guard.value = value + 1

        await asyncio.gather(*(add() for _ in range(50)))
        async with counter.lock() as value:
            assert value == 50

    run(main)


def test_only_one_who_may_write_sets_the_value() -> None:
    lock = RWLock(1)
    for take in (lock.try_read, lock.try_upgradable_read):
        guard = take()
        assert guard is not None and guard.value == 1
        with pytest.raises(RuntimeError, match="reads can't set"):
            guard.value = 2
        guard.release()
    guard = lock.try_write()
    assert guard is not None
    guard.value = 2
    guard.release()
    for use in (lambda: guard.value, lambda: setattr(guard, "value", 3), guard.release):
        with pytest.raises(RuntimeError, match="does not have its lock"):
            use()
    with lock.read() as value:
        assert value == 2


def test_a_new_value_is_seen_by_who_comes_next(run: Any) -> None:
    async def main() -> None:
        lock = Mutex((1,))
        for n in range(3):
            async with lock.lock() as value:
                assert value == (n + 1,)
            guard = await lock.lock()
            guard.value = (n + 2,)
            guard.release()

    run(main)


def test_try_takes_a_free_lock_and_no_other() -> None:
    mutex, rwlock = Mutex(1), RWLock(1, owners=False)
    with mutex.try_lock() as value:  # type: ignore[union-attr]
        assert value == 1 and mutex.try_lock() is None
    one, other = rwlock.try_read(), rwlock.try_read()
    assert one and other and rwlock.try_write() is None
    one.release(), other.release()
    with rwlock.try_write():  # type: ignore[union-attr]
        assert rwlock.try_read() is None and rwlock.try_upgradable_read() is None


def test_a_guard_that_is_thrown_away_releases(run: Any) -> None:
    async def main() -> None:
        mutex = Mutex(1)
        await mutex.lock()
        gc.collect()
        assert not mutex.locked
        waiting = asyncio.ensure_future(mutex.lock())
        guard = await waiting
        del guard, waiting
        await asyncio.sleep(0)  # the loop has what it called last
        gc.collect()
        assert not mutex.locked

    run(main)


def test_a_timeout_ends_the_wait_and_nothing_else(run: Any) -> None:
    async def main() -> None:
        mutex = Mutex(1, name="the mutex")
        async with mutex.lock():
            for wait in (0, 0.01):
                with pytest.raises(TimeoutError, match="the mutex was not to be had"):
                    async with mutex.lock(timeout=wait):
                        pass
            assert not mutex.waiting
        async with mutex.lock(timeout=0), asyncio_timeout():
            pass
        late = asyncio.ensure_future(mutex.lock(timeout=30))
        (await late).release()

    def asyncio_timeout() -> Any:
        return RWLock(1).read(timeout=5)

    run(main)


@pytest.mark.parametrize("timeout", [-1, float("nan"), "soon"])
def test_a_timeout_is_a_number_of_seconds(timeout: Any) -> None:
    with pytest.raises((ValueError, TypeError), match="number of seconds"):
        Mutex(1).lock(timeout=timeout)


def test_a_timeout_in_a_thread() -> None:
    mutex = Mutex(1)
    with mutex.lock():
        for wait in (0, 0.01, 0.12):
            begun = time.monotonic()
            with pytest.raises(TimeoutError):
                with mutex.lock(timeout=wait):
                    pass
            assert time.monotonic() - begun >= wait
        assert not mutex.waiting


def test_an_upgrade_waits_for_the_other_readers(run: Any) -> None:
    async def main() -> None:
        lock, log = RWLock([], fast=True), []

        async def read(turns: int) -> None:
            async with lock.read() as value:
                for _ in range(turns):
                    await asyncio.sleep(0)
                log.append(f"read {value}")

        readers = [asyncio.ensure_future(read(5)) for _ in range(2)]
        await asyncio.sleep(0)
        guard = await lock.upgradable_read()
        with pytest.raises(TimeoutError):  # one task at a time
            await asyncio.ensure_future(lock.upgradable_read(timeout=0))
        late = asyncio.Task(read(0))  # which is never eager
        assert await guard.upgrade() is guard
        assert guard.mode == "write" and log == ["read []", "read []"]
        guard.value.append(1)
        guard.downgrade()
        assert guard.mode == "read"
        await asyncio.gather(late, *readers)
        assert log[-1] == "read [1]"
        guard.release()
        assert not lock.locked

    run(main)


def test_an_upgrade_inside_a_block(run: Any) -> None:
    async def main() -> None:
        lock = RWLock({}, fast=True)
        async with (guard := lock.upgradable_read()) as value:
            if "a" not in value:
                await guard.upgrade()
                value["a"] = 1
            guard.downgrade_to_upgradable()
            assert guard.mode == "upgradable_read"
            await guard.upgrade()
        assert not lock.locked

    run(main)


def test_a_cancelled_upgrade_has_released(run: Any) -> None:
    async def main() -> None:
        lock = RWLock([], fast=True)
        reader = lock.try_read()
        assert reader is not None
        reader.disown()

        async def upgrade() -> None:
            async with (guard := lock.upgradable_read()):
                try:
                    await guard.upgrade()
                finally:
                    assert not guard.held

        task = asyncio.ensure_future(upgrade())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(lock.holders) == 1 and not lock.waiting
        reader.release()
        async with lock.write():
            pass

    run(main)


def test_what_can_not_be_upgraded_or_downgraded_says_so() -> None:
    lock, mutex = RWLock(1), Mutex(1)
    reader, holder = lock.try_read(), mutex.try_lock()
    assert reader and holder
    with pytest.raises(RuntimeError, match="only a guard from `upgradable_read"):
        reader.upgrade()
    with pytest.raises(RuntimeError, match="can't be downgraded"):
        holder.downgrade()
    with pytest.raises(RuntimeError, match="can't be downgraded"):
        reader.downgrade()
    reader.release()
    guard = lock.try_upgradable_read()
    again = lock.try_read()
    assert guard and again
    with pytest.raises(RuntimeError, match="release the others"):
        guard.upgrade().wait()
    assert guard.held
    again.release()
    assert guard.upgrade().wait() is guard and guard.mode == "write"


def test_an_inner_guard_may_outlast_the_outer_one() -> None:
    lock = RWLock([])
    outer, inner = lock.try_write(), lock.try_read()
    assert outer and inner
    outer.release()
    assert [holder.mode for holder in lock.holders] == ["read"]

    async def others() -> None:
        async with lock.read(timeout=1):
            pass
        with pytest.raises(TimeoutError):
            async with lock.write(timeout=0.01):
                pass

    asyncio.run(others())
    inner.release()
    assert not lock.locked


def test_a_guard_is_a_coroutine(run: Any) -> None:
    async def main() -> None:
        mutex = Mutex([1])
        assert isinstance(mutex.lock(), collections.abc.Coroutine)
        guard = await asyncio.create_task(mutex.lock())
        waiting = asyncio.create_task(mutex.lock())
        await asyncio.sleep(0)
        guard.release()
        (await waiting).release()
        assert await asyncio.wait_for(mutex.lock().__aenter__(), 1) == [1]

    run(main)


def test_wait_for_may_take_it_in_another_task(run: Any) -> None:
    async def main() -> None:
        lock = RWLock([], fast=True)
        guard = await asyncio.wait_for(lock.read(), 5)
        if sys.version_info >= (3, 12):
            assert lock.holders[0].owner is asyncio.current_task()
        guard.adopt()
        assert lock.holders[0].owner is asyncio.current_task()
        writer = asyncio.ensure_future(lock.write())
        await asyncio.sleep(0)
        async with lock.read():  # past the writer, since this task reads already
            pass
        guard.release()
        (await writer).release()
        assert not lock.locked

    run(main)


def test_a_coroutine_that_is_driven_by_hand() -> None:
    mutex = Mutex([1])
    with pytest.raises(StopIteration) as end:
        mutex.lock().__aenter__().send(None)
    assert end.value.value == [1] and not mutex.locked
    with pytest.raises(StopIteration) as end:
        next(iter(mutex.lock().__await__()))
    guard = end.value.value
    assert guard.held
    with pytest.raises(RuntimeError, match="no task of asyncio or trio runs here"):
        mutex.lock().send(None)
    for error in (KeyError("k"), KeyError):
        with pytest.raises(KeyError):
            mutex.lock().throw(error)
    with pytest.raises(KeyError, match="v"):
        mutex.lock().throw(KeyError, "v", None)
    fresh = mutex.lock()
    fresh.close()
    with pytest.raises(RuntimeError, match="once"):
        fresh.send(None)
    guard.close()
    assert guard.held, "its `await` has ended, so there is nothing to close"


def test_ends_of_awaits_that_are_kept_carry_no_frames(run: Any) -> None:
    mutex = Mutex([1])
    for _ in range(3):
        with pytest.raises(StopIteration) as end:
            next(mutex.lock().__aenter__())
        assert end.value.value == [1]
        first = end.value

    async def main() -> None:
        async with mutex.lock() as value:
            assert value == [1]

    run(main)
    with pytest.raises(StopIteration) as end:
        next(mutex.lock().__aenter__())
    assert end.value is not first and end.value.__context__ is None


def test_what_locks_say_of_themselves(run: Any) -> None:
    async def main() -> None:
        lock = RWLock([], fast=True, name="pages")
        assert (lock.name, lock.locked, lock.holders, lock.waiting) == ("pages", False, (), ())
        async with lock.read():
            me = asyncio.current_task()
            assert [(holder.owner, holder.mode) for holder in lock.holders] == [(me, "read")]
            writer = asyncio.ensure_future(lock.write())
            await asyncio.sleep(0)
            (waiter,) = lock.waiting
            assert (waiter.owner, waiter.mode) == (writer, "write") and waiter.name == writer.get_name()
            assert repr(lock) == '<RWLock "pages": locked, 1 waiting>'
        (await writer).release()
        assert repr(lock) == '<RWLock "pages": unlocked>'
        lock.name = "leaves"
        assert lock.name == "leaves"

    run(main)


def test_a_lock_of_a_class_is_named_by_its_place() -> None:
    class Bank:
        accounts = Mutex({})

    assert Bank.accounts.name.endswith("Bank.accounts")
    assert Mutex(1).name.startswith("Mutex #") and RWLock(1).name.startswith("RWLock #")


def test_without_owners_nobody_is_known(run: Any) -> None:
    async def main() -> None:
        for lock in (Mutex(1, owners=False), RWLock(1, True, owners=False)):
            take: Any = lock.lock if isinstance(lock, Mutex) else lock.read
            async with take():
                assert lock.locked and [holder.owner for holder in lock.holders] == [None]
            assert not lock.locked

    run(main)


def test_a_handed_over_guard_is_somebody_elses(run: Any) -> None:
    async def main() -> None:
        lock = RWLock([], fast=True)
        guard = await lock.read()
        guard.disown()
        assert [holder.owner for holder in lock.holders] == [None]

        async def other() -> None:
            guard.adopt()
            assert lock.holders[0].owner is asyncio.current_task()
            with pytest.raises(RuntimeError, match="Cannot upgrade"):
                await lock.write()
            guard.release()

        await asyncio.ensure_future(other())
        inner = [await lock.read(), await lock.read()]
        with pytest.raises(RuntimeError, match="release the others"):
            inner[0].disown()
        for one in inner:
            one.release()

    run(main)


def test_there_are_no_public_names_without_docs() -> None:
    for name in ironfence.__all__:
        thing = getattr(ironfence, name)
        assert thing.__doc__, name
        for attribute, value in vars(thing).items() if isinstance(thing, type) else ():
            if not attribute.startswith("_") and callable(value):
                assert value.__doc__, f"{name}.{attribute}"
