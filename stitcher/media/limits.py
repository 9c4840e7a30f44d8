"""Limits on the size of media files, above which they are refused; adjustable, for those who own an 8K camera."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path

from stitcher.errors import InputError, MediaRefused


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on what is opened. Above one, `MediaRefused` names the file, the cap and how to raise it."""

    max_pixels: int = 4096 * 2304
    """Width times height."""
    max_seconds: int = 4 * 3600
    max_bytes: int = 256 << 30
    max_streams: int = 64

    @classmethod
    def from_environment(cls) -> Limits:
        """The defaults, each replaced by `STITCHER_MAX_PIXELS` and its like where set. Raises `InputError`."""
        given: dict[str, int] = {}
        for field in fields(cls):
            name = f"STITCHER_{field.name.upper()}"
            if written := os.environ.get(name):
                if not written.isascii() or not written.isdigit() or not int(written):
                    raise InputError(f"{name} is {written!r}; write a whole number above 0, or unset it.")
                given[field.name] = int(written)
        return cls(**given)

    def check_size(self, path: Path | str, count: int) -> None:
        """Refuse a file of too many bytes."""
        if count > self.max_bytes:
            raise _above(
                path, f"has {count:,} bytes", cap=f"{self.max_bytes:,}", variable="STITCHER_MAX_BYTES"
            )

    def check_streams(self, path: Path | str, count: int) -> None:
        """Refuse a file of too many streams."""
        if count > self.max_streams:
            raise _above(
                path, f"has {count} streams", cap=str(self.max_streams), variable="STITCHER_MAX_STREAMS"
            )

    def check_picture(self, path: Path | str, width: int, height: int) -> None:
        """Refuse a picture of too many pixels."""
        if width * height > self.max_pixels:
            raise _above(
                path,
                f"has pictures of {width}x{height}",
                cap=f"{self.max_pixels:,} pixels",
                variable="STITCHER_MAX_PIXELS",
            )

    def check_length(self, path: Path | str, seconds: float) -> None:
        """Refuse a file that lasts too long."""
        if seconds > self.max_seconds:
            raise _above(
                path,
                f"lasts {seconds / 3600:.1f} hours",
                cap=f"{self.max_seconds:,} seconds",
                variable="STITCHER_MAX_SECONDS",
            )


def _above(path: Path | str, excess: str, *, cap: str, variable: str) -> MediaRefused:
    return MediaRefused(path, f"{excess}, above the cap of {cap}; make it smaller, or raise {variable}.")
