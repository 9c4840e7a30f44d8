"""The film small, with its timecode and each shot's name burnt in: to hold an editor's cut against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from stitcher.content_key import content_key
from stitcher.delivery.load import load_preset
from stitcher.delivery.preset import Citation, Preset
from stitcher.editor_export.room import reference_kbps
from stitcher.errors import VerifyError
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import feed
from stitcher.media.files import sha256_file
from stitcher.media.probe import probe
from stitcher.media.threads import THREADS, held_to
from stitcher.pictures.timecode_strip import TimecodeStrip, shown_shots
from stitcher.rendering.context import RenderContext
from stitcher.rendering.encode import tool_name
from stitcher.rendering.film import prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.timebase import format_rate, format_timecode
from stitcher.timeline.model import Timeline

_LONG_SIDE = 640
_PRESET = "draft"
_SCHEMA = 1


def make_reference(timeline: Timeline, scratch: Path, options: RenderOptions) -> Path:
    """The file, kept in the cache. `scratch` is a folder for what it is made from.

    Raises what making a film raises.
    """
    context = RenderContext.of(options)
    small = scratch / "reference.mp4"
    plan = prepare(timeline, preset=_small_preset(timeline, options.project), project=options.project)
    render(plan, small, options)
    shots = [(shot, shown.start, shown.stop) for shot, shown in shown_shots(timeline)]
    key = content_key(
        _SCHEMA, tool_name(), sha256_file(small), shots, timeline.start_frame, timeline.drop_frame
    )

    def work(temp: Path) -> Mapping[str, Any]:
        _burn_in(timeline, small, temp, context)
        return {}

    return context.cache.make(key, ".mp4", work, cancel=context.stop).path


def _small_preset(timeline: Timeline, project: Path | None) -> Preset:
    preset = load_preset(_PRESET, project=project)
    long = max(timeline.width, timeline.height)
    scale = min(Fraction(1), Fraction(_LONG_SIDE, long))
    size = tuple(max(2, round(side * scale / 2) * 2) for side in (timeline.width, timeline.height))
    picture = preset.picture.model_copy(update={"size": Citation(size), "crf": Citation(18)})
    return preset.model_copy(update={"picture": picture})


def _burn_in(timeline: Timeline, film: Path, out: Path, context: RenderContext) -> None:
    clip = probe(film)
    strip = TimecodeStrip(timeline, *clip.video.shown_size)

    def told() -> Iterator[bytes]:
        for frame, picture in enumerate(strip.pictures()):
            if frame % 48 == 0:
                context.report("finish", frame, timeline.frames, "reference")
            yield picture

    feed(_arguments(timeline, film, strip.size, out), told(), cancel=context.stop)
    made = probe(out).video.frames
    if made != timeline.frames:
        raise VerifyError(f"The reference film should have {timeline.frames} frames, and has {made}.")
    context.report("finish", timeline.frames, timeline.frames, "reference")


def _arguments(timeline: Timeline, film: Path, strip: tuple[int, int], out: Path) -> list[str]:
    pictures = ffmpeg.input(
        "pipe:0",
        f="rawvideo",
        pix_fmt="rgba",
        s=f"{strip[0]}x{strip[1]}",
        r=format_rate(timeline.rate),
        protocol_whitelist="pipe",
    )
    source = ffmpeg.input(file_url(film), f="mov", protocol_whitelist="file")
    laid = source.video.filter("setpts", "N/FRAME_RATE/TB").overlay(pictures, x=0, y=0, eof_action="endall")
    kbps = reference_kbps(timeline)
    x264 = ("-preset", "veryfast", "-crf", "27", "-maxrate", f"{kbps}k", "-bufsize", f"{2 * kbps}k")
    streams = [laid, source["a:0"]] if timeline.cues else [laid]
    stream = ffmpeg.output(
        *streams,
        file_url(out),
        vcodec="libx264",
        pix_fmt="yuv420p",
        acodec="copy",
        fps_mode="passthrough",
        f="mp4",
        movflags="+faststart",
        fflags="+bitexact",
        map_metadata=-1,
        timecode=format_timecode(timeline.start_frame, timeline.rate, drop=timeline.drop_frame),
    )
    argv: list[str] = stream.compile(cmd="")[1:]
    # Before the output's name, the last of them.
    return ["-loglevel", "warning", *argv[:-1], *held_to("libx264", x264, THREADS), argv[-1]]
