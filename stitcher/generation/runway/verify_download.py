"""Verify that a downloaded file is what was asked for: its first bytes, its extent, every frame, its size."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from stitcher.errors import MediaBroken, MediaError, MediaRefused, NotAsAsked, OutputError
from stitcher.generation.provider import Expected, Fetched
from stitcher.media.files import link_once, sha256_file
from stitcher.media.probe import probe, probe_sound
from stitcher.timebase import SAMPLE_RATE

Check: TypeAlias = Callable[[Path, Expected], int | None]
"""Counts the frames of a file, or raises as `check_arrival` does."""


def check_arrival(path: Path, expected: Expected) -> int | None:
    """The number of frames counted by decoding them all strictly; 1 for a still, for sound its samples at 48 kHz.

    Raises `NotAsAsked` for a picture that is whole and of another size or a far other length, or a sound of which
    nothing is to be heard, and any other `MediaError` for a file that is no use at all.
    """
    from stitcher.media.sniff import sniff
    from stitcher.media.truncation import measure

    kind = sniff(path)
    extent = measure(path, kind.demuxer)
    # What an MP3 says of its size is a lower bound.
    told = extent.expected_bytes is not None and expected.kind != "audio"
    if extent.cut_off or (told and extent.expected_bytes != extent.actual_bytes):
        raise MediaBroken(
            path, f"has {extent.actual_bytes:,} bytes where its own boxes say {extent.expected_bytes:,}"
        )
    if not extent.has_header:
        raise MediaBroken(path, "has no description of its streams, so its end is missing")
    match expected.kind:
        case "image":
            return _check_still(path, expected, kind.holds)
        case "audio":
            if kind.holds == "still":
                raise MediaRefused(path, f"is {kind.label}, not sound")
            return _check_sound(path, expected)
        case "video":
            return _check_video(path, expected, kind.holds, kind.label)


def examine(
    path: Path, expected: Expected, *, check: Check = check_arrival, sha256: str | None = None
) -> Fetched:
    """A whole file as it is, with how it differs from what was asked for. Raises `MediaError` for one of no use."""
    otherwise = ""
    try:
        frames = check(path, expected)
    except NotAsAsked as exc:
        frames, otherwise = exc.frames, exc.reason
    return Fetched(path, sha256 or sha256_file(path), path.stat().st_size, frames, otherwise)


def take_existing(target: Path, expected: Expected, *, check: Check = check_arrival) -> Fetched | None:
    """What stands at its place already, from a run that ended before it was recorded; `None` where nothing does.

    Raises `OutputError` when it is not what belongs there.
    """
    if not os.path.lexists(target):
        return None
    try:
        return examine(target, expected, check=check)
    except MediaError as exc:
        raise occupied(target, "what belongs there", exc.reason.rstrip(".")) from exc


def put_in_place(source: Path, target: Path, label: str, sha256: str | None) -> None:
    """Give a file that has arrived its place too, unless it is there already. Raises `OutputError` and `DiskFull`."""
    if not os.path.lexists(target):
        link_once(source, target)
    elif sha256_file(target) != sha256:
        raise occupied(target, label, f"which was fetched and is kept as {source.name}")


def occupied(path: Path, owner: str, why: str) -> OutputError:
    """That something else stands where a file goes."""
    return OutputError(
        f"{str(path)!r} exists and is not {owner} ({why}). Nothing is ever overwritten: move it away and run again."
    )


def _check_still(path: Path, expected: Expected, holds: str) -> int:
    from stitcher.media.stills import open_still

    if holds != "still":
        raise MediaRefused(path, "is not a picture")
    with open_still(path) as picture:
        picture.load()
        size = picture.size
    if expected.size is not None and not expected.is_size(*size):
        raise NotAsAsked(path, _sizes(size, expected.size), 1)
    return 1


def _check_sound(path: Path, expected: Expected) -> int:
    from stitcher.media.sound_extent import sound_extent

    extent = sound_extent(probe_sound(path))
    if extent.is_silent:
        raise NotAsAsked(path, "is silent from beginning to end", extent.samples)
    if not expected.is_near(extent.samples):
        has, asked = (f"{samples / SAMPLE_RATE:.2f} s" for samples in (extent.samples, expected.frames or 0))
        raise NotAsAsked(path, f"lasts {has} where {asked} were asked for", extent.samples)
    return extent.samples


def _check_video(path: Path, expected: Expected, holds: str, label: str) -> int:
    from stitcher.media.strict_decode import strict_decode

    if holds != "media":
        raise MediaRefused(path, f"is {label}, not video")
    clip = probe(path)
    frames = strict_decode(path, clip.container)
    if frames != clip.video.frames:
        raise MediaBroken(path, f"decodes to {frames} frames where its packets say {clip.video.frames}")
    size = (clip.video.width, clip.video.height)
    if expected.size is not None and not expected.is_size(*size):
        raise NotAsAsked(path, _sizes(size, expected.size), frames)
    if not expected.is_near(frames):
        raise NotAsAsked(path, f"has {frames} frames where {expected.frames} were asked for", frames)
    return frames


def _sizes(found: tuple[int, int], wanted: tuple[int, int]) -> str:
    return f"is {found[0]}x{found[1]} where {wanted[0]}x{wanted[1]} was asked for"
