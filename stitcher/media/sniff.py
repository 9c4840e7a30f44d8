"""What a file is by its first bytes, so that the demuxer can be named and never chosen by the file.

Left to choose, FFmpeg takes a text under the name `film.mp4` for a playlist and opens what the text names, other
files and web addresses among it. Only kinds known here are opened at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stitcher.errors import MediaBroken, MediaMissing, MediaRefused
from stitcher.media.files import read_head

_HEAD = 4096
_TS, _M2TS = 188, 192


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that may be opened, and how."""

    demuxer: str
    """FFmpeg's name of the demuxer to force."""
    holds: Literal["media", "sound", "still"]
    """`media` may hold picture and sound, `sound` only sound, `still` one picture."""
    label: str
    """What to call it in a message, with its article."""


_MOV = Kind("mov", "media", "an MP4 or QuickTime file")
_MPEGTS = Kind("mpegts", "media", "an MPEG transport stream")
_MP3 = Kind("mp3", "sound", "an MP3 sound file")
_AAC = Kind("aac", "sound", "an AAC sound file")

_PREFIXES: tuple[tuple[bytes, Kind], ...] = (
    (b"\x1a\x45\xdf\xa3", Kind("matroska", "media", "a Matroska or WebM file")),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01", Kind("mxf", "media", "an MXF file")),
    (b"FLV\x01", Kind("flv", "media", "a Flash video")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Kind("asf", "media", "a Windows Media file")),
    (b"\x00\x00\x01\xba", Kind("mpeg", "media", "an MPEG programme stream")),
    (b"DKIF", Kind("ivf", "media", "an IVF file")),
    (b"OggS", Kind("ogg", "media", "an Ogg file")),
    (b"fLaC", Kind("flac", "sound", "a FLAC sound file")),
    (b"caff", Kind("caf", "sound", "a Core Audio sound file")),
    (b".snd", Kind("au", "sound", "a Sun sound file")),
    (b"#!AMR", Kind("amr", "sound", "an AMR sound file")),
    (b"wvpk", Kind("wv", "sound", "a WavPack sound file")),
    (b"riff\x2e\x91\xcf\x11", Kind("w64", "sound", "a Wave64 sound file")),
    (b"\x0b\x77", Kind("ac3", "sound", "a Dolby Digital sound file")),
    (b"\x89PNG\r\n\x1a\n", Kind("png_pipe", "still", "a PNG picture")),
    (b"\xff\xd8\xff", Kind("jpeg_pipe", "still", "a JPEG picture")),
)

_RIFF: dict[bytes, Kind] = {
    b"AVI ": Kind("avi", "media", "an AVI file"),
    b"AVIX": Kind("avi", "media", "an AVI file"),
    b"WAVE": Kind("wav", "sound", "a WAV sound file"),
    b"WEBP": Kind("webp_pipe", "still", "a WebP picture"),
}

_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "a GIF, which has no steady rate; convert it to MP4, or a still to PNG"),
    (b"BM", "a BMP picture; convert it to PNG first"),
    (b"II*\x00", "a TIFF picture; convert it to PNG first"),
    (b"MM\x00*", "a TIFF picture; convert it to PNG first"),
    (b"8BPS", "a Photoshop document; export it as PNG first"),
    (b"%PDF", "a PDF document; export what you need from it first"),
    (b"PK\x03\x04", "a ZIP archive; unpack it and name the files in it"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"\x00\x00\x00\x01", "a raw video stream without times; wrap it in MP4 or Matroska first"),
    (b"\x00\x00\x01", "a raw video stream without times; wrap it in MP4 or Matroska first"),
    (b"YUV4MPEG2", "raw video; encode it, even losslessly, first"),
    (b"MThd", "a MIDI score, which is not sound yet; play it into a WAV file first"),
)

