"""What others wrote into our own metadata of OpenTimelineIO, which a storyboard has no place for. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stitcher.importers.losses import Unread
from stitcher.importers.otio_values import as_map, as_text

_OURS = frozenset(
    {
        *("rate", "drop_frame", "start_timecode", "width", "height", "shot", "take", "speed"),
        *("drawn_from", "fit", "conform"),
        *("cue", "stream", "pan", "start_sample", "source_sample", "length_samples"),
        *("levels", "kind", "name", "sha256", "reel", "note", "comment"),
    }
)
"""The keys that our exports write under `stitcher`."""


def foreign_keys(root: Any) -> Iterator[Unread]:
    """A loss for each object that has keys under `stitcher` that are none of ours."""
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            own = as_map(as_map(one.get("metadata")).get("stitcher"))
            if foreign := sorted(own.keys() - _OURS):
                yield Unread("metadata", as_text(one.get("name")), ", ".join(foreign))
            waiting += reversed([value for key, value in one.items() if key != "metadata"])
