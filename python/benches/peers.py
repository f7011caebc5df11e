"""The locks that are compared, and how a user takes each."""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

OLD = ("ironfence==0.1.0", "aiorwlock==1.3.0")


@dataclass(frozen=True)
class Peer:
    name: str
    make: Callable[[], Any]
    take: str
    """What stands behind `async with`; for an rwlock that of a reader."""
    write: str = ""


def old(folder: Path) -> ModuleType:
    """ironfence 0.1.0 with the aiorwlock of its day, from PyPI, under names of their own."""
    if not (folder / "ironfence").is_dir():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), *OLD]
        subprocess.run(command, check=True)
    kept = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "aiorwlock"}
    for name in kept:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("ironfence_old", folder / "ironfence" / "__init__.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["ironfence_old"] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == "aiorwlock"]:
            del sys.modules[name]
        sys.modules.update(kept)
    assert module.__version__ == "0.1.0"
    return module


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
