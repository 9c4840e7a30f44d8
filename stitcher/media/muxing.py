"""Write a media file packet by packet, without an encoder: the way into a container."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer

from stitcher.errors import DiskFull, VerifyError
from stitcher.media.ffmpeg import file_url


@contextlib.contextmanager
def muxing(path: Path, muxer: str, options: Mapping[str, str]) -> Iterator[OutputContainer]:
    """A new file to hand packets to, finished when the body of the `with` ends; the same packets make the same bytes.

    Raises `DiskFull`, and `VerifyError` for what the muxer refuses. Sources are opened inside generators, whose own
    errors are theirs by the time they come here.
    """
    try:
        # Without it the muxer writes its version, and Matroska numbers drawn by lot.
        output = av.open(file_url(path), "w", format=muxer, options={"fflags": "+bitexact", **options})
        try:
            yield output
        except BaseException:
            # The error that brought us here is the one to report, not the one closing a half-written file adds.
            with contextlib.suppress(av.FFmpegError, OSError):
                output.close()
            raise
        # A full disk shows only here.
        output.close()
    except av.FFmpegError as exc:
        if exc.errno == errno.ENOSPC:
            raise DiskFull(
                f"The disk is full; {str(path)!r} was not finished and what was there before is untouched."
            ) from exc
        raise VerifyError(f"The packets could not be put together as {muxer}: {exc.strerror}.") from exc


def packet_of(data: bytes) -> Any:
    """A packet of these bytes, which belongs to no stream yet."""
    return av.Packet(data)


def switch_track(stream: Any, *, on: bool) -> None:
    """Say of a track whether players use it without being told."""
    from av.stream import Disposition

    stream.disposition = Disposition.default if on else Disposition(0)
