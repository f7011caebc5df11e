"""ironfence 0.1.0, with the aiorwlock of its day: a peer of the bench, and the oracle of the tests."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

PACKAGES = ("ironfence==0.1.0", "aiorwlock==1.3.0")


def install(folder: Path) -> None:
    """Gets it from PyPI into a folder of its own, if it is not there."""
    if not (folder / "ironfence").is_dir():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), *PACKAGES]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as failed:
            sys.stderr.write(failed.stderr)
            raise


def load(folder: Path) -> ModuleType:
    """It, under a name of its own; and no trace of its aiorwlock."""
    kept = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "aiorwlock"}
    for name in kept:
        del sys.modules[name]
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("ironfence_0_1_0", folder / "ironfence" / "__init__.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["ironfence_0_1_0"] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.split(".")[0] == "aiorwlock"]:
            del sys.modules[name]
        sys.modules.update(kept)
    assert module.__version__ == "0.1.0"
    return module
