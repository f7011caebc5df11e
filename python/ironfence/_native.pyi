from types import TracebackType
from typing import Any, Callable, Coroutine, Generator, Generic, Optional, TypeVar, final

from ._report import Party

_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])

class Primitive(Generic[_T]):
    """What both locks are: a value, and beside it the lock that guards it."""

    def __init__(self, value: _T) -> None: ...
    def __set_name__(self, owner: type[Any], name: str) -> None: ...
    @property
    def locked(self) -> bool:
        """True if somebody has it."""
    @property
    def name(self) -> str:
        """What reports call it: its name, or its kind and number."""
    @name.setter
    def name(self, name: str) -> None: ...
    @property
    def holders(self) -> tuple[Party, ...]:
        """Those who have it."""
    @property
    def waiting(self) -> tuple[Party, ...]:
        """Those who wait for it, in their order."""
    @property
    def _number(self) -> int: ...
    def _settle(self, name: str) -> None: ...

class Mutex(Primitive[_T]):
    """A value that one task or thread at a time may use. First come, first served.

    `owners=False` makes it faster: it does not know who holds it then, and a deadlock is not reported.
    """

    def __init__(self, value: _T, *, name: Optional[str] = None, owners: bool = True) -> None: ...
    def lock(self, *, timeout: Optional[float] = None) -> Guard[_T]:
        """A guard to enter, to await, or to `wait()` for in a thread. TimeoutError after so many seconds."""
    def try_lock(self) -> Optional[Guard[_T]]:
        """A guard that has the lock, or None if one would have to wait."""

class RWLock(Primitive[_T]):
    """A value that many may read at once, or one may change. First come, first served.

    A task that has it may take it again: read in read, read in write, write in write. From read to write is a
    RuntimeError. With `fast=False` the loop has a turn before a free lock is taken. With `owners=False` nobody knows
    who holds it: a task that reads in a read may wait for itself then, and a deadlock is not reported.
    """

    def __init__(
        self, value: _T, fast: bool = False, *, name: Optional[str] = None, owners: bool = True
    ) -> None: ...
    def read(self, *, timeout: Optional[float] = None) -> Guard[_T]:
        """A guard for reading beside others. TimeoutError after so many seconds."""
    def write(self, *, timeout: Optional[float] = None) -> Guard[_T]:
        """A guard for changing the value. TimeoutError after so many seconds."""
    def upgradable_read(self, *, timeout: Optional[float] = None) -> Guard[_T]:
        """A guard for reading beside others, as the only one who may `upgrade()`."""
    def try_read(self) -> Optional[Guard[_T]]:
        """A guard that reads, or None if one would have to wait."""
    def try_write(self) -> Optional[Guard[_T]]:
        """A guard that writes, or None if one would have to wait."""
    def try_upgradable_read(self) -> Optional[Guard[_T]]:
        """A guard that may upgrade, or None if one would have to wait."""

@final
class Guard(Coroutine[Any, Any, Guard[_T]], Generic[_T]):
    """A way to a lock, and then the hold. It is used once, and releases the lock when it is thrown away."""

    # `async with guard as value`: in tasks of asyncio and trio
    async def __aenter__(self) -> _T: ...
    async def __aexit__(
        self,
        kind: Optional[type[BaseException]] = None,
        value: Optional[BaseException] = None,
        traceback: Optional[TracebackType] = None,
        /,
    ) -> None: ...
    # `with guard as value`: in threads, and of a guard that has its lock already
    def __enter__(self) -> _T: ...
    def __exit__(
        self,
        kind: Optional[type[BaseException]] = None,
        value: Optional[BaseException] = None,
        traceback: Optional[TracebackType] = None,
        /,
    ) -> None: ...
    # `await guard`: the guard itself, with the lock
    def __await__(self) -> Generator[Any, Any, Guard[_T]]: ...
    def send(self, value: Any, /) -> Any: ...
    def throw(self, kind: Any, value: Any = None, traceback: Any = None, /) -> Any: ...
    def close(self) -> None: ...
    def wait(self) -> Guard[_T]:
        """As `await`, for a thread without a loop."""
    def release(self) -> None:
        """Lets the lock go. Once more is a RuntimeError."""
    @property
    def held(self) -> bool:
        """True while it has its lock."""
    @property
    def mode(self) -> str:
        """`lock`, `read`, `write` or `upgradable_read`."""
    @property
    def value(self) -> _T:
        """What is guarded. A guard that locks or writes may set it."""
    @value.setter
    def value(self, value: _T) -> None: ...
    @property
    def lock(self) -> Primitive[_T]:
        """The lock."""
    def upgrade(self) -> Guard[_T]:
        """To be awaited: the right to write, when the other readers have left. One that is cancelled has released."""
    def downgrade(self) -> None:
        """Turns a guard that writes into one that reads. Nobody writes in between."""
    def downgrade_to_upgradable(self) -> None:
        """Turns a guard that writes into one that reads and may upgrade. Nobody writes in between."""
    def disown(self) -> None:
        """Said before the guard is handed to another task: nobody in particular has the lock from now on."""
    def adopt(self) -> None:
        """Said by the task that was handed the guard: it has the lock from now on."""
    def __call__(self, function: _F) -> _F:
        """A decorator: the function runs with the lock."""
    @property
    def _number(self) -> int: ...
    def _again(self) -> Guard[_T]: ...
