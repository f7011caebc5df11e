"""Who holds and who waits, in words; and what is said of a deadlock."""

from __future__ import annotations

import logging
import os
import sys
import threading
from types import FrameType
from typing import Any, NamedTuple, Optional

logger = logging.getLogger("ironfence")

_PACKAGE = os.path.dirname(os.path.abspath(__file__))

_policy = "log"


class DeadlockError(RuntimeError):
    """Tasks or threads wait for each other, or one waits for itself."""


class Party(NamedTuple):
    """Somebody who holds a lock, or waits for it."""

    owner: Any
    """A task of asyncio or trio, a `threading.Thread`, or None if that isn't known."""
    mode: str
    """`lock`, `read`, `write` or `upgradable_read`."""

    @property
    def name(self) -> str:
        return _name(self.owner)


def on_deadlock(policy: str) -> None:
    """What happens when somebody queues for a lock that can never be had: `"log"` it (as an error of the logger
    `ironfence`), log it and `"raise"` a DeadlockError where it would wait, or `"ignore"` it."""
    global _policy
    if policy not in ("log", "raise", "ignore"):
        raise ValueError(f'on_deadlock takes "log", "raise" or "ignore", not {policy!r}')
    _policy = policy


def party(task: Any, ident: Optional[int], mode: str) -> Party:
    return Party(task if task is not None else _thread(ident), mode)


def deadlock(parties: list[tuple[Any, Optional[int], str, Optional[str], str, str]]) -> None:
    """Says who waits for whom; each has what the one before it wants."""
    if _policy == "ignore":
        return
    if len(parties) == 1:
        head = "deadlock: one waits for itself"
    else:
        head = f"deadlock: {len(parties)} wait for each other"
    lines = [head]
    for task, ident, has, held_as, wants, mode in parties:
        owner = task if task is not None else _thread(ident)
        kind = "thread" if isinstance(owner, threading.Thread) else "task"
        holds = f"holds {has}" if held_as is not None else f"is queued for {has}"
        line = f'{kind} "{_name(owner)}" {holds}, waits for {wants}'
        place = _place(owner, ident)
        if place is not None:
            line += f", at {place}"
        lines.append(line)
    text = "\n  ".join(lines)
    logger.error("%s", text)
    if _policy == "raise":
        raise DeadlockError(text)


def _thread(ident: Optional[int]) -> Optional[threading.Thread]:
    if ident is None:
        return None
    for thread in threading.enumerate():
        if thread.ident == ident:
            return thread
    return None


def _name(owner: Any) -> str:
    if owner is None:
        return "?"
    if hasattr(owner, "get_name"):
        return str(owner.get_name())
    return str(getattr(owner, "name", owner))


def _place(owner: Any, ident: Optional[int]) -> Optional[str]:
    """The line where it waits: the innermost one that isn't ours."""
    frame = _running_frame(owner)
    if frame is None and isinstance(owner, threading.Thread):
        frame = sys._current_frames().get(ident) if ident is not None else None
    if frame is None:
        frame = _suspended_frame(owner)
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    if frame is None:
        return None
    name = frame.f_code.co_filename
    shown = os.path.relpath(name) if name.startswith(os.getcwd() + os.sep) else name
    return f"{shown}:{frame.f_lineno} in {frame.f_code.co_name}"


def _is_ours(frame: FrameType) -> bool:
    return os.path.dirname(os.path.abspath(frame.f_code.co_filename)) == _PACKAGE


def _running_frame(owner: Any) -> Optional[FrameType]:
    """The line of the one who runs now, who is about to wait."""
    return sys._getframe(2) if owner is not None and owner is _current() else None


def _current() -> Any:
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None:
        try:
            task = asyncio.current_task()
        except RuntimeError:
            task = None
        if task is not None:
            return task
    lowlevel = sys.modules.get("trio.lowlevel")
    if lowlevel is not None:
        try:
            return lowlevel.current_task()
        except RuntimeError:
            pass
    return threading.current_thread()


def _suspended_frame(owner: Any) -> Optional[FrameType]:
    """The innermost frame of a task that waits: from its coroutine to what that awaits, and so on."""
    if hasattr(owner, "get_coro"):
        inner = owner.get_coro()
    else:
        inner = getattr(owner, "coro", None)
    found: Optional[FrameType] = None
    while inner is not None:
        for kind in ("cr", "gi", "ag"):
            frame = getattr(inner, kind + "_frame", None)
            if frame is not None:
                found = frame if not _is_ours(frame) else found
                inner = getattr(inner, "gi_yieldfrom" if kind == "gi" else kind + "_await", None)
                break
        else:
            break
    return found
