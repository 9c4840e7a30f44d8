"""The command line: runs one command and answers for how it ends.

Only what is quick to import is imported here; Ctrl-C is heard while the rest is.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from stitcher.cli import elapsed
from stitcher.cli.exit_status import (
    BROKEN_PIPE,
    INTERRUPTED,
    ExitStatus,
    ReportedStatus,
    bug,
    expected,
    usage,
)
from stitcher.cli.output import ReaderLeft, show_error, use_board
from stitcher.cli.signals import ended_by_signal
from stitcher.errors import StitcherError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Never raises for what can be expected; prints one paragraph."""
    elapsed.begin()
    use_board(None)
    arguments = list(sys.argv[1:] if argv is None else argv) or ["--help"]
    try:
        with ended_by_signal():
            ended = _run(arguments)
        if not isinstance(ended, int):
            return show_error(ended, as_json=_wants_json(arguments))
    except (BrokenPipeError, ReaderLeft):
        # Whoever read our output has left; Python must not complain about it again when it closes the pipe.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return ended


def _run(arguments: list[str]) -> int | ExitStatus:
    try:
        import typer

        from stitcher.cli.commands import app_for

        command = typer.main.get_command(app_for(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED
    # Typer brings its own copy of click or uses the one installed, depending on its version: the class that all
    # complaints about a command line derive from is found from here.
    usage_error = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
    try:
        ended = command.main(
            arguments, prog_name="stitcher", standalone_mode=False, windows_expand_args=False
        )
    except StitcherError as exc:
        return expected(exc)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except ReaderLeft:
        raise
    except Exception as exc:
        return usage(exc) if isinstance(exc, usage_error) else bug(exc, arguments)
    # Typer turns a KeyboardInterrupt inside a command into this number, or into Abort, by its version.
    if ended == INTERRUPTED.exit_code and not isinstance(ended, ReportedStatus):
        return INTERRUPTED
    return ended if isinstance(ended, int) else 0


def _wants_json(arguments: Sequence[str]) -> bool:
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def entry() -> None:
    """Run the command the process was started with, and end the process."""
    # Looking for plugins reads the metadata of every installed package, and none has any business with our models.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for stream in (sys.stdout, sys.stderr):
        # File names may hold bytes that are no text in this locale: shown escaped rather than not at all.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
