"""What was wrong with 0.1.0, and is not with this."""

from __future__ import annotations

import asyncio
import copy
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import ironfence
from conftest import until


def way(lock: Any, name: str, **kwargs: Any) -> Any:
    return getattr(lock, name)(**kwargs)


@pytest.mark.parametrize("waits", ["read", "write"])
@pytest.mark.parametrize("holds", ["read", "write"])
def test_a_cancelled_waiter_leaves_the_lock_in_order(run: Any, holds: str, waits: str) -> None:
    async def main() -> None:
        lock = ironfence.RWLock([], fast=True)

        async def waiter() -> None:
            async with way(lock, waits):
                pass

        for turns in range(4):  # cancelled before it begins, in the queue, when it was woken, when it is done
            holder = await way(lock, holds)
            queue = await asyncio.gather(*(sleeping(waiter()) for _ in range(3)))
            await asyncio.sleep(0)
            queue[1].cancel()
            if turns >= 2:
                holder.release()
            for _ in range(turns):
                await asyncio.sleep(0)
            queue[0].cancel()
            if holder.held:
                holder.release()
            await asyncio.wait_for(queue[2], 5)
            async with lock.write(timeout=5):
                assert len(lock.holders) == 1
            assert not lock.locked and not lock.waiting

    async def sleeping(coroutine: Any) -> asyncio.Task[None]:
        return asyncio.ensure_future(coroutine)

    run(main)


def test_a_waiter_that_timed_out_lets_no_two_in(run: Any) -> None:
    async def main() -> None:
        lock, inside = ironfence.RWLock([], fast=True), []

        async def enter(kind: str, timeout: float) -> None:
            try:
                async with way(lock, kind, timeout=timeout):
                    inside.append(kind)
                    assert inside == [kind] or set(inside) == {"read"}
                    await asyncio.sleep(0.001)
                    inside.remove(kind)
            except TimeoutError:
                pass

        kinds = ["read", "write", "write", "read"] * 25
        await asyncio.gather(*(enter(kind, 0.0005 * n) for n, kind in enumerate(kinds)))
        assert not inside and not lock.locked and not lock.waiting

    run(main)


def test_locks_are_made_without_a_loop() -> None:
    code = "import ironfence\nL = ironfence.RWLock([])\nM = ironfence.Mutex([])\nimport sys\nassert 'asyncio' not in sys.modules or True\n"
    code += "import asyncio\nasync def main():\n  async with L.read(), M.lock(): print('in')\nasyncio.run(main())\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=Path(__file__).parent)
    assert (done.returncode, done.stdout.strip()) == (0, "in"), done.stderr


@pytest.mark.parametrize("kind", ["lock", "read", "write"])
def test_one_lock_serves_several_loops(kind: str) -> None:
    lock: Any = ironfence.Mutex([0]) if kind == "lock" else ironfence.RWLock([0], fast=True)
    exclusive = "lock" if kind == "lock" else "write"
    rounds, loops, tasks = 50, 4, 5
    errors: list[BaseException] = []

    async def work() -> None:
        for n in range(rounds):
            async with way(lock, exclusive if n % 2 else kind) as value:
                seen = value[0]
                await asyncio.sleep(0)
                if n % 2:
                    value[0] = seen + 1
                assert value[0] == seen + n % 2, "nobody else was in"

    async def main() -> None:
        await asyncio.wait_for(asyncio.gather(*(work() for _ in range(tasks))), 50)

    def loop() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=loop) for _ in range(loops)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors and not lock.locked
    with way(lock, exclusive) as value:
        assert value[0] == loops * tasks * rounds // 2


def test_a_waiter_whose_loop_was_closed_stands_in_nobodys_way() -> None:
    mutex = ironfence.Mutex([])
    guard = mutex.try_lock()
    assert guard is not None

    async def give_up() -> asyncio.Task[Any]:
        task = asyncio.ensure_future(mutex.lock())
        await asyncio.sleep(0)
        assert len(mutex.waiting) == 1
        return task

    loop = asyncio.new_event_loop()
    forgotten = loop.run_until_complete(give_up())
    loop.close()

    async def main() -> None:
        second = asyncio.ensure_future(mutex.lock(timeout=10))
        await asyncio.sleep(0)
        guard.release()
        (await second).release()

    asyncio.run(main())
    assert not mutex.locked
    forgotten.cancel  # kept until here
    forgotten._log_destroy_pending = False  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["asyncio", "trio", "thread"])
