from types import SimpleNamespace, TracebackType
from typing import Any, Callable, Generator, Generic, Iterable, Optional, TypeVar, Union, overload

from typing_extensions import dataclass_transform

from ._native import Guard as Guard, Mutex as Mutex, Primitive as Primitive, RWLock as RWLock
from ._report import DeadlockError as DeadlockError, Party as Party, on_deadlock as on_deadlock

__version__: str
__all__: tuple[str, ...]

RW = RWLock

_T = TypeVar("_T")
_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")
_D = TypeVar("_D")
_Values = TypeVar("_Values", covariant=True)
_Guards = TypeVar("_Guards", covariant=True)
_Names = Union[str, Iterable[str]]

class Together(Generic[_Values, _Guards]):
    """Guards that are taken together: enter it, await it, or `wait()` for it in a thread."""

    async def __aenter__(self) -> _Values: ...
    async def __aexit__(
        self,
        kind: Optional[type[BaseException]],
        value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...
    def __enter__(self) -> _Values: ...
    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        value: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None: ...
    def __await__(self) -> Generator[Any, Any, _Guards]: ...
    def wait(self) -> _Guards:
        """As `await`, for a thread without a loop."""
    def release(self) -> None:
        """Lets all of them go."""

@overload
def lock_all(a: Guard[_A], b: Guard[_B], /) -> Together[tuple[_A, _B], tuple[Guard[_A], Guard[_B]]]: ...
@overload
def lock_all(
    a: Guard[_A], b: Guard[_B], c: Guard[_C], /
) -> Together[tuple[_A, _B, _C], tuple[Guard[_A], Guard[_B], Guard[_C]]]: ...
@overload
def lock_all(
    a: Guard[_A], b: Guard[_B], c: Guard[_C], d: Guard[_D], /
) -> Together[tuple[_A, _B, _C, _D], tuple[Guard[_A], Guard[_B], Guard[_C], Guard[_D]]]: ...
@overload
def lock_all(*guards: Guard[_T]) -> Together[tuple[_T, ...], tuple[Guard[_T], ...]]: ...

class Held:
    """The values of the fields that were taken, by name. Setting one changes what the lock guards."""

    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...
    def release(self) -> None:
        """Lets all of them go."""

class Locks(Together[Held, Held]):
    """Several fields of one object, taken together. `as` is a view of their values."""

class Snapshot(Together[SimpleNamespace, SimpleNamespace]):
    """A copy of all fields at one moment: await it, or `wait()` for it in a thread."""

def field(*, default_factory: Callable[[], Any]) -> Any:
    """The default of a field: `journal: Mutex[list[str]] = field(default_factory=lambda: Mutex([]))`."""

@dataclass_transform(field_specifiers=(field,))
class Guarded:
    """What a class with guarded fields can do. Inherit from it, so that a type checker sees it too."""

    def locks(
        self,
        *,
        read: _Names = (),
        write: _Names = (),
        lock: _Names = (),
        upgradable_read: _Names = (),
    ) -> Locks:
        """Several fields, taken in the order of declaration: `bank.locks(write="accounts", lock="journal")`."""
    def snapshot(self, *, copy: Callable[[Any], Any] = ...) -> Snapshot:
        """A copy of all fields at one moment, made by `copy`, which is `copy.deepcopy`."""

@dataclass_transform(field_specifiers=(field,))
def guarded(cls: type[_T]) -> type[_T]:
    """Makes the fields of a class that are annotated as `Mutex[..]` or `RW[..]` locks."""
