"""Channel layouts and downmix: one table of positions, one rule for mono, stereo and surround.

Every position has a share of the left and of the right bus. A centre (which is what a mono source is) goes to
both at -3.01 dB, the equal-power law of editing systems and the one under which a mono file placed in a stereo
film reads the same on a BS.1770 meter. Surrounds go to their side at -3.01 dB and the LFE is left out, as
ITU-R BS.775 folds 5.1 down. The sums are not scaled down: the bus is float and loudness is settled at its end.

A mono film is the half sum of the stereo one, so cues keep their balance and nothing can overload that did not
overload in stereo.
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

from stitcher.errors import MediaRefused
from stitcher.media.clip import Sound
from stitcher.timebase import format_decimal

_HALF_POWER = Fraction("0.707106781")
_QUARTER_POWER = Fraction("0.5")

_SHARES: dict[str, tuple[Fraction, Fraction]] = {
    "FL": (Fraction(1), Fraction(0)),
    "FR": (Fraction(0), Fraction(1)),
    "FC": (_HALF_POWER, _HALF_POWER),
    "LFE": (Fraction(0), Fraction(0)),
    "BL": (_HALF_POWER, Fraction(0)),
    "BR": (Fraction(0), _HALF_POWER),
    "SL": (_HALF_POWER, Fraction(0)),
    "SR": (Fraction(0), _HALF_POWER),
    "FLC": (Fraction(1), Fraction(0)),
    "FRC": (Fraction(0), Fraction(1)),
    "BC": (_QUARTER_POWER, _QUARTER_POWER),
    "DL": (Fraction(1), Fraction(0)),
    "DR": (Fraction(0), Fraction(1)),
}

_LAYOUTS: dict[str, str] = {
    "mono": "FC",
    "stereo": "FL FR",
    "downmix": "DL DR",
    "2.1": "FL FR LFE",
    "3.0": "FL FR FC",
    "3.0(back)": "FL FR BC",
    "4.0": "FL FR FC BC",
    "quad": "FL FR BL BR",
    "quad(side)": "FL FR SL SR",
    "3.1": "FL FR FC LFE",
    "5.0": "FL FR FC BL BR",
    "5.0(side)": "FL FR FC SL SR",
    "4.1": "FL FR FC LFE BC",
    "5.1": "FL FR FC LFE BL BR",
    "5.1(side)": "FL FR FC LFE SL SR",
    "6.0": "FL FR FC BC SL SR",
    "6.1": "FL FR FC LFE BC SL SR",
    "6.1(back)": "FL FR FC LFE BL BR BC",
    "7.0": "FL FR FC BL BR SL SR",
    "7.1": "FL FR FC LFE BL BR SL SR",
    "7.1(wide)": "FL FR FC LFE BL BR FLC FRC",
    "7.1(wide-side)": "FL FR FC LFE FLC FRC SL SR",
}

# What FFmpeg itself takes a bare channel count for; a file that names no layout is played like this everywhere.
_USUAL = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


Shares = tuple[tuple[Fraction, Fraction], ...]
"""For each channel of a source its share of the left and of the right bus."""


def bus_shares(path: Path, layout: str, channels: int) -> Shares:
    """For each channel of a source its share of the left and of the right bus.

    A layout that is only a count is taken for the usual one of that count. Raises `MediaRefused` for layouts that
    are no loudspeaker positions (ambisonics, more than eight channels).
    """
    names = _LAYOUTS.get(layout)
    if names is None or len(names.split()) != channels:
        usual = _USUAL.get(channels)
        if usual is None or layout.startswith("ambisonic"):
            raise MediaRefused(
                path,
                f"its sound has the channel layout {layout!r} ({channels} channels), for which there is no stereo "
                "fold-down; make a mono, stereo or 5.1 file of it.",
            )
        names = _LAYOUTS[usual]
    return tuple(_SHARES[name] for name in names.split())


def panned(shares: Shares, pan: float) -> Shares:
    """Shares of a source that is panned to between -1 (left) and 1 (right).

    A single channel moves with equal power, wholly to one side at the end. Of a source with a width of its own the far
    side is turned down and the near one kept (a balance): nothing is folded onto what is there already.
    """
    if not pan:
        return shares
    if len(shares) == 1:
        angle = (pan + 1) * math.pi / 4
        return ((_share(math.cos(angle)), _share(math.sin(angle))),)
    far = _share(math.cos(abs(pan) * math.pi / 2))
    left, right = (far, Fraction(1)) if pan > 0 else (Fraction(1), far)
    return tuple((one * left, other * right) for one, other in shares)


def _share(value: float) -> Fraction:
    return Fraction(round(value * 10**9), 10**9)


def pan_expression(shares: Shares, channels: int) -> str | None:
    """The argument of ffmpeg's `pan` filter that makes `channels` (1 or 2) bus channels, `None` for stereo as it is."""
    left = [pair[0] for pair in shares]
    right = [pair[1] for pair in shares]
    if channels == 1:
        return f"mono|{_sum(0, [(one + other) / 2 for one, other in shares])}"
    if left == [Fraction(1), Fraction(0)] and right == [Fraction(0), Fraction(1)]:
        return None
    return f"stereo|{_sum(0, left)}|{_sum(1, right)}"


def stereo_fold(sound: Sound) -> str:
    """The argument of ffmpeg's `pan` filter that makes stereo of a sound. Raises `MediaRefused` as `bus_shares`."""
    return pan_expression(bus_shares(sound.path, sound.layout, sound.channels), 2) or "stereo|c0=c0|c1=c1"


def _sum(channel: int, shares: list[Fraction]) -> str:
    terms = [f"{format_decimal(share, 9)}*c{index}" for index, share in enumerate(shares) if share]
    return f"c{channel}={'+'.join(terms) or '0*c0'}"
