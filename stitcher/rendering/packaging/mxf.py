"""MXF: one OP1a file with mono tracks and a timecode, or Avid's OP-Atom, a file a track."""

from __future__ import annotations

from pathlib import Path

import ffmpeg

from stitcher.delivery.spec import SoundSpec
from stitcher.media.container import opened
from stitcher.media.sniff import sniff
from stitcher.rendering.packaging.base import PackagingJob, Stream
from stitcher.timebase import SAMPLE_RATE, format_rate


def make_mxf(job: PackagingJob, folder: Path) -> tuple[Path, ...]:
    """One file: the film's packets, and the sound as PCM."""
    streams = [job.video(), *_mono(job)]
    options: dict[str, str | int] = {"vcodec": "copy", "timecode": job.timecode, "f": "mxf"}
    if len(streams) > 1:
        options |= {"acodec": _pcm(job.delivery.sound), "ar": SAMPLE_RATE}
    job.run(folder, ffmpeg.output(*streams, "film.mxf", **options))
    return (folder / "film.mxf",)


def _pcm(spec: SoundSpec | None) -> str:
    return spec.encoder if spec is not None else "pcm_s24le"


def _mono(job: PackagingJob) -> tuple[Stream, ...]:
    """One stream a channel where the receiver wants mono tracks, else the mix as it is; empty when silent."""
    spec = job.delivery.sound
    if job.sound is None or spec is None:
        return ()
    return tuple(
        stream for sound in (job.sound, *job.further_sounds) for stream in _streams(job, sound, spec)
    )


def _streams(job: PackagingJob, sound: Path, spec: SoundSpec) -> tuple[Stream, ...]:
    if (tracks := _sound_streams(sound)) > 1:
        # Already a stream a channel.
        return tuple(job.audio(sound, track) for track in range(tracks))
    whole = job.audio(sound)
    if not spec.mono_tracks:
        return (whole,)
    split = whole.filter_multi_output("asplit", spec.channels)
    return tuple(
        split[channel].filter("channelmap", map=str(channel), channel_layout="mono")
        for channel in range(spec.channels)
    )


def make_opatom(job: PackagingJob, folder: Path) -> tuple[Path, ...]:
    """One file a track, named for the folder: `film_v1`, `film_a1`, `film_a2`."""
    # A percent sign would be taken for a pattern by some muxers; these names are only names.
    name = "./" + (job.target.name.replace("%", "_") or "film")
    job.run(
        folder,
        ffmpeg.output(job.video(), f"{name}_v1.mxf", vcodec="copy", timecode=job.timecode, f="mxf_opatom"),
    )
    made = [folder / f"{name}_v1.mxf"]
    tracks = _mono(job)
    if tracks:
        outputs = [
            ffmpeg.output(
                track, f"{name}_a{index}.mxf", acodec=_pcm(job.delivery.sound), ar=SAMPLE_RATE,
                timecode=job.timecode, f="mxf_opatom", mxf_audio_edit_rate=format_rate(job.rate),
            )
            for index, track in enumerate(tracks, 1)
        ]  # fmt: skip
        job.run(folder, *outputs, frames=False)
        made += [folder / f"{name}_a{index}.mxf" for index in range(1, len(tracks) + 1)]
    return tuple(made)


def _sound_streams(path: Path) -> int:
    with opened(path, sniff(path).demuxer) as container:
        return len(container.streams.audio)
