"""Clips and sounds made again as editors decode them: picture for picture, all channels, in step, source timecode kept.

A clip's pictures are rendered as a film of that clip alone, so that it shows what films show of it, and are proven so.
Its sound is laid beside them as PCM: the same streams in MOV, a mono track for each channel in MXF.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import Any

import ffmpeg

from stitcher.content_key import content_key
from stitcher.delivery.editor_preset import EditorPreset, Wrapper
from stitcher.delivery.load import load_preset
from stitcher.delivery.preset import Citation, Preset
from stitcher.delivery.resolve import is_too_small
from stitcher.errors import DiskFull, MediaBroken, PlanError
from stitcher.exporters.cut import Replacement
from stitcher.media.clip import AudioStream, Clip, Sound
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.media.files import free_bytes, sha256_file
from stitcher.media.filters import FILL_GAPS
from stitcher.media.probe import probe
from stitcher.rendering.context import RenderContext
from stitcher.rendering.encode import tool_name
from stitcher.rendering.film import prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.timebase import (
    SAMPLE_RATE,
    FrameRange,
    frames_to_samples,
    seconds_to_samples,
)
from stitcher.timeline.conform import film_frames
from stitcher.timeline.model import Item, Timeline

_SCHEMA = 1
_PCM = "pcm_s24le"
_BITS_PER_PIXEL: Mapping[str, Fraction] = {
    "dnxhr_lb": Fraction(4, 5),
    "dnxhr_hqx": Fraction(18, 5),
    "standard": Fraction(13, 5),
}
"""About what a profile takes; others are counted as the largest."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A clip to be made again."""

    clip: Clip
    rate: Fraction
    """Its own, or the film's where its own is not constant."""
    matrix: str | None
    preset: Preset
    wrapper: Wrapper

    @property
    def frames(self) -> int:
        return film_frames(self.clip, self.rate)

    @property
    def key(self) -> str:
        picture = self.preset.picture.model_dump_json()
        heard = [(one.index, one.channels) for one in self.clip.audio]
        return content_key(
            _SCHEMA, tool_name(), self.clip.sha256, self.rate, self.frames, self.matrix, picture, self.wrapper,
            heard, self.timecode,
        )  # fmt: skip

    @property
    def timecode(self) -> str:
        """The clip's own; from 0 where it has none, or not at a rate that it keeps."""
        return self.clip.timecode if self.clip.timecode and self.clip.video.rate else "00:00:00:00"

    @property
    def suffix(self) -> str:
        return f".{self.wrapper}"

    @property
    def bytes(self) -> int:
        """About how large the file will be, and what it is made from meanwhile."""
        wide, high = self.clip.video.shown_size
        profile = self.preset.picture.profile
        bits = _BITS_PER_PIXEL.get(profile.value if profile else "", max(_BITS_PER_PIXEL.values()))
        return 2 * int(wide * high * bits * self.frames / 8)


def transcoded_media(
    timeline: Timeline, paths: Collection[Path], preset: EditorPreset, options: RenderOptions
) -> dict[Path, Replacement]:
    """By path: what is handed over instead of these clips and sounds of a film; kept in the cache.

    Raises `PlanError` for clips smaller than the codec has pictures, `DiskFull` before anything is made that would not
    fit, and what making a film raises.
    """
    context = RenderContext.of(options)
    picture = load_preset(preset.transcode.value, project=options.project)
    jobs = [job for job in _jobs(timeline, picture, preset.wrapper.value) if job.clip.path in paths]
    _refuse_small(jobs, preset)
    missing = [job for job in jobs if context.cache.find(job.key, job.suffix) is None]
    needed, folder = sum(job.bytes for job in missing), context.cache.folder
    if needed > (free := free_bytes(folder)):
        clips = "1 clip" if len(missing) == 1 else f"{len(missing)} clips"
        raise DiskFull(
            f"Making {clips} again for {preset.title} needs about {needed // 10**6} MB in "
            f"{str(folder)!r}, where {free // 10**6} MB are free: make room, name another folder with --cache, or hand "
            "media over as they are (--media link)."
        )
    total, done = sum(job.frames for job in jobs), 0
    made: dict[Path, Replacement] = {}
    for job in jobs:
        context.check_cancelled()
        context.report("finish", done, total, job.clip.name)
        made[job.clip.path] = _clip_made_again(job, context, options)
        done += job.frames
    context.report("finish", total, total, "media")
    for cue in timeline.cues:
        sound = cue.sound
        if sound.path in paths and sound.path not in made:
            made[sound.path] = _decoded_sound(sound, sound.streams or (sound.stream,), context)
    return made


def _refuse_small(jobs: Sequence[_Job], preset: EditorPreset) -> None:
    small = [
        job
        for job in jobs
        if is_too_small(job.preset.picture.codec.for_rate(job.rate), job.clip.video.shown_size)
    ]
    if small:
        names = ", ".join(
            "{!r} ({}x{})".format(job.clip.name, *job.clip.video.shown_size) for job in small[:3]
        )
        more = f" and {len(small) - 3} more" if len(small) > 3 else ""
        raise PlanError(
            f"{preset.title} gets media as DNxHR, which has pictures of 256x120 at least; smaller is {names}{more}: "
            "enlarge what is smaller, or hand media over as they are (--media link)."
        )


def _jobs(timeline: Timeline, preset: Preset, wrapper: Wrapper) -> Iterator[_Job]:
    known: set[Path] = set()
    for item in timeline.unhidden.items:
        for clip in (item.source, item.original):
            if isinstance(clip, Clip) and clip.path not in known:
                known.add(clip.path)
                yield _Job(clip, clip.video.rate or timeline.rate, item.matrix, preset, wrapper)


