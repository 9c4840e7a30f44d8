"""Painted films whose faults are known: each is told, and nothing else of films that have none.

A small part of `python -m bench.seam_faults`, with seeds of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.seam_faults import _EXPECTED, QUIET, Film, judged, told
from bench.seam_scenes import Textures

pytestmark = pytest.mark.slow

TEXTURES = Textures()


@pytest.mark.parametrize("group", [*_EXPECTED, *QUIET])
def test_what_is_told_is_what_was_done(group: str, tmp_path: Path) -> None:
    # Of missing pictures only a quick motion tells: encoded again, slower ones come out on either side of the line.
    speed = 5.0 if group == "missing" else 3.0
    film = Film(group, "pan", "natural" if group == "soft" else "faces", speed=speed, amount=2, seed=4)
    kinds, lines = told(film, tmp_path, TEXTURES)
    assert judged(film, kinds) == "right", lines
