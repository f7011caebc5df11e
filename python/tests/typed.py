"""Code as a user writes it, for mypy --strict and pyright. Each `reveal_type` is checked by test_typing.py."""

import asyncio
from typing import Optional

from ironfence import RW, Guard, Guarded, Mutex, RWLock, field, guarded, lock_all

numbers = Mutex([1])
reveal_type(numbers)  # Mutex[list[int]]
names: RWLock[dict[str, int]] = RWLock({}, fast=True, name="names")


@guarded
class Bank(Guarded):
    accounts: RW[dict[str, int]]
    journal: Mutex[list[str]] = field(default_factory=lambda: Mutex([]))
    title: str = "none"


@numbers.lock()
async def double(by: int) -> list[int]:
    return [by]


async def main() -> None:
    reveal_type(await double(2))  # list[int]
    async with numbers.lock(timeout=2.5) as value:
        reveal_type(value)  # list[int]
        value.append(1)
    async with names.read() as mapping:
        reveal_type(mapping)  # dict[str, int]
    guard = await numbers.lock()
    reveal_type(guard)  # Guard[list[int]]
    guard.value = [2]
    guard.release()
    tried: Optional[Guard[list[int]]] = numbers.try_lock()
    if tried is not None:
        with tried as value:
            value.append(3)
    async with (upgradable := names.upgradable_read()) as mapping:
        await upgradable.upgrade()
        mapping["a"] = 1
        upgradable.downgrade()
    reveal_type(await asyncio.create_task(numbers.lock()))  # Guard[list[int]]
    async with lock_all(numbers.lock(), names.write()) as (one, other):
        reveal_type(one)  # list[int]
        reveal_type(other)  # dict[str, int]
    bank = Bank(accounts=RW({"a": 1}), title="First")
    async with bank.locks(write="accounts", lock=("journal",)) as held:
        held.accounts["a"] += 1
        held.journal = ["x"]
    async with bank.accounts.read() as accounts:
        reveal_type(accounts)  # dict[str, int]
    copy = await bank.snapshot()
    print(copy.accounts, numbers.locked, [holder.name for holder in numbers.holders])


def thread() -> None:
    with numbers.lock() as value:
        reveal_type(value)  # list[int]
    reveal_type(numbers.lock().wait())  # Guard[list[int]]
