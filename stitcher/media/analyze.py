"""Analyse a media file for the probe: read every packet of it, and believe headers only where they agree."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream as AvAudio
from av.video.stream import VideoStream as AvVideo

from stitcher.errors import MediaBroken, MediaRefused
from stitcher.formats.containers import FileFormat
from stitcher.media.audible_streams import audible_sound
from stitcher.media.clip import AudioStream, Clip, Sound, is_large
from stitcher.media.container import fraction, opened, picture_streams, to_the_end, without_analysis
from stitcher.media.credentials import has_credentials
from stitcher.media.edit_lists import stated_end
from stitcher.media.files import sha256_file
from stitcher.media.limits import Limits
from stitcher.media.packets import (
    AudioExtent,
    read_packets,
    refuse_corrupt,
    repair_times,
    within_length,
)
from stitcher.media.sniff import sniff
from stitcher.media.streams import audio_stream, stated_timecode, video_stream
from stitcher.media.truncation import Extent, measure

_LENGTH_DOUBT = Fraction(1, 2)


def _open_kind(path: Path, size: int) -> tuple[FileFormat, Extent]:
    kind = sniff(path)
    extent = measure(path, kind.demuxer)
    if kind.demuxer == "mov" and not extent.has_header:
        promised = f"{extent.expected_bytes:,} bytes or more are promised, " if extent.cut_off else ""
        raise MediaBroken(
            path,
            f"is cut off: its header (moov) is not there ({promised}{size:,} found). "
            "Download or export it again.",
        )
    return kind, extent


def analyze_clip(path: Path, size: int, limits: Limits) -> Clip:
    """The clip in a file of that many bytes. Raises as `probe.probe` does."""
    kind, extent = _open_kind(path, size)
    if kind.holds == "still":
        raise MediaRefused(
            path, f"is {kind.label}, not a clip; use it as a still, or make a clip of it first."
        )
    if kind.holds == "sound":
        raise MediaRefused(path, f"is {kind.label} and has no picture; use it as a sound cue, not as a clip.")
    with _analysed(path, kind.demuxer) as container:
        limits.check_streams(path, len(container.streams))
        picture = _picture_stream(path, container, kind)
        context = picture.codec_context
        limits.check_picture(path, context.width, context.height)
        sounds = _sound_streams(container)
        index = picture.index_entries if kind.demuxer == "mov" else ()
        whole = sum(entry.pos + entry.size <= size for entry in index)
        if whole < len(index):
            raise MediaBroken(
                path,
                f"is cut off: it promises {len(index)} frames and holds {whole}. Download or export it again.",
            )
        extents = {index: extent for index, (_, extent) in sounds.items()}
        packets = read_packets(path, container, picture, sounds=extents, limits=limits)
        # The index of a file in fragments has grown with what was read.
        if kind.demuxer == "mov" and len(picture.index_entries) > len(packets.pts):
            raise MediaBroken(
                path,
                f"promises {len(picture.index_entries)} frames and holds {len(packets.pts)}. "
                "Download or export it again.",
            )
        if extent.cut_off:
            raise MediaBroken(
                path,
                f"is cut off: it promises {extent.expected_bytes:,} bytes and holds {size:,} "
                f"({len(packets.pts)} frames found). Download or export it again.",
            )
        repair_times(packets, path, kind, picture=picture)
        end = stated_end(path, container, picture, demuxer=kind.demuxer)
        others = len(picture_streams(container)) - 1
        video = video_stream(path, picture, packets, demuxer=kind.demuxer, others=others, stated_end=end)
        audio = tuple(audio_stream(*one) for one in sounds.values())
        timecode = stated_timecode(container, picture, video.rate or video.average_rate)
    if is_large(video.width, video.height):
        # PyAV's containers and decoders refer to each other, so they and their pictures stay until somebody looks.
        del container, picture, context, sounds, extents, packets
        gc.collect()
    limits.check_length(path, float(video.duration))
    signed = has_credentials(path, kind.demuxer)
    return Clip(
        path=path,
        sha256=sha256_file(path),
        size=size,
        container=kind.demuxer,
        video=video,
        audio=audio,
        has_credentials=signed,
        timecode=timecode,
    )


@contextmanager
def _analysed(path: Path, demuxer: str) -> Iterator[av.container.InputContainer]:
    """The file opened; FFmpeg finds out about its streams only where the header leaves something open."""
    if quick := without_analysis(demuxer):
        with opened(path, demuxer, options=quick) as container:
            # Sound in AAC may be twice as fast and wide as its header says; a rate is there unless the file is in
            # fragments. The rest is told by the picture that is decoded anyway.
            if not container.streams.audio and all(stream.average_rate for stream in container.streams.video):
                yield container
                return
    with opened(path, demuxer) as container:
        yield container


def analyze_sounds(path: Path, size: int, limits: Limits) -> Sound:
    """What is heard of a file of that many bytes, with all its sound streams. Raises as `probe.probe_sound` does."""
    kind, extent = _open_kind(path, size)
    if kind.holds == "still":
        raise MediaRefused(path, f"is {kind.label} and has no sound; name a sound file.")
    if extent.cut_off:
        raise MediaBroken(
            path,
            f"is cut off: it promises {extent.expected_bytes:,} bytes and holds {size:,}. "
            "Download or export it again.",
        )
    if extent.foreign_bytes > extent.actual_bytes // 2:
        raise MediaBroken(
            path,
            f"has {extent.foreign_bytes:,} bytes behind those its header calls sound, more than the sound itself; the "
            "header is wrong. Export it again, or convert it with a program that hears all of it.",
        )
    with opened(path, kind.demuxer, options=to_the_end(extent.open_ended)) as container:
        limits.check_streams(path, len(container.streams))
        sounds = _sound_streams(container)
        if not sounds:
            raise MediaRefused(path, f"is {kind.label} without sound; name a file that has some.")
        for packet in within_length(path, container.demux([stream for stream, _ in sounds.values()]), limits):
            if packet.size:
                # FFmpeg expects as much as the header promises, and calls the last packet before that short.
                if not extent.open_ended:
                    refuse_corrupt(path, packet)
                sounds[packet.stream_index][1].add(packet)
        if all(heard.first is None for _, heard in sounds.values()):
            raise MediaBroken(path, "has a sound stream without samples; download or export it again.")
        streams = [audio_stream(*one, open_ended=extent.open_ended) for one in sounds.values()]
        _check_promised_length(path, container, kind, streams)
        if any(heard.not_finite for _, heard in sounds.values()):
            raise MediaBroken(
                path,
                "holds float samples that are no numbers (NaN or infinite); export it again, or repair it.",
            )
    sha256 = sha256_file(path)
    return audible_sound(path, sha256, container=kind.demuxer, streams=streams)


def _check_promised_length(
    path: Path, container: av.container.InputContainer, kind: FileFormat, streams: list[AudioStream]
) -> None:
    """Refuse a file that states a length and holds less: where it is damaged, FFmpeg may go on behind its end."""
    promised: Fraction | None = None
    if kind.demuxer == "matroska" and len(container.streams) == len(container.streams.audio):
        # With pictures or words in it the length is perhaps theirs.
        promised = Fraction(container.duration, av.time_base) if container.duration else None
    elif kind.demuxer == "flac" and (stream := container.streams.audio[0]).duration and stream.time_base:
        promised = stream.duration * fraction(stream.time_base)
    ends = [stream.start + stream.duration for stream in streams if stream.duration is not None]
    held = max(ends, default=None)
    if promised is not None and held is not None and promised - held > _LENGTH_DOUBT:
        raise MediaBroken(
            path,
            f"holds {float(held):.1f} s of sound and promises {float(promised):.1f} s; it is damaged or cut off. "
            "Download or export it again.",
        )


def _sound_streams(container: av.container.InputContainer) -> dict[int, tuple[AvAudio, AudioExtent]]:
    """Those that can be decoded, by index, each with an extent that is still to be measured."""
    return {
        stream.index: (stream, AudioExtent())
        for stream in container.streams.audio
        if stream.codec_context is not None
    }


def _picture_stream(path: Path, container: av.container.InputContainer, kind: FileFormat) -> AvVideo:
    for stream in picture_streams(container):
        if stream.codec_context is None:
            raise MediaRefused(
                path, "holds a picture of a kind this FFmpeg cannot decode; convert it to MP4 (H.264) first."
            )
        return stream
    if container.streams.audio:
        raise MediaRefused(
            path, f"is {kind.label} with sound and no picture; use it as a sound cue, not as a clip."
        )
    raise MediaRefused(path, f"is {kind.label} without any picture; name a file that has one.")
