"""The commands, gathered: one file each, called by its name.

A command line names one of them, and building the others takes longer than importing most of what it needs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from stitcher.cli.help import Command, Group
from stitcher.cli.output import be_quiet
from stitcher.version import __version__

EXIT_CODES = """\
Exit codes: 0 done; 1 different (diff); 64 wrong usage; 65 the input cannot be right; 66 a media file cannot be
used; 69 a program or service is missing or failed; 70 a bug, or output that did not pass its check; 73 the
output cannot be written; 74 the disk is full; 75 a paid request whose outcome is unknown; 77 above the budget,
or too few credits; 78 an unknown or invalid preset, or a provider that is not set up; 130 stopped by Ctrl-C, or
by "no" to a question. Results go to stdout, messages and progress to stderr."""

_PANELS = {
    "Film": ("assemble", "new", "check", "plan", "render", "export", "import", "diff", "relink", "mix"),
    "Takes": ("generate", "estimate", "takes", "upscale", "rescue", "adopt", "retry", "stand-in"),
    "Looking": ("seams", "review", "probe", "last-frame", "presets", "schema"),
    "Help": ("demo", "doctor"),
}
"""Each command under its heading, in the order of the help."""
_PANEL_OF = {name: panel for panel, names in _PANELS.items() for name in names}
_MODULES = {"adopt": "rescue", "retry": "rescue"}
"""Of commands that share one in `stitcher.cli`; the others have their own."""
_FUNCTIONS = {"import": "import_cut"}
"""Of commands whose name Python keeps to itself; the others are called as they are."""
COMPLETING = "_STITCHER_COMPLETE"
"""Set by a shell that asks how a command line goes on."""


def app_for(arguments: Sequence[str]) -> typer.Typer:
    """The app that answers a command line: with the command it begins with, or with all of them."""
    first = arguments[0] if arguments else ""
    if first in _PANEL_OF and COMPLETING not in os.environ:
        return _app([first], completion=False)
    return _app(list(_PANEL_OF), completion=True)


def _app(names: Sequence[str], *, completion: bool) -> typer.Typer:
    app = typer.Typer(
        name="stitcher",
        cls=Group,
        help="Turns clips into films: renders only what must be encoded, copies the rest.",
        epilog=EXIT_CODES,
        add_completion=completion,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_stitcher)
    for name in names:
        function = _FUNCTIONS.get(name, name.replace("-", "_"))
        module = import_module(f"stitcher.cli.{_MODULES.get(name, function)}")
        if (group := getattr(module, "app", None)) is not None:
            app.add_typer(group, name=name, rich_help_panel=_PANEL_OF[name])
        else:
            app.command(name, cls=Command, rich_help_panel=_PANEL_OF[name])(getattr(module, function))
    return app


def _version(requested: bool) -> None:
    if requested:
        print(f"stitcher {__version__}")
        raise typer.Exit


def _stitcher(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log to stderr what is done, with every ffmpeg command.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but results and errors.")] = False,
) -> None:
    if quiet:
        be_quiet()
    if verbose:
        import logging

        logging.basicConfig(format="%(name)s: %(message)s")
        logging.getLogger("stitcher").setLevel(logging.DEBUG)
