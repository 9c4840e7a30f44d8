"""The picture that `last-frame` writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.cli.conftest import Run
from tests.footage import Footage, read_code


def test_last_frame_is_the_last_one(run: Run, here: Path, chain: list[Path]) -> None:
    ended = run("last-frame", chain[1], "-o", "last.png", "--json")
    assert ended.document["frame"] == 24
    with Image.open(here / "last.png") as image:
        assert read_code(np.asarray(image.convert("L"))) == (71, 24)


def test_last_frame_says_what_was_done_to_the_picture(run: Run, here: Path, footage: Footage) -> None:
    pq = ("tv", "bt2020", "smpte2084", "bt2020nc")
    bright = footage.clip(3, frames=2, colour=pq, pix_fmt="yuv420p10le")
    ended = run("last-frame", bright, "-o", "last.png", "--json")
    assert "is HDR; the picture is tone-mapped to SDR" in ended.document["notes"][0]
    assert ended.err.count("Note: ") == 1
    assert run("last-frame", footage.clip(3, frames=2), "-o", "last.png", "--json").document["notes"] == []


def test_last_frame_refuses_to_write_anything_but_a_png(run: Run, here: Path, chain: list[Path]) -> None:
    ended = run("last-frame", chain[1], "-o", "last.jpg")
    assert ended.code == 73
    assert "last.png" in ended.err
