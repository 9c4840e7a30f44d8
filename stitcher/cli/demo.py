"""`stitcher demo`: a film from the clips that come with stitcher, without a key and without an account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher.cli import options
from stitcher.errors import InputError

if TYPE_CHECKING:
    from stitcher.generation.generate import Generated
    from stitcher.storyboard.model import Storyboard


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="DIR", help="Where the film goes; made if it is not there.")
    ] = Path("demo"),
    preset: options.Preset = None,
    sheet: options.Sheet = None,
    as_json: options.Json = False,
) -> int:
    """Make two films: one from clips that come with stitcher, one from a still and prompts, by animatics.

    One that fails does not keep the other from being made.
    """
    from stitcher import looking, workflow
    from stitcher.cli.deliveries import Deliveries
    from stitcher.cli.film_output import make_film, tell_notes
    from stitcher.cli.storyboard_args import board_notes
    from stitcher.media.files import disk_errors

    path = board_path()
    storyboard = workflow.load(path)
    planned = workflow.plan(storyboard, preset=preset or workflow.DEFAULT_PRESET)
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if sheet is not None:
        looking.contact_sheet(planned, sheet)
    made = Deliveries(alone=False)
    target = folder / _file_name(storyboard)
    with made.kept_going(planned.delivery.preset, target):
        made.add(make_film(planned, target, project=path.parent))
    written = _own_project(path.parent, folder / "animatic")
    prompts = workflow.load(written)
    notes = tuple(dict.fromkeys((*board_notes(storyboard), *board_notes(prompts))))
    tell_notes(notes)
    takes: list[str] = []
    target = folder / _file_name(prompts)
    if not made.stopped:
        with made.kept_going(planned.delivery.preset, target):
            takes += [
                str(written.parent / take.file) for take in _animatics(prompts).takes if take.file is not None
            ]
            drawn = workflow.plan(prompts, preset=preset or workflow.DEFAULT_PRESET)
            made.add(make_film(drawn, target, project=written.parent))
    origins = [f"the first is made from {path}"]
    if takes:
        origins.append(
            f"the second from {written}: {len(takes)} takes made now, each from a still or from a last frame"
        )
    return made.show(
        notes,
        as_json=as_json,
        lines=origins,
        storyboard=str(path),
        animatic_storyboard=str(written),
        takes=takes,
    )


def _file_name(board: Storyboard) -> str:
    names = [delivery.file.name for delivery in board.deliver if delivery.file is not None]
    return (names or ["film.mp4"])[0]


def _own_project(source: Path, folder: Path) -> Path:
    """A folder of the user's own with the storyboard of prompts in it; what is there already is kept."""
    from stitcher.media.files import disk_errors, write_whole

    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name in ("harbour.jpg", "score.opus", "sea.opus", "bell.flac"):
        if not (folder / name).exists():
            write_whole(folder / name, (source / name).read_bytes())
    written = folder / "storyboard.yaml"
    if not written.exists():
        write_whole(written, (source / "animatic.yaml").read_bytes())
    return written


def _animatics(board: Storyboard) -> Generated:
    from stitcher import workflow
    from stitcher.cli.interaction import working

    with working() as work:
        return workflow.generate(board, progress=work.listener, cancel=work.cancel)


def board_path() -> Path:
    """The demo's storyboard: inside the installed package, or in the checkout. Raises `InputError`."""
    package = Path(__file__).resolve().parent.parent
    for fixtures in (package / "_fixtures", package.parent / "fixtures"):
        path = fixtures / "harbour" / "storyboard.yaml"
        if path.is_file():
            return path
    raise InputError("The demo's clips are not in this installation; get them with the source of stitcher.")
