"""The start picture of a request, and the crop of it that is sent. Pure values and arithmetic."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from pathlib import Path

INLINE_BYTES = 3_300_000
"""Larger files are uploaded, smaller ones travel inside the request as data URIs: where the service itself advises to.
It takes data URIs of up to 5,242,880 characters."""
UPLOAD_BYTES = 200 * 1024 * 1024
"""Largest file an upload may be."""
STILL_TYPES = ("image/png", "image/jpeg", "image/webp")


@dataclass(frozen=True, slots=True)
class Still:
    """A picture file, as measured."""

    path: Path
    sha256: str
    """Of its bytes, lower-case hex."""
    media_type: str
    """By content: `image/png`, `image/jpeg` or `image/webp`."""
    width: int
    """As shown, after any rotation the file asks for."""
    height: int
    size: int
    """Bytes."""
    turned: bool = False
    """Whether the file asks to be turned when shown (EXIF); such a one is never sent as it is."""
    transparent: bool = False
    """Whether anything would be seen through it."""
    has_credentials: bool = False
    """Whether it carries Content Credentials (C2PA), which what is made from it cannot keep."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A box of a picture, in its pixels."""

    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height} at {self.x},{self.y}"


@dataclass(frozen=True, slots=True)
class StartFrame:
    """The picture a take starts from: the file that is sent, and what it was cut from."""

    still: Still
    """The very file that is sent, already cropped."""
    origin_sha256: str
    """What it was cut from: a picture's own hash, or `frame_origin` of a clip or take."""
    crop: Crop | None = None
    """Of the origin; `None` when it is sent whole."""
    file: str | None = None
    """Where the project keeps it, relative, with forward slashes."""


def frame_origin(sha256: str, frame: str) -> str:
    """What a frame of a clip or take is known by: the file and which frame (`first`, `last`, `frame-23`), so that no
    decoder has a say.
    """
    return hashlib.sha256(f"{sha256}:{frame}".encode()).hexdigest()


def shape(width: int, height: int) -> tuple[int, int]:
    """Width and height in lowest policy: (16, 9) for 1280 by 720."""
    divisor = gcd(width, height)
    return width // divisor, height // divisor


def plan_crop(width: int, height: int, target: tuple[int, int]) -> Crop | None:
    """The largest centred box with exactly the target's shape, or `None` when the whole picture has it.

    Exact, so that nothing is left for the service to cut. Raises `ValueError` when no such box fits.
    """
    across, down = shape(*target)
    times = min(width // across, height // down)
    if times == 0:
        raise ValueError(f"a {width}x{height} picture is too small to be cropped to {across}:{down}")
    inner_width, inner_height = across * times, down * times
    if (inner_width, inner_height) == (width, height):
        return None
    return Crop((width - inner_width) // 2, (height - inner_height) // 2, inner_width, inner_height)


def lost_share(width: int, height: int, crop: Crop | None) -> Fraction:
    """Which part of the picture a crop throws away, 0 to 1."""
    if crop is None:
        return Fraction(0)
    return 1 - Fraction(crop.width * crop.height, width * height)


def is_uploaded(size: int) -> bool:
    """Whether a file of `size` bytes is uploaded before the request that needs it."""
    return size > INLINE_BYTES
