"""What ducking does to a mix, measured in its samples: depth, attack, release, and that nothing else is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stitcher.media.sound_activity import measure_activity
from stitcher.sound.channels import stereo_fold
from stitcher.storyboard.model import Duck
from stitcher.timeline.balance import balance_by
from stitcher.timeline.ducking import DuckRule, ducked, heard_ranges
from stitcher.timeline.model import Cue
from tests.sound.material import Samples, cue, sound, tone
from tests.sound.test_mixdown import mixed

pytestmark = pytest.mark.slow

SECOND = 48_000
FILM = 8 * SECOND
Words = Sequence[tuple[float, float]]


def spoken(path: Path, words: Words, seconds: float, *, level_db: float = -20) -> Cue:
    """A line of noise in place of words, over a room 40 dB lower, from the film's start on."""
    made = np.random.default_rng(5).normal(0, 10 ** ((level_db - 40) / 20), (round(seconds * SECOND), 1))
    for start, stop in words:
        at = slice(round(start * SECOND), round(stop * SECOND))
        made[at] *= 100
    data = np.asarray(made, np.float32)
    return replace(cue(sound(path, data), 0, len(data)), role="dialogue")


def under(bed: Cue, *lines: Cue, **rule: object) -> Cue:
    """The bed, ducked under lines by a storyboard's rule."""
    activity = {line.sound: measure_activity(line.sound, stereo_fold(line.sound)) for line in lines}
    ranges = [span for line in lines for span in heard_ranges(line, activity)]
    return ducked(bed, DuckRule.of(Duck.model_validate(rule), Fraction(24)), ranges)


def gain_db(folder: Path, bed: Cue, ducked_bed: Cue) -> NDArray[np.float64]:
    """What ducking does to a bed that is nowhere silent, at every sample."""
    plain, heard = mixed(folder, [bed], FILM)[:, 0], mixed(folder, [ducked_bed], FILM)[:, 0]
    return np.asarray(20 * np.log10(heard.astype(np.float64) / plain), np.float64)


@pytest.fixture
def bed(tmp_path: Path) -> Cue:
    """A bed that never crosses zero, so that its gain can be read off every sample."""
    return cue(sound(tmp_path / "bed.wav", np.full((FILM, 2), 0.25, np.float32)), 0, FILM)


def first_below(gain: NDArray[np.float64], level: float, after: float = 0.0) -> float:
    at = round(after * SECOND)
    return (at + int(np.argmax(gain[at:] < level))) / SECOND


def first_above(gain: NDArray[np.float64], level: float, after: float) -> float:
    at = round(after * SECOND)
    return (at + int(np.argmax(gain[at:] > level))) / SECOND


def test_depth_attack_and_release_are_as_asked(tmp_path: Path, bed: Cue) -> None:
    line = spoken(tmp_path / "line.wav", [(2, 4)], 8)
    gain = gain_db(tmp_path, bed, under(bed, line, by=12, attack="0.3s", release="0.6s"))
    assert np.allclose(gain[round(2.02 * SECOND) : round(3.98 * SECOND)], -12, atol=0.01)
    begins, down = first_below(gain, -0.01), first_below(gain, -11.99)
    up, back = first_above(gain, -11.99, 3), first_above(gain, -0.01, 3)
    assert (down, up) == (pytest.approx(2, abs=0.02), pytest.approx(4, abs=0.02))
    assert (down - begins, back - up) == (pytest.approx(0.3, abs=0.002), pytest.approx(0.6, abs=0.003))
    # Straight in decibels: half the depth at half the time.
    assert gain[round((begins + down) / 2 * SECOND)] == pytest.approx(-6, abs=0.1)
    assert not gain[: round(1.6 * SECOND)].any()


def test_of_two_noises_one_is_lowered_by_as_much_as_asked_and_the_other_not_at_all(tmp_path: Path) -> None:
    noise = np.random.default_rng(9).normal(0, 0.1, (FILM, 2)).astype(np.float32)
    bed = cue(sound(tmp_path / "bed.wav", noise), 0, FILM)
    line = spoken(tmp_path / "line.wav", [(2, 4)], 8)
    lowered = under(bed, line, by=10)
    both, words = mixed(tmp_path, [lowered, line], FILM), mixed(tmp_path, [line], FILM)
    rest = both - words
    inside, outside = slice(2 * SECOND + 2000, 4 * SECOND - 2000), slice(5 * SECOND, 8 * SECOND)
    assert level(rest[inside]) - level(noise[inside]) == pytest.approx(-10, abs=0.3)
    assert level(rest[outside]) == pytest.approx(level(noise[outside]), abs=0.01)
    # The stems add up to the mix.
    assert np.abs(rest - mixed(tmp_path, [lowered], FILM)).max() < 10 ** (-90 / 20)


