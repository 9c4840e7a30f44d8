"""`stitcher plan`: what a render would copy and what it would encode, and why; nothing is written."""

from __future__ import annotations

from stitcher import api
from stitcher.cli import options


def plan(
    board: options.Board,
    sets: options.Sets = None,
    variables: options.Vars = None,
    preset: options.Preset = None,
    encoder: options.Encoder = None,
    sheet: options.Sheet = None,
    as_json: options.Json = False,
) -> None:
    """Show what a render would copy and encode, and why.

    Without --preset it is the storyboard's first delivery that is planned.
    """
    from stitcher.cli.output import show, tell_notes
    from stitcher.cli.plan_output import plan_document, plan_lines
    from stitcher.cli.storyboard_args import read_board

    storyboard = read_board(board, sets, variables)
    delivered = list(dict.fromkeys(one.preset for one in storyboard.deliver if one.preset is not None))
    name = preset or next(iter(delivered), None)
    delivery = next((one for one in storyboard.deliver if one.preset == name), None)
    planned = api.plan(
        storyboard,
        preset=name,
        encoder=encoder,
        loudness=delivery.loudness if delivery is not None else None,
        channels=delivery.channels if delivery is not None else None,
    )
    if sheet is not None:
        api.contact_sheet(planned, sheet)
    notes = api.notes(storyboard)
    if delivered[1:] and not preset:
        others = ", ".join(delivered[1:])
        notes += (f"Planned for {name}; --preset plans the other deliveries ({others}).",)
    tell_notes((*notes, *planned.delivery.notes))
    show(plan_document(planned, notes), lambda: plan_lines(planned), as_json=as_json)
