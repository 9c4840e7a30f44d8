"""Sniff a file's format by its first bytes (magic numbers), so that the demuxer is named and never the file's choice.

Left to choose, FFmpeg takes a text under the name `film.mp4` for a playlist and opens what the text names, other
files and web addresses among it. Only kinds known here are opened at all.
"""

from __future__ import annotations

from pathlib import Path

from stitcher.errors import MediaBroken, MediaRefused
from stitcher.formats.containers import FILE_FORMATS, FileFormat
from stitcher.media.files import opened_file, read_head

_HEAD = 4096
_TS, _M2TS = 188, 192


_PREFIXES = (
    (b"\x1a\x45\xdf\xa3", "matroska"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01", "mxf"),
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"DKIF", "ivf"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"caff", "caf"),
    (b".snd", "au"),
    (b"#!AMR", "amr"),
    (b"wvpk", "wv"),
    (b"riff\x2e\x91\xcf\x11", "w64"),
    (b"\x0b\x77", "ac3"),
    (b"\x89PNG\r\n\x1a\n", "png_pipe"),
    (b"\xff\xd8\xff", "jpeg_pipe"),
)

_RIFF = {b"AVI ": "avi", b"AVIX": "avi", b"WAVE": "wav", b"WEBP": "webp_pipe"}

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


def sniff(path: Path | str) -> FileFormat:
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
    for magic, label in _REFUSED:
        if head.startswith(magic):
            raise MediaRefused(path, f"is {label}.")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for magic, label in _TEXTS:
        if start.startswith(magic):
            raise MediaRefused(path, f"is {label}.")
    if _is_text(head):
        raise MediaRefused(path, "is a text, not a media file; check that this is the file you mean.")
    raise MediaRefused(path, "is of no kind stitcher opens; convert it to MP4 (or WAV for sound) first.")


def _binary(path: Path | str, head: bytes) -> FileFormat | None:
    if head[4:8] in _MOV_BOXES:
        if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS:
            raise MediaRefused(path, "is a HEIF or AVIF picture; convert it to PNG first.")
        return FILE_FORMATS["mov"]
    if head[:4] in (b"RIFF", b"RF64", b"BW64"):
        return FILE_FORMATS.get(_RIFF.get(head[8:12], ""))
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return FILE_FORMATS["aiff"]
    for magic, demuxer in _PREFIXES:
        if head.startswith(magic):
            return FILE_FORMATS[demuxer]
    if _every(head, 0, _TS) or _every(head, 4, _M2TS):
        return FILE_FORMATS["mpegts"]
    return _frames_of_sound(head)


def _every(head: bytes, offset: int, step: int) -> bool:
    marks = head[offset : offset + 8 * step : step]
    return len(marks) >= 2 and set(marks) == {0x47}


def _frames_of_sound(head: bytes) -> FileFormat | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer = head[1] >> 1 & 3
    if layer == 0:
        return FILE_FORMATS["aac"] if head[1] & 0xF0 == 0xF0 and head[2] >> 2 & 15 < 13 else None
    # Layer I is left out: nobody uses it, and a UTF-16 text begins with what would be one.
    usable = layer != 3 and head[1] >> 3 & 3 != 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3
    return FILE_FORMATS["mp3"] if usable else None


def _behind_id3(path: Path | str, head: bytes) -> FileFormat:
    size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False))
    with opened_file(path) as file:
        file.seek(10 + size)
        behind = file.read(_HEAD).lstrip(b"\0")
    if not behind:
        raise MediaBroken(path, "is cut off inside its ID3 tag, before any sound; download it again.")
    if behind.startswith(b"fLaC"):
        return FILE_FORMATS["flac"]
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
