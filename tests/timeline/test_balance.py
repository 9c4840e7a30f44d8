"""What is left out of a film's sounds, how loud roles become, and who steps back under whom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from stitcher.errors import PlanError
from stitcher.media.audible_streams import own_sound
from stitcher.media.sound_activity import SoundActivity
from stitcher.timeline.balance import sounds_to_measure
from stitcher.timeline.ducking import gain_at
from stitcher.timeline.layout import lay_out
from stitcher.timeline.model import Cue, GainKey, Timeline
from tests.factories import make_audio
from tests.timeline.boards import board_of, media_of

SHOTS = ({"id": "a", "out": "120f"}, {"id": "b", "out": "120f", "transition": "cut"})
SILENT = {"defaults": {"sound": "mute"}}
SECOND = 48_000


def film(*sound: dict[str, Any], **more: Any) -> Timeline:
    """A film of 10 s whose sounds are heard in their second second alone."""
    board = board_of(*SHOTS, **SILENT, sound=sound, **more)
    media = media_of(board)
    measured = {
        one: SoundActivity(((SECOND, 2 * SECOND),), (-20.0,) * 300) for one in sounds_to_measure(board, media)
    }
    return lay_out(board, replace(media, activity=measured))


def by_name(timeline: Timeline) -> dict[str, Cue]:
    return {cue.name: cue for cue in timeline.cues}


MUSIC = {"role": "music", "file": "/m.wav", "loop": True}
LINE = {"role": "dialogue", "file": "/l.wav", "at": "2s"}
BELL = {"role": "effects", "file": "/b.wav", "at": "5s"}


def ducks(cue: Cue) -> list[int]:
    """The whole seconds at which it begins to be down."""
    return [key.sample // SECOND for key, before in zip(cue.gain_keys[1:], cue.gain_keys, strict=False)
            if key.gain_db < before.gain_db]  # fmt: skip


def test_muted_sounds_are_left_out_and_told() -> None:
    timeline = film(MUSIC, {**LINE, "mute": True})
    assert list(by_name(timeline)) == ["m.wav"]
    assert "'l.wav' is left out: 'mute'." in timeline.notes


def test_sounds_heard_alone_leave_out_all_others() -> None:
    timeline = film(MUSIC, {**LINE, "solo": True}, {**BELL, "solo": True, "mute": True})
    assert list(by_name(timeline)) == ["l.wav"]
    assert "Of all sounds only 'l.wav' is heard: 'solo'." in timeline.notes


@pytest.mark.parametrize(
    ("under", "at"),
    [
        pytest.param("dialogue", [3], id="a role is all of its kind"),
        pytest.param("narrator", [3], id="a name is those that go by it"),
        pytest.param("hero", [], id="another name is not"),
        pytest.param(["effects", "hero"], [6], id="one of several"),
        pytest.param(["effects", "dialogue"], [3, 6], id="several"),
        pytest.param("music", [], id="never under itself"),
    ],
)
def test_a_sound_steps_back_under_the_roles_it_names(under: Any, at: list[int]) -> None:
    line = {**LINE, "role": "narrator"}
    timeline = film(
        {**MUSIC, "duck": {"under": under}}, line, BELL, roles={"narrator": "dialogue", "hero": "dialogue"}
    )
    assert ducks(by_name(timeline)["m.wav"]) == at
    assert by_name(timeline)["l.wav"].gain_keys == ()


@pytest.mark.parametrize("left_out", [{"mute": True}, {"gain": -50}], ids=["muted", "too low"])
def test_what_is_not_heard_ducks_nothing(left_out: dict[str, Any]) -> None:
    timeline = film({**MUSIC, "duck": {}}, {**LINE, **left_out})
    assert by_name(timeline)["m.wav"].gain_keys == ()


def test_of_several_rules_the_deepest_counts() -> None:
    rules = [{"by": 12}, {"under": "effects", "by": 6}]
    music = by_name(film({**MUSIC, "duck": rules}, LINE, {**BELL, "at": "2.5s"}))["m.wav"]
    assert min(key.gain_db for key in music.gain_keys) == -12


def test_clips_own_sounds_are_stepped_back_under_by_their_role() -> None:
    board = board_of({**SHOTS[0], "sound": {"role": "dialogue"}}, sound=[{**MUSIC, "duck": {}}])
    media = media_of(board, audio=(make_audio(),))
    own = own_sound(media.clips[Path("/a.mp4")])
    assert sounds_to_measure(board, media) == (own,)
    heard = SoundActivity(((3 * SECOND, 4 * SECOND),), (-20.0,) * 50)
    assert ducks(by_name(lay_out(board, replace(media, activity={own: heard})))["m.wav"]) == [3]


@pytest.mark.parametrize(
    ("sound", "names"),
    [
        pytest.param([MUSIC, LINE, BELL], [], id="nothing ducks"),
        pytest.param([{**MUSIC, "duck": {}}, LINE, BELL], ["l.wav"], id="what is ducked under"),
    ],
)
def test_only_what_counts_is_measured(sound: list[dict[str, Any]], names: list[str]) -> None:
    board = board_of(*SHOTS, **SILENT, sound=sound)
    assert [one.name for one in sounds_to_measure(board, media_of(board))] == names


def test_all_sounds_are_measured_for_levels() -> None:
    board = board_of(*SHOTS, **SILENT, sound=[MUSIC, LINE, BELL], levels="auto")
    assert len(sounds_to_measure(board, media_of(board))) == 3


def test_a_sound_that_was_not_measured_is_refused_by_name() -> None:
    board = board_of(*SHOTS, **SILENT, sound=[{**MUSIC, "duck": {}}, LINE])
    with pytest.raises(PlanError, match=r"l\.wav.*not been measured"):
        lay_out(board, media_of(board))


def test_a_role_nobody_knows_is_refused_in_storyboards_made_in_python_too() -> None:
    board = board_of(*SHOTS, **SILENT, sound=[{**MUSIC, "role": "tune"}])
    with pytest.raises(PlanError, match="no role 'tune'"):
        lay_out(board, media_of(board))


class TestLevels:
    """Of sounds at levels that do not change, from the film's beginning to its end."""

    LINE: ClassVar[dict[str, Any]] = {**LINE, "at": "0s"}

    def gains(self, levels: Any, *sound: dict[str, Any], **measured: float) -> dict[str, float]:
        files = {f"{name}.wav": level for name, level in measured.items()}
        timeline = self.film(levels, sound, files)
        return {name: round(cue.gain_db, 1) for name, cue in by_name(timeline).items()}

    def film(self, levels: Any, sound: tuple[dict[str, Any], ...], files: dict[str, float]) -> Timeline:
        board = board_of(*SHOTS, **SILENT, sound=sound, levels=levels)
        media = media_of(board)
        measured = {
            one: SoundActivity(((0, 30 * SECOND),), (files.get(one.name, -20.0),) * 300)
            for one in sounds_to_measure(board, media)
        }
        return lay_out(board, replace(media, activity=measured))

    def test_an_absolute_level_is_reached_with_the_sounds_own_gain_counted(self) -> None:
        assert self.gains({"music": "-16 LUFS"}, {**MUSIC, "gain": -3}) == {"m.wav": 4.0}

    def test_a_relative_level_goes_by_what_the_other_comes_to_be(self) -> None:
        gains = self.gains({"music": "-9 under dialogue", "dialogue": "-16 LUFS"}, MUSIC, self.LINE, l=-30.0)
        assert gains == {"m.wav": -5.0, "l.wav": 14.0}

    def test_a_relative_level_goes_by_what_the_other_is_where_it_has_none(self) -> None:
        assert self.gains({"music": "-9 under dialogue"}, MUSIC, self.LINE)["m.wav"] == -9.0

    def test_all_sounds_of_a_role_get_the_same_gain(self) -> None:
        quiet = {**self.LINE, "file": "/q.wav", "gain": -20}
        gains = self.gains({"dialogue": "-16 LUFS"}, self.LINE, quiet)
        assert gains["l.wav"] - gains["q.wav"] == pytest.approx(20)

    def test_sounds_at_the_same_time_add_up(self) -> None:
        twice = [{**self.LINE, "name": name} for name in ("one", "two")]
        assert self.gains({"dialogue": "-20 LUFS"}, *twice) == {"one": -3.0, "two": -3.0}

    def test_a_role_is_moved_so_far_at_most_and_that_is_told(self) -> None:
        timeline = self.film({"music": "-16 LUFS"}, (MUSIC,), {"m.wav": -60.0})
        assert by_name(timeline)["m.wav"].gain_db == 30
        assert any("30 dB is the most" in note for note in timeline.notes)

    def test_each_gain_is_told(self) -> None:
        timeline = self.film("auto", (MUSIC, self.LINE), {})
        assert "Level of dialogue: +4.0 dB, to -16.0 LUFS." in timeline.notes
        assert "Level of music: -5.0 dB, to -25.0 LUFS, 9 LU under dialogue." in timeline.notes

    def test_what_cannot_be_measured_against_anything_is_left_and_told(self) -> None:
        timeline = self.film("auto", (MUSIC,), {})
        assert by_name(timeline)["m.wav"].gain_db == 0
        assert any(
            "level of music was left as it is: nothing is heard of dialogue" in note
            for note in timeline.notes
        )


