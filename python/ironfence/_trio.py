"""Waiting in trio. Imported when a task of trio waits, so trio is there."""

from __future__ import annotations

import math
from typing import Any

import trio
from trio import Event as Event


def deadline(timeout: float | None) -> float:
    return math.inf if timeout is None else trio.current_time() + timeout


async def sleep(event: trio.Event, deadline: float) -> bool:
    """True if it is too late."""
    with trio.CancelScope(deadline=deadline) as scope:
        await event.wait()
    return scope.cancelled_caught


async def turn() -> None:
    """Lets others run once."""
    await trio.lowlevel.checkpoint()


def task_name(task: Any) -> str:
    return str(task.name)
