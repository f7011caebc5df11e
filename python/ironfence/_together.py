"""Several locks at once, always in one order, so that nobody who takes them so can wait in a circle."""

from __future__ import annotations

from typing import Any, Generator, Optional, Sequence

from ._native import Guard


class Together:
    """Guards that are taken together: enter it, await it, or `wait()` for it in a thread."""

    def __init__(self, guards: Sequence[Any]) -> None:
        for guard in guards:
            if not isinstance(guard, Guard):
                raise TypeError(
                    f"lock_all takes guards, such as `a.lock()` or `b.write()`, not {type(guard).__name__}"
                )
        self._guards = tuple(guards)
        self._ordered = sorted(guards, key=lambda guard: guard._number)
        for one, other in zip(self._ordered, self._ordered[1:]):
            if one._number == other._number:
                raise ValueError(
                    f"{one.lock.name} is asked for twice: one of the two would wait for the other"
                )

    def _result(self) -> Any:
        return tuple(guard.value for guard in self._guards)

    async def _take(self) -> None:
        taken: list[Any] = []
        try:
            for guard in self._ordered:
                await guard
                taken.append(guard)
        except BaseException:
            _release(taken)
            raise

    def _take_in_thread(self) -> None:
        taken: list[Any] = []
        try:
            for guard in self._ordered:
                guard.wait()
                taken.append(guard)
        except BaseException:
            _release(taken)
            raise

    def release(self) -> None:
        """Lets all of them go."""
        _release(self._ordered)

    async def __aenter__(self) -> Any:
        await self._take()
        return self._result()

    async def __aexit__(self, *exception: object) -> None:
        self.release()

    def __enter__(self) -> Any:
        self._take_in_thread()
        return self._result()

    def __exit__(self, *exception: object) -> None:
        self.release()

    def __await__(self) -> Generator[Any, Any, Any]:
        yield from self._take().__await__()
        return self._guards

    def wait(self) -> Any:
        """As `await`, for a thread without a loop."""
        self._take_in_thread()
        return self._guards


def lock_all(*guards: Any) -> Together:
    """Takes several locks, of one object or of many, in one order: `async with lock_all(a.lock(), b.write()) as
    (x, y)`. The values come in the order in which they were asked for."""
    return Together(guards)


def _release(guards: Sequence[Any]) -> None:
    first: Optional[BaseException] = None
    for guard in reversed(guards):
        if not guard.held:
            continue
        try:
            guard.release()
        except BaseException as error:  # the others are released all the same
            first = first or error
    if first is not None:
        raise first
