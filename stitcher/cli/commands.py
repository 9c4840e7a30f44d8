"""The commands, gathered: one file each, called by its name."""

from __future__ import annotations

from typing import Annotated

import typer

from stitcher.cli import (
    assemble,
    check,
    demo,
    doctor,
    estimate,
    generate,
    last_frame,
    new,
    plan,
    presets,
    probe,
    render,
    rescue,
    schema,
    stand_in,
    takes,
    upscale,
)
from stitcher.version import __version__

EXIT_CODES = """\
Exit codes: 0 done; 64 wrong usage; 65 the input cannot be right; 66 a media file cannot be used; 69 a program or
service is missing or failed; 70 a bug, or output that did not pass its check; 73 the output cannot be written; 74
the disk is full; 75 a paid request whose outcome is unknown; 77 above the budget, or too few credits; 78 an unknown
or invalid preset, or a provider that is not set up; 130 stopped by Ctrl-C. Results go to stdout, news to stderr."""

app = typer.Typer(
    name="stitcher",
    help="Turns clips into films: renders only what must be encoded, copies the rest.",
    epilog=EXIT_CODES,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("assemble")(assemble.assemble)
app.command("new")(new.new)
app.command("check")(check.check)
app.command("estimate")(estimate.estimate)
app.command("generate")(generate.generate)
app.add_typer(takes.app, name="takes")
app.command("upscale")(upscale.upscale)
app.command("rescue")(rescue.rescue)
app.command("adopt")(rescue.adopt)
app.command("retry")(rescue.retry)
app.command("plan")(plan.plan)
app.command("render")(render.render)
app.command("probe")(probe.probe)
app.command("last-frame")(last_frame.last_frame)
app.add_typer(presets.app, name="presets")
app.command("schema")(schema.schema)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.command("stand-in")(stand_in.stand_in)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"stitcher {__version__}")
        raise typer.Exit


@app.callback()
def _stitcher(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say on stderr what is done, with every ffmpeg command.")
    ] = False,
) -> None:
    if verbose:
        import logging

        logging.basicConfig(format="%(name)s: %(message)s")
        logging.getLogger("stitcher").setLevel(logging.DEBUG)
