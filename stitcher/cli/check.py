"""`stitcher check`: everything that is wrong with a storyboard, or what film it makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stitcher import api
from stitcher.cli import options

if TYPE_CHECKING:
    from stitcher.storyboard.model import Storyboard
    from stitcher.storyboard_check import Check


def check(
    board: options.Board,
    sets: options.Sets = None,
    variables: options.Vars = None,
    preset: options.Preset = None,
    sheet: options.Sheet = None,
    as_json: options.Json = False,
) -> None:
    """Show all that is wrong with a storyboard, or its film."""
    from stitcher.cli.film_output import making_films
    from stitcher.cli.output import show, tell_notes
    from stitcher.cli.plan_output import plan_document
    from stitcher.cli.seam_output import findings_document
    from stitcher.cli.sound_output import report_document
    from stitcher.cli.storyboard_args import read_board
    from stitcher.cli.take_output import stale_document

    storyboard = read_board(board, sets, variables)
    with making_films(board.absolute().parent) as (render_options, _):
        checked = api.check(storyboard, preset=preset, options=render_options)
        if sheet is not None and checked.plans:
            api.contact_sheet(checked.plans[0], sheet, options=render_options)
    tell_notes(checked.notes)
    seams = () if checked.seams is None else (*checked.seams.findings, *checked.seams.accepted)
    document = {
        "valid": True,
        "not_generated": checked.not_generated,
        "no_longer_matching": stale_document(checked.stale),
        "notes": checked.notes,
        "plans": [plan_document(plan) for plan in checked.plans],
        "sounds": checked.placed,
        "chapters": checked.plans[0].timeline.chapters if checked.plans else (),
        "seam_findings": findings_document(seams),
        "sound_reports": [None if one is None else report_document(one) for one in checked.sound],
    }
    show(document, lambda: _lines(storyboard, checked), as_json=as_json)


def _lines(board: Storyboard, checked: Check) -> Iterator[str]:
    from stitcher.cli.output import counted
    from stitcher.cli.plan_output import cut_lines, film_lines, marker_lines, shot_lines, summary_line
    from stitcher.cli.seam_output import finding_lines
    from stitcher.cli.sound_output import placed_lines, sound_lines

    if not checked.plans:
        yield f"{board.name}: {counted(len(board.shots), 'shot')}, nothing wrong with what is written."
        yield f"Not generated yet: {', '.join(checked.not_generated)}."
        return
    first = checked.plans[0]
    yield from film_lines(first.timeline)
    yield ""
    yield from shot_lines(first)
    yield ""
    yield from placed_lines(checked.placed)
    yield from marker_lines(first.timeline)
    for plan in checked.plans:
        yield summary_line(plan)
        yield from cut_lines(plan)
    yield from dict.fromkeys(line for one in checked.sound if one is not None for line in sound_lines(one))
    if checked.seams is not None:
        yield from finding_lines((*checked.seams.findings, *checked.seams.accepted), checked.seams.rate)
