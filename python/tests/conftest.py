"""What the tests share: the ways to run a coroutine, and ironfence 0.1.0 as an oracle."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Awaitable, Callable, Iterator

import pytest

HERE = Path(__file__).resolve().parent
# `python -m pytest` in the folder above looks there first, and the sources have no native half.
if not list((HERE.parent / "ironfence").glob("_native*.so")):
    sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != HERE.parent]

import ironfence  # noqa: E402  (`pip install ./python` first)

sys.path.append(str(HERE.parent / "benches"))
import before  # noqa: E402


@pytest.fixture(scope="session")
def oracle_dir(pytestconfig: pytest.Config) -> Path:
    """A folder with ironfence 0.1.0, from PyPI, apart from all else that is installed."""
    target = Path(pytestconfig.cache.mkdir("ironfence-0.1.0"))
    try:
        before.install(target)
    except subprocess.CalledProcessError as failed:
        pytest.skip(f"ironfence 0.1.0 could not be had from PyPI: {failed.stderr.strip()[-300:]}")
    return target


@pytest.fixture(scope="session")
def oracle(oracle_dir: Path) -> ModuleType:
    """ironfence 0.1.0, under another name than ours."""
    return before.load(oracle_dir)


def run_asyncio(main: Callable[[], Awaitable[Any]]) -> Any:
    async def with_a_limit() -> Any:
        return await asyncio.wait_for(main(), 60)

    return asyncio.run(with_a_limit())


def run_uvloop(main: Callable[[], Awaitable[Any]]) -> Any:
    uvloop = pytest.importorskip("uvloop")
    loop = uvloop.new_event_loop()
    try:
        return loop.run_until_complete(asyncio.wait_for(main(), 60))
    finally:
        loop.close()


def run_eager(main: Callable[[], Awaitable[Any]]) -> Any:
    if sys.version_info < (3, 12):
        pytest.skip("eager tasks came with Python 3.12")

    async def eagerly() -> Any:
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        return await asyncio.wait_for(main(), 60)

    return asyncio.run(eagerly())


@pytest.fixture(params=[run_asyncio, run_uvloop, run_eager], ids=["asyncio", "uvloop", "eager"])
def run(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Runs a coroutine function on asyncio, in each of its forms."""
    return request.param


@pytest.fixture(autouse=True)
def deadlocks_are_logged() -> Iterator[None]:
    yield
    ironfence.on_deadlock("log")


async def until(condition: Callable[[], bool]) -> None:
    """Lets others run until it is so."""
    while not condition():
        await asyncio.sleep(0)
