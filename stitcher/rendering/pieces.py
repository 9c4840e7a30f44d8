"""Where encoded stretches are cut into pieces: how long those are, and where in a shot they may begin. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from stitcher.delivery.spec import PictureSpec
from stitcher.formats.containers import FILE_FORMATS
from stitcher.media.clip import Clip
from stitcher.rendering.copy_rules import decode_start
from stitcher.timebase import FrameRange, round_half_up
from stitcher.timeline.conform import source_picture
from stitcher.timeline.model import Item, Timeline

_FINE_PIECE_SECONDS = 2
_COARSE_PIECE_SECONDS = 5
_STEADY_PIECE_SECONDS = 60
"""Encoded stretches are cut about this often. Fine where the source has an IDR at least as often; coarse where
each piece has to be decoded from far before it, half of that where encoding takes much longer than decoding; long where
the encoder shares bits out over time."""

_REVERSED_BYTES = 256 << 20
"""What the pictures of a piece that plays backwards may take in memory, about."""

_SLOW_ENCODERS = frozenset({"libx264", "libx265", "libsvtav1"})


def solo_cuts(
    solo: FrameRange, last: int, piece: int, origin: int, *, after_blend: bool, before_blend: bool
) -> Iterator[int]:
    """Cuts among frames seen alone: at multiples of `piece` from `origin`, and nearest to a blend at multiples of
    half of it, so that what is made again when the blend changes is short. `last` is the cut before."""
    half, near = max(1, piece // 2), piece // 8

    def multiples(of: int) -> range:
        return range(-(-(solo.start - origin) // of) * of + origin, solo.stop, of)

    first = next((cut for cut in multiples(half) if cut - solo.start >= near), None) if after_blend else None
    if first is not None:
        yield first
        last = first
    final = None
    if before_blend:
        final = next((cut for cut in reversed(multiples(half)) if solo.stop - cut >= near), None)
    end = solo.stop if final is None else final
    for cut in multiples(piece):
        if cut - last >= half and end - cut >= half:
            yield cut
            last = cut
    if final is not None and final - last >= half:
        yield final


def piece_frames(timeline: Timeline, item: Item, picture: PictureSpec) -> tuple[int, bool]:
    """About how many frames of an item make a piece, and whether pieces may begin at any place of it for little."""
    seconds = Fraction(_COARSE_PIECE_SECONDS)
    fine = False
    if picture.steady_rate:
        seconds = Fraction(_STEADY_PIECE_SECONDS)
    elif isinstance(item.source, Clip):
        video = item.source.video
        clean = sum(key.kind == "idr" for key in video.keys)
        fine = video.intra_only or clean * _FINE_PIECE_SECONDS * video.average_rate >= video.frames
        if item.retiming.backwards_from is not None:
            # Reversing holds all of a piece in memory.
            most = max(
                1, _REVERSED_BYTES // (3 * video.width * video.height * (2 if video.bit_depth > 8 else 1))
            )
            return min(most, max(1, round_half_up(_FINE_PIECE_SECONDS * timeline.rate))), True
        if fine:
            seconds = Fraction(_FINE_PIECE_SECONDS)
        elif is_slow(picture):
            seconds /= 2
    return max(1, round_half_up(seconds * timeline.rate)), fine


def is_slow(picture: PictureSpec) -> bool:
    """Whether a frame takes so long to encode that decoding a few more is little beside it."""
    slow = picture.encoder in _SLOW_ENCODERS and "ultrafast" not in picture.options
    return slow and not picture.steady_rate and not picture.copy_sources


def is_near(timeline: Timeline, item: Item, frame: int, picture: PictureSpec) -> bool:
    """Whether a clean start is near a frame, source clock, by the size of pictures that are decoded and of those that
    are encoded."""
    if not isinstance(item.source, Clip):
        return True
    video = item.source.video
    begin = source_picture(item.source, item.retiming.source_frame(frame), timeline.rate, item.speed)
    start = decode_start(video, begin) if FILE_FORMATS[item.source.container].has_index else 0
    decoded = (begin - start) / video.average_rate * video.width * video.height
    return decoded <= _COARSE_PIECE_SECONDS * picture.width * picture.height
