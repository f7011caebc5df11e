"""`@guarded`: a class whose fields are locks."""

from __future__ import annotations

import copy
import re
import sys
import types
import typing
from typing import Any, Callable, Generator, Iterable, Optional, Union

from ._native import Mutex, RWLock
from ._together import Together

Names = Union[str, Iterable[str]]

_MISSING: Any = object()


class _Default:
    """What a field without a value gets, made anew for each object."""

    def __init__(self, factory: Callable[[], Any]) -> None:
        self.factory = factory


def field(*, default_factory: Callable[[], Any]) -> Any:
    """The default of a field: `journal: Mutex[list[str]] = field(default_factory=list)`."""
    return _Default(default_factory)


class Locks(Together):
    """Several fields of one object, taken together. `as` is a view of their values."""

    def __init__(self, names: list[str], guards: list[Any], of: str) -> None:
        super().__init__(guards)
        self._names = names
        self._of = of

    def _result(self) -> Any:
        return Held(dict(zip(self._names, self._guards)), self._of)

    def __await__(self) -> Generator[Any, Any, Any]:
        yield from self._take().__await__()
        return self._result()

    def wait(self) -> Any:
        """As `await`, for a thread without a loop."""
        self._take_in_thread()
        return self._result()


class Held:
    """The values of the fields that were taken, by name. Setting one changes what the lock guards."""

    __slots__ = ("_guards", "_of")

    def __init__(self, guards: dict[str, Any], of: str) -> None:
        object.__setattr__(self, "_guards", guards)
        object.__setattr__(self, "_of", of)

    def _guard(self, name: str) -> Any:
        try:
            return self._guards[name]
        except KeyError:
            taken = ", ".join(f"`{name}`" for name in self._guards)
            raise AttributeError(
                f"`{name}` of {self._of} was not taken, only {taken}: ask for it in `locks(..)`"
            ) from None

    def __getattr__(self, name: str) -> Any:
        return self._guard(name).value

    def __setattr__(self, name: str, value: Any) -> None:
        self._guard(name).value = value

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._guards]

    def release(self) -> None:
        """Lets all of them go."""
        for guard in reversed(list(self._guards.values())):
            if guard.held:
                guard.release()


class Snapshot(Together):
    """A copy of all fields at one moment: await it, or `wait()` for it in a thread."""

    def __init__(self, guards: dict[str, Any], plain: dict[str, Any], copier: Any) -> None:
        super().__init__(list(guards.values()))
        self._names = list(guards)
        self._plain = plain
        self._copier = copier

    def _copy(self) -> types.SimpleNamespace:
        try:
            values = {n: self._copier(g.value) for n, g in zip(self._names, self._guards)}
        finally:
            self.release()
        return types.SimpleNamespace(**values, **self._plain)

    def __await__(self) -> Generator[Any, Any, Any]:
        yield from self._take().__await__()
        return self._copy()

    def wait(self) -> Any:
        """As `await`, for a thread without a loop."""
        self._take_in_thread()
        return self._copy()

    async def __aenter__(self) -> Any:
        return await self

    def __enter__(self) -> Any:
        return self.wait()


