"""Content Credentials are seen where a file carries them, and nothing else is taken for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.media.credentials import has_credentials
from stitcher.media.probe import probe
from tests.footage import Footage

C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")


def box(kind: bytes, content: bytes, *, large: bool = False) -> bytes:
    if large:
        return b"\0\0\0\1" + kind + (len(content) + 16).to_bytes(8, "big") + content
    return (len(content) + 8).to_bytes(4, "big") + kind + content


FTYP, MDAT = box(b"ftyp", b"isom\0\0\0\0isom"), box(b"mdat", bytes(100))


@pytest.mark.parametrize(
    ("boxes", "found"),
    [
        pytest.param(FTYP + box(b"uuid", C2PA + bytes(40)) + MDAT, True, id="after ftyp"),
        pytest.param(FTYP + MDAT + box(b"uuid", C2PA + bytes(40)), True, id="at the end"),
        pytest.param(FTYP + box(b"mdat", bytes(9), large=True) + box(b"jumb", b"x" * 9), True, id="jumb"),
        pytest.param(FTYP + box(b"uuid", C2PA + b"m", large=True), True, id="of 64 bits"),
        pytest.param(FTYP + box(b"uuid", bytes(56)) + MDAT, False, id="another uuid"),
        pytest.param(FTYP + box(b"mdat", b"uuid" + C2PA), False, id="inside other data"),
        pytest.param(FTYP + b"\0\0\0\0mdat" + box(b"uuid", C2PA), False, id="inside the last box"),
        pytest.param(FTYP + b"\0\0\0\3mdat" + box(b"uuid", C2PA), False, id="boxes that do not add up"),
        pytest.param(FTYP + MDAT[:40], False, id="cut off"),
        pytest.param(b"", False, id="empty"),
    ],
)
def test_a_manifest_is_an_outermost_box(tmp_path: Path, boxes: bytes, found: bool) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(boxes)
    assert has_credentials(file, "mov") is found
    assert not has_credentials(file, "matroska")


def test_a_probed_clip_says_so_when_it_is_remembered_too(footage: Footage, tmp_path: Path) -> None:
    plain = footage.clip(1, frames=5)
    signed = tmp_path / "signed.mp4"
    signed.write_bytes(plain.read_bytes() + box(b"uuid", C2PA + bytes(40)))
    assert not probe(plain).has_credentials
    assert [probe(signed).has_credentials for _ in range(2)] == [True, True]


STORE = bytes.fromhex("6332706100110010800000aa00389b71")


def png(*chunks: bytes) -> bytes:
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13))
    return head + b"".join(chunks) + chunk(b"IDAT", b"caBX" * 9) + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + bytes(4)


def jumbf(kind: bytes) -> bytes:
    described = box(b"jumd", kind + b"\3c2pa\0")
    return b"JP\0\1\0\0\0\1" + box(b"jumb", described + box(b"cbor", bytes(9)))


def jpeg(*segments: bytes) -> bytes:
    return (
        b"\xff\xd8" + b"".join(segments) + segment(0xDA, bytes(8)) + segment(0xEB, jumbf(STORE)) + b"\xff\xd9"
    )


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def riff(kind: bytes, *chunks: bytes) -> bytes:
    content = kind + b"".join(one[:4] + len(one[4:]).to_bytes(4, "little") + one[4:] for one in chunks)
    return b"RIFF" + len(content).to_bytes(4, "little") + content


@pytest.mark.parametrize(
    ("demuxer", "data", "found"),
    [
        pytest.param("png_pipe", png(chunk(b"caBX", b"x" * 50)), True, id="PNG"),
        pytest.param("png_pipe", png(chunk(b"tEXt", b"caBX")), False, id="PNG without"),
        pytest.param("png_pipe", png() + chunk(b"caBX", b"x"), False, id="behind a PNG"),
        pytest.param(
            "jpeg_pipe", jpeg(segment(0xE0, bytes(9)), segment(0xEB, jumbf(STORE))), True, id="JPEG"
        ),
        pytest.param("jpeg_pipe", jpeg(segment(0xEB, jumbf(bytes(16)))), False, id="another JUMBF"),
        pytest.param("jpeg_pipe", jpeg(segment(0xE1, jumbf(STORE))), False, id="another segment"),
        pytest.param("jpeg_pipe", jpeg(), False, id="JPEG without"),
        pytest.param("webp_pipe", riff(b"WEBP", b"VP8 " + bytes(7) + b"\0", b"C2PAjumb"), True, id="WebP"),
        pytest.param("webp_pipe", riff(b"WEBP", b"VP8 C2PA"), False, id="WebP without"),
        pytest.param("avi", riff(b"AVI ", b"LISThdrl", b"C2PAjumb"), True, id="AVI"),
        pytest.param("png_pipe", b"\x89PNG", False, id="cut off"),
    ],
)
def test_a_manifest_of_a_picture_is_a_part_of_its_own(
    tmp_path: Path, demuxer: str, data: bytes, found: bool
) -> None:
    file = tmp_path / "picture"
    file.write_bytes(data)
    assert has_credentials(file, demuxer) is found
