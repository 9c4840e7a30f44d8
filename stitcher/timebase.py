"""Exact time: frames, seconds, samples and timecode, and half-open ranges of frames.

Frames are `int`, rates and seconds are `Fraction`; nothing here ever holds a float. This module knows only
`errors`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from stitcher.errors import InputError

SAMPLE_RATE = 48_000
"""Samples a second on the sound bus; every cue is placed in these."""

_NTSC_NAMES = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "47.952": Fraction(48000, 1001),
    "59.94": Fraction(60000, 1001),
    "119.88": Fraction(120000, 1001),
}


def round_half_up(value: Fraction) -> int:
    """The nearest integer; halves go up, so that neighbouring ranges round the same way."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def parse_rate(text: str | int | float | Fraction) -> Fraction:
    """Frames a second from `24`, `"24000/1001"` or a broadcast name such as `"23.976"`.

    Raises `InputError` for anything that is not a positive rate up to 1000.
    """
    if isinstance(text, Fraction):
        rate = text
    else:
        written = str(text).strip()
        try:
            rate = _NTSC_NAMES.get(written) or Fraction(written)
        except (ValueError, ZeroDivisionError) as exc:
            raise InputError(
                f"{text!r} is not a frame rate; write a number such as 24, 23.976 or 30000/1001."
            ) from exc
    if not 0 < rate <= 1000:
        raise InputError(f"A frame rate of {text} is outside 0 to 1000 frames a second.")
    return rate


def format_rate(rate: Fraction) -> str:
    """`"24"` or `"24000/1001"`: what ffmpeg and `parse_rate` read back exactly."""
    return str(rate.numerator) if rate.denominator == 1 else f"{rate.numerator}/{rate.denominator}"


def seconds_to_frames(seconds: Fraction, rate: Fraction) -> int:
    """The frame boundary nearest to a time, halves up."""
    return round_half_up(seconds * rate)


def frames_to_seconds(frames: int, rate: Fraction) -> Fraction:
    """When a frame begins, in seconds."""
    return Fraction(frames) / rate


def frames_to_samples(frames: int, rate: Fraction, sample_rate: int = SAMPLE_RATE) -> int:
    """The sample at which a frame begins; a film of n frames is this many samples long."""
    return round_half_up(Fraction(frames * sample_rate) / rate)


def seconds_to_samples(seconds: Fraction, sample_rate: int = SAMPLE_RATE) -> int:
    """The sample nearest to a time, halves up."""
    return round_half_up(seconds * sample_rate)


@dataclass(frozen=True, slots=True, order=True)
class FrameRange:
    """Frames `start` up to, not including, `stop`. Says nothing about whose clock it is on: its name must."""

    start: int
    stop: int

    def __post_init__(self) -> None:
        if self.stop < self.start:
            raise ValueError(f"a frame range cannot end ({self.stop}) before it starts ({self.start})")

    def __len__(self) -> int:
        return self.stop - self.start

    def __bool__(self) -> bool:
        return self.stop > self.start

    def __contains__(self, frame: int) -> bool:
        return self.start <= frame < self.stop

    def holds(self, other: FrameRange) -> bool:
        """Whether every frame of `other` is also in this range."""
        return self.start <= other.start and other.stop <= self.stop

    def shifted(self, frames: int) -> FrameRange:
        """The same length, `frames` later."""
        return FrameRange(self.start + frames, self.stop + frames)

    def intersection(self, other: FrameRange) -> FrameRange:
        """The frames in both; empty (at the later start) when there are none."""
        start = max(self.start, other.start)
        return FrameRange(start, max(start, min(self.stop, other.stop)))

    def __str__(self) -> str:
        return f"[{self.start}, {self.stop})"


@dataclass(frozen=True, slots=True)
class Time:
    """A time as a person wrote it: frames (`12f`), seconds (`1.5s`) or a timecode (`00:00:01:12`).

    It becomes frames or samples only once the film's rate is known. The value is `seconds` plus `frames`: a
    timecode has both, the others one of them.
    """

    seconds: Fraction = Fraction(0)
    frames: int = 0

    def to_frames(self, rate: Fraction) -> int:
        """The frame boundary nearest to this time at `rate`."""
        return seconds_to_frames(self.seconds, rate) + self.frames

    def to_seconds(self, rate: Fraction) -> Fraction:
        """This time in seconds; frames are counted at `rate`."""
        return self.seconds + frames_to_seconds(self.frames, rate)

    def to_samples(self, rate: Fraction) -> int:
        """The sample nearest to this time; frames are counted at `rate`."""
        return seconds_to_samples(self.to_seconds(rate))

    def __bool__(self) -> bool:
        return bool(self.seconds or self.frames)

    def __str__(self) -> str:
        if self.frames and self.seconds:
            whole = int(self.seconds)
            return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}:{self.frames:02}"
        if self.frames:
            return f"{self.frames}f"
        return f"{format_decimal(self.seconds)}s"


_TIME_FORMS = "write frames (12f), seconds (1.5s) or a timecode (00:00:01:12)"
_FRAMES = re.compile(r"(\d{1,9})\s*f(?:rames?)?", re.ASCII)
_SECONDS = re.compile(r"(\d{1,7}(?:\.\d{1,9})?|\.\d{1,9})\s*s", re.ASCII)
_TIMECODE = re.compile(r"(\d{1,3}):([0-5]?\d):([0-5]?\d)[:;](\d{1,3})", re.ASCII)