def level(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64))))


def test_a_ducked_tone_makes_no_step_larger_than_its_own(tmp_path: Path) -> None:
    bed = cue(sound(tmp_path / "bed.wav", tone(FILM, level=0.5, hertz=220.0)), 0, FILM)
    line = spoken(tmp_path / "line.wav", [(1, 1.5), (2, 2.2), (4, 6)], 8)
    own = np.abs(np.diff(mixed(tmp_path, [bed], FILM), axis=0)).max()
    lowered = mixed(tmp_path, [under(bed, line, by=18, attack="0.02s", release="0.05s", hold="0s")], FILM)
    assert np.abs(np.diff(lowered, axis=0)).max() <= own * 1.001


@pytest.mark.parametrize(
    ("hold", "highest"),
    [
        pytest.param("1s", -10.0, id="held through"),
        pytest.param("0s", 0.0, id="not held"),
    ],
)
def test_pauses_between_words_do_not_pump_under_hold(
    tmp_path: Path, bed: Cue, hold: str, highest: float
) -> None:
    line = spoken(tmp_path / "line.wav", [(1, 1.6), (2.5, 3), (3.4, 4), (4.9, 5.5)], 8)
    gain = gain_db(tmp_path, bed, under(bed, line, hold=hold))
    assert gain[round(1.05 * SECOND) : round(5.45 * SECOND)].max() == pytest.approx(highest, abs=0.01)


def test_two_lines_over_each_other_duck_as_one(tmp_path: Path, bed: Cue) -> None:
    one = spoken(tmp_path / "one.wav", [(1, 3)], 4)
    two = replace(spoken(tmp_path / "two.wav", [(0.5, 2.5)], 3), start_sample=2 * SECOND)
    gain = gain_db(tmp_path, bed, under(bed, one, two, by=9))
    assert np.allclose(gain[round(1.05 * SECOND) : round(4.45 * SECOND)], -9, atol=0.01)


def test_a_line_over_the_films_ends_ducks_up_to_them(tmp_path: Path, bed: Cue) -> None:
    head = replace(
        spoken(tmp_path / "head.wav", [(0, 3)], 3), in_offset_samples=SECOND, length_samples=2 * SECOND
    )
    tail = replace(
        spoken(tmp_path / "tail.wav", [(0, 4)], 4), start_sample=6 * SECOND, length_samples=2 * SECOND
    )
    gain = gain_db(tmp_path, bed, under(bed, head, tail, by=9))
    assert np.allclose(gain[: round(1.95 * SECOND)], -9, atol=0.01)
    assert np.allclose(gain[round(6.05 * SECOND) :], -9, atol=0.01)
    assert np.allclose(gain[3 * SECOND : 5 * SECOND], 0, atol=0.01)


def test_a_room_and_the_files_length_duck_nothing(tmp_path: Path, bed: Cue) -> None:
    line = spoken(tmp_path / "line.wav", [(3, 3.5)], 8)
    gain = gain_db(tmp_path, bed, under(bed, line, hold="0s"))
    assert np.count_nonzero(gain < -0.01) < 1.3 * SECOND


@pytest.mark.parametrize("attack", ["0.02s", "0.2s"])
def test_a_sidechain_lowers_by_about_as_much_and_keeps_the_length(tmp_path: Path, attack: str) -> None:
    noise = np.random.default_rng(9).normal(0, 0.1, (FILM, 2)).astype(np.float32)
    bed = cue(sound(tmp_path / "bed.wav", noise), SECOND, FILM - SECOND)
    line = replace(spoken(tmp_path / "line.wav", [(2, 4)], 5), start_sample=SECOND // 2)
    measured = {line.sound: measure_activity(line.sound, stereo_fold(line.sound))}
    rule = Duck.model_validate({"by": 10, "mode": "sidechain", "attack": attack})
    (lowered, _) = balance_by([bed, line], [[rule], []], measured, Fraction(24))
    heard = mixed(tmp_path, [lowered], FILM)
    plain = mixed(tmp_path, [bed], FILM)
    inside = slice(round(3.5 * SECOND), round(4.4 * SECOND))
    assert level(heard[inside]) - level(plain[inside]) == pytest.approx(-10, abs=3)
    for outside in (slice(SECOND, 2 * SECOND), slice(7 * SECOND, FILM)):
        assert level(heard[outside]) == pytest.approx(level(plain[outside]), abs=0.1)
    assert np.array_equal(heard, mixed(tmp_path, [lowered], FILM))
