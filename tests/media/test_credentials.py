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
