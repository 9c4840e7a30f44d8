"""Channel layouts and their folds: one table of positions, one rule each for mono, stereo and 5.1.

Every position has a share of the left and of the right of a stereo bus. A centre (which is what a mono source is) goes
to both at -3.01 dB, the equal-power law of editing systems and the one under which a mono file placed in a stereo
film reads the same on a BS.1770 meter. Surrounds go to their side at -3.01 dB and the LFE is left out, as
ITU-R BS.775 folds 5.1 down. The sums are not scaled down: the bus is float and loudness is settled at its end.

A mono film is the half sum of the stereo one, so cues keep their balance and nothing can overload that did not
overload in stereo.

A 5.1 film is the stereo one unfolded: folded down again by the same rule, it is the stereo film but for the LFE.

    source    5.1
    dialogue  of one channel: the centre; panned, between the centre and a side
    front     left and right as they are, and so is what else has one channel, at -3.01 dB on both
    centre    the centre
    surround  on its side, those of 6.1 and 7.1 added up; one in the back at -3.01 dB on both
    LFE       the LFE, where nothing else goes: it is an effect, no part of a sound that has none
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

from stitcher.errors import MediaRefused
from stitcher.media.clip import Sound
from stitcher.storyboard.choices import CHANNELS
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

BUS_LAYOUTS = {count: str(name) for name, count in CHANNELS.items()}
"""By count of channels: FFmpeg's names of what films are mixed in, which are a storyboard's too."""
_AROUND = ("BL", "BR", "SL", "SR", "BC")

Shares = tuple[tuple[Fraction, ...], ...]
"""For each channel of a source its share of each channel of the bus."""


def bus_shares(
    path: Path, layout: str, channels: int, *, bus: int = 2, pan: float = 0.0, spoken: bool = False
) -> Shares:
    """For each channel of a source its share of each of the `bus` channels (1, 2 or 6) of the mix.

    `pan` is between -1 (left) and 1 (right). A single channel moves with equal power, wholly to one side at the end. Of
    a source with a width of its own the far side is turned down and the near one kept (a balance): nothing is folded
    onto what is there already. What is `spoken` and has one channel is in the centre of 5.1.

    A layout that is only a count is taken for the usual one of that count. Raises `MediaRefused` for layouts that
    are no loudspeaker positions (ambisonics, more than eight channels).
    """
    names = _positions(path, layout, channels)
    shares = _panned([_SHARES[name] for name in names], pan)
    if bus == 1:
        return tuple(((left + right) / 2,) for left, right in shares)
    if bus == 2:
        return tuple(shares)
    return tuple(
        _unfolded(name, left, right, centred=spoken or len(names) > 1)
        for name, (left, right) in zip(names, shares, strict=True)
    )


def _positions(path: Path, layout: str, channels: int) -> list[str]:
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
    return names.split()


def _panned(shares: list[tuple[Fraction, Fraction]], pan: float) -> list[tuple[Fraction, Fraction]]:
    if not pan:
        return shares
    if len(shares) == 1:
        angle = (pan + 1) * math.pi / 4
        return [(_share(math.cos(angle)), _share(math.sin(angle)))]
    far = _share(math.cos(abs(pan) * math.pi / 2))
    left, right = (far, Fraction(1)) if pan > 0 else (Fraction(1), far)
    return [(one * left, other * right) for one, other in shares]


def _unfolded(name: str, left: Fraction, right: Fraction, *, centred: bool) -> tuple[Fraction, ...]:
    """The shares of 5.1 that are folded down to these of left and right."""
    nothing = Fraction(0)
    if name == "LFE":
        return nothing, nothing, nothing, Fraction(1), nothing, nothing
    if name in _AROUND:
        behind = (_share(float(side / _HALF_POWER)) for side in (left, right))
        return nothing, nothing, nothing, nothing, *behind
    if name == "FC" and centred:
        both = min(left, right)
        centre = _share(float(both / _HALF_POWER))
        return left - both, right - both, centre, nothing, nothing, nothing
    return left, right, nothing, nothing, nothing, nothing


def _share(value: float) -> Fraction:
    return Fraction(round(value * 10**9), 10**9)


def pan_expression(shares: Shares) -> str | None:
    """The argument of ffmpeg's `pan` filter that makes the bus channels, `None` for stereo as it is."""
    bus = [list(gains) for gains in zip(*shares, strict=True)]
    if bus == [[1, 0], [0, 1]]:
        return None
    sums = (_sum(channel, gains) for channel, gains in enumerate(bus))
    return "|".join((BUS_LAYOUTS[len(bus)], *sums))


def stereo_fold(sound: Sound) -> str:
    """The argument of ffmpeg's `pan` filter that makes stereo of a sound. Raises `MediaRefused` as `bus_shares`."""
    return pan_expression(bus_shares(sound.path, sound.layout, sound.channels)) or "stereo|c0=c0|c1=c1"


def joined_map(bus: int) -> str:
    """The argument `map` of ffmpeg's `join` filter that makes the bus of one mono stream a channel."""
    names = _LAYOUTS[BUS_LAYOUTS[bus]].split()
    return "|".join(f"{number}.0-{name}" for number, name in enumerate(names))


def _sum(channel: int, shares: list[Fraction]) -> str:
    terms = [f"{format_decimal(share, 9)}*c{index}" for index, share in enumerate(shares) if share]
    return f"c{channel}={'+'.join(terms) or '0*c0'}"