def _clip_made_again(job: _Job, context: RenderContext, options: RenderOptions) -> Replacement:
    def work(temp: Path) -> Mapping[str, Any]:
        with context.cache.scratch() as scratch:
            film = Path(scratch) / "picture.mov"
            _render_picture(job, film, options)
            _wrap(job, film, temp, context)
        return {}

    entry = context.cache.make(job.key, job.suffix, work, cancel=context.stop)
    made = probe(entry.path)
    if made.video.frames != job.frames:
        raise MediaBroken(
            job.clip.path,
            f"was to be {job.frames} pictures made again and is {made.video.frames}; run again.",
        )
    channels = [stream.channels for stream in job.clip.audio]
    firsts = [0, *accumulate(channels)] if job.wrapper == "mxf" else range(len(channels) + 1)
    return Replacement(made.path, made.sha256, clip=made, tracks=tuple(firsts)[: len(channels)])


def _render_picture(job: _Job, out: Path, options: RenderOptions) -> None:
    whole = FrameRange(0, job.frames)
    width, height = job.clip.video.shown_size
    film = Timeline(
        title=job.clip.path.stem,
        rate=job.rate,
        width=width,
        height=height,
        items=(Item("clip", job.clip, whole, whole, 0, matrix=job.matrix),),
        transitions=(),
    )
    as_mov = job.preset.model_copy(update={"container": Citation("mov")})
    render(prepare(film, preset=as_mov, project=options.project), out, replace(options, progress=None))


def _wrap(job: _Job, film: Path, out: Path, context: RenderContext) -> None:
    """The pictures with the clip's sound beside them, exactly as long."""
    picture = ffmpeg.input(file_url(film), f="mov", protocol_whitelist="file")
    streams = [picture.video, *_sounds(job)]
    options: dict[str, object] = {
        "vcodec": "copy",
        "timecode": job.timecode,
        "fflags": "+bitexact",
        "map_metadata": -1,
        "f": job.wrapper,
    }
    if job.wrapper == "mov":
        options |= {"video_track_timescale": job.rate.numerator, "movflags": "+write_colr"}
    if len(streams) > 1:
        options |= {"acodec": _PCM, "ar": SAMPLE_RATE}
    argv: list[str] = ffmpeg.output(*streams, file_url(out), **options).compile(cmd="")[1:]
    run(argv, cancel=context.stop)


def _sounds(job: _Job) -> Iterator[Any]:
    """Each stream from where the picture begins to where it ends; in MXF, each of its channels."""
    video = job.clip.video
    first = video.pts[0] * video.time_base
    samples = frames_to_samples(job.frames, job.rate)
    for number, stream in enumerate(job.clip.audio):
        late = seconds_to_samples(abs(stream.start - first))
        sound = _decoded(job.clip.path, job.clip.container, stream, number)
        if stream.start > first:
            sound = sound.filter("adelay", delays=f"{late}S", all=1)
        elif late:
            sound = sound.filter("atrim", start_sample=late).filter("asetpts", "N")
        sound = sound.filter("apad", whole_len=samples).filter("atrim", end_sample=samples)
        if job.wrapper == "mxf" and stream.channels > 1:
            split = sound.filter_multi_output("asplit", stream.channels)
            for channel in range(stream.channels):
                yield split[channel].filter("channelmap", map=str(channel), channel_layout="mono")
        else:
            yield sound


def _decoded(path: Path, container: str, stream: AudioStream, number: int) -> Any:
    opened = ffmpeg.input(
        file_url(path),
        f=container,
        protocol_whitelist="file",
        # One input for each stream, or ffmpeg holds what one of them does not want yet in memory.
        thread_queue_size=8 + number,
        **({"ignore_length": 1} if stream.open_ended else {}),
    )
    return opened[str(stream.index)].filter("aresample", SAMPLE_RATE, **FILL_GAPS)


def sounds_alone(timeline: Timeline, options: RenderOptions) -> dict[Sound, Replacement]:
    """By what cues play: a WAV file of that alone. Kept in the cache.

    A WAV file that holds nothing else stays as it is. Raises what making a film raises.
    """
    context = RenderContext.of(options)
    made: dict[Sound, Replacement] = {}
    for sound in (cue.sound for cue in timeline.cues):
        if sound not in made and not (sound.container == "wav" and sound.stream.codec.startswith("pcm_")):
            heard = (sound.stream,) if sound.right is None else (sound.stream, sound.right)
            made[sound] = _decoded_sound(sound, heard, context, joined=True)
    return made


def _decoded_sound(
    sound: Sound, streams: Sequence[AudioStream], context: RenderContext, *, joined: bool = False
) -> Replacement:
    """Some of its streams as PCM, each by itself unless they are `joined`, which is of mono ones."""
    suffix = ".mov" if len(streams) > 1 and not joined else ".wav"

    def work(temp: Path) -> Mapping[str, Any]:
        decoded = [
            _decoded(sound.path, sound.container, stream, number) for number, stream in enumerate(streams)
        ]
        if joined and len(decoded) > 1:
            decoded = [ffmpeg.filter(decoded, "join", inputs=len(decoded), channel_layout="stereo")]
        options = {"acodec": _PCM, "f": suffix[1:], "fflags": "+bitexact", "map_metadata": -1}
        argv: list[str] = ffmpeg.output(*decoded, file_url(temp), **options).compile(cmd="")[1:]
        run(argv, cancel=context.stop)
        return {}

    heard = [(one.index, one.channels) for one in streams]
    key = content_key(_SCHEMA, tool_name(), sound.sha256, heard, joined)
    entry = context.cache.make(key, suffix, work, cancel=context.stop)
    return Replacement(entry.path, sha256_file(entry.path), tracks=tuple(range(len(streams))))
