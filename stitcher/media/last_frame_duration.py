"""Duration of the last frame, how long it is shown. Pure: judges what packets and container say.

Containers mean different things by a packet's duration. MP4 and QuickTime store how far decode times lie apart, which
is the time a picture is shown only where none is reordered; Matroska stores the picture's own; AVI and transport
streams have none, and FFmpeg fills in the time between two frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

_UNSEEN_SECONDS = Fraction(1, 10)
"""A last picture that is said to be shorter than the others by less is a writer's rounding."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One packet's times, in ticks of its stream."""

    pts: int
    dts: int | None
    duration: int
    """0 for one that has none."""
    shown: bool
    """Whether its picture is seen; an edit list may hide it."""


def last_seconds(
    packets: Sequence[Timed],
    demuxer: str,
    *,
    time_base: Fraction,
    rate: Fraction | None,
    stated_end: Fraction | None = None,
) -> Fraction | None:
    """Seconds the last picture is shown; `None` for as long as the others, or where nothing tells.

    `packets` are in decode order. `rate` is the frames a second of a clip whose pictures come evenly. `stated_end` is
    when the container says that the track ends, in seconds on the clock of the packets.
    """
    last = max((packet for packet in packets if packet.shown), key=lambda packet: packet.pts)
    end = _told_end(packets, last, demuxer)
    lasting = (end - last.pts) * time_base if end is not None else None
    stated = stated_end - last.pts * time_base if stated_end is not None else None
    usual = 1 / rate if rate is not None else None
    # Packets know best when they come evenly, but where the container holds the picture for longer. By less than a
    # frame it does not: where an edit list begins inside a picture, FFmpeg shows all that follow so much earlier.
    trusted = lasting is None or usual is None or (stated is not None and stated > lasting + usual)
    if stated is not None and stated > 0 and trusted:
        lasting = stated
    if lasting is None or usual is None:
        return lasting
    longer, shorter = lasting >= usual * 3 / 2, lasting <= usual - _UNSEEN_SECONDS
    return lasting if longer or shorter else None


def _told_end(packets: Sequence[Timed], last: Timed, demuxer: str) -> int | None:
    """When the last picture ends, as far as packets tell."""
    hidden_after = [packet.pts for packet in packets if packet.pts > last.pts]
    if hidden_after:
        return min(hidden_after)
    final, first = packets[-1], packets[0]
    if demuxer == "mov" and final.dts is not None and first.dts is not None:
        delay = min(packet.pts for packet in packets) - first.dts
        end, duration = final.dts + final.duration + delay, final.duration
    else:
        end, duration = last.pts + last.duration, last.duration
    # One tick is what writers put where they do not know.
    return end if duration > 1 and end > last.pts else None
