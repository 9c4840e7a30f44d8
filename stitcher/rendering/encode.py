"""Makes one encoded segment: runs ffmpeg on a job, counts what came out, keeps it in the cache."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from stitcher.errors import MediaError, VerifyError
from stitcher.formats.codecs import CODECS, NAL_CODECS
from stitcher.formats.containers import CONTAINERS
from stitcher.media import ffmpeg_process
from stitcher.media.clip import Clip
from stitcher.media.ffmpeg import find
from stitcher.media.probe import probe, probe_unnamed, renamed
from stitcher.rendering.cache import Cache
from stitcher.rendering.drawings import Drawings
from stitcher.rendering.fault_attribution import blame
from stitcher.rendering.graph import encode_arguments
from stitcher.rendering.job import EncodeJob


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """A finished encoded segment."""

    clip: Clip
    """As probed; its `sha256` is that of the file."""
    cached: bool
    """Whether it was there before."""


def tool_name() -> str:
    """The program that decides what an encode looks like; part of every cache key."""
    return f"ffmpeg {find().version}"


def encode_segment(
    job: EncodeJob,
    folder: Path,
    *,
    on_frames: Callable[[int], None] | None = None,
    cancel: threading.Event | None = None,
) -> EncodedFile:
    """The segment a job asks for, from the cache in `folder` or made now.

    Raises `FfmpegFailed`, `DiskFull` or `Interrupted` from the run, and `VerifyError` when ffmpeg ended well but
    the pictures are not all there, or are others than planned. Callbacks aside, arguments and result can cross to
    another process.
    """
    cache = Cache(folder)
    key, suffix = job.key(tool_name()), CONTAINERS[CODECS[job.picture.codec].segments].suffixes[0]
    entry = cache.find(key, suffix)
    if entry is not None:
        return EncodedFile(probe(entry.path), cached=True)

    probed: list[tuple[Clip, os.stat_result]] = []

    def work(temp: Path) -> dict[str, int]:
        # Only here: a segment that is in the cache needs nothing of what proves one.
        from stitcher.rendering.picture_proof import check_shown

        arguments, drawings = encode_arguments(job, str(temp)), Drawings(job)
        fed = drawings.pictures() if drawings else None
        ffmpeg_process.run(arguments, fed=fed, on_frames=on_frames, cancel=cancel)
        probed.append(_made(temp, job))
        _check(probed[0][0], job)
        check_shown(probed[0][0], job, drawings)
        return {"frames": job.frames}

    made = cache.make(key, suffix, work, cancel=cancel)
    if probed:
        clip, stat = probed[0]
        return EncodedFile(renamed(clip, made.path, stat), cached=False)
    return EncodedFile(probe(made.path), cached=False)


def _made(file: Path, job: EncodeJob) -> tuple[Clip, os.stat_result]:
    """What ffmpeg wrote, and the facts of its file."""
    try:
        return probe_unnamed(file)
    except MediaError as exc:
        raise _other(job, "cannot be read" if file.stat().st_size else "is empty") from exc


def _other(job: EncodeJob, what: str) -> VerifyError:
    names = ", ".join(dict.fromkeys(part.clip.name for part in job.inputs))
    files = (part.clip for part in job.inputs if part.drawn is None)
    return VerifyError(f"A segment made from {names} {what}, so it was thrown away. {blame(files)}")


def _check(clip: Clip, job: EncodeJob) -> None:
    video = clip.video
    if video.frames != job.frames:
        raise _other(job, f"holds {video.frames} frames where {job.frames} were planned")
    first = video.keys[0] if video.keys else None
    clean = first is not None and first.packet == 0 and (first.kind == "idr" or video.codec not in NAL_CODECS)
    if not (video.intra_only or clean):
        raise VerifyError(f"{job.picture.encoder} did not begin a segment cleanly, so it cannot be joined.")
