"""A guard as a decorator: the function runs with the lock."""

from __future__ import annotations

import functools
import inspect
from typing import Any, Callable


def decorate(guard: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def locked(*args: Any, **kwargs: Any) -> Any:
            async with guard._again():
                return await function(*args, **kwargs)

        return locked

    @functools.wraps(function)
    def locked_in_thread(*args: Any, **kwargs: Any) -> Any:
        with guard._again():
            return function(*args, **kwargs)

    return locked_in_thread
