"""Mistakes that a type checker finds. Each line that ends in `# wrong` is one."""

from ironfence import Mutex, RWLock, on_deadlock

numbers: Mutex[list[int]] = Mutex(["a"])  # wrong
lock = RWLock({"a": 1})
lock.lock()  # wrong
on_deadlock(3)  # wrong


async def main() -> None:
    async with lock.write() as value:
        value["a"] = "b"  # wrong
    guard = await lock.write()
    guard.value = 3  # wrong
    guard.release()
    numbers.lock(timeout="x")  # wrong
