"""Tables of colours: what is read, and what is refused by line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stitcher.errors import MediaMissing, MediaRefused
from stitcher.pictures.cube import read_cube

CORNERS = "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
GOOD = f"LUT_3D_SIZE 2\n{CORNERS}\n"


def cube(folder: Path, text: str | bytes) -> Path:
    path = folder / "a.cube"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        '\ufeffTITLE "a # b"\n# by hand\n\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1.0 1.0 1.0\n' + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("SIZE 2\n", "SIZE 2\nLUT_3D_INPUT_RANGE 0.0 1.0\n"),
        "LUT_1D_SIZE 2\n0 0 0\n1 1 1",
    ],
    ids=["plain", "with words", "lines of Windows", "as Resolve writes it", "one dimension"],
)
def test_a_table_that_changes_nothing_is_read_and_changes_nothing(tmp_path: Path, text: str) -> None:
    picture = np.random.default_rng(1).random((4, 5, 3))
    table = read_cube(cube(tmp_path, text))
    assert np.allclose(table.applied(picture), picture)
    again = read_cube(cube(tmp_path, table.text()))
    assert np.array_equal(again.table, table.table)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it has no LUT_3D_SIZE"),
        ("# nothing", "it has no LUT_3D_SIZE"),
        (b"\xff\xd8\xff\xe0", "it is not text"),
        ("LUT_3D_SIZE 1\n", "line 1 must say a size from 2 to 256, not '1'"),
        ("LUT_3D_SIZE 257\n", "line 1 must say a size from 2 to 256"),
        ("LUT_3D_SIZE two\n", "line 1 must say a size"),
        ("0 0 0\n" + GOOD, "line 1 has numbers before LUT_3D_SIZE"),
        (GOOD + "0 0 0\n", "line 10 is one more than the 8 entries"),
        (GOOD.removesuffix("1 1 1\n"), "it has 7 of the 8 entries"),
        (GOOD.replace("1 0 1", "1 0"), "line 7 must be 3 numbers, not '1 0'"),
        (GOOD.replace("1 0 1", "1 nan 1"), "line 7 must be 3 numbers"),
        (GOOD.replace("1 0 1", "1 0,5 1"), "line 7 must be 3 numbers"),
        ("DOMAIN_MAX 2 2 2\n" + GOOD, "line 1 has a DOMAIN_MAX of 2 2 2"),
        ("LUT_1D_SIZE 2\n" + GOOD, "line 2 has a second table"),
        ("LUT_4D_SIZE 2\n" + GOOD, "'LUT_4D_SIZE', which is no word"),
        (GOOD + "DOMAIN_MAX 1 1 1\n", "line 10 has DOMAIN_MAX behind the first entry"),
    ],
)
def test_a_broken_table_is_refused_by_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(MediaRefused) as caught:
        read_cube(cube(tmp_path, text))
    assert said in str(caught.value)


def test_a_table_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MediaMissing):
        read_cube(tmp_path / "no.cube")
