"""Room tone under shots without sound, and shots' own sounds matched: which part, where, and how loud."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from stitcher.media.audible_streams import own_sound
from stitcher.media.sound_activity import SoundActivity
from stitcher.timeline.layout import lay_out
from stitcher.timeline.model import Timeline
from tests.factories import make_audio, make_clip
from tests.timeline.boards import CARD, board_of, media_of

SECOND = 48_000


def film_of(*shots: dict[str, Any], levels: dict[str, list[float]], **more: Any) -> Timeline:
    """A film of shots of 5 s, of which those with levels (LUFS, of 100 ms each) have sound."""
    board = board_of(*shots, **more)
    media = media_of(board)
    audio = (make_audio(duration=Fraction(121, 24)),)
    clips = {path: make_clip(path=path, audio=audio if path.stem in levels else ()) for path in media.clips}
    activity = {
        own_sound(clip): SoundActivity((), tuple(levels[path.stem]))
        for path, clip in clips.items()
        if clip.audio
    }
    return lay_out(board, replace(media, clips=clips, activity=activity))


def shots(*names: str, **each: Any) -> list[dict[str, Any]]:
    return [{"id": name, **({"transition": "cut"} if n else {}), **each} for n, name in enumerate(names)]


LEVELS = [-20.0] * 25 + [-50.0] * 12 + [-20.0] * 13
"""Of 5 s of speech with a pause from 2.5 s on."""


class TestRoomTone:
    def test_fills_shots_without_sound_from_the_quietest_part_of_the_nearest_clip(self) -> None:
        film = film_of(*shots("a", "b", "c"), levels={"a": LEVELS, "c": LEVELS}, ambience="fill")
        tone = film.cues[-1]
        assert (tone.start_sample, tone.stop_sample) == (242_000 - 240, 484_000 + 240)
        assert tone.sound.name == "a.mp4"
        assert (tone.in_offset_samples, tone.loop_end_samples) == (120_000, 168_000)
        assert (tone.loop, tone.loop_crossfade_samples, tone.role) == (True, 12_000, "ambience")
        assert (tone.fade_in_samples, tone.fade_in_curve) == (240, "equal-power")
        assert film.notes == ("Room tone from 5.04s to 10.08s: a.mp4, 2.5s to 3.5s of it.",)

    def test_takes_no_digital_silence(self) -> None:
        levels = [-100.0] * 20 + [-40.0] * 10 + [-30.0] * 20
        film = film_of(*shots("a", "b"), levels={"a": levels}, ambience="fill")
        assert (film.cues[-1].in_offset_samples, film.cues[-1].loop_end_samples) == (96_000, 144_000)

    def test_is_not_heard_under_cards(self) -> None:
        card = {"id": "t", "title": CARD, "transition": "cut"}
        film = film_of({"id": "a"}, card, levels={"a": LEVELS}, ambience="fill")
        assert len(film.cues) == 1

    def test_crosses_through_a_dissolve_for_as_long_as_its_neighbours_sound(self) -> None:
        dissolve = {"kind": "dissolve", "duration": "12f"}
        b, c = ({"id": name, "transition": dissolve} for name in "bc")
        film = film_of({"id": "a"}, b, c, levels={"a": LEVELS, "c": LEVELS}, ambience="fill")
        before, after, tone = film.cues
        assert tone.start_sample == before.stop_sample - 24_000
        assert tone.stop_sample == after.start_sample + 24_000
        assert tone.fade_in_samples == before.fade_out_samples == 24_000
        assert tone.fade_out_samples == after.fade_in_samples == 24_000

    def test_goes_with_its_shot_through_a_dissolve_to_a_card(self) -> None:
        dissolve = {"kind": "dissolve", "duration": "12f"}
        card = {"id": "t", "title": CARD, "transition": dissolve}
        film = film_of(*shots("a", "b"), card, levels={"a": LEVELS}, ambience="fill")
        assert film.cues[-1].stop_sample == 484_000
        assert film.cues[-1].fade_out_samples == 24_000

    def test_is_a_file_where_one_is_named(self) -> None:
        film = film_of(*shots("a", "b"), levels={"a": LEVELS}, ambience={"file": "/room.wav", "gain": -3})
        tone = film.cues[-1]
        assert (tone.sound.name, tone.gain_db, tone.loop_crossfade_samples) == ("room.wav", -3.0, SECOND)

    def test_that_there_is_none_to_take_is_told(self) -> None:
        film = film_of(*shots("a", "b"), levels={}, ambience="fill")
        assert film.cues == ()
        assert film.notes == ("No room tone from 0s to 10.08s: no clip has 400 ms of sound to take it from.",)

    def test_is_only_there_where_it_is_asked_for(self) -> None:
        assert len(film_of(*shots("a", "b"), levels={"a": LEVELS}).cues) == 1


class TestMatch:
    def gains(self, *levels: float, **each: Any) -> tuple[list[float], tuple[str, ...]]:
        names = [f"s{n}" for n in range(len(levels))]
        by_name = {name: [level] * 51 for name, level in zip(names, levels, strict=True)}
        film = film_of(*shots(*names, **{"sound": {"match": True}, **each}), levels=by_name)
        return [cue.gain_db for cue in film.cues], film.notes

    def test_makes_shots_as_loud_as_the_middle_one(self) -> None:
        gains, notes = self.gains(-20, -23, -25)
        assert gains == pytest.approx([-3.0, 0.0, 2.0], abs=0.11)
        assert notes == ("Shots' own sounds were matched to -23.1 LUFS: s0 -3.1 dB, s2 +2.0 dB.",)

    def test_is_limited_and_says_so(self) -> None:
        gains, notes = self.gains(-23, -23, -40)
        assert gains == pytest.approx([0.0, 0.0, 6.0], abs=0.11)
        assert notes[1] == "s2: further from the others than 6 dB, by which a sound is matched at most."

    def test_adds_to_a_gain(self) -> None:
        gains, _ = self.gains(-20, -23, -25, sound={"match": True, "gain": -2})
        assert gains == pytest.approx([-5.0, -2.0, 0.0], abs=0.11)

    @pytest.mark.parametrize("sound", [{"match": False}, {"keep": True}])
    def test_is_only_done_where_it_is_asked_for(self, sound: dict[str, bool]) -> None:
        assert self.gains(-20, -30, sound=sound) == ([0.0, 0.0], ())

    def test_gives_one_gain_to_a_sound_that_goes_on(self) -> None:
        each = {"sound": {"match": True}, "clip": "/a.mp4"}
        film = film_of(
            {"id": "a1", "out": "48f", **each},
            {"id": "a2", "in": "48f", "transition": "cut", **each},
            {"id": "b", "sound": {"match": True}, "transition": "cut"},
            levels={"a": [-20.0] * 20 + [-26.0] * 31, "b": [-25.0] * 51},
        )
        first, second, _ = film.cues
        assert first.gain_db == second.gain_db != 0
        assert first.fade_out_samples == second.fade_in_samples == 0
