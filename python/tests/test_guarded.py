"""Classes with guarded fields, several locks at once, and snapshots."""

from __future__ import annotations

import asyncio
import itertools
import threading
from typing import Any, ClassVar

import pytest

from ironfence import RW, Guarded, Held, Mutex, RWLock, field, guarded, lock_all


@guarded
class Bank:
    accounts: RW[dict[str, int]]
    journal: Mutex[list[str]]
    title: str = "none"
    count: ClassVar[int] = 0


@guarded
class Typed(Guarded):
    accounts: RW[dict[str, int]]
    journal: Mutex[list[str]] = field(default_factory=list)


def bank() -> Any:
    return Bank({"a": 10, "b": 0}, [], title="First")


def test_fields_become_locks() -> None:
    one = bank()
    assert isinstance(one.accounts, RWLock) and isinstance(one.journal, Mutex) and one.title == "First"
    assert (one.accounts.name, one.journal.name) == ("Bank.accounts", "Bank.journal")
    assert Bank(accounts={}, journal=[]).title == "none"  # type: ignore[call-arg]
    typed = Typed(accounts=RW({"a": 1}))
    assert typed.journal.name == "Typed.journal" and Typed(RW({})).journal is not typed.journal


def test_several_fields_are_taken_in_one_order(run: Any) -> None:
    async def main() -> None:
        one = bank()
        async with one.locks(lock="journal", write="accounts") as held:
            assert isinstance(held, Held)
            held.accounts["a"] -= 1
            held.journal.append("paid")
            held.accounts = {**held.accounts, "c": 5}
            with pytest.raises(AttributeError, match="`title` of Bank was not taken"):
                held.title
            assert one.accounts.locked and one.journal.locked
        assert not one.accounts.locked and not one.journal.locked
        async with one.accounts.read() as accounts:
            assert accounts == {"a": 9, "b": 0, "c": 5}

    run(main)


def test_a_field_that_is_read_is_not_set(run: Any) -> None:
    async def main() -> None:
        async with bank().locks(read=["accounts"]) as held:
            with pytest.raises(RuntimeError, match="reads can't set"):
                held.accounts = {}

    run(main)


def test_every_order_of_asking_ends(run: Any) -> None:
    @guarded
    class Many(Guarded):
        a: Mutex[int]
        b: RW[int]
        c: Mutex[int]

    async def main() -> None:
        many = Many(0, 0, 0)

        async def work(names: tuple[str, ...]) -> None:
            ask: dict[str, list[str]] = {}
            for name in names:
                ask.setdefault("write" if name == "b" else "lock", []).append(name)
            async with many.locks(**ask) as held:
                for name in names:
                    await asyncio.sleep(0)
                    setattr(held, name, getattr(held, name) + 1)

        orders = [names for n in (1, 2, 3) for names in itertools.permutations("abc", n)]
        await asyncio.wait_for(asyncio.gather(*(work(names) for names in orders * 5)), 30)
        copy = await many.snapshot()
        assert (copy.a, copy.b, copy.c) == (55, 55, 55)

    run(main)


def test_a_snapshot_is_of_one_moment(run: Any) -> None:
    async def main() -> None:
        one = bank()
        stop = False

        async def pay() -> None:
            while not stop:
                async with one.locks(write="accounts", lock="journal") as held:
                    held.accounts["a"] -= 1
                    await asyncio.sleep(0)
                    held.accounts["b"] += 1
                    held.journal.append("paid")

        task = asyncio.ensure_future(pay())
        for _ in range(50):
            copy = await one.snapshot()
            assert copy.accounts["a"] + copy.accounts["b"] == 10
            assert copy.accounts["b"] == len(copy.journal) and copy.title == "First"
        stop = True
        await task
        copy.journal.append("changed")
        async with one.journal.lock() as journal:
            assert "changed" not in journal

    run(main)


def test_the_same_in_threads() -> None:
    one = bank()
    with one.locks(write="accounts", lock="journal") as held:
        held.journal.append("x")
    held = one.locks(lock="journal").wait()
    assert one.journal.locked
    held.release()
    assert not one.journal.locked and one.snapshot().wait().journal == ["x"]
    with one.snapshot(copy=list) as copy:
        assert copy.accounts == ["a", "b"]


def test_locks_of_several_objects_are_taken_in_one_order(run: Any) -> None:
    async def main() -> None:
        locks = [Mutex([0]) for _ in range(4)]

        async def work(n: int) -> None:
            one, other = locks[n % 4], locks[(n * 3 + 1) % 4]
            if one is not other:
                async with lock_all(one.lock(), other.lock()) as (a, b):
                    assert a is not b
                    a[0] -= 1
                    await asyncio.sleep(0)
                    b[0] += 1

        await asyncio.wait_for(asyncio.gather(*(work(n) for n in range(200))), 30)
        guards = await lock_all(*(lock.lock() for lock in reversed(locks)))
        assert sum(guard.value[0] for guard in guards) == 0
        assert [guard.lock for guard in guards] == locks[::-1]
        for guard in guards:
            guard.release()

    run(main)


