"""Files that lie about what they are: refused in bounded time, with nothing they name opened or called."""

from __future__ import annotations

import io
import os
import shutil
import socket
import struct
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from stitcher.errors import MediaBroken, MediaError, MediaMissing, MediaRefused
from stitcher.media.limits import Limits
from stitcher.media.probe import probe, probe_sound
from stitcher.media.sniff import sniff
from stitcher.media.stills import open_still
from tests.footage import Footage, run_ffmpeg, tone, write_wav

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'

TEXTS = {
    "ffconcat": ("ffconcat version 1.0\nfile 'sibling.mp4'\n", "list of files"),
    "ffconcat with a mark": ("\ufeffffconcat version 1.0\nfile sibling.mp4\n", "list of files"),
    "m3u8 file": ("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nsibling.mp4\n", "playlist"),
    "m3u8 http": ("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:{port}/a.ts\n", "playlist"),
    "sdp": ("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\n", "SDP"),
    "svg": (SVG, "SVG"),
    "svg behind a declaration": (f'<?xml version="1.0"?>\n{SVG}', "XML"),
    "xml error page": ("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "download it again"),
    "web page": ("<!DOCTYPE html><html><body>403</body></html>", "web page"),
    "json error": ('{"error": "expired"}', "JSON"),
    "dash": ('<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>', "DASH"),
    "plain text": ("nothing but words\n" * 9, "text"),
}


@pytest.mark.parametrize("name", ["clip.mp4", "still.png", "sound.wav"])
@pytest.mark.parametrize(("text", "said"), TEXTS.values(), ids=list(TEXTS))
def test_a_text_under_a_media_name_is_refused_and_not_followed(
    tmp_path: Path,
    footage: Footage,
    opened_files: Callable[[Path], Callable[[], bool]],
    listener: tuple[int, Callable[[], bool]],
    text: str,
    said: str,
    name: str,
) -> None:
    port, knocked = listener
    sibling = tmp_path / "sibling.mp4"
    shutil.copy(footage.clip(1), sibling)
    sibling_opened = opened_files(sibling)
    path = tmp_path / name
    path.write_text(text.replace("{port}", str(port)), encoding="utf-8")
    opens: dict[str, Callable[[Path], object]] = {".mp4": probe, ".png": open_still, ".wav": probe_sound}
    with pytest.raises(MediaRefused, match=said):
        opens[path.suffix](path)
    assert not sibling_opened()
    assert not knocked()


def test_the_witness_does_see_an_opened_file(
    tmp_path: Path, opened_files: Callable[[Path], Callable[[], bool]]
) -> None:
    path = tmp_path / "x"
    path.write_text("x")
    was_opened = opened_files(path)
    assert not was_opened()
    path.read_text()
    assert was_opened()


@pytest.mark.parametrize(
    "name",
    [
        "http://127.0.0.1:{port}/a.mp4", "https://example.invalid/a.mp4", "concat:sibling.mp4|sibling.mp4",
        "subfile,,start,0,end,9,,:sibling.mp4", "-i", "pipe:0", "file:sibling.mp4", "data:video/mp4;base64,AAAA",
        "a\0b.mp4", "x" * 5000, "", "sibling.mp4/", "cache:sibling.mp4", "tcp://127.0.0.1:{port}",
    ],
    ids=lambda name: name[:12].replace("\0", "NUL"),
)  # fmt: skip
def test_a_name_is_a_file_name_and_nothing_else(
    tmp_path: Path,
    footage: Footage,
    opened_files: Callable[[Path], Callable[[], bool]],
    listener: tuple[int, Callable[[], bool]],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    port, knocked = listener
    monkeypatch.chdir(tmp_path)
    sibling = tmp_path / "sibling.mp4"
    shutil.copy(footage.clip(1), sibling)
    sibling_opened = opened_files(sibling)
    for opens in (probe, probe_sound, open_still):
        if name == "sibling.mp4/":
            continue
        with pytest.raises(MediaMissing):
            opens(name.replace("{port}", str(port)))
    assert not sibling_opened()
    assert not knocked()


@pytest.mark.parametrize(
    "name",
    ["-i.mp4", "a b.mp4", "it's \"x\".mp4", "50%d.mp4", "http:a.mp4", "concat:a|b.mp4", "a\nb.mp4", "é漢🎬.mp4",
     "a;b&c$d`e.mp4", "no suffix", "film.png", ".hidden.mp4"],
)  # fmt: skip
def test_a_real_clip_is_opened_under_any_name(
    tmp_path: Path, footage: Footage, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(footage.clip(1), name)
    clip = probe(name)
    assert (clip.video.frames, clip.path) == (49, tmp_path / name)


def test_a_name_that_is_no_unicode_is_opened(tmp_path: Path, footage: Footage) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.mp4"))
    shutil.copy(footage.clip(1), path)
    assert probe(path).video.frames == 49


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (b"", MediaBroken, "empty"),
        (b"\0" * 100_000, MediaBroken, "zeros"),
        (bytes(range(1, 256)) * 40, MediaRefused, "no kind"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", MediaBroken, "moov"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", MediaRefused, "HEIF"),
        (b"\0\0\0\x08moov", MediaError, None),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42\0\0\0\x08moov", MediaError, None),
        (b"\x1a\x45\xdf\xa3" + b"\x93" * 60, MediaBroken, "damaged"),
        (b"\x1a\x45\xdf\xa3\x80", MediaBroken, "damaged"),
        (b"RIFF\xff\xff\0\0AVI LIST", MediaError, None),
        (b"GIF89a" + b"\0" * 40, MediaRefused, "GIF"),
        (b"PK\x03\x04" + b"\0" * 40, MediaRefused, "ZIP"),
        (b"%PDF-1.7\n", MediaRefused, "PDF"),
        (b"\0\0\0\x01\x67\x64\0\x1f" + b"x" * 60, MediaRefused, "raw video"),
        (b"\xff\xfet\0e\0x\0t\0" * 20, MediaError, None),
        (b"\x47" + b"\0" * 187 + b"\x47" + b"\0" * 187, MediaError, None),
    ],
    ids=["0 bytes", "zeros", "noise", "no moov", "heic", "only moov", "hollow moov", "matroska of noise",
         "hollow matroska", "hollow avi", "gif", "zip", "pdf", "raw h264", "utf-16", "hollow ts"],
)  # fmt: skip
@pytest.mark.parametrize("opens", [probe, probe_sound], ids=["clip", "sound"])
def test_hollow_and_foreign_files_are_told_apart(
    tmp_path: Path, opens: Callable[[Path], object], content: bytes, error: type[MediaError], said: str | None
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(error, match=said):
        opens(path)


@pytest.mark.parametrize("opens", [probe, probe_sound, open_still], ids=["clip", "sound", "still"])
@pytest.mark.parametrize("kind", ["fifo", "device", "folder", "missing", "socket"])
def test_what_is_no_regular_file_is_refused_at_once(
    tmp_path: Path, opens: Callable[[Path], object], kind: str
) -> None:
    path = tmp_path / "clip.mp4"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/urandom")
    elif kind == "folder":
        path.mkdir()
    errors: list[BaseException] = []

    def attempt() -> None:
        try:
            opens(path)
        except MediaMissing as exc:
            errors.append(exc)

    with socket.socket(socket.AF_UNIX) as server:
        if kind == "socket":
            server.bind(str(path))
        thread = threading.Thread(target=attempt, daemon=True)
        thread.start()
        thread.join(10)
    assert not thread.is_alive()
    assert len(errors) == 1


def test_sound_given_as_a_clip_is_named_and_sent_where_it_belongs(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "clip.mp4", tone(0.2))
    with pytest.raises(MediaRefused, match="WAV sound file and has no picture; use it as a sound cue"):
        probe(path)


def test_a_clip_without_sound_given_as_sound_is_refused(footage: Footage) -> None:
    with pytest.raises(MediaRefused, match="without sound"):
        probe_sound(footage.clip(1))


@pytest.mark.parametrize("suffix", [".m4a", ".mka"])
def test_a_container_with_sound_only_is_no_clip(tmp_path: Path, suffix: str) -> None:
    wav = write_wav(tmp_path / "a.wav", tone(0.3))
    path = tmp_path / f"a{suffix}"
    run_ffmpeg("-i", str(wav), "-c:a", "aac", str(path))
    with pytest.raises(MediaRefused, match="no picture"):
        probe(path)
    assert probe_sound(path).stream.codec == "aac"


def test_the_cover_of_a_song_is_no_picture_stream(tmp_path: Path) -> None:
    wav = write_wav(tmp_path / "a.wav", tone(0.3))
    cover = tmp_path / "cover.png"
    Image.new("RGB", (32, 32), "red").save(cover)
    song = tmp_path / "song.m4a"
    run_ffmpeg("-i", str(wav), "-i", str(cover), "-map", "0", "-map", "1", "-c:a", "aac", "-c:v", "png",
               "-disposition:v", "attached_pic", str(song))  # fmt: skip
    with pytest.raises(MediaRefused, match="no picture"):
        probe(song)
    assert probe_sound(song).stream.channels == 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_still_given_as_a_clip_or_sound_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "clip.mp4"
    Image.new("RGB", (32, 18), "red").save(path, kind)
    with pytest.raises(MediaRefused, match="picture, not a clip"):
        probe(path)
    with pytest.raises(MediaRefused, match="no sound"):
        probe_sound(path)
    assert open_still(path).size == (32, 18)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM"])
def test_other_pictures_are_not_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "still.png"
    Image.new("RGB", (32, 18), "red").save(path, kind)
    with pytest.raises(MediaRefused):
        open_still(path)


@pytest.mark.parametrize("kept", [9, 60, 300, 900])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_still_cut_off_is_broken(tmp_path: Path, kind: str, kept: int) -> None:
    noise = Image.frombytes("RGB", (64, 36), os.urandom(64 * 36 * 3))
    held = io.BytesIO()
    noise.save(held, kind)
    path = tmp_path / "still.png"
    path.write_bytes(held.getvalue()[:kept])
    with pytest.raises(MediaError):
        open_still(path)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    head = struct.pack(">II", 60_000, 60_000) + b"\x08\x02\0\0\0"

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")))
    with pytest.raises(MediaRefused, match="pixels"):
        open_still(path)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(max_pixels=160 * 96 - 1), "160x96.*STITCHER_MAX_PIXELS"),
        (Limits(max_seconds=1), "hours.*STITCHER_MAX_SECONDS"),
        (Limits(max_bytes=1000), "bytes.*STITCHER_MAX_BYTES"),
        (Limits(max_streams=1), "2 streams.*STITCHER_MAX_STREAMS"),
    ],
    ids=["pixels", "seconds", "bytes", "streams"],
)
def test_what_is_above_a_cap_is_refused_and_told_how_to_raise_it(
    footage: Footage, limits: Limits, said: str
) -> None:
    path = footage.clip(1, audio="tone")
    with pytest.raises(MediaRefused, match=said):
        probe(path, limits=limits)
    assert probe(path).video.frames == 49


def test_caps_come_from_the_environment(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    probe(footage.clip(1))
    monkeypatch.setenv("STITCHER_MAX_PIXELS", "100")
    with pytest.raises(MediaRefused, match="cap of 100 pixels"):
        probe(footage.clip(1))


@pytest.mark.parametrize(
    ("size", "fits"), [((4096, 2304), True), ((2160, 3840), True), ((7680, 4320), False)]
)
def test_the_default_caps_allow_4k_and_refuse_8k(size: tuple[int, int], fits: bool) -> None:
    assert (size[0] * size[1] <= Limits().max_pixels) is fits


def test_kinds_are_told_by_content_alone(footage: Footage) -> None:
    kinds = {
        suffix: sniff(footage.clip(1, suffix=suffix)).demuxer for suffix in (".mp4", ".mkv", ".ts", ".avi")
    }
    assert kinds == {".mp4": "mov", ".mkv": "matroska", ".ts": "mpegts", ".avi": "avi"}
