"""Clicks are found where a wave is cut, to the sample; drums, onsets and waves made of jumps are none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from stitcher.stems.clicks import LEAST_JUMP, ClickFinder
from tests.sound.material import Samples, tone

SECOND = 48_000
BEATS = range(3000, 4 * SECOND - 20_000, 18_001)


def found(data: Samples, block: int = SECOND) -> list[int]:
    finder = ClickFinder()
    for at in range(0, len(data), block):
        finder.feed(data[at : at + block])
    return [int(at) for at in finder.found()]


def stereo(wave: NDArray[np.float64]) -> Samples:
    return np.repeat(wave.astype(np.float32)[:, None], 2, axis=1)


@pytest.mark.parametrize("block", [SECOND, 1000, 60], ids=["a second", "a little", "next to nothing"])
@pytest.mark.parametrize("hertz", [50, 200, 440, 1000])
def test_a_tone_that_ends_in_mid_swing_clicks_there(hertz: int, block: int) -> None:
    cut = tone(2 * SECOND, hertz=hertz)
    at = SECOND + SECOND // hertz // 4
    cut[at:] = 0
    assert found(cut, block) == [at]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda data, at: data[at:].__imul__(-1), id="a turned phase"),
        pytest.param(lambda data, at: data[at:].__iadd__(0.2), id="a step"),
        pytest.param(lambda data, at: data[at, 1:].__iadd__(0.2), id="one sample of one side"),
        pytest.param(lambda data, at: data[at : at + 200].fill(0), id="a hole of 4 ms"),
    ],
)
def test_a_wave_that_is_broken_clicks_there(make: object) -> None:
    broken = tone(2 * SECOND, hertz=200)
    at = SECOND + 60
    make(broken, at)  # type: ignore[operator]  # one of those above
    assert found(broken)[0] in (at, at + 1)
    assert len(found(broken)) <= 2


def test_a_film_that_begins_in_mid_swing_clicks() -> None:
    assert found(tone(2 * SECOND, hertz=200)[60:]) == [0]


def test_what_is_lower_than_the_least_jump_is_no_click() -> None:
    step = np.zeros((SECOND, 2), np.float32)
    step[SECOND // 2 :] = 0.9 * LEAST_JUMP
    assert found(step) == []
    step *= 1.2
    assert found(step) == [SECOND // 2]


def _hit(kind: str) -> NDArray[np.float64]:
    rng = np.random.default_rng(3)
    at = np.arange(SECOND // 3) / SECOND
    noise = rng.normal(0, 0.3, len(at))
    goes = np.minimum(1, (at[-1] - at) / 0.02)
    glide = {"kick": (150, 0.03), "kick with a click": (2000, 0.004)}
    if kind in glide:
        height, fall = glide[kind]
        phase = 50 * at + height * fall * (1 - np.exp(-at / fall))
        return np.asarray(0.9 * np.sin(2 * np.pi * phase) * np.exp(-at / 0.15) * goes)
    drums = {
        "snare": noise * np.exp(-at / 0.08),
        "hi-hat": np.diff(noise, prepend=0.0) * np.exp(-at / 0.02),
        "tick": noise * np.exp(-at / 0.002),
        "clave": 0.8 * np.sin(2 * np.pi * 2500 * at) * np.exp(-at / 0.03),
        "struck bar": 0.8 * np.cos(2 * np.pi * 2500 * at) * np.exp(-at / 0.03),
        "bell": sum(0.2 * np.sin(2 * np.pi * hertz * at) * np.exp(-at / 0.5) for hertz in (440, 1200, 2300)),
        "plosive": 0.8 * np.sin(2 * np.pi * 90 * at) * np.minimum(1, at / 0.002) * np.exp(-at / 0.03),
    }
    return np.asarray(drums[kind] * goes)


@pytest.mark.parametrize(
    "kind",
    ["kick", "kick with a click", "snare", "hi-hat", "tick", "clave", "struck bar", "bell", "plosive"],
)
@pytest.mark.parametrize("bed", [False, True], ids=["alone", "over a pad"])
def test_drums_and_onsets_are_no_clicks(kind: str, bed: bool) -> None:
    wave = np.zeros(4 * SECOND)
    if bed:
        wave += 0.2 * np.sin(2 * np.pi * 110 * np.arange(len(wave)) / SECOND)
    hit = _hit(kind)
    for beat in BEATS:
        part = wave[beat : beat + len(hit)]
        part += hit[: len(part)]
    assert found(stereo(wave)) == []


@pytest.mark.parametrize("hertz", [30, 60, 110, 440, 2000])
@pytest.mark.parametrize("shape", ["square", "saw"])
def test_waves_made_of_jumps_are_no_clicks(hertz: int, shape: str) -> None:
    at = hertz * np.arange(4 * SECOND) / SECOND
    wave = np.sign(np.sin(2 * np.pi * at)) if shape == "square" else 2 * (at % 1) - 1
    assert found(stereo(0.4 * wave)) == []


def test_noise_has_no_clicks() -> None:
    assert found(np.random.default_rng(1).uniform(-0.9, 0.9, (4 * SECOND, 2)).astype(np.float32)) == []
