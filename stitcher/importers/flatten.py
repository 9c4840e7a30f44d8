"""Several tracks of pictures become the one that a storyboard has: what lies above is seen. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from stitcher.exporters.overlay_tracks import OVER_FILM
from stitcher.importers.cut import CutBlend, CutClip, CutTrack
from stitcher.importers.losses import Unread
from stitcher.importers.track_builder import TrackBuilder
from stitcher.timebase import FrameRange

_OWN_OVERLAY = re.compile(r"(.+) (?:text|overlay) \d+")
"""What our hand-overs call what they lay over a shot."""
_OVER_FILM = re.compile(rf"{OVER_FILM} \d+")


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is seen of a clip."""

    record: FrameRange
    clip: CutClip
    track: CutTrack
    index: int


def film_track(tracks: Sequence[CutTrack], rate: Fraction) -> tuple[CutTrack, tuple[Unread, ...]]:
    """What is seen of all tracks on one, from below to above, and what of it a single track cannot have."""
    unread: list[Unread] = []
    pieces: list[_Piece] = []
    below = {clip.name for track in tracks[:1] for clip in track.clips}
    for level, track in enumerate(tracks):
        for index, clip in enumerate(track.clips):
            if level and (clip.is_black or _is_overlay(clip, below, unread)):
                continue
            if level and any(
                not piece.clip.is_black and piece.record.intersection(clip.record) for piece in pieces
            ):
                unread.append(Unread("layers", clip.name))
            if level:
                pieces = [rest for piece in pieces for rest in _without(piece, clip.record)]
            pieces.append(_Piece(clip.record, clip, track, index))
    pieces.sort(key=lambda piece: (piece.record.start, piece.record.stop))
    builder = TrackBuilder("Film", rate)
    for number, piece in enumerate(pieces):
        if number and (blend := _join(pieces[number - 1], piece)) is not None:
            builder.blend(piece.record.start, blend)
        builder.place(
            piece.clip if piece.record == piece.clip.record else piece.clip.within(piece.record, rate)
        )
    return builder.track(), tuple(unread)


def is_over(name: str, shot: str) -> bool:
    """Whether that is what our hand-overs call something that lies over a shot."""
    own = _OWN_OVERLAY.fullmatch(name)
    return own is not None and own[1] == shot


def _is_overlay(clip: CutClip, below: set[str], unread: list[Unread]) -> bool:
    """Whether it is text, or something of ours, that lies over the picture; it is noted."""
    own = _OWN_OVERLAY.fullmatch(clip.name)
    ours = own is not None and (own[1] in below or _OVER_FILM.fullmatch(clip.name) is not None)
    if ours or (clip.media is None and clip.text):
        unread.append(Unread("overlay", clip.name, clip.text or ""))
        return True
    return False


def _without(piece: _Piece, record: FrameRange) -> list[_Piece]:
    """What is left of a piece beside `record`."""
    if not piece.record.intersection(record):
        return [piece]
    sides = (
        FrameRange(piece.record.start, max(piece.record.start, record.start)),
        FrameRange(min(piece.record.stop, record.stop), piece.record.stop),
    )
    return [_Piece(side, piece.clip, piece.track, piece.index) for side in sides if side]


def _join(earlier: _Piece, later: _Piece) -> CutBlend | None:
    """The transition between two pieces that meet where their own tracks have one."""
    if earlier.record.stop != later.record.start:
        return None
    ends = earlier.record.stop == earlier.clip.record.stop
    begins = later.record.start == later.clip.record.start
    if ends and (earlier.track is not later.track or not begins or earlier.index + 1 == later.index):
        blend = earlier.track.blend_at(earlier.index)
        if blend is not None:
            return blend
    return later.track.blend_at(later.index - 1) if begins and earlier.track is not later.track else None
