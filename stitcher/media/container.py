"""Open media files through PyAV, the demuxer forced and nothing left to the file; PyAV's errors become ours."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream as AvVideo

from stitcher.errors import MediaBroken, MediaMissing, StitcherError
from stitcher.formats.containers import FILE_FORMATS
from stitcher.media.ffmpeg import file_url
from stitcher.media.files import check_regular

# PyAV 19 ignores undecodable metadata by itself, and no longer knows the word.
_LENIENT: dict[str, Any] = {"metadata_errors": "ignore"} if int(av.__version__.split(".")[0]) < 19 else {}


class Rational(Protocol):
    """`Fraction`, or PyAV 19's own rational."""

    @property
    def numerator(self) -> int: ...
    @property
    def denominator(self) -> int: ...


def fraction(value: Rational) -> Fraction:
    """PyAV's rational, whichever its version has, as a `Fraction`."""
    return Fraction(int(value.numerator), int(value.denominator))


@contextlib.contextmanager
def media_errors(path: Path | str, doing: str = "read") -> Iterator[None]:
    """Translate whatever PyAV raises while `doing` something to the file into ours.

    Damaged headers make it raise IndexError, UnicodeDecodeError and MemoryError besides its own errors.
    """
    try:
        yield
    except StitcherError:
        raise
    except av.FFmpegError as exc:
        if exc.errno in (errno.EACCES, errno.ENOENT):
            raise MediaMissing(path, f"cannot be {doing} ({exc.strerror}).") from exc
        reason = (exc.strerror or str(exc)).rstrip(".")
        raise MediaBroken(
            path, f"cannot be {doing} ({reason}); it is damaged. Download or export it again."
        ) from exc
    except (
        IndexError,
        UnicodeError,
        MemoryError,
        OverflowError,
        ValueError,
        RuntimeError,
        ZeroDivisionError,
    ) as exc:
        raise MediaBroken(
            path,
            f"cannot be {doing} ({type(exc).__name__}: {exc}); it is damaged. Download or export it again.",
        ) from exc


def without_analysis(demuxer: str) -> dict[str, str]:
    """Options for opening a file without finding out about its streams, for those who know or decode a picture anyway.

    FFmpeg decodes a picture of each to find out about it, which takes fifteen times as long as the opening itself;
    `skip_frame` stops that and does not touch the decoder that is used afterwards. Empty for containers that do
    not tell everything in their header.
    """
    if not FILE_FORMATS[demuxer].header_is_whole:
        return {}
    return {"probesize": "32", "analyzeduration": "0", "skip_frame": "all"}


def to_the_end(open_ended: bool) -> dict[str, str]:
    """Options for opening a sound that goes on to the file's end, whatever sizes its header has."""
    return {"ignore_length": "1"} if open_ended else {}


def picture_streams(container: InputContainer) -> list[AvVideo]:
    """The streams that hold moving pictures, the one players show first: that marked as default, else the first.

    Covers and thumbnails, which are announced as picture streams too, are not among them.
    """
    moving = [
        stream
        for stream in container.streams.video
        if not stream.disposition & (Disposition.attached_pic | Disposition.still_image)
    ]
    return sorted(moving, key=lambda stream: not stream.disposition & Disposition.default)


def open_media(path: Path | str, demuxer: str, *, options: dict[str, str] | None = None) -> InputContainer:
    """The file opened with that demuxer and no other, for the caller to close. Raises PyAV's own errors."""
    container: InputContainer = av.open(
        file_url(path),
        format=demuxer,
        options={"protocol_whitelist": "file", **(options or {})},
        **_LENIENT,
    )
    return container


@contextlib.contextmanager
def opened(
    path: Path | str, demuxer: str, *, options: dict[str, str] | None = None
) -> Iterator[InputContainer]:
    """The file opened with that demuxer and no other; closed at the end.

    Raises `MediaMissing` or `MediaBroken`, also for what the body of the `with` gets from PyAV.
    """
    check_regular(path)
    with media_errors(path), open_media(path, demuxer, options=options) as container:
        yield container
