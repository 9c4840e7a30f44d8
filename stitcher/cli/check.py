"""`stitcher check`: everything that is wrong with a storyboard, or what film it makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stitcher.cli import options
from stitcher.cli.output import show
from stitcher.errors import NotGenerated, PreflightError

if TYPE_CHECKING:
    from stitcher.generation.take import Take
    from stitcher.rendering.segments import Plan
    from stitcher.storyboard.model import Storyboard


def check(
    board: options.Board,
    sets: options.Sets = None,
    variables: options.Vars = None,
    preset: options.Preset = None,
    sheet: options.Sheet = None,
    as_json: options.Json = False,
) -> None:
    """Tell everything that is wrong with a storyboard and its files, or sum up the film it makes."""
    from stitcher import looking, workflow
    from stitcher.cli.film_output import tell_notes
    from stitcher.cli.plan_output import plan_document
    from stitcher.cli.storyboard_args import board_notes, read_board, told_where

    storyboard = read_board(board, sets, variables)
    notes = board_notes(storyboard)
    waiting: list[str] = []
    drifted: list[dict[str, object]] = []
    takes: tuple[Take, ...] = ()
    if any(shot.kind == "take" for shot in storyboard.shots):
        from stitcher.generation.generate import inspect
        from stitcher.generation.messages import describe_stuck
        from stitcher.generation.start_frames import unseen_starts

        known = inspect(storyboard)
        if known.issues:
            raise PreflightError(known.issues)
        takes = tuple(known.in_film.values())
        waiting = [shot for shot in known.missing if shot not in known.in_film]
        stand_ins = [shot for shot in known.missing if shot in known.in_film]
        if stand_ins:
            notes = (*notes, f"Only animatics so far: {', '.join(stand_ins)}.")
        notes = (
            *notes,
            *unseen_starts(storyboard),
            *(str(one) for one in known.drifts if one.in_film),
            *known.notes,
            *map(describe_stuck, known.stuck),
        )
        drifted = [
            {"shot": one.take.shot, "number": one.take.number, "differs": list(one.differs)}
            for one in known.drifts
        ]
    try:
        timeline = workflow.lay_out(storyboard)
    except NotGenerated:
        from stitcher.generation.blank_takes import blank_takes

        notes = (*notes, *blank_takes(takes, board.absolute().parent))
        tell_notes(notes)
        show(
            {
                "valid": True,
                "not_generated": waiting,
                "no_longer_matching": drifted,
                "notes": list(notes),
                "plans": [],
            },
            lambda: _written(storyboard, waiting),
            as_json=as_json,
        )
        return
    wanted = [
        (one.preset, one.loudness)
        for one in storyboard.deliver
        if one.preset is not None and preset in (None, one.preset)
    ]
    plans = []
    for name, loudness in dict.fromkeys(wanted or [(preset or workflow.DEFAULT_PRESET, None)]):
        with told_where(storyboard, name):
            plans.append(
                workflow.plan(timeline, preset=name, project=board.absolute().parent, loudness=loudness)
            )
    if sheet is not None:
        looking.contact_sheet(timeline, sheet)
    said = (note for plan in plans for note in plan.delivery.notes)
    notes = tuple(dict.fromkeys((*notes, *looking.blank_shots(timeline), *said)))
    tell_notes(notes)
    show(
        {
            "valid": True,
            "not_generated": [],
            "no_longer_matching": drifted,
            "notes": list(notes),
            "plans": [plan_document(plan) for plan in plans],
        },
        lambda: _film(plans),
        as_json=as_json,
    )


def _film(plans: list[Plan]) -> Iterator[str]:
    from stitcher.cli.plan_output import film_lines, shot_lines, sums

    yield from film_lines(plans[0].timeline)
    yield ""
    yield from shot_lines(plans[0])
    yield ""
    for plan in plans:
        yield sums(plan)


def _written(board: Storyboard, waiting: list[str]) -> Iterator[str]:
    yield f"{board.name}: {len(board.shots)} shots, nothing wrong with what is written."
    yield f"Not generated yet: {', '.join(waiting)}."
