"""Cues of a storyboard on samples, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stitcher.timeline.model import Cue
from tests.timeline.boards import film_of, refusal


class TestCues:
    """Placed sounds, in a film of two shots of 120 frames (10 s)."""

    SHOTS = ({"id": "a", "out": "120f"}, {"id": "b", "out": "120f", "transition": "cut"})

    def cue(self, sound: int | None = 30, **cue: Any) -> tuple[int, int]:
        given = {"role": "music", "file": "/m.wav", **cue}
        (placed,) = film_of(*self.SHOTS, media={"sound": sound}, sound=[given]).cues
        return placed.start_sample, placed.length_samples

    def test_a_muted_line_is_not_cut_off(self) -> None:
        given = {"role": "dialogue", "file": "/line.wav", "name": "Goodbye", "at": "8s", "mute": True}
        notes = film_of(*self.SHOTS, media={"sound": 3}, sound=[given]).notes
        assert notes == ("'Goodbye' is left out: 'mute'.",)

    def test_a_line_left_out_for_what_is_heard_alone_is_not_cut_off(self) -> None:
        line = {"role": "dialogue", "file": "/line.wav", "name": "Goodbye", "at": "8s"}
        alone = {"role": "music", "file": "/score.wav", "name": "Score", "solo": True}
        notes = film_of(*self.SHOTS, media={"sound": 3}, sound=[line, alone]).notes
        assert notes == ("Of all sounds only 'Score' is heard: 'solo'.",)

    @pytest.mark.parametrize(
        ("cue", "cut"),
        [
            pytest.param({"sound": 3, "at": "8s"}, True, id="by the film's end"),
            pytest.param({"sound": 3, "at": "8s", "role": "effects"}, False, id="no words"),
            pytest.param({"sound": 3, "at": "7s"}, False, id="to its end"),
            pytest.param({"sound": 3, "at": "8s", "out": "2s"}, False, id="as asked"),
            pytest.param({"sound": 3, "at": "7.04s"}, False, id="less than anybody hears"),
        ],
    )
    def test_a_line_that_the_films_end_cuts_off_is_told(self, cue: dict[str, Any], cut: bool) -> None:
        given = {"role": "dialogue", "file": "/line.wav", "name": "Goodbye", **cue}
        sound = given.pop("sound")
        notes = film_of(*self.SHOTS, media={"sound": sound}, sound=[given]).notes
        assert bool(notes) == cut
        assert not cut or notes == (
            "The line 'Goodbye' is cut off by the film's end: it begins at 8s, and of its 3s 2s are heard.",
        )

    @pytest.mark.parametrize(
        ("cue", "fades"),
        [
            pytest.param({"sound": 3}, (0, 0), id="the file's own ends"),
            pytest.param({"sound": 3, "in": "1s"}, (240, 0), id="in"),
            pytest.param({"sound": 3, "out": "2s"}, (0, 240), id="out"),
            pytest.param({}, (0, 240), id="film's end"),
            pytest.param({"sound": 3, "loop": True}, (0, 240), id="loop"),
            pytest.param({"in": "1s", "fade_in": "0s", "fade_out": "1s"}, (0, 48_000), id="as asked"),
            pytest.param({"length": "1s", "fade_in": "1s"}, (48_000, 0), id="no room"),
        ],
    )
    def test_comes_and_goes_within_5_ms_where_the_file_is_cut_into(
        self, cue: dict[str, Any], fades: tuple[int, int]
    ) -> None:
        sound = cue.pop("sound", 30)
        given = {"role": "music", "file": "/m.wav", **cue}
        (placed,) = film_of(*self.SHOTS, media={"sound": sound}, sound=[given]).cues
        assert (placed.fade_in_samples, placed.fade_out_samples) == fades

    @pytest.mark.parametrize(
        ("cue", "start", "length"),
        [
            pytest.param({}, 0, 10, id="whole film"),
            pytest.param({"at": "2s"}, 2, 8, id="at a time"),
            pytest.param({"at": "b"}, 5, 5, id="at a shot"),
            pytest.param({"at": "b+1.5s"}, Fraction(13, 2), Fraction(7, 2), id="after a shot's start"),
            pytest.param({"at": "b-12f"}, Fraction(9, 2), Fraction(11, 2), id="before a shot's start"),
            pytest.param({"at": "a.end-1s"}, 4, 6, id="before a shot's end"),
            pytest.param({"at": "end-2s"}, 8, 2, id="before the film's end"),
            pytest.param({"at": "seam:b+1s"}, 6, 4, id="after a seam"),
            pytest.param({"at": "marker:a+1s"}, 1, 9, id="after a marker"),
            pytest.param({"from": "b"}, 5, 5, id="from a shot"),
            pytest.param({"to": "a"}, 0, 5, id="to the end of a shot"),
            pytest.param({"from": "a", "to": "b"}, 0, 10, id="from shot to shot"),
            pytest.param({"until": "b-1s"}, 0, 4, id="until"),
            pytest.param({"at": "1s", "length": "2s"}, 1, 2, id="length"),
            pytest.param({"in": "28s"}, 0, 2, id="in"),
            pytest.param({"in": "1s", "out": "3s", "at": "4s"}, 4, 2, id="in and out"),
            pytest.param({"loop": True, "sound": 3}, 0, 10, id="loop fills the film"),
            pytest.param({"loop": True, "sound": 3, "to": "a"}, 0, 5, id="loop to a shot"),
            pytest.param({"sound": 3, "to": "b"}, 0, 3, id="too short without loop"),
            pytest.param({"at": "9s", "length": "4s"}, 9, 1, id="ends with the picture"),
            pytest.param({"sound": None}, 0, 10, id="length unknown"),
            pytest.param({"sound": 4, "at": "b", "pivot": "3s"}, 2, 4, id="a moment of it at a shot"),
            pytest.param({"sound": 4, "in": "1s", "at": "b", "pivot": "3s"}, 3, 3, id="a moment after in"),
            pytest.param({"sound": 4, "at": "1s", "pivot": "3s"}, 0, 2, id="a moment soon after the start"),
            pytest.param({"sound": 4, "to": "b", "fit": "loop"}, 0, 10, id="looped to fit"),
            pytest.param({"sound": 4, "to": "a", "fit": "trim"}, 0, 4, id="too short to be trimmed"),
            pytest.param({"sound": 7, "to": "a", "fit": "trim"}, 0, 5, id="trimmed to fit"),
            pytest.param({"sound": 11, "to": "b", "fit": "stretch"}, 0, 10, id="stretched to fit"),
            pytest.param(
                {"sound": 9, "at": "1s", "length": "9.9s", "fit": "stretch"}, 1, 9, id="stretched past it"
            ),
        ],
    )
    def test_lie_where_they_are_put(self, cue: dict[str, Any], start: Fraction, length: Fraction) -> None:
        assert self.cue(**cue) == (start * 48_000, length * 48_000)

    @pytest.mark.parametrize(
        ("cue", "said"),
        [
            pytest.param({"at": "10s"}, "begins at 10s, after the film's end (10s)", id="after the film"),
            pytest.param({"at": "a-1f"}, "before the film begins", id="before the film"),
            pytest.param({"in": "31s"}, "has 30s, and 'in' is 31s", id="in after the end"),
            pytest.param({"out": "31s"}, "has 30s, and 'out' is 31s", id="out after the end"),
            pytest.param(
                {"in": "2s", "out": "1s"}, "nothing between 'in' (2s) and 'out' (1s)", id="backwards"
            ),
            pytest.param(
                {"at": "b", "until": "a+1s"}, "would end at 1s, before it begins at 5s", id="ends before"
            ),
            pytest.param({"length": "31s"}, "has 30s to play", id="longer than the file"),
            pytest.param(
                {"length": "2s", "fade_in": "1s", "fade_out": "2s"}, "its fades need 3s", id="fades"
            ),
            pytest.param({"at": "c"}, "no shot is called 'c'; there are a, b.", id="unknown anchor"),
            pytest.param({"at": "c.end-1s"}, "no shot is called 'c'", id="unknown shot's end"),
            pytest.param({"at": "seam:c"}, "no shot is called 'c'", id="unknown seam"),
            pytest.param({"at": "marker:x"}, "no marker is called 'x'; there are a, b.", id="unknown marker"),
            pytest.param({"at": "end"}, "after the film's end", id="film's end"),
            pytest.param({"to": "c"}, "does not exist", id="unknown shot"),
            pytest.param(
                {"pivot": "31s"}, "plays 0s to 30s of its file, and 'pivot' is 31s", id="pivot after it"
            ),
            pytest.param({"in": "2s", "pivot": "1s"}, "plays 2s to 30s", id="pivot before in"),
            pytest.param({"pivot": "onset"}, "has no moment at which something strikes", id="no onset"),
            pytest.param({"pivot": "1s", "loop": True}, "a loop begins whole", id="headless loop"),
            pytest.param(
                {"to": "b", "fit": "stretch"},
                "has 30s and is to last 10s: that is 66.7 % less, and stretching is heard beyond 10 %",
                id="stretched too far",
            ),
            pytest.param(
                {"loop": True, "crossfade": "16s"},
                "has 30s to loop, and a crossfade of 16s",
                id="no room to cross",
            ),
        ],
    )
    def test_that_cannot_be_placed_are_refused(self, cue: dict[str, Any], said: str) -> None:
        given = {"role": "music", "file": "/m.wav", **cue}
        assert said in refusal(*self.SHOTS, sound=[given])

    def placed(self, sound: int | None = 30, **cue: Any) -> Cue:
        media = {"sound": sound, "onsets": (Fraction(1, 2), Fraction(5, 4))}
        (placed,) = film_of(*self.SHOTS, media=media, sound=[{"role": "music", "file": "/m.wav", **cue}]).cues
        return placed

    @pytest.mark.parametrize(("cue", "start"), [({}, 216_000), ({"in": "1s"}, 228_000)], ids=["file", "in"])
    def test_land_with_their_first_onset(self, cue: dict[str, Any], start: int) -> None:
        assert self.placed(at="b", pivot="onset", **cue).start_sample == start

    def test_whose_moment_comes_early_are_cut_into(self) -> None:
        cue = self.placed(4, at="1s", pivot="3s")
        assert (cue.in_offset_samples, cue.fade_in_samples) == (96_000, 240)

    def test_trimmed_to_fit_go_within_a_second(self) -> None:
        assert self.placed(7, to="a", fit="trim").fade_out_samples == 48_000
        assert self.placed(7, to="a", fit="trim", fade_out="6f").fade_out_samples == 12_000
        assert self.placed(4, to="a", fit="trim").fade_out_samples == 0

    def test_stretched_to_fit_play_all_of_their_file(self) -> None:
        cue = self.placed(11, to="b", fit="stretch")
        assert (cue.stretch, cue.loop, cue.fade_out_samples) == (Fraction(10, 11), False, 0)

    def test_that_loop_may_end_before_their_file_and_cross(self) -> None:
        given: dict[str, Any] = {"in": "1s", "out": "2s", "loop": True, "crossfade": "12f"}
        cue = self.placed(**given)
        assert (cue.in_offset_samples, cue.loop_end_samples, cue.loop_crossfade_samples) == (
            48_000,
            96_000,
            24_000,
        )

    @pytest.mark.parametrize(
        ("cue", "over"),
        [
            pytest.param({"at": "a+3s"}, "1s", id="at a shot"),
            pytest.param({"from": "a", "sound": 7}, "2s", id="from a shot"),
            pytest.param({"at": "a+2s"}, "", id="to its end"),
            pytest.param({"at": "3s"}, "", id="at a time"),
            pytest.param({"at": "a+3s", "until": "b+1s"}, "", id="as asked"),
            pytest.param({"at": "a+6s"}, "", id="in another shot"),
            pytest.param({"at": "a+3s", "mute": True}, "", id="muted"),
        ],
    )
    def test_a_line_longer_than_its_shot_is_told(self, cue: dict[str, Any], over: str) -> None:
        given = {"role": "dialogue", "file": "/line.wav", "name": "Hello", **cue}
        sound = given.pop("sound", 3)
        notes = film_of(*self.SHOTS, media={"sound": sound}, sound=[given]).notes
        told = [note for note in notes if "goes on for" in note]
        assert [f"goes on for {over} after the shot 'a'" in note for note in told] == [True] * bool(over)
