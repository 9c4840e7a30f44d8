"""Time stamps of SRT and WebVTT, read and written. Both count milliseconds."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from stitcher.errors import MediaRefused

_STAMP = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"\s*{_STAMP}\s*-->\s*{_STAMP}(?:\s+(.*?))?\s*")
ARROW = "-->"


def read_timing(line: str, *, number: int, path: Path) -> tuple[Fraction, Fraction, str]:
    """Start and stop in seconds, and what stands behind them in the line.

    Raises `MediaRefused` with the line's number for one that cannot be read, or that ends before it begins: left out,
    its words would be lost.
    """
    match = _TIMING.fullmatch(line)
    if match is None:
        raise MediaRefused(
            path,
            f"line {number}: {line.strip()!r} is no time such as 00:00:01,000 --> 00:00:02,500; correct it there.",
        )
    start, stop = _seconds(match.groups()[:4]), _seconds(match.groups()[4:8])
    if stop <= start:
        raise MediaRefused(
            path, f"line {number}: {line.strip()!r} ends before it has begun; correct it there."
        )
    return start, stop, match[9] or ""


def read_stamp(text: str) -> Fraction:
    """Seconds of a time stamp that is one: `00:01.500`."""
    match = re.fullmatch(_STAMP, text)
    assert match is not None
    return _seconds(match.groups())


def _seconds(parts: tuple[str | None, ...]) -> Fraction:
    hours, minutes, seconds, thousandths = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + Fraction(int((thousandths or "0").ljust(3, "0")), 1000)


def milliseconds(frame: int, rate: Fraction) -> int:
    """When a frame is shown, in whole milliseconds, never after it: rounded up, its caption would miss it."""
    return int(frame * 1000 / rate)


def stamp(frame: int, rate: Fraction, point: str) -> str:
    """When a frame is shown, as SRT (with `,`) and WebVTT (with `.`) write it."""
    seconds, thousandths = divmod(milliseconds(frame, rate), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"