def test_all_or_nothing(run: Any) -> None:
    async def main() -> None:
        one, other = Mutex(1), Mutex(2)
        async with other.lock():
            with pytest.raises(TimeoutError):
                async with lock_all(one.lock(), other.lock(timeout=0.01)):
                    pass
            assert not one.locked
            task = asyncio.ensure_future(take(one, other))
            while not other.waiting:
                await asyncio.sleep(0)
            assert one.locked
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert not one.locked and not other.waiting
        with pytest.raises(KeyError):
            async with lock_all(one.lock(), other.lock()):
                raise KeyError("x")
        assert not one.locked and not other.locked

    async def take(one: Any, other: Any) -> None:
        async with lock_all(other.lock(), one.lock()):
            pass

    run(main)


def test_fields_and_lock_all_agree(run: Any) -> None:
    """Locks that were made in the other order than they are declared in."""

    async def main() -> None:
        journal, accounts = Mutex([]), RW({})
        one = Typed(accounts=accounts, journal=journal)
        go = asyncio.Event()

        async def by_fields() -> None:
            await go.wait()
            for _ in range(50):
                async with one.locks(write="accounts", lock="journal"):
                    await asyncio.sleep(0)

        async def by_hand() -> None:
            await go.wait()
            for _ in range(50):
                async with lock_all(journal.lock(), accounts.write()):
                    await asyncio.sleep(0)

        tasks = [asyncio.ensure_future(work()) for work in (by_fields, by_hand)]
        go.set()
        await asyncio.wait_for(asyncio.gather(*tasks), 30)

    run(main)


def test_mistakes_are_said_plainly() -> None:
    one = bank()
    mutex = Mutex(1)
    for mistake, error, words in [
        (lambda: one.locks(write="acounts"), ValueError, "no guarded field `acounts`; it has `accounts`, `journal`"),
        (lambda: one.locks(lock="accounts"), ValueError, "`accounts` is a RWLock: ask for it by `read=` or `write=`"),
        (lambda: one.locks(write="journal"), ValueError, "`journal` is a Mutex: ask for it by `lock=`"),
        (lambda: one.locks(read="accounts", write="accounts"), ValueError, "`accounts` is asked for twice"),
        (lambda: one.locks(lock="title"), ValueError, "no guarded field `title`"),
        (lambda: one.locks(), ValueError, "name a field"),
        (lambda: Bank({}), TypeError, "needs a value for `journal`"),  # type: ignore[call-arg]
        (lambda: Bank({}, [], "x", 4), TypeError, "takes 3 values, not 4"),  # type: ignore[call-arg]
        (lambda: Bank({}, [], jurnal=[]), TypeError, "no field `jurnal`"),  # type: ignore[call-arg]
        (lambda: Bank({}, [], accounts={}), TypeError, "`accounts` twice"),  # type: ignore[call-arg]
        (lambda: Bank(Mutex({}), []), TypeError, "Bank.accounts is a RWLock, not a Mutex"),  # type: ignore[call-arg]
        (lambda: Bank(one.accounts, []), ValueError, "a lock is a field of one object"),  # type: ignore[call-arg]
        (lambda: lock_all(mutex), TypeError, "takes guards, such as `a.lock\\(\\)`"),  # type: ignore[call-overload]
        (lambda: lock_all(mutex.lock(), mutex.lock()), ValueError, "asked for twice"),
    ]:
        with pytest.raises(error, match=words):
            mistake()


@pytest.mark.parametrize("inherits", [True, False])
def test_a_field_is_not_replaced_by_mistake(inherits: bool) -> None:
    class Plain:
        accounts: RW[dict[str, int]]
        journal: Mutex[list[str]]
        title: str

    class Own:
        accounts: RW[dict[str, int]]

        def __init__(self, lock: Any) -> None:
            self.accounts = lock

    class Inheriting(Guarded):
        accounts: RW[dict[str, int]]
        journal: Mutex[list[str]]
        title: str

    bank: Any = Inheriting({}, [], "one") if inherits else guarded(Plain)({}, [], "one")  # type: ignore[call-arg]
    if not inherits:
        assert guarded(Own)(RW({})).accounts.try_read() is not None
        with pytest.raises(TypeError, match="is a lock: say `RWLock"):
            guarded(Own)({})
    with pytest.raises(AttributeError, match="stays the same one.*write="):
        bank.accounts = {}
    with pytest.raises(AttributeError, match="stays the same one.*lock="):
        bank.journal = Mutex([])
    bank.title = "two"
    assert bank.title == "two" and isinstance(bank.accounts, RW)


def test_a_class_that_can_not_be_guarded_says_why() -> None:
    with pytest.raises(TypeError, match="no guarded field: annotate one"):

        @guarded
        class Nothing:
            name: str

    with pytest.raises(TypeError, match="would share the lock"):

        @guarded
        class Shared:
            journal: Mutex[list[str]] = Mutex([])


def test_guarded_classes_inherit() -> None:
    class Base(Guarded):
        one: Mutex[int]

    class Derived(Base):
        two: RW[int]

    it = Derived(1, 2)
    with it.locks(lock="one", write="two") as held:
        assert (held.one, held.two) == (1, 2)
    assert it.one.name == "Derived.one"


def test_many_threads_on_a_guarded_object() -> None:
    one = bank()

    def pay() -> None:
        for _ in range(50):
            with one.locks(lock="journal", write="accounts") as held:
                held.accounts["a"] -= 1
                held.accounts["b"] += 1
                held.journal.append("paid")

    threads = [threading.Thread(target=pay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    copy = one.snapshot().wait()
    assert copy.accounts == {"a": -190, "b": 200} and len(copy.journal) == 200
