"""Deadlocks are said, with names and lines; and what is none is not."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
from typing import Any, Iterator

import pytest

import ironfence
from conftest import until
from ironfence import DeadlockError, Mutex, RWLock


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """What was logged."""
    with caplog.at_level(logging.DEBUG, logger="ironfence"):
        messages: list[str] = []
        handler = logging.Handler()
        handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
        logging.getLogger("ironfence").addHandler(handler)
        yield messages
        logging.getLogger("ironfence").removeHandler(handler)


def ends(coroutine: Any, name: str) -> asyncio.Task[Any]:
    async def named() -> Any:
        task = asyncio.current_task()
        assert task is not None
        task.set_name(name)  # an eager task begins before it has been given one
        return await coroutine

    return asyncio.get_running_loop().create_task(named(), name=name)


def test_a_task_that_waits_for_itself(run: Any, said: list[str]) -> None:
    async def main() -> None:
        mutex = Mutex(1, name="Bank.accounts")

        async def pay() -> None:
            async with mutex.lock():
                async with mutex.lock():  # here
                    pass

        task = ends(pay(), "pay")
        await until(lambda: len(mutex.waiting) == 1)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not mutex.locked

    run(main)
    line = next(n for n, text in enumerate(open(__file__), 1) if "# here" in text)
    assert len(said) == 1
    head, party = said[0].splitlines()
    assert head == "deadlock: one waits for itself"
    assert re.fullmatch(
        rf'  task "pay" holds Bank.accounts, waits for Bank.accounts, at .*test_reports.py:{line} in pay', party
    )


async def cross(first: Any, second: Any, name: str) -> None:
    async with first:
        await asyncio.sleep(0)
        async with second:
            pass


def test_a_circle_of_tasks(run: Any, said: list[str]) -> None:
    async def main() -> None:
        accounts, journal = RWLock({}, fast=True, name="Bank.accounts"), Mutex([], name="Bank.journal")
        tasks = [
            ends(cross(accounts.write(), journal.lock(), "pay"), "pay"),
            ends(cross(journal.lock(), accounts.read(), "audit"), "audit"),
        ]
        await until(lambda: bool(accounts.waiting and journal.waiting))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(main)
    assert len(said) == 1
    head, *parties = said[0].splitlines()
    assert head == "deadlock: 2 wait for each other"
    where = r", at .*test_reports.py:\d+ in cross"
    # Begins with the one that has just queued.
    assert re.fullmatch(r'  task "audit" holds Bank.journal, waits for Bank.accounts' + where, parties[0])
    assert re.fullmatch(r'  task "pay" holds Bank.accounts, waits for Bank.journal' + where, parties[1])


def test_a_circle_of_many(run: Any, said: list[str]) -> None:
    async def main() -> None:
        locks = [Mutex(n, name=f"lock {n}") for n in range(10)]
        tasks = [
            ends(cross(locks[n].lock(), locks[(n + 1) % 10].lock(), str(n)), str(n)) for n in range(10)
        ]
        await until(lambda: all(lock.waiting for lock in locks))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(main)
    assert len(said) == 1 and said[0].startswith("deadlock: 10 wait for each other")


def test_an_error_if_that_is_asked_for(run: Any, said: list[str]) -> None:
    async def main() -> None:
        accounts, journal = Mutex({}, name="accounts"), Mutex([], name="journal")
        tasks = [
            ends(cross(accounts.lock(), journal.lock(), "pay"), "pay"),
            ends(cross(journal.lock(), accounts.lock(), "audit"), "audit"),
        ]
        results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
        assert results[0] is None, "the other one goes on"
        assert isinstance(results[1], DeadlockError) and "journal" in str(results[1])
        assert not accounts.locked and not journal.locked and not accounts.waiting

    ironfence.on_deadlock("raise")
    run(main)
    assert len(said) == 1


def test_it_can_be_ignored(run: Any, said: list[str]) -> None:
    async def main() -> None:
        mutex = Mutex(1)
        async with mutex.lock():
            with pytest.raises(TimeoutError):
                async with mutex.lock(timeout=0.01):
                    pass

    ironfence.on_deadlock("ignore")
    run(main)
    assert not said
    with pytest.raises(ValueError, match='"log", "raise" or "ignore"'):
        ironfence.on_deadlock("panic")


def test_a_reader_behind_a_writer_that_waits_for_a_reader(run: Any, said: list[str]) -> None:
    async def main() -> None:
        pages, mutex = RWLock([], fast=True, name="pages"), Mutex(1, name="mutex")

        async def reader() -> None:
            async with pages.read():
                await until(lambda: bool(pages.waiting))
                async with mutex.lock():
                    pass

        async def late() -> None:
            async with mutex.lock():
                await until(lambda: bool(pages.waiting))
                async with pages.read():
                    pass

        tasks = [ends(reader(), "reader"), ends(late(), "late")]
        await until(lambda: pages.locked and mutex.locked)
        tasks.append(ends(pages.write(), "writer"))
        await until(lambda: len(pages.waiting) == 2 and bool(mutex.waiting))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(main)
    assert len(said) == 1
    assert '"reader" holds pages, waits for mutex' in said[0]
    assert '"late" holds mutex, waits for pages' in said[0]


def test_threads_that_wait_for_each_other(said: list[str]) -> None:
    one, other = Mutex(1, name="one"), Mutex(1, name="other")
    both = threading.Barrier(2)

    def work(first: Any, second: Any) -> None:
        with first.lock():
            both.wait(30)
            try:
                with second.lock(timeout=1):
                    pass
            except TimeoutError:
                pass

    threads = [
        threading.Thread(target=work, args=locks, name=name)
        for name, locks in {"left": (one, other), "right": (other, one)}.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(said) == 1
    assert re.search(
        r'thread "left" holds one, waits for other, at .*test_reports.py:\d+ in work', said[0]
    ) and 'thread "right" holds other, waits for one' in said[0]


def test_a_thread_that_waits_for_itself(said: list[str]) -> None:
    mutex = Mutex(1, name="mutex")
    with mutex.lock():
        with pytest.raises(TimeoutError):
            mutex.lock(timeout=0.01).wait()
        ironfence.on_deadlock("raise")
        begun = time.monotonic()
        with pytest.raises(DeadlockError):
            mutex.lock(timeout=30).wait()
        assert time.monotonic() - begun < 25
    assert len(said) == 2 and "MainThread" in said[0]


def test_a_circle_on_trio(said: list[str]) -> None:
    trio = pytest.importorskip("trio")

    async def cross(first: Any, second: Any) -> None:
        async with first.lock():
            await trio.sleep(0.01)
            async with second.lock():
                pass

    async def main() -> None:
        one, other = Mutex(1, name="one"), Mutex(1, name="other")
        with trio.move_on_after(0.1):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(cross, one, other, name="pay")
                nursery.start_soon(cross, other, one, name="audit")

    trio.run(main)
    assert len(said) == 1
    assert re.search(r'task "pay" holds one, waits for other, at .*test_reports.py:\d+ in cross', said[0])
    assert re.search(r'task "audit" holds other, waits for one, at .*test_reports.py:\d+ in cross', said[0])


def test_what_is_no_deadlock_is_not_said(run: Any, said: list[str]) -> None:
    async def main() -> None:
        one, other = Mutex(1), RWLock(1, fast=True)

        async def work(n: int) -> None:
            async with one.lock():
                await asyncio.sleep(0)
                if n % 2:
                    async with other.write():
                        await asyncio.sleep(0)
                else:
                    async with other.read(), other.read():
                        await asyncio.sleep(0)
            async with (guard := other.upgradable_read()):
                await asyncio.sleep(0)
                await guard.upgrade()

        await asyncio.gather(*(work(n) for n in range(30)))

    run(main)
    assert not said


def test_a_guard_that_was_handed_over_blames_nobody(run: Any, said: list[str]) -> None:
    async def main() -> None:
        mutex = Mutex(1)
        guard = await mutex.lock()
        guard.disown()

        async def finish() -> None:
            guard.adopt()
            await asyncio.sleep(0)
            guard.release()

        task = asyncio.ensure_future(finish())
        async with mutex.lock(timeout=10):
            pass
        await task

    run(main)
    assert not said


def test_a_holder_that_has_ended_blames_nobody(run: Any, said: list[str]) -> None:
    async def main() -> None:
        mutex = Mutex(1)
        guards = []

        async def take() -> None:
            guards.append(await mutex.lock())

        await asyncio.ensure_future(take())
        waiting = asyncio.ensure_future(mutex.lock())
        await asyncio.sleep(0)
        guards.pop().release()
        (await waiting).release()

    run(main)
    assert not said


def test_without_owners_nothing_is_said(run: Any, said: list[str]) -> None:
    async def main() -> None:
        mutex = Mutex(1, owners=False)
        async with mutex.lock():
            with pytest.raises(TimeoutError):
                async with mutex.lock(timeout=0.01):
                    pass

    run(main)
    assert not said