def parse_time(text: str) -> Time:
    """The time a person wrote. Raises `InputError` with what was meant, or naming the three forms; a bare number is
    refused.
    """
    written = text.strip()
    if match := _FRAMES.fullmatch(written):
        return Time(frames=int(match[1]))
    if match := _SECONDS.fullmatch(written):
        return Time(seconds=Fraction(match[1]))
    if match := _TIMECODE.fullmatch(written):
        hours, minutes, seconds, frames = (int(part) for part in match.groups())
        return Time(seconds=Fraction(hours * 3600 + minutes * 60 + seconds), frames=frames)
    raise InputError(f"{text!r} {_meant(written)}.")


_CLOCK = re.compile(r"\d{1,5}(?::\d{1,2}){1,2}(?:\.\d{1,6})?", re.ASCII)
_SPELT = re.compile(
    r"(\d{1,7}(?:[.,]\d{1,9})?)\s*(|ms|msecs?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)",
    re.ASCII | re.IGNORECASE,
)
_UNITS = {"ms": Fraction(1, 1000), "s": Fraction(1), "m": Fraction(60), "h": Fraction(3600)}


def _meant(written: str) -> str:
    """What is wrong with a time that is none, and how to write what other programs write so."""
    if re.fullmatch(r"-\s*[\d.]+.*", written, re.ASCII):
        return "is before the beginning: times count from 0 on"
    if _CLOCK.fullmatch(written):
        seconds = Fraction(0)
        for part in written.split(":"):
            seconds = seconds * 60 + Fraction(part)
        written_seconds = format_decimal(seconds)
        return (
            "is not a time: a timecode has four parts, hours:minutes:seconds:frames (00:00:01:12); for "
            f"{written_seconds} seconds write {written_seconds}s"
        )
    match = _SPELT.fullmatch(written)
    if match is None:
        return f"is not a time; {_TIME_FORMS}"
    number, unit = Fraction(match[1].replace(",", ".")), match[2].lower()
    if unit:
        return f"is not a time: write {format_decimal(number * _UNITS['ms' if unit.startswith('ms') else unit[0]])}s"
    frames = f" or {number}f for frames" if number.denominator == 1 else "; frames are whole, such as 12f"
    return f"has no unit: write {format_decimal(number)}s for seconds{frames}"


def format_decimal(value: Fraction, places: int = 6) -> str:
    """A decimal without trailing zeros, rounded to `places`; for people and for ffmpeg arguments."""
    scaled = round_half_up(abs(value) * 10**places)
    whole, part = divmod(scaled, 10**places)
    sign = "-" if value < 0 and scaled else ""
    digits = f"{part:0{places}}".rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"


def nominal_rate(rate: Fraction) -> int:
    """The whole number a timecode counts to: 24 for 23.976, 30 for 29.97."""
    return round_half_up(rate)


DROP_RATES = (Fraction(30000, 1001), Fraction(60000, 1001))
"""At which there is drop-frame timecode."""


def spoken_rate(rate: Fraction) -> str:
    """A rate as people write it: `23.976`, `25`; exactly where it is none of theirs."""
    return format_decimal(rate, 3) if rate.denominator in (1, 1001) else format_rate(rate)


def parse_timecode(text: str, rate: Fraction) -> int:
    """The frame that a timecode numbers, drop-frame where its last mark is `;`.

    Raises `ValueError`, saying why, for what is none at that rate.
    """
    parts = re.fullmatch(r"(\d\d):(\d\d):(\d\d)([:;])(\d{2,3})", text, re.ASCII)
    if parts is None:
        raise ValueError(f"{text!r} is not a timecode.")
    hours, minutes, seconds, frames = (int(parts[part]) for part in (1, 2, 3, 5))
    nominal = nominal_rate(rate)
    if frames >= nominal:
        raise ValueError(
            f"a second has {nominal} frames at {spoken_rate(rate)}, so none is numbered {frames}."
        )
    count = (hours * 3600 + minutes * 60 + seconds) * nominal + frames
    if parts[4] == ":":
        return count
    if rate not in DROP_RATES:
        raise ValueError(f"drop-frame exists at 29.97 and 59.94, not at {spoken_rate(rate)}: write ':'.")
    skipped = nominal // 15
    if minutes % 10 and seconds == 0 and frames < skipped:
        raise ValueError(f"{text} is one of the numbers that drop-frame skips.")
    whole_minutes = hours * 60 + minutes
    return count - skipped * (whole_minutes - whole_minutes // 10)


def format_timecode(frame: int, rate: Fraction, *, drop: bool = False) -> str:
    """`HH:MM:SS:FF` of a frame (non-drop), or `HH:MM:SS;FF` with drop-frame numbering.

    Drop-frame (SMPTE ST 12-1) skips 2 numbers a minute at 29.97 and 4 at 59.94, except each tenth minute;
    asking for it at any other rate raises `ValueError`.
    """
    nominal = nominal_rate(rate)
    if drop:
        if rate not in DROP_RATES:
            raise ValueError(
                f"drop-frame timecode exists only at 29.97 and 59.94, not at {format_rate(rate)}"
            )
        skipped = nominal // 15
        per_minute = nominal * 60 - skipped
        per_ten = per_minute * 10 + skipped
        tens, rest = divmod(frame, per_ten)
        extra_minutes = 0 if rest < nominal * 60 else 1 + (rest - nominal * 60) // per_minute
        frame += skipped * (9 * tens + extra_minutes)
    seconds, frames = divmod(frame, nominal)
    mark = ";" if drop else ":"
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{frames:02}"
