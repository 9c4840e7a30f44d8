"""Sources are blamed only for what a strict decode of them shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.errors import VerifyError
from stitcher.media import ffmpeg_process
from stitcher.media.probe import probe
from stitcher.rendering import encode
from stitcher.rendering.fault_attribution import blame
from stitcher.rendering.graph import encode_arguments
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.timebase import FrameRange
from tests.footage import Footage
from tests.rendering.films import delivery


def damaged(footage: Footage, folder: Path) -> Path:
    """A clip of which a few hundred bytes were lost after it was probed."""
    content = bytearray(footage.clip(1, frames=25).read_bytes())
    at = content.find(b"mdat") + 1500
    content[at : at + 300] = bytes(300)
    path = folder / "damaged.mp4"
    path.write_bytes(content)
    return path


def test_sources_that_decode_are_not_blamed(footage: Footage) -> None:
    said = blame([probe(footage.clip(1, frames=25))])
    assert "All of its sources decode cleanly" in said


def test_the_source_that_does_not_decode_is_named(footage: Footage, tmp_path: Path) -> None:
    sound = probe(footage.clip(1, frames=25))
    broken = damaged(footage, tmp_path)
    clip = probe(footage.clip(2, frames=25))
    said = blame([sound, clip, type(clip)(broken, "0" * 64, 1, clip.container, clip.video)])
    assert said.startswith("A source is damaged: damaged.mp4")


def test_a_piece_that_is_too_short_is_no_fault_of_a_clip_that_decodes(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(order: EncodeJob, out: str) -> list[str]:
        arguments = encode_arguments(order, out)
        arguments[arguments.index("-frames:v") + 1] = "3"
        return arguments

    monkeypatch.setattr(encode, "encode_arguments", short)
    clip = probe(footage.clip(1, frames=25))
    job = EncodeJob((EncodeInput(clip, FrameRange(0, 5)),), delivery(size=(160, 96)).picture, 5, (160, 96))
    with pytest.raises(VerifyError, match=r"holds 3 frames where 5 were planned.*decode cleanly"):
        encode.encode_segment(job, tmp_path)


def test_an_encode_that_wrote_nothing_is_no_fault_of_a_hidden_file(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ffmpeg_process, "run", lambda arguments, **_: Path(arguments[-1][5:]).touch())
    clip = probe(footage.clip(1, frames=25))
    job = EncodeJob((EncodeInput(clip, FrameRange(0, 5)),), delivery(size=(160, 96)).picture, 5, (160, 96))
    with pytest.raises(VerifyError, match=r"A segment made from .* is empty, so it was thrown away"):
        encode.encode_segment(job, tmp_path)