_TEXTS: tuple[tuple[bytes, str], ...] = (
    (
        b"ffconcat",
        "a list of files (ffconcat) under a media name, and is not followed; name the files themselves",
    ),
    (b"#extm3u", "a playlist (HLS) under a media name, and is not followed; download the film itself"),
    (b"v=0", "a session description (SDP), and is not followed; record the stream to a file first"),
    (b"<?xml", "an XML text, often the error page of a failed download; download it again"),
    (b"<svg", "an SVG drawing; export it as PNG first"),
    (b"<!doctype", "a web page, often the error page of a failed download; download it again"),
    (b"<html", "a web page, often the error page of a failed download; download it again"),
    (b"<mpd", "a playlist (DASH), and is not followed; download the film itself"),
    (b"{", "a JSON text, often the error of a failed download; download it again"),
)

_STILL_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"))
_MOV_BOXES = frozenset((b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid", b"styp"))


def sniff(path: Path | str) -> Kind:
    """What the file is, by its content alone; the name says nothing.

    Raises `MediaMissing` for what is not a readable regular file, `MediaBroken` for an empty file, and
    `MediaRefused`, saying what it is, for everything that is not opened here.
    """
    head = read_head(path, _HEAD)
    if not head:
        raise MediaBroken(path, "is empty (0 bytes); download or export it again.")
    if not head.strip(b"\0"):
        raise MediaBroken(path, "holds nothing but zeros where it should begin; download or export it again.")
    if head.startswith(b"ID3"):
        return _behind_id3(path, head)
    kind = _binary(path, head)
    if kind is not None:
        return kind
    for magic, said in _REFUSED:
        if head.startswith(magic):
            raise MediaRefused(path, f"is {said}.")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for magic, said in _TEXTS:
        if start.startswith(magic):
            raise MediaRefused(path, f"is {said}.")
    if _is_text(head):
        raise MediaRefused(path, "is a text, not a media file; check that this is the file you mean.")
    raise MediaRefused(path, "is of no kind stitcher opens; convert it to MP4 (or WAV for sound) first.")


def _binary(path: Path | str, head: bytes) -> Kind | None:
    if head[4:8] in _MOV_BOXES:
        if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS:
            raise MediaRefused(path, "is a HEIF or AVIF picture; convert it to PNG first.")
        return _MOV
    if head[:4] in (b"RIFF", b"RF64", b"BW64"):
        return _RIFF.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Kind("aiff", "sound", "an AIFF sound file")
    for magic, kind in _PREFIXES:
        if head.startswith(magic):
            return kind
    if _every(head, 0, _TS) or _every(head, 4, _M2TS):
        return _MPEGTS
    return _frames_of_sound(head)


def _every(head: bytes, offset: int, step: int) -> bool:
    marks = head[offset : offset + 8 * step : step]
    return len(marks) >= 2 and set(marks) == {0x47}


def _frames_of_sound(head: bytes) -> Kind | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer = head[1] >> 1 & 3
    if layer == 0:
        return _AAC if head[1] & 0xF0 == 0xF0 and head[2] >> 2 & 15 < 13 else None
    # Layer I is left out: nobody uses it, and a UTF-16 text begins with what would be one.
    usable = layer != 3 and head[1] >> 3 & 3 != 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3
    return _MP3 if usable else None


def _behind_id3(path: Path | str, head: bytes) -> Kind:
    size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False))
    try:
        with open(path, "rb") as file:
            file.seek(10 + size)
            behind = file.read(_HEAD).lstrip(b"\0")
    except OSError as exc:
        raise MediaMissing(path, f"cannot be read ({exc.strerror}); check its permissions.") from exc
    if not behind:
        raise MediaBroken(path, "is cut off inside its ID3 tag, before any sound; download it again.")
    if behind.startswith(b"fLaC"):
        return Kind("flac", "sound", "a FLAC sound file")
    kind = _frames_of_sound(behind)
    if kind is None:
        raise MediaRefused(path, "begins with an ID3 tag but holds no MP3 or AAC sound behind it.")
    return kind


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8", errors="strict")
    except UnicodeDecodeError as exc:
        if exc.start < len(head) - 4:
            return False
        text = head[: exc.start].decode()
    return all(char.isprintable() or char in "\t\r\n\f\x1b" for char in text)
