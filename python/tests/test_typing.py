"""The stubs: checked code is accepted by mypy --strict and pyright, and mistakes are not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def expected_types() -> list[tuple[int, str]]:
    lines = (HERE / "typed.py").read_text().splitlines()
    found = [(n, line.split("# ")[1]) for n, line in enumerate(lines, 1) if "reveal_type(" in line]
    assert len(found) > 8
    return found


def wrong_lines() -> set[int]:
    lines = (HERE / "typed_wrongly.py").read_text().splitlines()
    return {n for n, line in enumerate(lines, 1) if line.endswith("# wrong")}


def mypy(*files: str, cache: Path) -> str:
    pytest.importorskip("mypy", reason="mypy is not installed")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(cache)]
    done = subprocess.run([*command, *files], capture_output=True, text=True, cwd=HERE)
    assert done.returncode < 2 and not done.stderr, done.stdout + done.stderr
    return done.stdout


def short(name: str) -> str:
    """A type as a person writes it: without modules."""
    name = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", name)
    return name.replace("CoroutineType", "Coroutine")


def test_mypy_infers_and_accepts(tmp_path: Path) -> None:
    output = mypy("typed.py", cache=tmp_path)
    assert "error" not in output, output
    revealed = re.findall(r'typed.py:(\d+): note: Revealed type is "(.*)"', output)
    assert [(int(line), short(name)) for line, name in revealed] == expected_types()


def test_mypy_finds_mistakes(tmp_path: Path) -> None:
    output = mypy("typed_wrongly.py", cache=tmp_path)
    assert {int(n) for n in re.findall(r"typed_wrongly.py:(\d+): error", output)} == wrong_lines(), output


def test_the_package_itself_is_typed(tmp_path: Path) -> None:
    output = mypy("-p", "ironfence", cache=tmp_path)
    assert "error" not in output, output


def pyright(*args: str) -> str:
    environ = dict(os.environ, PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    command = [sys.executable, "-m", "pyright"]
    try:
        done = subprocess.run(
            [*command, *args], capture_output=True, text=True, cwd=HERE, timeout=120, env=environ
        )
    except subprocess.TimeoutExpired:
        pytest.skip("pyright did not start: it needs Node.js")
    if "No module named pyright" in done.stderr or not re.search(r"\d+ errors?|completeness", done.stdout):
        pytest.skip(f"pyright does not run here: {(done.stderr or done.stdout).strip()[-200:]}")
    return done.stdout


def test_pyright_infers_and_accepts() -> None:
    output = pyright("--pythonpath", sys.executable, "typed.py", "typed_wrongly.py")
    revealed = re.findall(r'typed.py:(\d+):\d+ - information: Type of ".*" is "(.*)"', output)
    assert [(int(line), short(name)) for line, name in revealed] == expected_types(), output
    errors = re.findall(r"(typed\w*).py:(\d+):\d+ - error", output)
    assert {int(n) for name, n in errors if name == "typed_wrongly"} == wrong_lines(), output
    assert not [n for name, n in errors if name == "typed"], output


def test_pyright_knows_the_type_of_every_public_name() -> None:
    output = pyright("--verifytypes", "ironfence", "--ignoreexternal")
    assert "Type completeness score: 100%" in output, output


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_the_examples_are_typed(checker: str, tmp_path: Path) -> None:
    pytest.importorskip("aiohttp")
    examples = [str(path) for path in (HERE.parent / "examples").glob("*.py")]
    assert examples
    if checker == "mypy":
        assert "error" not in (output := mypy(*examples, cache=tmp_path)), output
    else:
        output = pyright("--pythonpath", sys.executable, *examples)
        assert re.search(r"^0 errors, 0 warnings", output, re.M), output


def test_the_bench_is_typed(tmp_path: Path) -> None:
    files = [str(path) for path in (HERE.parent / "benches").glob("*.py")]
    output = mypy("--ignore-missing-imports", *files, cache=tmp_path)  # of the peers, which may not be there
    assert "error" not in output, output
