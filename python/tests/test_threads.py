"""Threads: waiting with one, Ctrl-C, threads beside loops, and a loop that must not be stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ironfence import Mutex, RWLock


def wait_until(condition: Any) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_threads_take_turns() -> None:
    mutex, rounds = Mutex([0]), 300

    def work() -> None:
        for _ in range(rounds):
            with mutex.lock() as value:
                seen = value[0]
                if seen % 16 == 0:
                    time.sleep(0)
                value[0] = seen + 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with mutex.lock() as value:
        assert value == [rounds * 6]


def test_threads_are_served_in_their_order() -> None:
    mutex, order, threads = Mutex(None), [], []
    guard = mutex.lock().wait()

    def work(n: int) -> None:
        with mutex.lock():
            order.append(n)

    for n in range(6):
        threads.append(threading.Thread(target=work, args=(n,)))
        threads[-1].start()
        wait_until(lambda: len(mutex.waiting) == n + 1)
    assert {waiter.owner for waiter in mutex.waiting} == set(threads)
    guard.release()
    for thread in threads:
        thread.join(30)
    assert order == list(range(6))


def test_threads_beside_loops_on_one_lock() -> None:
    lock, rounds, errors = RWLock([0, 0], fast=True), 100, []

    def check(value: list[int]) -> None:
        assert value[0] == value[1], "nobody reads while somebody writes"

    def thread() -> None:
        try:
            for n in range(rounds):
                if n % 3:
                    with lock.read() as value:
                        check(value)
                else:
                    with lock.write() as value:
                        check(value)
                        value[0] += 1
                        time.sleep(0)
                        value[1] += 1
        except BaseException as error:
            errors.append(error)

    async def task() -> None:
        for n in range(rounds):
            if n % 3:
                async with lock.read() as value:
                    check(value)
                    await asyncio.sleep(0)
                    check(value)
            else:
                async with lock.write() as value:
                    check(value)
                    value[0] += 1
                    await asyncio.sleep(0)
                    value[1] += 1

    async def tasks() -> None:
        await asyncio.wait_for(asyncio.gather(*(task() for _ in range(3))), 60)

    def loop() -> None:
        try:
            asyncio.run(tasks())
        except BaseException as error:
            errors.append(error)

    all_of_them = [threading.Thread(target=thread) for _ in range(3)]
    all_of_them += [threading.Thread(target=loop) for _ in range(2)]
    for one in all_of_them:
        one.start()
    for one in all_of_them:
        one.join(60)
        assert not one.is_alive()
    assert not errors
    with lock.read() as value:
        assert value == [9 * len(range(0, rounds, 3))] * 2


def test_a_thread_that_would_stop_its_loop_is_refused() -> None:
    async def main() -> None:
        mutex = Mutex(1)
        with mutex.lock() as value:
            assert value == 1, "a free lock needs no waiting"
        async with mutex.lock():
            with pytest.raises(RuntimeError, match="would stop the loop"):
                with mutex.lock():
                    pass
            with pytest.raises(RuntimeError, match="would stop the loop"):
                mutex.lock().wait()

            def in_a_callback() -> str:
                with pytest.raises(RuntimeError, match="would stop the loop"):
                    mutex.lock().wait()
                return "refused"

            done = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(lambda: done.set_result(in_a_callback()))
            assert await done == "refused"
            # A thread of its own has no loop that could be stopped.
            waiting = asyncio.get_running_loop().run_in_executor(None, lambda: mutex.lock().wait())
            while not mutex.waiting:
                await asyncio.sleep(0.001)
        (await waiting).release()

    asyncio.run(main())


@pytest.mark.skipif(os.name == "nt", reason="signals are sent in another way there")
def test_ctrl_c_ends_a_wait() -> None:
    program = """
        import ironfence, signal, threading, sys
        # A shell starts what runs in its background with SIGINT ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        mutex = ironfence.Mutex(1)
        held = mutex.lock().wait()
        threading.Thread(target=lambda: sys.stdin.read(), daemon=True).start()
        try:
            print("waits", flush=True)
            with mutex.lock():
                pass
        except KeyboardInterrupt:
            assert not mutex.waiting and mutex.locked
            held.release()
            with mutex.lock():
                print("interrupted", flush=True)
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent,
    )
    assert child.stdin and child.stdout
    assert child.stdout.readline() == "waits\n"
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    assert child.stdout.readline() == "interrupted\n"
    child.stdin.close()
    assert child.wait(30) == 0


def test_a_guard_is_used_by_one_thread_at_a_time() -> None:
    mutex = Mutex(1)
    holder, waiting = mutex.lock().wait(), mutex.lock()
    thread = threading.Thread(target=waiting.wait)
    thread.start()
    wait_until(lambda: mutex.waiting)
    for use in (waiting.release, waiting.wait, waiting.close, lambda: waiting.value, lambda: waiting.held):
        with pytest.raises(RuntimeError, match="used by another thread"):
            use()
    holder.release()
    thread.join(30)
    assert waiting.held
    waiting.release()


def test_a_thread_may_read_again() -> None:
    lock = RWLock([])
    with lock.read():
        writer = threading.Thread(target=lambda: lock.write().wait().release())
        writer.start()
        wait_until(lambda: lock.waiting)
        with lock.read():
            pass
        with pytest.raises(RuntimeError, match="Cannot upgrade"):
            with lock.write():
                pass
    writer.join(30)
    assert not lock.locked


def test_a_new_thread_is_not_the_one_before_it() -> None:
    lock, guards = RWLock([]), []

    def take() -> None:
        guards.append(lock.write().wait())

    def try_again() -> None:
        guards.append(lock.try_write())

    for work in [take, *[try_again] * 20]:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert guards[1:] == [None] * 20, "idents are given again, but not who one is"
    assert lock.holders[0].owner is None, "that thread has gone"
