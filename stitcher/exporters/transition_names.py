"""Transitions and texts that only some formats have: what editors call them, and losses for the others.

A transition without a counterpart becomes a cross dissolve of the same length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stitcher.exporters.handover import Handover
from stitcher.exporters.losses import Loss

DISSOLVES = frozenset({"dissolve", "fade"})


@dataclass(frozen=True, slots=True)
class Wipe:
    """An edge that moves over the picture."""

    code: int
    """Of SMPTE ST 258: 1 moves to the right, 2 downwards."""
    reverse: bool = False


WIPES: Mapping[str, Wipe] = {
    "wiperight": Wipe(1),
    "wipeleft": Wipe(1, reverse=True),
    "wipedown": Wipe(2),
    "wipeup": Wipe(2, reverse=True),
}


def replaced(handover: Handover, counterparts: frozenset[str] = frozenset()) -> Iterator[Loss]:
    """A loss for each transition that a format has no counterpart of."""
    for track in handover.video:
        for blend, item in zip(track.blends, track.items[1:], strict=False):
            if blend is not None and blend.kind not in DISSOLVES | counterparts:
                yield Loss("transition", item.name, blend.kind)


def untold_texts(handover: Handover) -> Iterator[Loss]:
    """A loss for each text that was not drawn, in a format that has none."""
    for track in handover.video:
        for item in track.items:
            if item.title is not None:
                yield Loss("text", item.name, item.title.text)


def switched_off(handover: Handover) -> Iterator[Loss]:
    """A loss for each shot that is switched off, in a format that shows all clips it has."""
    for item in handover.video[0].items:
        if not item.enabled:
            yield Loss("disabled", item.name)
