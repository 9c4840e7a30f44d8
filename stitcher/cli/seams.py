"""`stitcher seams`: what shows of the joins of a film, and what is wrong with the pictures of its clips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher import api
from stitcher.cli import options

if TYPE_CHECKING:
    from stitcher.seam_report.report import ClipReport, FilmSeams, SeamReport
    from stitcher.storyboard.model import Storyboard


def seams(
    film: Annotated[
        list[Path], typer.Argument(metavar="BOARD|CLIPS…", help="A storyboard, or clips in their order.")
    ],
    sets: options.Sets = None,
    variables: options.Vars = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="PNG", help="Draw the measures along the film.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Measure the joins of a film, and its clips.

    Clips are judged as if they were cut together. What a shot's 'accept' names is told apart.
    """
    from stitcher.cli.film_output import making_films
    from stitcher.cli.output import show, tell_notes

    with making_films(Path.cwd()) as (render_options, _):
        found = api.measure_seams(_board(film, sets, variables), plot=plot, options=render_options)
    tell_notes(found.notes)
    show(_document(found), lambda: _lines(found), as_json=as_json)


def _board(film: Sequence[Path], sets: Sequence[str] | None, variables: Path | None) -> Storyboard:
    """The storyboard, or one of clips that are cut together as they are."""
    from stitcher.cli.storyboard_args import read_board

    if len(film) == 1 and film[0].suffix.lower() in (".yaml", ".yml"):
        return read_board(film[0], sets, variables)
    return api.assemble(film, transition="cut")


def _document(found: FilmSeams) -> dict[str, object]:
    from stitcher.cli.output import pick
    from stitcher.cli.seam_output import findings_document

    return {
        **pick(found, "title rate"),
        "clips": [
            {
                **pick(one, "shot moves new_pictures flicker"),
                "path": one.clip.path,
                "pictures": one.measure.pictures,
                "measure": one.measure,
            }
            for one in found.clips
        ],
        **pick(found, "seams chains"),
        "findings": findings_document(found.findings),
        "accepted": findings_document(found.accepted),
        "notes": found.notes,
    }


def _lines(found: FilmSeams) -> Iterator[str]:
    from stitcher.cli.output import table
    from stitcher.cli.seam_output import finding_lines

    yield f"{found.title or 'Clips'}: {len(found.clips)} clips, {len(found.seams)} cuts between them"
    yield ""
    head = ("Seam", "Scene", "Frames", "R G B", "ΔE2000", "px/frame", "Sharp", "Grain")
    if found.seams:
        yield from table(head, (_seam_row(one) for one in found.seams), right=range(3, 8))
        yield ""
    columns = ("Clip", "Pictures", "New", "Moves", "Flicker", "Light")
    yield from table(columns, (_clip_row(one) for one in found.clips), right=range(1, 6))
    for hops in found.chains:
        red, green, blue = hops[-1].rgb
        yield ""
        yield (
            f"{hops[0].shot} to {hops[-1].shot} go on: R{red:+.1f} G{green:+.1f} B{blue:+.1f} levels, sharpness "
            f"{100 * hops[-1].sharpness:.0f} % of the first"
        )
    yield ""
    yield from finding_lines((*found.findings, *found.accepted), found.rate)
    if not found.findings:
        yield "Nothing else is above its threshold." if found.accepted else "Nothing is above its threshold."


def _seam_row(one: SeamReport) -> tuple[str, ...]:
    measure = one.measure
    repeats = "?" if measure.repeats is None else f"{measure.repeats} again" if measure.repeats else "0"
    frames = f"{measure.missing} missing" if measure.missing else repeats
    steps = " ".join(f"{step:+.1f}" for step in measure.rgb)
    return (
        f"{one.earlier} | {one.shot}",
        "goes on" if measure.goes_on else "another",
        frames + (f", {one.dropped} dropped" if one.dropped else ""),
        steps,
        f"{measure.delta_e:.1f}",
        f"{one.pace.step:.1f}",
        f"{100 * one.sharpness:.0f} %",
        f"{one.grain[1] - one.grain[0]:+.1f}",
    )


def _clip_row(one: ClipReport) -> tuple[str, ...]:
    from stitcher.timebase import format_decimal

    light = one.measure.light
    return (
        one.shot,
        str(one.measure.pictures),
        f"{format_decimal(one.new_pictures, 3)}/s",
        f"{one.moves:.2f}",
        f"{one.flicker:.2f}",
        f"{min(light):.0f}-{max(light):.0f}",
    )
