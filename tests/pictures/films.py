"""Small timelines for the tests of this folder."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from stitcher.media.probe import probe
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import Title, Transition


def item(shot: str, source: Path | Title, wanted: tuple[int, int], record: int, **more: Any) -> Item:
    if isinstance(source, Title):
        return Item(shot, source, FrameRange(0, source.frames), FrameRange(*wanted), record, **more)
    clip = probe(source)
    return Item(shot, clip, FrameRange(0, clip.video.frames), FrameRange(*wanted), record, **more)


def film(*items: Item, joins: tuple[Transition, ...] = (), size: tuple[int, int] = (160, 96)) -> Timeline:
    return Timeline("A film", Fraction(24), *size, items, joins)