def test_a_waiter_whose_loop_stands_still_is_passed(kind: str) -> None:
    mutex = ironfence.Mutex([])
    guard = mutex.try_lock()
    assert guard is not None

    async def give_up() -> asyncio.Task[Any]:
        task = asyncio.ensure_future(mutex.lock())
        await asyncio.sleep(0)
        return task

    loop = asyncio.new_event_loop()
    waiter = loop.run_until_complete(give_up())
    guard.release()
    # It was called, and its loop does not run.

    async def take() -> None:
        async with mutex.lock(timeout=20):
            assert len(mutex.holders) == 1

    async def several() -> None:
        await asyncio.gather(*(take() for _ in range(5)))

    if kind == "asyncio":
        asyncio.run(several())
    elif kind == "trio":
        pytest.importorskip("trio").run(take)
    else:
        with mutex.lock(timeout=20):
            pass
    loop.run_until_complete(waiter).release()
    loop.close()
    assert not mutex.locked and not mutex.waiting


def test_a_waiter_that_is_driven_by_hand_and_then_left_is_passed(run: Any) -> None:
    async def main() -> None:
        mutex = ironfence.Mutex([])
        holder = await mutex.lock()
        forgotten = mutex.lock()
        iterator = forgotten.__await__()
        next(iterator)  # it queues, and nobody asks it again
        waiter = asyncio.ensure_future(mutex.lock(timeout=20))
        await asyncio.sleep(0)
        holder.release()
        newcomer = asyncio.ensure_future(mutex.lock(timeout=20))
        (await waiter).release()
        (await newcomer).release()
        forgotten.close()
        assert not mutex.locked and not mutex.waiting

    run(main)


def test_a_reader_does_not_starve(run: Any) -> None:
    async def main() -> None:
        lock, writes, stop = ironfence.RWLock([], fast=True), 0, False

        async def writer() -> None:
            nonlocal writes
            while not stop:
                async with lock.write():
                    writes += 1
                    await asyncio.sleep(0)

        writers = [asyncio.ensure_future(writer()) for _ in range(3)]
        await until(lambda: writes > 10)
        before = writes
        async with lock.read():
            passed = writes - before
        stop = True
        await asyncio.gather(*writers)
        assert passed <= 3, "those before it in the queue, and no more"

    run(main)


def test_a_writer_does_not_starve(run: Any) -> None:
    async def main() -> None:
        lock, reads, stop = ironfence.RWLock([], fast=True), 0, False

        async def reader() -> None:
            nonlocal reads
            while not stop:
                async with lock.read():
                    reads += 1
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)

        readers = [asyncio.ensure_future(reader()) for _ in range(4)]
        await until(lambda: reads > 10)
        before = reads
        async with lock.write():
            passed = reads - before
        stop = True
        await asyncio.gather(*readers)
        assert passed <= 8

    run(main)


def test_locks_are_compared_by_identity() -> None:
    one, other = ironfence.Mutex(1), ironfence.Mutex(1)
    assert one == one and one != other and len({one, other}) == 2
    assert ironfence.RWLock(1) != ironfence.RWLock(1)


@pytest.mark.parametrize("make", [ironfence.Mutex, ironfence.RWLock])
def test_a_lock_is_not_pickled_or_copied(make: Any) -> None:
    lock = make([1])
    for how in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="can't be pickled or copied.*make a new"):
            how(lock)
    with pytest.raises(TypeError, match="can't be pickled or copied"):
        pickle.dumps(lock.lock() if make is ironfence.Mutex else lock.read())


@pytest.mark.parametrize("kind", ["lock", "read", "write"])
def test_it_is_left_in_another_task(run: Any, kind: str) -> None:
    async def main() -> None:
        lock: Any = ironfence.Mutex([]) if kind == "lock" else ironfence.RWLock([])
        manager = way(lock, kind)

        async def enter() -> None:
            await manager.__aenter__()

        await asyncio.ensure_future(enter())
        assert lock.locked
        await manager.__aexit__(None, None, None)
        assert not lock.locked

    run(main)


def test_an_async_generator_finalised_elsewhere_releases(run: Any) -> None:
    async def main() -> None:
        lock = ironfence.RWLock([1])

        async def rows() -> Any:
            async with lock.read() as value:
                for row in value:
                    yield row

        async def first() -> Any:
            generator = rows()
            return await generator.__anext__(), generator

        _, generator = await asyncio.ensure_future(first())
        assert lock.locked
        await generator.aclose()
        assert not lock.locked

    run(main)
