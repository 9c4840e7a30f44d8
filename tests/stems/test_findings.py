"""What sounds wrong is found, where it is; what is right is not; and what is meant is told as accepted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stitcher.rendering.options import RenderOptions
from stitcher.rendering.segments import Plan
from stitcher.sound.report import Finding, MixReport
from stitcher.stems.make import MixOrder, make_mix
from stitcher.storyboard.accept import Acceptance
from stitcher.timeline.model import Cue
from tests.sound.material import Samples, sound, tone
from tests.stems.films import SECOND, noise, placed, planned

pytestmark = pytest.mark.slow

_TURNED = np.array([1, -1], np.float32)


def _found(plan: Plan, folder: Path) -> list[Finding]:
    return list(make_mix(plan, MixOrder(stems=folder), RenderOptions(cache=folder / "cache")).report.findings)


def _bed(folder: Path, data: Samples, **more: object) -> Cue:
    """Four seconds of it, as it is."""
    return placed(sound(folder / "bed.wav", data), "music", 0.0, len(data) / SECOND, **more)


def test_a_film_without_faults_has_no_finding(tmp_path: Path) -> None:
    assert _found(planned([_bed(tmp_path, noise(4))]), tmp_path) == []


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        (np.clip(tone(4 * SECOND, level=3.0), -1, 1), ["clipped"]),
        (tone(4 * SECOND, level=1.0), []),
        (noise(4, level=0.1) + np.float32(0.05), ["dc"]),
        (noise(4, level=0.1) + np.float32(0.002), []),
        (noise(4) * _TURNED, []),
        (np.repeat(noise(4)[:, :1], 2, axis=1) * _TURNED, ["phase"]),
        (np.repeat(noise(4)[:, :1], 2, axis=1), []),
        (noise(4) * (np.arange(4 * SECOND) // SECOND % 3 == 0)[:, None], ["dead-air"]),
        (noise(4) * (np.arange(4 * SECOND) // (SECOND // 2) % 4 == 0)[:, None], []),
    ],
    ids=["clipped", "at full scale", "dc", "a little dc", "unlike sides", "turned side", "mono", "gap", "rests"],
)  # fmt: skip
def test_sources_and_stretches_that_sound_wrong_are_found(
    tmp_path: Path, data: Samples, kinds: list[str]
) -> None:
    assert [finding.kind for finding in _found(planned([_bed(tmp_path, data)]), tmp_path)] == kinds


def test_a_finding_says_where_it_is(tmp_path: Path) -> None:
    silent = noise(6)
    silent[SECOND : 4 * SECOND] = 0
    (found,) = _found(planned([_bed(tmp_path, silent)], seconds=(2, 4)), tmp_path)
    assert (found.start_sample, found.stop_sample, found.where) == (SECOND, 4 * SECOND, "s0")
    assert found.text == "Nothing is heard for 3 s from 1 s on ('s0')."


@pytest.mark.parametrize(("level", "kinds"), [(0.01, ["level-jump"]), (0.15, [])])
def test_a_step_at_a_cut_between_clips_own_sounds_is_found(
    tmp_path: Path, level: float, kinds: list[str]
) -> None:
    loud = sound(tmp_path / "loud.wav", noise(2))
    soft = sound(tmp_path / "soft.wav", noise(2, level=level))
    own = [
        placed(loud, "ambience", 0, 2, shot="s0"),
        placed(soft, "ambience", 2, 2, shot="s1"),
    ]
    found = _found(planned(own), tmp_path)
    assert [finding.kind for finding in found] == kinds
    assert all("jumps down by 26 dB at 2 s, as 's1' begins" in finding.text for finding in found)


def test_a_placed_sound_that_begins_at_a_cut_is_no_step(tmp_path: Path) -> None:
    soft = placed(sound(tmp_path / "soft.wav", noise(4, level=0.01)), "ambience", 0, 4, shot="s0")
    hit = placed(sound(tmp_path / "hit.wav", noise(1, level=0.9)), "effects", 2, 1)
    assert _found(planned([soft, hit]), tmp_path) == []


@pytest.mark.parametrize(
    ("more", "kinds"), [({}, ["past-end"]), ({"fade_out_samples": SECOND}, []), ({"loop": True}, [])]
)
def test_a_sound_cut_off_by_the_end_is_found(
    tmp_path: Path, more: dict[str, object], kinds: list[str]
) -> None:
    source = sound(tmp_path / "bed.wav", noise(6))
    found = _found(planned([placed(source, "music", 0, 4, **more)]), tmp_path)
    assert [finding.kind for finding in found] == kinds
    assert all("goes on for 2 s when the film ends" in finding.text for finding in found)


def test_a_source_is_named_once_however_often_it_is_heard(tmp_path: Path) -> None:
    source = sound(tmp_path / "bed.wav", np.clip(tone(SECOND, level=3.0), -1, 1))
    cues = [placed(source, "effects", at, 1) for at in (0, 1, 2, 3)]
    assert [finding.start_sample for finding in _found(planned(cues), tmp_path)] == [0]


@pytest.mark.parametrize(
    ("where", "accepted", "notes"),
    [
        (None, "it is a siren", []),
        ("bed.wav", "it is a siren", []),
        ("door", None, ["'accept' has 'clipped' in 'door', which was not found; take it out."]),
    ],
)
def test_what_is_meant_is_accepted_with_its_reason(
    tmp_path: Path, where: str | None, accepted: str | None, notes: list[str]
) -> None:
    plan = planned([_bed(tmp_path, np.clip(tone(4 * SECOND, level=3.0), -1, 1), gain_db=-6.0)])
    meant = Acceptance.model_validate({"finding": "clipped", "in": where, "reason": "it is a siren"})
    plan = replace(plan, timeline=replace(plan.timeline, accept=(meant,)))
    result = make_mix(plan, MixOrder(stems=tmp_path), RenderOptions(cache=tmp_path / "cache"))
    assert [finding.accepted for finding in result.report.findings] == [accepted]
    assert list(result.notes) == notes


def test_what_is_left_out_is_not_looked_at(tmp_path: Path) -> None:
    cues = [
        _bed(tmp_path, noise(4)),
        placed(sound(tmp_path / "x.wav", np.clip(tone(SECOND, level=3.0), -1, 1)), "effects"),
    ]
    order = MixOrder(stems=tmp_path, only=("music",))
    assert make_mix(planned(cues), order, RenderOptions(cache=tmp_path / "cache")).report.findings == ()


def test_where_one_role_alone_is_silent_the_film_is_not_taken_for_silent(tmp_path: Path) -> None:
    cues = [_bed(tmp_path, noise(1)), placed(sound(tmp_path / "x.wav", noise(3)), "effects", 1.0, 3.0)]
    order = MixOrder(stems=tmp_path, only=("music",))
    assert make_mix(planned(cues), order, RenderOptions(cache=tmp_path / "cache")).report.findings == ()


def _report(folder: Path, data: Samples, *, channels: int = 2) -> MixReport:
    plan = planned([_bed(folder, data)], channels=channels)
    return make_mix(plan, MixOrder(), RenderOptions(cache=folder / "cache")).report


@pytest.mark.parametrize(
    ("data", "correlation", "lost"),
    [
        pytest.param(np.repeat(noise(4)[:, :1], 2, axis=1), 1.0, 0.0, id="the same on both sides"),
        pytest.param(noise(4), 0.0, 3.0, id="unlike sides"),
        pytest.param(noise(4) * np.array([1, 0], np.float32), None, 3.0, id="one side alone"),
        pytest.param(tone(4 * SECOND) * np.array([1, -0.5], np.float32), -1.0, 10.0, id="one side turned"),
    ],
)
def test_what_is_lost_in_mono_is_measured(
    tmp_path: Path, data: Samples, correlation: float | None, lost: float
) -> None:
    before = _report(tmp_path, data).before
    assert before.mono_loss_lu == pytest.approx(lost, abs=0.15)
    assert before.correlation == (None if correlation is None else pytest.approx(correlation, abs=0.02))


def test_surround_is_folded_for_mono_by_its_own_matrix(tmp_path: Path) -> None:
    around = np.zeros((4 * SECOND, 6), np.float32)
    around[:, [0, 4]] = noise(4)[:, :1] * np.array([1, -(2**0.5)], np.float32)
    before = _report(tmp_path, around, channels=6).before
    assert before.mono_loss_lu is None or before.mono_loss_lu > 20
    assert _report(tmp_path, tone(4 * SECOND), channels=6).before.mono_loss_lu == 0.0


def test_a_film_that_loses_much_in_mono_but_nowhere_all_is_told(tmp_path: Path) -> None:
    one, two = noise(4, seed=5), noise(4, seed=6)[:, :1]
    partly = np.concatenate([two, -0.6 * two], axis=1) + 0.5 * one
    (finding,) = _report(tmp_path, partly.astype(np.float32) * 0.5).findings
    assert (finding.kind, finding.where) == ("phase", "Test")
    assert "In mono the film is" in finding.text


def test_a_sound_with_a_side_turned_over_is_named(tmp_path: Path) -> None:
    (finding,) = _report(tmp_path, tone(4 * SECOND) * _TURNED).findings
    assert "bed.wav has its sides in antiphase" in finding.text


def test_dual_mono_is_told_and_no_fault(tmp_path: Path) -> None:
    made = make_mix(
        planned([_bed(tmp_path, tone(4 * SECOND))]), MixOrder(), RenderOptions(cache=tmp_path / "cache")
    )
    assert (made.report.findings, made.report.dual_mono) == ((), ("bed.wav",))


def test_a_sound_cut_in_mid_wave_clicks_where_it_ends(tmp_path: Path) -> None:
    cut = tone(4 * SECOND, hertz=200)[: 3 * SECOND + 60]
    (finding,) = _found(planned([_bed(tmp_path, cut)]), tmp_path)
    assert (finding.kind, finding.start_sample, finding.timecode) == ("click", 3 * SECOND + 60, "01:00:03:00")
    assert "bed.wav ends in mid-wave" in finding.text
    faded = _bed(tmp_path, cut, fade_out_samples=480)
    assert _found(planned([faded]), tmp_path) == []


def test_clicks_inside_a_sound_are_told_together(tmp_path: Path) -> None:
    crackling = tone(4 * SECOND, hertz=200)
    crackling[[SECOND, 2 * SECOND, 3 * SECOND]] += 0.4
    (finding,) = _found(planned([_bed(tmp_path, crackling)]), tmp_path)
    assert (finding.kind, finding.start_sample, finding.stop_sample) == ("click", SECOND, 3 * SECOND)
    assert "bed.wav at 1 s, and 2 more until 3 s" in finding.text
