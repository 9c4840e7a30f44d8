"""Looks into a media file: reads every packet of it, and believes headers only where they agree."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.video.stream import VideoStream as AvVideo

from stitcher.errors import MediaBroken, MediaRefused
from stitcher.formats.codecs import NAL_CODECS
from stitcher.formats.containers import FileFormat
from stitcher.media.audible_streams import audible_sound
from stitcher.media.clip import Clip, Sound, is_large
from stitcher.media.container import opened, picture_streams, to_the_end, without_analysis
from stitcher.media.credentials import has_credentials
from stitcher.media.edit_lists import stated_end
from stitcher.media.files import sha256_file
from stitcher.media.limits import Limits
from stitcher.media.packets import (
    AudioExtent,
    codec_name,
    leave_out_undecodable,
    read_packets,
    recover_pts_by_decoding,
    refuse_corrupt,
    within_length,
)
from stitcher.media.sniff import sniff
from stitcher.media.streams import audio_stream, video_stream
from stitcher.media.truncation import Extent, measure


def _open_kind(place: Path, size: int) -> tuple[FileFormat, Extent]:
    kind = sniff(place)
    extent = measure(place, kind.demuxer)
    if kind.demuxer == "mov" and not extent.has_header:
        promised = f"{extent.expected_bytes:,} bytes or more are promised, " if extent.cut_off else ""
        raise MediaBroken(
            place,
            f"is cut off: its header (moov) is not there ({promised}{size:,} found). "
            "Download or export it again.",
        )
    return kind, extent


def analyze_clip(place: Path, size: int, caps: Limits) -> Clip:
    """The clip in a file of that many bytes. Raises as `probe.probe` does."""
    kind, extent = _open_kind(place, size)
    if kind.holds == "still":
        raise MediaRefused(
            place, f"is {kind.label}, not a clip; use it as a still, or make a clip of it first."
        )
    if kind.holds == "sound":
        raise MediaRefused(
            place, f"is {kind.label} and has no picture; use it as a sound cue, not as a clip."
        )
    with _analysed(place, kind.demuxer) as container:
        caps.check_streams(place, len(container.streams))
        picture = _picture_stream(place, container, kind)
        context = picture.codec_context
        caps.check_picture(place, context.width, context.height)
        sounds = {
            stream.index: (stream, AudioExtent())
            for stream in container.streams.audio
            if stream.codec_context is not None
        }
        index = picture.index_entries if kind.demuxer == "mov" else ()
        cut_index = sum(entry.pos + entry.size > size for entry in index)
        if cut_index:
            raise MediaBroken(
                place,
                f"is cut off: it promises {len(index)} frames and holds {len(index) - cut_index}. "
                "Download or export it again.",
            )
        told = read_packets(place, container, picture, {i: heard for i, (_, heard) in sounds.items()}, caps)
        if kind.demuxer == "mov" and len(picture.index_entries) > len(told.pts):
            raise MediaBroken(
                place,
                f"promises {len(picture.index_entries)} frames and holds {len(told.pts)}. "
                "Download or export it again.",
            )
        if extent.cut_off:
            raise MediaBroken(
                place,
                f"is cut off: it promises {extent.expected_bytes:,} bytes and holds {size:,} "
                f"({len(told.pts)} frames found). Download or export it again.",
            )
        leave_out_undecodable(place, kind, picture.index, told)
        guessed = not kind.has_times and codec_name(picture) in NAL_CODECS
        if guessed:
            # AVI has no place for presentation times, and what FFmpeg fills in is wrong for H.264 and HEVC.
            told.pts = list(told.dts)
        if None in told.pts or (guessed and picture.codec_context.has_b_frames):
            recover_pts_by_decoding(place, kind, picture.index, told)
        video = video_stream(
            place,
            kind.demuxer,
            picture,
            told,
            others=len(picture_streams(container)) - 1,
            stated_end=stated_end(place, kind.demuxer, container, picture),
        )
        audio = tuple(audio_stream(stream, heard) for stream, heard in sounds.values())
    if is_large(video.width, video.height):
        # PyAV's containers and decoders refer to each other, so they and their pictures stay until somebody looks.
        del container, picture, context, sounds, told
        gc.collect()
    caps.check_length(place, float(video.duration))
    signed = has_credentials(place, kind.demuxer)
    return Clip(place, sha256_file(place), size, kind.demuxer, video, audio, signed)


@contextmanager
def _analysed(place: Path, demuxer: str) -> Iterator[av.container.InputContainer]:
    """The file opened; FFmpeg finds out about its streams only where the header leaves something open."""
    if quick := without_analysis(demuxer):
        with opened(place, demuxer, options=quick) as container:
            # Sound in AAC may be twice as fast and wide as its header says; a rate is there unless the file is in
            # fragments. The rest is told by the picture that is decoded anyway.
            if not container.streams.audio and all(stream.average_rate for stream in container.streams.video):
                yield container
                return
    with opened(place, demuxer) as container:
        yield container


def analyze_sounds(place: Path, size: int, caps: Limits) -> Sound:
    """What is heard of a file of that many bytes, with all its sound streams. Raises as `probe.probe_sound` does."""
    kind, extent = _open_kind(place, size)
    if kind.holds == "still":
        raise MediaRefused(place, f"is {kind.label} and has no sound; name a sound file.")
    if extent.cut_off:
        raise MediaBroken(
            place,
            f"is cut off: it promises {extent.expected_bytes:,} bytes and holds {size:,}. "
            "Download or export it again.",
        )
    with opened(place, kind.demuxer, options=to_the_end(extent.open_ended)) as container:
        caps.check_streams(place, len(container.streams))
        heard = {
            stream.index: (stream, AudioExtent())
            for stream in container.streams.audio
            if stream.codec_context is not None
        }
        if not heard:
            raise MediaRefused(place, f"is {kind.label} without sound; name a file that has some.")
        for packet in within_length(place, container.demux([stream for stream, _ in heard.values()]), caps):
            if packet.size:
                # FFmpeg expects as much as the header promises, and calls the last packet before that short.
                if not extent.open_ended:
                    refuse_corrupt(place, packet)
                heard[packet.stream_index][1].add(packet)
        if all(one.first is None for _, one in heard.values()):
            raise MediaBroken(place, "announces sound but holds none; download or export it again.")
        streams = [audio_stream(stream, one, open_ended=extent.open_ended) for stream, one in heard.values()]
    sha256 = sha256_file(place)
    return audible_sound(place, sha256, kind.demuxer, streams)


def _picture_stream(place: Path, container: av.container.InputContainer, kind: FileFormat) -> AvVideo:
    for stream in picture_streams(container):
        if stream.codec_context is None:
            raise MediaRefused(
                place, "holds a picture of a kind this FFmpeg cannot decode; convert it to MP4 (H.264) first."
            )
        return stream
    if container.streams.audio:
        raise MediaRefused(
            place, f"is {kind.label} with sound and no picture; use it as a sound cue, not as a clip."
        )
    raise MediaRefused(place, f"is {kind.label} without any picture; name a file that has one.")