def test_key_frames_of_a_sound_and_what_it_steps_back_by_add_up() -> None:
    keys = [{"at": "0s", "gain": 0}, {"at": "2s", "gain": -6}]
    line = {**LINE, "at": "3s"}
    alone = by_name(film({**MUSIC, "gain_keys": keys}, line))["m.wav"].gain_keys
    ducking = by_name(film({**MUSIC, "duck": {}}, line))["m.wav"].gain_keys
    both = by_name(film({**MUSIC, "gain_keys": keys, "duck": {}}, line))["m.wav"].gain_keys
    assert alone == (GainKey(0, 0.0), GainKey(2 * SECOND, -6.0))
    for sample in range(0, 8 * SECOND, SECOND // 4):
        assert gain_at(both, sample) == pytest.approx(gain_at(alone, sample) + gain_at(ducking, sample))


def test_key_frames_count_from_where_their_sound_begins_and_stand_in_order() -> None:
    bell = {**BELL, "at": "1s", "gain_keys": [{"at": "0.5s", "gain": -6}, {"at": "0.75s", "gain": 3}]}
    keys = by_name(film(bell))["b.wav"].gain_keys
    assert next(key for key in keys if key.gain_db == 3).sample == SECOND + 3 * SECOND // 4
    with pytest.raises(PlanError, match="are not in order: each 'at' comes after the one before"):
        film({**bell, "gain_keys": bell["gain_keys"][::-1]})
