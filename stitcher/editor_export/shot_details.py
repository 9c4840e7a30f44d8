"""How each shot of a film was made, as far as the storyboard and the ledger tell: for lists."""

from __future__ import annotations

from collections.abc import Iterator

from stitcher.errors import StitcherError
from stitcher.exporters.handover import ShotDetails
from stitcher.generation.paths import ledger_path
from stitcher.storyboard.model import Storyboard
from stitcher.timeline.model import Timeline


def shot_details(board: Storyboard, timeline: Timeline) -> dict[str, ShotDetails]:
    """By shot."""
    costs = dict(_credits(timeline))
    details = {}
    for shot in board.shots:
        start = shot.start
        picture = ""
        if start is not None:
            picture = start.file.name if start.file is not None else start.shot or "previous"
        seed = shot.seed if shot.seed is not None else board.defaults.seed
        made = shot.prompt is not None
        details[shot.id] = ShotDetails(
            prompt=str(shot.prompt or ""),
            seed=seed if made and isinstance(seed, int) else None,
            credits=costs.get(shot.id),
            start_picture=picture,
        )
    return details


def _credits(timeline: Timeline) -> Iterator[tuple[str, int]]:
    """What the takes in the film cost, by shot."""
    if timeline.project is None or not ledger_path(timeline.project).exists():
        return
    # Only here: most films of clips have no ledger.
    from stitcher.generation.ledger_reader import LedgerReader

    shown = {item.clip.sha256: item.shot for item in timeline.unhidden.items if item.clip is not None}
    try:
        with LedgerReader.view(ledger_path(timeline.project)) as ledger:
            takes = ledger.takes()
    except StitcherError:
        # Where takes are shown, a ledger that cannot be read was refused before.
        return
    for take in takes:
        if take.sha256 in shown and take.actual_credits is not None:
            yield shown[take.sha256], take.actual_credits
