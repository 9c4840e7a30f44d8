"""The command line: one file a command; this one gathers them and answers for how each ends."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from stitcher.cli import (
    assemble,
    check,
    demo,
    doctor,
    endings,
    last_frame,
    new,
    plan,
    presets,
    probe,
    render,
    schema,
)
from stitcher.cli.output import show_error
from stitcher.cli.stop import ended_by_signal
from stitcher.errors import StitcherError
from stitcher.version import __version__

EXIT_CODES = """\
Exit codes: 0 done; 64 wrong usage; 65 the input cannot be right; 66 a media file cannot be used; 69 a program or
service is missing or failed; 70 a bug, or output that did not pass its check; 73 the output cannot be written; 74
the disk is full; 78 an unknown or invalid preset; 130 stopped by Ctrl-C. Results go to stdout, news to stderr."""

app = typer.Typer(
    name="stitcher",
    help="Turns clips into films: renders only what must be encoded, copies the rest.",
    epilog=EXIT_CODES,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("assemble")(assemble.assemble)
app.command("new")(new.new)
app.command("check")(check.check)
app.command("plan")(plan.plan)
app.command("render")(render.render)
app.command("probe")(probe.probe)
app.command("last-frame")(last_frame.last_frame)
app.add_typer(presets.app, name="presets")
app.command("schema")(schema.schema)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"stitcher {__version__}")
        raise typer.Exit


@app.callback()
def _stitcher(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    pass


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Never raises for what can be expected; prints one paragraph."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = _wants_json(arguments)
    try:
        with ended_by_signal():
            ended = typer.main.get_command(app).main(
                arguments, prog_name="stitcher", standalone_mode=False, windows_expand_args=False
            )
        sys.stdout.flush()
    except StitcherError as exc:
        return show_error(endings.expected(exc), as_json=as_json)
    except endings.USAGE_ERRORS as exc:
        return show_error(endings.usage(exc), as_json=as_json)
    except (KeyboardInterrupt, typer.Abort):
        return show_error(endings.interrupted(), as_json=as_json)
    except BrokenPipeError:
        # Whoever read our output has left; Python must not complain about it again when it closes the pipe.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return endings.BROKEN_PIPE
    except Exception as exc:
        return show_error(endings.bug(exc, arguments), as_json=as_json)
    if ended == 130:
        return show_error(endings.interrupted(), as_json=as_json)
    return ended if isinstance(ended, int) else 0


def _wants_json(arguments: Sequence[str]) -> bool:
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def entry() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        # File names may hold bytes that are no text in this locale: shown escaped rather than not at all.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
