"""What `import stitcher` promises: these names, at no cost."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import stitcher
from stitcher import api

_QUIET = """
import contextlib, io, json, sys, threading
before = set(sys.modules)
import subprocess, socket
def refuse(*a, **k): raise AssertionError("something was started")
subprocess.Popen.__init__ = socket.socket.__init__ = refuse
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    {code}
print(json.dumps([sorted(set(sys.modules) - before), threading.active_count()]))
"""
_HEAVY = (
    "av",
    "numpy",
    "PIL",
    "moviepy",
    "pydub",
    "pydantic",
    "ffmpeg",
    "rich",
    "httpx",
    "ruamel",
    "imageio_ffmpeg",
)


_HELP = "sys.argv = ['stitcher', '--help']; from stitcher.cli.main import entry; entry()"


@pytest.mark.parametrize(
    ("code", "most"),
    [
        ("import stitcher", 60),
        ("import stitcher.api", 100),
        ("import stitcher.cli.main", 120),
        ("import stitcher.cli.commands", 160),
        pytest.param(_HELP, 220, id="stitcher --help"),
    ],
)
def test_importing_and_help_start_nothing_and_import_little(code: str, most: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _QUIET.format(code=code)], capture_output=True, text=True, check=True
    )
    modules, threads = json.loads(done.stdout)
    assert {name.partition(".")[0] for name in modules}.isdisjoint(_HEAVY)
    assert len(modules) <= most
    assert threads == 1


@pytest.mark.parametrize("name", stitcher.__all__)
def test_every_promised_name_is_there(name: str) -> None:
    assert getattr(stitcher, name) is not None


def test_the_promise_and_what_type_checkers_see_are_the_same() -> None:
    tree = ast.parse(Path(stitcher.__file__).read_text())
    typed = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(stitcher.__all__) <= typed
    assert sorted(stitcher.__all__) == stitcher.__all__


def test_every_function_of_the_facade_is_promised() -> None:
    functions = {
        node.name
        for node in ast.parse(Path(api.__file__).read_text()).body
        if isinstance(node, ast.FunctionDef)
    }
    assert functions <= set(stitcher.__all__)


def test_no_module_is_called_as_a_promised_function() -> None:
    # Importing it would put the module where the function is.
    modules = {path.stem for path in Path(stitcher.__file__).parent.iterdir()}
    assert modules & set(stitcher.__all__) == {"errors"}


def test_functions_are_documented() -> None:
    for name in stitcher.__all__:
        assert name.startswith("__") or getattr(stitcher, name).__doc__, name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="rendr"):
        stitcher.rendr  # noqa: B018  # the access is the test


@pytest.mark.parametrize("room", ["rendering.plan", "generation.generate", "storyboard.load"])
def test_functions_can_be_called_whatever_was_imported_before(room: str) -> None:
    code = (
        f"import stitcher.{room}, stitcher; "
        "assert all(callable(getattr(stitcher, name)) for name in stitcher.__all__ if name[0] not in '_e')"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
