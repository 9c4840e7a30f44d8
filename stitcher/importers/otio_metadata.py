"""Our own metadata of OpenTimelineIO: what it says of how shots are seen, and what others wrote into it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stitcher.exporters.picture_keys import IN_PICTURES, OVER_PICTURES, PictureKeys, written
from stitcher.importers.losses import Unread
from stitcher.importers.otio_values import as_map, as_text

_OURS = frozenset(
    {
        *("rate", "drop_frame", "start_timecode", "width", "height", "shot", "take", "speed"),
        *("drawn", "drawn_from", "fit", "conform", "keys"),
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


def picture_keys(own: Mapping[str, Any]) -> PictureKeys | None:
    """What a shot's metadata says of how it is seen; `None` where it says nothing."""
    if "keys" not in own:
        return None
    said = as_map(own["keys"])
    known = (key for key in (*IN_PICTURES, *OVER_PICTURES) if said.get(key))
    return tuple((key, written(said[key])) for key in known)
