"""The locks that are compared, and how a user takes each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Callable


@dataclass(frozen=True)
class Peer:
    name: str
    make: Callable[[], Any]
    take: str
    """What stands behind `async with`; for an rwlock that of a reader."""
    write: str = ""


OURS, ANONYMOUS, BEFORE = "ironfence", "ironfence, owners=False", "ironfence 0.1.0"


def mutexes(before: ModuleType) -> list[Peer]:
    import aiologic
    import anyio
    import ironfence

    return [
        Peer(OURS, lambda: ironfence.Mutex(None), "lock.lock()"),
        Peer(ANONYMOUS, lambda: ironfence.Mutex(None, owners=False), "lock.lock()"),
        Peer(BEFORE, lambda: before.Mutex(None), "lock.lock()"),
        Peer("asyncio.Lock", asyncio.Lock, "lock"),
        Peer("aiologic.Lock", aiologic.Lock, "lock"),
        Peer("anyio.Lock", lambda: anyio.Lock(fast_acquire=True), "lock"),
    ]


def rwlocks(before: ModuleType) -> list[Peer]:
    import aiorwlock
    import culsans
    import ironfence

    def ours(**kwargs: Any) -> Any:
        return ironfence.RWLock(None, fast=True, **kwargs)

    return [
        Peer(OURS, ours, "lock.read()", "lock.write()"),
        Peer(ANONYMOUS, lambda: ours(owners=False), "lock.read()", "lock.write()"),
        Peer(BEFORE, lambda: before.RWLock(None, fast=True), "lock.read()", "lock.write()"),
        Peer("aiorwlock", lambda: aiorwlock.RWLock(fast=True), "lock.reader", "lock.writer"),
        Peer("culsans.RWLock", culsans.RWLock, "lock.reading", "lock.writing"),
    ]
