from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stitcher.errors import OutputError
from stitcher.media.frames import frame
from stitcher.media.probe import probe
from stitcher.media.stills import open_still, open_upright, write_png
from tests.footage import Footage


def test_a_png_is_lossless_and_whole(tmp_path: Path, footage: Footage) -> None:
    picture = frame(probe(footage.clip(3)), 7)
    path = tmp_path / "still.png"
    path.write_bytes(b"old")
    write_png(path, picture)
    assert np.array_equal(np.asarray(open_still(path)), picture)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == ["still.png"]


def test_a_png_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"still\.png"):
        write_png(tmp_path / "nowhere" / "still.png", np.zeros((4, 4, 3), np.uint8))


def test_a_still_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    path = tmp_path / "still.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (32, 18), "red").save(path, exif=exif)
    assert open_still(path).size == (18, 32)
    assert open_upright(path)[1]
