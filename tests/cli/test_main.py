"""The command line itself: version, help, a reader that leaves."""

from __future__ import annotations

import os
import subprocess
import sys

from stitcher.version import __version__
from tests.cli.conftest import Run


def test_version_is_printed(run: Run) -> None:
    assert run("--version").out == f"stitcher {__version__}\n"


def test_help_documents_the_exit_codes(run: Run) -> None:
    ended = run("--help")
    assert ended.code == 0
    assert "130 stopped by Ctrl-C" in " ".join(ended.out.split())


def test_no_arguments_print_the_help(run: Run) -> None:
    assert "\nTakes:\n" in run().out


def test_a_reader_that_leaves_is_no_error() -> None:
    command = [sys.executable, "-c", "from stitcher.cli.main import entry; entry()", "schema"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        # Before anything is written: what a pipe holds would let a quick writer end well.
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
