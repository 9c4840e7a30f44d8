"""Seams drawn, encoded and altered as generators alter them: doubles are found, and nothing is dropped wrongly.

A small part of `python -m bench.seams`, with seeds of its own.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from bench.seam_cases import cases
from bench.seam_scenes import Case, Textures
from bench.seams import evaluated, judged

pytestmark = pytest.mark.slow

DOUBLES = (
    pytest.param({"motion": "dolly", "speed": 1.0, "grain": 2.5}, id="a slow dolly in grain"),
    pytest.param({"motion": "pan", "speed": 3.0, "profile": "speeding"}, id="speeds up into the seam"),
    pytest.param(
        {"motion": "dolly", "speed": 1.5, "altered": "soft+light"}, id="softer and lighter first picture"
    ),
    pytest.param(
        {"motion": "dolly", "turn": "pan", "speed": 2.0, "altered": "rendered"}, id="another way onward"
    ),
    pytest.param({"motion": "turn", "speed": 2.0, "encoder": "x264-26"}, id="coarsely encoded"),
)


@pytest.mark.parametrize("how", DOUBLES)
def test_a_double_is_found(how: dict[str, object], tmp_path: Path) -> None:
    case = Case("doubled", "doubled", 1, seed=3, **how)  # type: ignore[arg-type]  # fields by name
    assert judged(case, tmp_path, Textures())[0] == "found"


@pytest.mark.parametrize("how", DOUBLES)
def test_what_goes_on_is_kept(how: dict[str, object], tmp_path: Path) -> None:
    case = Case("goes on", "going on", 0, seed=3, **{**how, "altered": "no", "turn": ""})  # type: ignore[arg-type]  # fields by name
    assert judged(case, tmp_path, Textures())[0] in ("kept", "unsure")


def test_nothing_is_dropped_wrongly() -> None:
    said = sum(evaluated(islice(cases(2, seed=7), 5, 16), told=False).values(), Counter[str]())
    assert not said["wrong"]
