"""`stitcher plan`: what a render would copy and what it would encode, and why; nothing is written."""

from __future__ import annotations

from stitcher.cli import options
from stitcher.cli.output import show


def plan(
    board: options.Board,
    sets: options.Sets = None,
    variables: options.Vars = None,
    preset: options.Preset = None,
    encoder: options.Encoder = None,
    sheet: options.Sheet = None,
    as_json: options.Json = False,
) -> None:
    """Say how the film would be made, segment by segment, and make nothing.

    Without --preset it is the storyboard's first delivery that is planned.
    """
    from stitcher import looking, workflow
    from stitcher.cli.film_output import tell_notes
    from stitcher.cli.plan_output import plan_document, plan_lines
    from stitcher.cli.storyboard_args import board_notes, read_board, told_where

    storyboard = read_board(board, sets, variables)
    delivered = [delivery.preset for delivery in storyboard.deliver if delivery.preset is not None]
    wanted = preset or next(iter(delivered), workflow.DEFAULT_PRESET)
    loudness = next((one.loudness for one in storyboard.deliver if one.preset == wanted), None)
    with told_where(storyboard, wanted):
        planned = workflow.plan(storyboard, preset=wanted, encoder=encoder, loudness=loudness)
    if sheet is not None:
        looking.contact_sheet(planned, sheet)
    notes = board_notes(storyboard)
    others = [name for name in dict.fromkeys(delivered) if name != wanted]
    if others and not preset:
        notes += (f"Planned for {wanted}; --preset plans the other deliveries ({', '.join(others)}).",)
    tell_notes((*notes, *planned.delivery.notes))
    show(plan_document(planned, notes), lambda: plan_lines(planned), as_json=as_json)
