"""Clips' own sound on samples: where it is heard, and how it comes and goes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.factories import make_audio
from tests.timeline.boards import film_of, refusal


class TestOwnSound:
    """The sound inside the clips."""

    def test_is_kept_and_fades_with_the_picture(self) -> None:
        audio = (make_audio(duration=Fraction(121, 24)),)
        film = film_of({"id": "a"}, {"id": "b", "transition": "dissolve"}, media={"audio": audio})
        first, second = film.cues
        assert (first.start_sample, first.length_samples) == (0, 242_000)
        assert second.start_sample == 218_000
        assert first.fade_out_samples == second.fade_in_samples == 24_000
        assert first.stop_sample == second.start_sample + 24_000
        assert (first.role, first.shot) == ("ambience", "a")

    @pytest.mark.parametrize("transition", ["cut", {"kind": "match", "drop": 1}], ids=str)
    def test_comes_and_goes_within_5_ms_where_nothing_blends(self, transition: object) -> None:
        film = film_of({"id": "a"}, {"id": "b", "transition": transition}, media={"audio": (make_audio(),)})
        assert [(cue.fade_in_samples, cue.fade_out_samples) for cue in film.cues] == [(240, 240)] * 2

    def test_has_no_fade_where_the_next_shot_goes_on_in_it(self) -> None:
        film = film_of(
            {"id": "a", "clip": "/a.mp4", "out": "48f"},
            {"id": "b", "clip": "/a.mp4", "in": "48f", "out": "72f", "transition": "cut"},
            {"id": "c", "clip": "/a.mp4", "in": "73f", "transition": "cut"},
            media={"audio": (make_audio(),)},
            format={"fps": "30000/1001"},
        )
        first, second, third = film.cues
        assert [(cue.fade_in_samples, cue.fade_out_samples) for cue in film.cues] == [
            (240, 0),
            (0, 240),
            (240, 240),
        ]
        assert second.in_offset_samples == first.in_offset_samples + first.length_samples
        assert third.start_sample == second.stop_sample

    def test_shorter_than_its_fades_has_shorter_ones(self) -> None:
        audio = (make_audio(duration=Fraction(301, 48_000)),)
        (cue,) = film_of({"id": "a"}, media={"audio": audio}).cues
        assert (cue.length_samples, cue.fade_in_samples, cue.fade_out_samples) == (301, 150, 150)

    def test_is_as_long_as_the_file_has_it(self) -> None:
        (cue,) = film_of({"id": "a"}, media={"audio": (make_audio(duration=Fraction(2)),)}).cues
        assert cue.length_samples == 96_000

    def test_follows_in_and_speed(self) -> None:
        film = film_of({"id": "a", "in": "24f", "speed": 2}, media={"audio": (make_audio(),)})
        (cue,) = film.cues
        assert (cue.in_offset_samples, cue.tempo) == (48_000, 2)
        assert cue.length_samples == 96_000

    @pytest.mark.parametrize(
        ("audio_start", "start", "offset"),
        [
            pytest.param(Fraction(1, 2), 24_000, 0, id="later than the picture"),
            pytest.param(Fraction(-1, 2), 0, 24_000, id="earlier than the picture"),
        ],
    )
    def test_stays_in_step_with_the_picture(self, audio_start: Fraction, start: int, offset: int) -> None:
        (cue,) = film_of({"id": "a"}, media={"audio": (make_audio(start=audio_start),)}).cues
        assert (cue.start_sample, cue.in_offset_samples) == (start, offset)

    @pytest.mark.parametrize("sound", ["mute", {"keep": False}])
    def test_can_be_muted(self, sound: object) -> None:
        assert film_of({"id": "a", "sound": sound}, media={"audio": (make_audio(),)}).cues == ()

    def test_takes_gain_and_role(self) -> None:
        shot = {"id": "a", "sound": {"gain": -6, "role": "dialogue"}}
        (cue,) = film_of(shot, media={"audio": (make_audio(),)}).cues
        assert (cue.gain_db, cue.role) == (-6, "dialogue")

    @pytest.mark.parametrize("where", ["shot", "defaults"])
    def test_a_stream_that_is_not_there_is_refused(self, where: str) -> None:
        sound = {"sound": {"stream": 2}}
        shot = {"id": "a", **(sound if where == "shot" else {})}
        more = {"defaults": sound} if where == "defaults" else {}
        said = refusal(shot, media={"audio": (make_audio(),)}, **more)
        assert "'stream' is 2, and a.mp4 has 1 sound stream." in said
