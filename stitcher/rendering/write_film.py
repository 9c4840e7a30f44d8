"""Puts a film together: muxes its runs and its sound, proves what came out, and puts it in place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stitcher.delivery.spec import shown_colour
from stitcher.media.files import publish, sha256_file, sync
from stitcher.rendering.mux import mux
from stitcher.rendering.options import Verify
from stitcher.rendering.output import is_finished_from_film
from stitcher.rendering.packet_runs import PacketRun
from stitcher.rendering.progress import Progress, Step
from stitcher.rendering.segments import Plan
from stitcher.rendering.soundtrack import Soundtrack
from stitcher.rendering.verify import verify_film
from stitcher.timebase import format_timecode

_WITHIN = {"h264": "mp4", "ffv1": "mkv"}
"""Where films that others are made of are kept, by codec; the rest go into MOV."""


def write_film(
    plan: Plan,
    runs: Sequence[PacketRun],
    track: Soundtrack | None,
    temp: Path,
    out: Path,
    container: str,
    headers: bytes | None,
    progress: Progress | None,
    stop: threading.Event,
    verify: Verify,
) -> tuple[tuple[Path, ...], str]:
    """The film of these runs at `out`, by way of the file `temp`: where it is, and SHA-256 of what was muxed.

    Raises what `mux`, `verify_film`, `publish` and `finish` raise; then `out` is what it was.
    """
    delivery, timeline = plan.delivery, plan.timeline
    finishing = is_finished_from_film(container)
    within = _WITHIN.get(delivery.picture.codec, "mov") if finishing else container
    muxed = mux(
        runs,
        temp,
        within,
        rate=timeline.rate,
        colour=shown_colour(delivery.picture),
        parameter_sets=headers,
        codec_tag=delivery.picture.codec_tag,
        sound=None if finishing or track is None else (track.path, track.result.container),
        faststart=delivery.faststart and not finishing,
        edit_list=delivery.edit_list,
        timecode=format_timecode(timeline.start_frame, timeline.rate)
        if delivery.timecode and within == "mov"
        else None,
        title=timeline.title,
        on_frames=_reporter("mux", plan.frames, progress),
        cancelled=stop.is_set,
    )
    _news(progress, "check", 0, plan.frames)
    with ThreadPoolExecutor(1, thread_name_prefix="beside") as pool:
        settled = pool.submit(_settle, temp)
        verify_film(plan, temp, within, runs, muxed, verify, parameter_sets=headers)
        sha256 = settled.result()
    _news(progress, "check", plan.frames, plan.frames)
    if not finishing:
        publish(temp, out)
        return (out,), sha256
    from stitcher.rendering.packaging import finish

    paths = finish(
        delivery,
        temp,
        track.path if track is not None else None,
        out,
        frames=plan.frames,
        rate=timeline.rate,
        still=plan.shown.start - plan.record_range.start,
        timecode=format_timecode(timeline.start_frame, timeline.rate),
        on_frames=_reporter("finish", plan.frames, progress),
        cancel=stop,
    )
    return paths, sha256


def _settle(file: Path) -> str:
    """SHA-256 of a file, which is on the disk afterwards."""
    sha256 = sha256_file(file)
    sync(file)
    return sha256


def _reporter(stage: str, total: int, progress: Progress | None) -> Callable[[int], None]:
    return lambda done: _news(progress, stage, done, total)


def _news(progress: Progress | None, stage: str, done: int, total: int) -> None:
    if progress is not None:
        progress(Step(stage, done, total))  # type: ignore[arg-type]  # callers pass one of Stage's words
