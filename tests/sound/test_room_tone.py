"""Room tone as it is heard: as loud as the place, without a hole where it meets the clips' own sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.footage import make_coded_clip
from tests.sound.test_clip_sound import NOISE, board, heard, with_sound

pytestmark = pytest.mark.slow


def test_a_silent_shot_between_two_of_a_place_sounds_like_it(tmp_path: Path) -> None:
    first, last = (with_sound(tmp_path / f"n{seed}.mkv", NOISE.format(seed=seed)) for seed in (1, 2))
    silent = make_coded_clip(tmp_path / "silent.mp4", 1, 49)
    shots = [
        {"id": name, "clip": str(clip), **({"transition": "cut"} if name != "a" else {})}
        for name, clip in (("a", first), ("b", silent), ("c", last))
    ]
    film = heard(board(tmp_path, *shots, ambience="fill"), tmp_path)[:, 0]
    levels = 20 * np.log10([part.std() for part in np.split(film[2_000:292_000], 145)])
    assert np.ptp(levels) < 1.0
    whole = np.median(levels)
    for seam in (98_000, 196_000):
        assert 20 * np.log10(film[seam - 720 : seam + 720].std()) == pytest.approx(whole, abs=0.7)
