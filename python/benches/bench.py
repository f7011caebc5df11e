"""The bench of the Python package: `python python/benches/bench.py`, and `--publish` for the README.

    pip install "./python[bench]"

Each figure is CPU time of the one thread that runs the loop, in nanoseconds a lock. All peers of a row take turns, round
by round; of the rounds the fastest counts, since whatever disturbs makes a round slower. Memory is measured in a
process of its own for each peer.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable

import peers
from before import install, load
from peers import Peer
from report import Row, publish, table

HERE = Path(__file__).resolve().parent
TASKS = 100

ALONE = """
async def run(lock, times):
    for _ in range(times):
        async with {take}:
            pass
"""

ACROSS = """
async def work(lock, number, times):
    for _ in range(times):
        async with {take}:
            await sleep(0)
"""

MIXED = """
async def work(lock, number, times):
    for time in range(number, number + times):
        if time % 10:
            async with {take}:
                await sleep(0)
        else:
            async with {write}:
                await sleep(0)
"""

TOGETHER = """
async def run(lock, times):
    await gather(*(work(lock, number, times // TASKS) for number in range(TASKS)))
"""

ROWS = [
    ("mutex, free", ALONE, "{take}"),
    ("mutex, 100 tasks hold it across a turn", ACROSS + TOGETHER, "{take}"),
    ("rwlock, free, read", ALONE, "{take}"),
    ("rwlock, free, write", ALONE, "{write}"),
    ("rwlock, 100 tasks read across a turn", ACROSS + TOGETHER, "{take}"),
    ("rwlock, 100 tasks, one in ten writes", MIXED + TOGETHER, "{take}"),
]


def program(source: str, take: str, peer: Peer) -> Callable[[Any, int], Any]:
    """The row as its user would write it with this peer."""
    names: dict[str, Any] = {"sleep": asyncio.sleep, "gather": asyncio.gather, "TASKS": TASKS}
    way = take.format(take=peer.take, write=peer.write)
    exec(source.format(take=way, write=peer.write), names)
    run: Callable[[Any, int], Any] = names["run"]
    return run


def once(run: Callable[[Any, int], Any], make: Callable[[], Any], times: int) -> float:
    """Nanoseconds a lock."""

    async def main() -> int:
        lock = make()
        await run(lock, TASKS)
        begun = time.thread_time_ns()
        await run(lock, times)
        return time.thread_time_ns() - begun

    gc.collect()
    gc.disable()
    try:
        return asyncio.run(main()) / times
    finally:
        gc.enable()


def measure(row: tuple[str, str, str], all_peers: list[Peer], rounds: int, times: int) -> Row:
    name, source, take = row
    runs = [(peer, program(source, take, peer)) for peer in all_peers]
    best = {peer.name: float("inf") for peer in all_peers}
    for _ in range(rounds):
        for peer, run in runs:
            best[peer.name] = min(best[peer.name], once(run, peer.make, times))
    return Row(name, "ns", best)


def memory(kind: str, peer: Peer) -> float:
    command = [sys.executable, __file__, "--memory-of", kind, peer.name]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


async def memory_here(peer: Peer) -> float:
    """Bytes that the process grows by, a lock. In a loop, since 0.1.0 can't make a lock elsewhere."""
    count = 100_000
    places = [None] * count
    keep = [peer.make() for _ in range(1000)]  # what the first ones bring with them
    gc.collect()
    before = resident()
    for place in range(count):
        places[place] = peer.make()
    gc.collect()
    grown = resident() - before
    del keep
    return grown / count


def resident() -> int:
    with open("/proc/self/statm") as file:
        import resource

        return int(file.read().split()[1]) * resource.getpagesize()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--times", type=int, default=20_000, help="locks a round")
    options.add_argument("--only", default="", help="rows whose name has this")
    options.add_argument("--publish", action="store_true", help="write this version's table and picture into the README")
    options.add_argument("--memory-of", nargs=2, help=argparse.SUPPRESS)
    args = options.parse_args()
    folder = HERE / ".old"
    install(folder)
    before = load(folder)
    all_peers = {"mutex": peers.mutexes(before), "rwlock": peers.rwlocks(before)}
    if args.memory_of:
        kind, name = args.memory_of
        wanted = next(peer for peer in all_peers[kind] if peer.name == name)
        print(asyncio.run(memory_here(wanted)))
        return
    rows = [
        measure(row, all_peers[row[0].split(",")[0]], args.rounds, args.times)
        for row in ROWS
        if args.only in row[0]
    ]
    for kind, of_kind in all_peers.items():
        name = f"{kind}, memory"
        if args.only in name and Path("/proc/self/statm").exists():
            rows.append(Row(name, "bytes", {peer.name: memory(kind, peer) for peer in of_kind}))
    print(table(rows))
    if args.publish:
        publish(rows, HERE.parent / "README.md", HERE)


if __name__ == "__main__":
    main()