class Guarded:
    """What a class with guarded fields can do. Inherit from it, or say `@guarded`."""

    _kinds: typing.ClassVar[dict[str, Any]] = {}
    """Of each field, in the order of declaration: `Mutex`, `RWLock`, or None for one that is no lock."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _prepare(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _fill(self, args, kwargs)

    def __setattr__(self, name: str, value: Any) -> None:
        _check_set(self, name, value)
        super().__setattr__(name, value)

    def locks(
        self,
        *,
        read: Names = (),
        write: Names = (),
        lock: Names = (),
        upgradable_read: Names = (),
    ) -> Locks:
        """Several fields, taken in the order of declaration: `bank.locks(write="accounts", lock="journal")`."""
        return _locks(
            self, {"read": read, "write": write, "lock": lock, "upgradable_read": upgradable_read}
        )

    def snapshot(self, *, copy: Callable[[Any], Any] = copy.deepcopy) -> Snapshot:
        """A copy of all fields at one moment."""
        return _snapshot(self, copy)


def guarded(cls: type[Any]) -> type[Any]:
    """Makes the fields of a class that are annotated as `Mutex[..]` or `RW[..]` locks."""
    if issubclass(cls, Guarded):
        return cls  # prepared as it was made
    _prepare(cls)
    for name in ("locks", "snapshot"):
        if name not in vars(cls):
            setattr(cls, name, vars(Guarded)[name])
    if "__init__" not in vars(cls):
        setattr(cls, "__init__", vars(Guarded)["__init__"])
    if getattr(cls, "__setattr__") is getattr(object, "__setattr__"):
        setattr(cls, "__setattr__", _set)
    return cls


def _set(self: Any, name: str, value: Any) -> None:
    _check_set(self, name, value)
    object.__setattr__(self, name, value)


def _check_set(self: Any, name: str, value: Any) -> None:
    """A lock is not thrown away by mistake: `bank.accounts = {}` would leave nothing to lock."""
    kind = type(self)._kinds.get(name)
    if kind is None:
        return
    way = "lock" if issubclass(kind, Mutex) else "write"
    if isinstance(getattr(self, name, None), (Mutex, RWLock)):
        raise AttributeError(
            f"{type(self).__name__}.{name} is a lock and stays the same one: to change what it guards, set "
            f"`.value` of a guard, or say `async with ...locks({way}=\"{name}\") as held: held.{name} = ..`"
        )
    if not isinstance(value, (Mutex, RWLock)):
        raise TypeError(f"{type(self).__name__}.{name} is a lock: say `{kind.__name__}(value)`")


def _prepare(cls: type[Any]) -> None:
    kinds: dict[str, Any] = {}
    for base in reversed(cls.__mro__[1:]):
        kinds.update(vars(base).get("_kinds", {}))
    for name, annotation in _annotations(cls).items():
        kind = _kind(cls, annotation)
        if kind is _MISSING:
            continue
        if kind is not None and isinstance(vars(cls).get(name), (Mutex, RWLock)):
            raise TypeError(
                f"all objects would share the lock {cls.__name__}.{name}: say "
                f"`{name} = field(default_factory=..)`"
            )
        kinds[name] = kind
    if not any(kinds.values()) and cls.__module__ != __name__:
        raise TypeError(
            f"{cls.__name__} has no guarded field: annotate one, `accounts: RW[dict[str, int]]` or "
            "`journal: Mutex[list[str]]`"
        )
    setattr(cls, "_kinds", kinds)


def _annotations(cls: type[Any]) -> dict[str, Any]:
    if sys.version_info >= (3, 14):
        import annotationlib

        return annotationlib.get_annotations(cls, format=annotationlib.Format.FORWARDREF)
    return dict(vars(cls).get("__annotations__", {}))


def _kind(cls: type[Any], annotation: Any) -> Any:
    """`Mutex`, `RWLock`, None for another field, or nothing for what is no field."""
    if isinstance(annotation, str):
        try:
            annotation = eval(annotation, vars(sys.modules[cls.__module__]), dict(vars(cls)))
        except Exception:  # a name that isn't there at run time: the outermost one says enough
            head = re.match(r"\s*(?:\w+\.)*(\w+)", annotation)
            named = {"RW": RWLock, "RWLock": RWLock, "Mutex": Mutex, "ClassVar": typing.ClassVar}
            annotation = named.get(head.group(1)) if head else None
    origin = typing.get_origin(annotation) or annotation
    if origin is typing.ClassVar:
        return _MISSING
    for kind in (Mutex, RWLock):
        if isinstance(origin, type) and issubclass(origin, kind):
            return origin
    return None


def _fill(self: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    cls = type(self)
    kinds = cls._kinds
    if len(args) > len(kinds):
        raise TypeError(f"{cls.__name__} takes {len(kinds)} values, not {len(args)}")
    given = dict(zip(kinds, args))
    for name, value in kwargs.items():
        if name not in kinds:
            raise TypeError(f"{cls.__name__} has no field `{name}`; it has {_list(kinds)}")
        if name in given:
            raise TypeError(f"{cls.__name__} got `{name}` twice")
        given[name] = value
    missing = []
    for name, kind in kinds.items():
        value = given.get(name, _MISSING)
        if value is _MISSING:
            value = getattr(cls, name, _MISSING)
            if isinstance(value, _Default):
                value = value.factory()
        if value is _MISSING:
            missing.append(name)
        elif kind is not None and not missing:
            setattr(self, name, _lock(cls, name, kind, value))
        else:
            setattr(self, name, value)
    if missing:
        raise TypeError(f"{cls.__name__} needs a value for {_list(missing)}")


def _lock(cls: type[Any], name: str, kind: Any, value: Any) -> Any:
    """A lock that has its place in the order of all locks now."""
    if isinstance(value, (Mutex, RWLock)):
        if not isinstance(value, kind):
            raise TypeError(f"{cls.__name__}.{name} is a {kind.__name__}, not a {type(value).__name__}")
        lock = value
    elif issubclass(kind, RWLock):
        lock = kind(value, fast=True)
    else:
        lock = kind(value)
    lock._settle(f"{cls.__name__}.{name}")
    return lock


def _locks(self: Any, asked: dict[str, Names]) -> Locks:
    cls = type(self)
    modes: dict[str, str] = {}
    for mode, names in asked.items():
        for name in [names] if isinstance(names, str) else names:
            _check(cls, name, mode)
            if name in modes:
                raise ValueError(f"`{name}` is asked for twice: `{modes[name]}=` and `{mode}=`")
            modes[name] = mode
    if not modes:
        raise ValueError(f'name a field: `locks(read="..")`; {cls.__name__} has {_list(_fields(cls))}')
    ordered = [name for name in cls._kinds if name in modes]
    guards = [getattr(getattr(self, name), modes[name])() for name in ordered]
    return Locks(ordered, guards, cls.__name__)


def _check(cls: type[Any], name: str, mode: str) -> None:
    kind = cls._kinds.get(name)
    if kind is None:
        raise ValueError(f"{cls.__name__} has no guarded field `{name}`; it has {_list(_fields(cls))}")
    if (mode == "lock") != issubclass(kind, Mutex):
        instead = "lock=" if issubclass(kind, Mutex) else "read=` or `write="
        raise ValueError(f"`{name}` is a {kind.__name__}: ask for it by `{instead}`")


def _snapshot(self: Any, copier: Optional[Callable[[Any], Any]]) -> Snapshot:
    cls = type(self)
    guards, plain = {}, {}
    for name, kind in cls._kinds.items():
        value = getattr(self, name)
        if kind is None:
            plain[name] = value
        else:
            guards[name] = value.lock() if isinstance(value, Mutex) else value.read()
    return Snapshot(guards, plain, copier)


def _fields(cls: type[Any]) -> list[str]:
    return [name for name, kind in cls._kinds.items() if kind is not None]


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
