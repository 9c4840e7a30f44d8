"""Containers: what films go into, and what FFmpeg's demuxers make of the files that are opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ContainerName = Literal["mp4", "mov", "mkv", "webm", "mxf", "mxf_opatom", "hls", "frames", "gif", "still"]


@dataclass(frozen=True, slots=True)
class Container:
    """What a deliverable is: a file, or a folder of files."""

    muxer: str
    """FFmpeg's name of what writes it."""
    suffixes: tuple[str, ...] = ()
    """Of file names, the usual one first; none for a folder."""
    made: Literal["muxed", "rewrapped", "drawn"] = "muxed"
    """From the film's packets, packet by packet; by ffmpeg from a whole film, whose packets are kept; or of the
    pictures of a lossless film. A behaviour in `rendering.packaging` goes with each of the last two."""
    demuxer: str = ""
    """FFmpeg's name of what reads it back, where it is muxed."""
    codecs: tuple[str, ...] = ()
    """What a film of its sources' own format may hold to be put into it by its file name, beside the codecs whose own
    container it is."""
    sound: tuple[str, int | None] | None = ("pcm_s24le", None)
    """The codec of sound beside pictures of the sources' own format, and its usual kb/s; `None` if it holds none."""
    sound_tracks: Literal["one", "languages", "stems"] = "one"
    """Which further sound tracks it takes: none, those of other languages, or stems as well."""
    timecode_track: bool = False
    captions: Literal["mov_text", "subrip", "webvtt"] | None = None
    """The codec of captions in a track of their own."""
    chapters: bool = False

    @property
    def is_folder(self) -> bool:
        return not self.suffixes


CONTAINERS: dict[str, Container] = {
    "mp4": Container(
        "mp4",
        (".mp4", ".m4v"),
        demuxer="mov",
        codecs=("h264", "hevc", "av1", "mpeg2video"),
        sound=("aac", 256),
        sound_tracks="languages",
        captions="mov_text",
        chapters=True,
    ),
    "mov": Container(
        "mov",
        (".mov",),
        demuxer="mov",
        codecs=("h264", "hevc", "prores", "dnxhd", "mjpeg", "mpeg2video"),
        sound_tracks="stems",
        timecode_track=True,
        captions="mov_text",
        chapters=True,
    ),
    # Players of Matroska do not know DNxHR by a name of its own.
    "mkv": Container(
        "matroska",
        (".mkv",),
        demuxer="matroska",
        codecs=("h264", "hevc", "av1", "vp9", "prores", "mjpeg", "mpeg2video"),
        sound=("aac", 256),
        sound_tracks="stems",
        captions="subrip",
        chapters=True,
    ),
    "webm": Container(
        "webm",
        (".webm",),
        demuxer="matroska",
        sound=("opus", 192),
        sound_tracks="languages",
        captions="webvtt",
        chapters=True,
    ),
    "mxf": Container("mxf", (".mxf",), "rewrapped", sound_tracks="stems"),
    "mxf_opatom": Container("mxf_opatom", (), "rewrapped", sound_tracks="stems"),
    "hls": Container("hls", (), "drawn"),
    "frames": Container("image2", (), "drawn"),
    "gif": Container("gif", (".gif",), "drawn", sound=None),
    "still": Container("image2", (".jpg", ".jpeg", ".png"), "drawn", sound=None),
}


@dataclass(frozen=True, slots=True)
class FileFormat:
    """What a file may be opened as, and how far its demuxer is to be trusted."""

    demuxer: str
    """FFmpeg's name of it, to be forced."""
    holds: Literal["media", "sound", "still"]
    """`media` may hold picture and sound, `sound` only sound, `still` one picture."""
    label: str
    """What to call it in a message, with its article."""
    has_index: bool = False
    """Whether a seek finds the picture it is asked for. The others are read from their beginning: a seek in a transport
    stream lands where it likes."""
    header_is_whole: bool = False
    """Whether the header says everything about its streams. Matroska's does not say how far pictures are reordered,
    and a decoder that is not told either drops some."""
    has_times: bool = True
    """Whether a packet can be known by its time. AVI has no place for one: its packets are counted."""
    rounding_ms: int = 0
    """How far its times may be off: Matroska keeps milliseconds, so start and length of its last packet are each half
    of one off."""


FILE_FORMATS = {
    row.demuxer: row
    for row in (
        FileFormat("mov", "media", "an MP4 or QuickTime file", has_index=True, header_is_whole=True),
        FileFormat("matroska", "media", "a Matroska or WebM file", has_index=True, rounding_ms=2),
        FileFormat("mxf", "media", "an MXF file", has_index=True),
        FileFormat("avi", "media", "an AVI file", has_times=False),
        FileFormat("mpegts", "media", "an MPEG transport stream"),
        FileFormat("mpeg", "media", "an MPEG programme stream"),
        FileFormat("flv", "media", "a Flash video"),
        FileFormat("asf", "media", "a Windows Media file"),
        FileFormat("ivf", "media", "an IVF file"),
        FileFormat("ogg", "media", "an Ogg file"),
        FileFormat("wav", "sound", "a WAV sound file"),
        FileFormat("aiff", "sound", "an AIFF sound file"),
        FileFormat("flac", "sound", "a FLAC sound file"),
        FileFormat("mp3", "sound", "an MP3 sound file"),
        FileFormat("aac", "sound", "an AAC sound file"),
        FileFormat("caf", "sound", "a Core Audio sound file"),
        FileFormat("au", "sound", "a Sun sound file"),
        FileFormat("amr", "sound", "an AMR sound file"),
        FileFormat("wv", "sound", "a WavPack sound file"),
        FileFormat("w64", "sound", "a Wave64 sound file"),
        FileFormat("ac3", "sound", "a Dolby Digital sound file"),
        FileFormat("png_pipe", "still", "a PNG picture"),
        FileFormat("jpeg_pipe", "still", "a JPEG picture"),
        FileFormat("webp_pipe", "still", "a WebP picture"),
    )
}
