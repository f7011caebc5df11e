"""Guarded state for asyncio, trio and threads: `Mutex` and `RWLock` own what they guard."""

from ._guarded import Guarded, Held, Locks, Snapshot, field, guarded
from ._native import Guard, Mutex, Primitive, RWLock
from ._report import DeadlockError, Party, on_deadlock
from ._together import Together, lock_all

RW = RWLock
"""The same as `RWLock`, for annotations: `accounts: RW[dict[str, int]]`."""

__version__ = "0.2.0"

__all__ = (
    "Primitive",
    "RWLock",
    "Mutex",
    "RW",
    "Guard",
    "Guarded",
    "Held",
    "Locks",
    "Party",
    "Snapshot",
    "Together",
    "DeadlockError",
    "field",
    "guarded",
    "lock_all",
    "on_deadlock",
)
