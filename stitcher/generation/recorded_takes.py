"""Which takes the shots of a timeline show, as the ledger beside its storyboard has them."""

from __future__ import annotations

from stitcher.errors import StitcherError
from stitcher.generation.paths import ledger_path
from stitcher.timeline.model import Timeline


def with_recorded_takes(timeline: Timeline) -> Timeline:
    """The timeline with what made its shots; as it is where there is no ledger, or none that can be read."""
    if timeline.project is None or not ledger_path(timeline.project).exists():
        return timeline
    # A film without takes does not wait for these.
    from stitcher.generation.ledger_reader import LedgerReader
    from stitcher.generation.provenance import with_takes

    try:
        with LedgerReader.view(ledger_path(timeline.project)) as ledger:
            return with_takes(timeline, ledger.takes())
    except StitcherError:
        # Where takes are shown, a ledger that cannot be read was refused before.
        return timeline
