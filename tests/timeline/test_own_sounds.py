"""Clips' own sound on samples: where it is heard, and how it comes and goes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stitcher.timeline.own_sounds import EDGE_SAMPLES
from tests.factories import make_audio
from tests.timeline.boards import CARD, film_of, refusal


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
    def test_crosses_within_10_ms_where_nothing_blends(self, transition: object) -> None:
        shot = {"id": "b", "transition": transition}
        film = film_of({"id": "a"}, shot, media={"audio": (make_audio(duration=Fraction(121, 24)),)})
        first, second = film.cues
        cut = film.items[1].record_start * 2000
        assert (first.fade_in_samples, first.fade_out_samples) == (240, 480)
        assert (second.fade_in_samples, second.fade_out_samples) == (480, 240)
        assert (second.start_sample, first.stop_sample) == (cut - 240, cut + 240)

    def test_is_heard_backwards_for_what_a_join_lacks(self) -> None:
        audio = (make_audio(duration=Fraction(121, 24)),)
        film = film_of({"id": "a", "out": "120f"}, {"id": "b", "transition": "cut"}, media={"audio": audio})
        first, second = film.cues
        assert (first.reflected_head_samples, first.reflected_tail_samples) == (0, 0)
        assert (second.reflected_head_samples, second.reflected_tail_samples) == (240, 0)
        assert (second.in_offset_samples, second.length_samples) == (0, 242_240)

    def test_that_ends_40_ms_before_its_picture_crosses_all_the_same(self) -> None:
        film = film_of({"id": "a"}, {"id": "b", "transition": "cut"}, media={"audio": (make_audio(),)})
        first, second = film.cues
        assert (first.length_samples, first.reflected_tail_samples) == (242_240, 2_240)
        assert second.stop_sample == 242_000 + 240_000

    def test_that_ends_long_before_its_picture_just_goes(self) -> None:
        audio = (make_audio(duration=Fraction(4)),)
        film = film_of({"id": "a"}, {"id": "b", "transition": "cut"}, media={"audio": audio})
        first, second = film.cues
        assert (first.stop_sample, first.fade_out_samples) == (192_000, 240)
        assert (second.start_sample, second.fade_in_samples) == (242_000, 240)

    def test_shots_of_a_frame_are_no_longer_than_their_joins(self) -> None:
        shot = {"clip": "/a.mp4", "transition": "cut"}
        shots = [{**shot, "id": f"s{n}", "in": f"{2 * n}f", "out": f"{2 * n + 1}f"} for n in range(1, 5)]
        film = film_of({"id": "a"}, *shots, media={"audio": (make_audio(),), "rate": 60})
        for cue in film.cues[1:-1]:
            assert (cue.length_samples, cue.fade_in_samples, cue.fade_out_samples) == (800 + 480, 480, 480)

    @pytest.mark.parametrize(
        ("earlier", "later", "begin", "end"),
        [
            pytest.param({}, {"lead": "12f"}, 120_000 - 24_240, 120_000 - 23_760, id="J cut"),
            pytest.param({"tail": "12f"}, {}, 120_000 + 23_760, 120_000 + 24_240, id="L cut"),
            pytest.param({"tail": "6f"}, {"lead": "12f"}, 120_000 - 24_000, 132_000, id="both"),
        ],
    )
    def test_is_cut_elsewhere_than_its_picture(
        self, earlier: dict[str, str], later: dict[str, str], begin: int, end: int
    ) -> None:
        film = film_of(
            {"id": "a", "out": "60f", "sound": earlier},
            {"id": "b", "in": "48f", "sound": later, "transition": "cut"},
            media={"audio": (make_audio(),)},
        )
        first, second = film.cues
        assert (second.start_sample, first.stop_sample) == (begin, end)
        assert first.fade_out_samples == second.fade_in_samples == end - begin
        assert second.in_offset_samples == 96_000 + begin - 120_000

    def test_leads_and_goes_on_beside_silence(self) -> None:
        card = {"id": "t", "title": CARD, "transition": "cut"}
        film = film_of(
            {"id": "a", "out": "60f", "sound": {"tail": "1s"}},
            card,
            {"id": "b", "in": "48f", "sound": {"lead": "6f"}, "transition": "cut"},
            media={"audio": (make_audio(),)},
        )
        first, second = film.cues
        assert (first.stop_sample, first.fade_out_samples) == (120_000 + 48_000, 240)
        assert (second.start_sample, second.in_offset_samples) == (216_000 - 12_000, 96_000 - 12_000)

    def test_crosses_longer_than_its_picture_blends(self) -> None:
        film = film_of(
            {"id": "a", "out": "60f", "sound": {"tail": "12f"}},
            {"id": "b", "in": "48f", "sound": {"lead": "6f"}, "transition": "dissolve"},
            media={"audio": (make_audio(),)},
        )
        first, second = film.cues
        assert (second.start_sample, first.stop_sample) == (96_000 - 12_000, 120_000 + 24_000)
        assert first.fade_out_samples == second.fade_in_samples == 60_000

    @pytest.mark.parametrize(
        ("earlier", "later", "said"),
        [
            pytest.param({"lead": "1f"}, {}, "there is nothing before the first shot", id="first"),
            pytest.param({}, {"tail": "1f"}, "there is nothing after the last shot", id="last"),
            pytest.param(
                {},
                {"lead": "2.2s"},
                "asks for 2.2s, and the clip has 2s of sound before what is seen",
                id="no handle",
            ),
            pytest.param(
                {"tail": "3s"}, {}, "asks for 3s, and the clip has 2.5s of sound after", id="no handle after"
            ),
            pytest.param({}, {"lead": "2.5s"}, "reaches beyond the shot before it, 'a'", id="too far"),
            pytest.param({"tail": "10s"}, {}, "reaches beyond the shot after it, 'b'", id="too far after"),
        ],
    )
    def test_that_cannot_be_cut_so_is_refused(
        self, earlier: dict[str, str], later: dict[str, str], said: str
    ) -> None:
        message = refusal(
            {"id": "a", "in": "12f", "out": "72f", "sound": earlier},
            {"id": "b", "in": "48f", "sound": later, "transition": "cut"},
            media={"audio": (make_audio(duration=Fraction(132, 24)),)},
        )
        assert said in message

    def test_a_lead_of_a_silent_clip_is_refused(self) -> None:
        said = refusal({"id": "a"}, {"id": "b", "sound": {"lead": "1f"}})
        assert "'lead' is for a shot with sound" in said

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
            (0, 480),
            (480, 240),
        ]
        assert second.in_offset_samples == first.in_offset_samples + first.length_samples
        assert third.start_sample == second.stop_sample - 480

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


class TestFrozenAndBackwards:
    """One second of sound a second of picture, but where that is frozen."""

    def test_a_sound_pauses_with_its_picture_and_goes_on_where_it_was(self) -> None:
        audio = (make_audio(duration=Fraction(121, 24)),)
        freeze = {"at": "23f", "duration": "48f"}
        earlier, later = film_of({"id": "a", "freeze": freeze}, media={"audio": audio}).cues
        assert (earlier.start_sample, earlier.stop_sample) == (0, 48_000)
        assert (later.start_sample, later.in_offset_samples) == (144_000, 48_000)
        assert later.stop_sample == 169 * 2000
        assert earlier.fade_out_samples == later.fade_in_samples == EDGE_SAMPLES

    def test_so_it_does_at_another_speed(self) -> None:
        audio = (make_audio(duration=Fraction(121, 24)),)
        freeze = {"at": "23f", "duration": "24f"}
        _, later = film_of({"id": "a", "speed": 2, "freeze": freeze}, media={"audio": audio}).cues
        assert (later.start_sample, later.in_offset_samples) == (96_000, 96_000)

    def test_a_tail_goes_on_behind_a_frozen_picture(self) -> None:
        audio = (make_audio(duration=Fraction(121, 24)),)
        shot = {"id": "a", "out": "72f", "freeze": {"at": "23f", "duration": "24f"}, "sound": {"tail": "1s"}}
        *_, last, _ = film_of(shot, {"id": "b", "transition": "cut"}, media={"audio": audio}).cues
        assert last.stop_sample >= 5 * 48_000
        assert last.in_offset_samples == 48_000

    def test_a_shot_that_plays_backwards_is_silent(self) -> None:
        assert not film_of({"id": "a", "reverse": True}, media={"audio": (make_audio(),)}).cues
