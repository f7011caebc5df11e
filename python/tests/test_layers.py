"""The files of the native half import one way, as `src/lib.rs` says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parent.parent / "src"


def layers() -> dict[str, int]:
    """Of each file, the number of its group in `lib.rs`."""
    found: dict[str, int] = {}
    for number, group in enumerate((SOURCES / "lib.rs").read_text().split("\n\n")):
        for name in re.findall(r"^mod (\w+);", group, re.M):
            found[name] = number
    return found


def imports(path: Path) -> set[str]:
    text = path.read_text()
    names: set[str] = set(re.findall(r"crate::(\w+)::", text))
    for block in re.findall(r"use crate::\{(.*?)\n?\};", text, re.S):
        while "{" in block:  # what is imported from each doesn't matter
            block = re.sub(r"\{[^{}]*\}", "", block)
        names |= set(re.findall(r"(\w+)::", block))
    return names


def test_every_file_has_its_layer_and_imports_from_above() -> None:
    where = layers()
    files = [path for path in SOURCES.rglob("*.rs") if path.name != "lib.rs"]
    assert len(files) > 12
    wrong = []
    for path in files:
        room = path.relative_to(SOURCES).parts[0].removesuffix(".rs")
        assert room in where, f"{room} is not in lib.rs"
        known = imports(path)
        assert known <= set(where), known
        wrong += [f"{room} imports {name}" for name in known if name != room and where[name] >= where[room]]
    assert not wrong


@pytest.mark.parametrize("path", sorted(SOURCES.rglob("*.rs")), ids=lambda path: path.name)
def test_no_file_is_long(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_nothing_that_python_sees_is_borrowed_mutably() -> None:
    """Right without a GIL: all classes are frozen, no method takes `&mut self`, and the module says so."""
    text = "\n".join(path.read_text() for path in SOURCES.rglob("*.rs"))
    classes = re.findall(r"#\[pyclass\b([^\]]*)\]", text)
    assert len(classes) >= 6
    assert all("frozen" in options for options in classes)
    for block in re.findall(r"#\[pymethods\]\nimpl .*?\n\}\n", text, re.S):
        assert "&mut self" not in block and "PyRefMut" not in block
    assert "pymodule(gil_used = false)" in text
