"""Laying out: where everything lies, and what is refused with what it has and needs."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stitcher.errors import NotGenerated, PlanError
from stitcher.media.clip import Clip
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.transition_kinds import DISSOLVE, MATCH, transition_kind
from stitcher.timebase import FrameRange
from stitcher.timeline.layout import clip_files, font_files, lay_out, layout_notes, match_seams, sound_files
from stitcher.timeline.media_index import MediaIndex, Unsure
from stitcher.timeline.model import Marker, Timeline, Title, Transition
from stitcher.timeline.uncertain_matches import uncertain_match_lines
from tests.factories import make_audio, make_clip, make_sound


def board_of(*shots: dict[str, Any], **more: Any) -> Storyboard:
    filled = [{"clip": f"/{shot['id']}.mp4", **shot} if "title" not in shot else shot for shot in shots]
    return Storyboard.model_validate({"stitcher": 1, "shots": filled, **more})


def media_of(
    board: Storyboard, *, doubled: bool = False, sound: Fraction | int | None = 30, **clip: Any
) -> MediaIndex:
    names = [shot.id for shot in board.shots]
    return MediaIndex(
        clips={path: make_clip(path=path, **clip) for path in clip_files(board)},
        sounds={path: make_sound(path=path, duration=sound) for path in sound_files(board)},
        doubled={(one, two): doubled for one in names for two in names},
    )


def film_of(*shots: dict[str, Any], media: dict[str, Any] | None = None, **more: Any) -> Timeline:
    board = board_of(*shots, **more)
    return lay_out(board, media_of(board, **(media or {})))


def refusal(*shots: dict[str, Any], media: dict[str, Any] | None = None, **more: Any) -> str:
    with pytest.raises(PlanError) as caught:
        film_of(*shots, media=media, **more)
    return str(caught.value)


def records(film: Timeline) -> list[tuple[int, int]]:
    return [(item.record_range.start, item.record_range.stop) for item in film.items]


CARD = {"text": "x", "duration": "2s"}


def test_cuts_lie_end_to_end() -> None:
    film = film_of({"id": "a"}, {"id": "b", "transition": "cut"})
    assert records(film) == [(0, 121), (121, 242)]
    assert film.frames == 242


def test_a_dissolve_overlaps_its_shots() -> None:
    film = film_of({"id": "a"}, {"id": "b", "transition": {"kind": "dissolve", "duration": "0.5s"}})
    assert records(film) == [(0, 121), (109, 230)]
    assert film.transitions == (Transition(DISSOLVE, 12),)


def test_a_dissolve_lasts_twelve_frames_unless_told() -> None:
    film = film_of({"id": "a"}, {"id": "b", "transition": "wipeleft"})
    assert film.transitions == (Transition(transition_kind("wipeleft"), 12),)


def test_a_match_takes_the_doubled_frame_off_the_earlier_shot() -> None:
    film = film_of({"id": "a"}, {"id": "b"}, media={"doubled": True})
    assert records(film) == [(0, 120), (120, 241)]
    assert film.items[0].source_range == FrameRange(0, 120)
    assert film.items[1].source_range == FrameRange(0, 121)
    assert film.transitions == (Transition(MATCH, dropped_frames=1),)


def test_a_match_without_a_doubled_frame_is_a_cut() -> None:
    film = film_of({"id": "a"}, {"id": "b"})
    assert film.frames == 242
    assert film.transitions == (Transition(MATCH),)


@pytest.mark.parametrize(
    ("drop", "doubled", "dropped"), [(0, True, 0), (1, False, 1), (5, False, 5), ("auto", True, 1)]
)
def test_a_storyboard_can_force_or_forbid_the_drop(drop: object, doubled: bool, dropped: int) -> None:
    film = film_of(
        {"id": "a"}, {"id": "b", "transition": {"kind": "match", "drop": drop}}, media={"doubled": doubled}
    )
    assert film.frames == 242 - dropped


def test_a_match_takes_off_every_frame_that_is_shown_again() -> None:
    board = board_of({"id": "a"}, {"id": "b"})
    film = lay_out(board, replace(media_of(board), doubled={("a", "b"): 5}))
    assert records(film) == [(0, 116), (116, 237)]
    assert film.transitions == (Transition(MATCH, dropped_frames=5),)


def test_what_is_shown_again_is_counted_in_frames_of_the_film() -> None:
    board = board_of({"id": "a"}, {"id": "b"}, format={"fps": 48})
    film = lay_out(board, replace(media_of(board), doubled={("a", "b"): 1}))
    assert records(film) == [(0, 240), (240, 482)]


def test_a_match_nobody_is_sure_of_drops_nothing_and_says_why() -> None:
    board = board_of({"id": "a"}, {"id": "b"})
    film = lay_out(board, replace(media_of(board), doubled={("a", "b"): Unsure("nothing moves")}))
    assert film.frames == 242
    assert film.transitions == (Transition(MATCH, unsure="nothing moves"),)
    told, hint = uncertain_match_lines(film)
    assert told == "match: unsure from 'a' to 'b': nothing moves; nothing is dropped"
    assert "drop: 1" in hint


@pytest.mark.parametrize("frames", [121, 241, 242])
def test_a_clip_may_have_any_number_of_frames(frames: int) -> None:
    film = film_of({"id": "a"}, {"id": "b"}, media={"doubled": True, "frames": frames})
    assert records(film) == [(0, frames - 1), (frames - 1, 2 * frames - 1)]


def test_a_shot_cannot_give_up_all_it_has() -> None:
    told = refusal({"id": "a", "out": "5f"}, {"id": "b", "transition": {"kind": "match", "drop": 5}})
    assert "shot 'a' has 5 frames: it cannot give up 5 for the match cut into 'b'" in told


def test_text_that_lasts_to_the_end_of_a_shortened_shot_ends_with_it() -> None:
    film = film_of(
        {"id": "a", "overlays": [{"text": "x", "at": "1s", "fade_out": "6f"}]},
        {"id": "b", "transition": {"kind": "match", "drop": 5}},
    )
    (text,) = film.items[0].overlays
    assert text.start + text.frames == len(film.items[0].source_range) == 116


def test_a_match_beside_a_title_is_a_cut() -> None:
    film = film_of(
        {"id": "t", "title": CARD}, {"id": "a"}, {"id": "u", "title": CARD}, media={"doubled": True}
    )
    assert film.frames == 48 + 121 + 48


def test_a_shot_of_one_frame_keeps_it() -> None:
    film = film_of({"id": "a", "out": "1f"}, {"id": "b"}, media={"doubled": True})
    assert records(film) == [(0, 1), (1, 122)]


def test_a_seam_nobody_measured_is_refused() -> None:
    board = board_of({"id": "a"}, {"id": "b"})
    media = media_of(board)
    with pytest.raises(PlanError, match="has not been measured"):
        lay_out(board, MediaIndex(clips=media.clips))


def test_only_seams_left_to_measuring_are_asked_for() -> None:
    board = board_of(
        {"id": "a", "out": "50f"},
        {"id": "b", "in": "10f"},
        {"id": "c", "transition": "cut"},
        {"id": "d", "transition": {"kind": "match", "drop": 0}},
        {"id": "t", "title": CARD},
    )
    seams = match_seams(board, media_of(board))
    assert [(s.earlier_shot, s.last_picture, s.later_shot, s.first_picture) for s in seams] == [
        ("a", 49, "b", 10)
    ]


@pytest.mark.parametrize(
    ("shot", "kept"),
    [
        pytest.param({"in": "12f"}, FrameRange(12, 121), id="in"),
        pytest.param({"out": "4.5s"}, FrameRange(0, 108), id="out"),
        pytest.param({"in": "00:00:01:12", "out": "2s"}, FrameRange(36, 48), id="in and out"),
        pytest.param({"out": "121f"}, FrameRange(0, 121), id="out at the end"),
        pytest.param({"speed": 2}, FrameRange(0, 61), id="double speed"),
        pytest.param({"speed": 0.5}, FrameRange(0, 242), id="half speed"),
        pytest.param({"speed": 2, "in": "24f", "out": "48f"}, FrameRange(12, 24), id="trimmed, then sped"),
    ],
)
def test_in_out_and_speed_choose_the_range(shot: dict[str, Any], kept: FrameRange) -> None:
    assert film_of({"id": "a", **shot}).items[0].source_range == kept


def test_frames_of_in_and_out_are_the_clips_own() -> None:
    film = film_of(
        {"id": "a", "in": "30f", "out": "60f"}, format={"fps": 24}, media={"rate": 30, "frames": 90}
    )
    assert film.items[0].source_range == FrameRange(24, 48)
    assert film.items[0].available_range == FrameRange(0, 72)


@pytest.mark.parametrize(
    ("shot", "said"),
    [
        pytest.param({"in": "6s"}, "'in' is 6s, and a.mp4 has 121 frames, 5.042s", id="in after the end"),
        pytest.param({"in": "121f"}, "'in' is 121f", id="in at the end"),
        pytest.param({"out": "122f"}, "'out' is 122f, and a.mp4 has 121 frames", id="out after the end"),
        pytest.param(
            {"in": "2s", "out": "24f"}, "nothing is left between 'in' (2s) and 'out' (24f)", id="backwards"
        ),
        pytest.param({"in": "2s", "out": "48f"}, "nothing is left", id="empty"),
        pytest.param({"out": "0f"}, "nothing is left", id="out at the start"),
    ],
)
def test_times_outside_the_clip_are_refused(shot: dict[str, Any], said: str) -> None:
    assert said in refusal({"id": "a", **shot})


def test_a_clip_sped_up_to_nothing_is_refused() -> None:
    assert "nothing is left of a.mp4" in refusal({"id": "a", "speed": 100}, media={"frames": 10})


@pytest.mark.parametrize(
    ("second", "said"),
    [
        pytest.param(
            {"transition": {"kind": "dissolve", "duration": "3s"}},
            "shot 'a' has 48 frames, and the dissolve into 'b' needs 72 frames",
            id="earlier too short",
        ),
        pytest.param(
            {"transition": {"kind": "fadeblack", "duration": "1s"}, "out": "10f"},
            "shot 'b' has 10 frames, and the fadeblack it comes in by needs 24 frames",
            id="later too short",
        ),
        pytest.param(
            {"transition": {"kind": "fade", "duration": "0.01s"}}, "less than a frame", id="too short to see"
        ),
        pytest.param({"transition": "disolve"}, "did you mean 'dissolve'?", id="unknown kind"),
    ],
)
def test_transitions_that_do_not_fit_are_refused(second: dict[str, Any], said: str) -> None:
    board = board_of({"id": "a", "out": "48f"}, {"id": "b", **second})
    with pytest.raises(PlanError) as caught:
        lay_out(board, media_of(board), kinds=frozenset({"fade", "fadeblack"}))
    assert said in str(caught.value)


def test_two_transitions_of_a_shot_must_fit_together() -> None:
    long = {"kind": "dissolve", "duration": "1s"}
    told = refusal(
        {"id": "a"}, {"id": "b", "out": "40f", "transition": long}, {"id": "c", "transition": long}
    )
    assert (
        "shot 'b' has 40 frames, and needs 48 frames: 24 for the dissolve it comes in by and 24 for the dissolve"
        in told
    )


def test_two_transitions_may_fill_a_shot() -> None:
    long = {"kind": "dissolve", "duration": "1s"}
    film = film_of(
        {"id": "a"}, {"id": "b", "out": "48f", "transition": long}, {"id": "c", "transition": long}
    )
    assert records(film) == [(0, 121), (97, 145), (121, 242)]


def test_every_transition_that_does_not_fit_is_told() -> None:
    long = {"kind": "dissolve", "duration": "6s"}
    told = refusal({"id": "a"}, {"id": "b", "transition": long}, {"id": "c", "transition": long})
    assert told.count("needs 144 frames") == 4


class TestGrid:
    """Rate, size and start of the film."""

    def test_are_the_clips_when_they_agree(self) -> None:
        film = film_of({"id": "a"}, {"id": "b"}, media={"rate": Fraction(30000, 1001), "size": (640, 360)})
        assert (film.rate, film.width, film.height) == (Fraction(30000, 1001), 640, 360)

    def test_rates_that_differ_are_refused_by_name(self) -> None:
        board = board_of({"id": "a"}, {"id": "b"}, {"id": "c"})
        rates = {"a": 24, "b": 25, "c": 24}
        clips = {path: make_clip(path=path, rate=rates[path.stem]) for path in clip_files(board)}
        with pytest.raises(PlanError, match=r"24 frames a second: a.mp4, c.mp4; 25 frames a second: b.mp4"):
            lay_out(board, MediaIndex(clips=clips))

    def test_a_variable_rate_needs_the_films(self) -> None:
        clip = make_clip(path="/a.mp4", rate=None, pts=(0, 40, 90, 120))
        with pytest.raises(PlanError, match=r"a.mp4 has no constant frame rate: say the film's, with 'fps'"):
            lay_out(board_of({"id": "a"}), MediaIndex(clips={clip.path: clip}))
        film = lay_out(board_of({"id": "a"}, format={"fps": 25}), MediaIndex(clips={clip.path: clip}))
        assert film.frames == 4

    def test_the_size_is_that_of_most_clips(self) -> None:
        board = board_of({"id": "a"}, {"id": "b"}, {"id": "c"})
        sizes = {"a": (640, 360), "b": (1280, 720), "c": (1280, 720)}
        clips = {path: make_clip(path=path, size=sizes[path.stem]) for path in clip_files(board)}
        pairs = {("a", "b"): False, ("b", "c"): False}
        film = lay_out(board, MediaIndex(clips=clips, doubled=pairs))
        assert (film.width, film.height) == (1280, 720)

    def test_turned_clips_count_as_shown(self) -> None:
        film = film_of({"id": "a"}, media={"rotation": 90})
        assert (film.width, film.height) == (720, 1280)

    def test_titles_alone_need_a_rate_and_a_size(self) -> None:
        assert "'fps'" in refusal({"id": "t", "title": CARD})
        assert "'size'" in refusal({"id": "t", "title": CARD}, format={"fps": 24})

    def test_ratio_is_the_size_unless_there_is_one(self) -> None:
        film = film_of({"id": "t", "title": CARD}, format={"fps": 24, "ratio": "1280:720"})
        assert (film.width, film.height) == (1280, 720)
        film = film_of(
            {"id": "t", "title": CARD}, format={"fps": 24, "ratio": "1280:720", "size": "1920x1080"}
        )
        assert (film.width, film.height) == (1920, 1080)

    @pytest.mark.parametrize(
        ("start", "fps", "frame"),
        [
            pytest.param(None, "24", 86_400, id="one hour unless told"),
            pytest.param("00:00:00:00", "24", 0, id="nought"),
            pytest.param("01:00:00:00", "23.976", 86_400, id="timecode counts to 24 at 23.976"),
            pytest.param("01:00:00;00", "29.97", 107_892, id="drop-frame hour"),
            pytest.param("00:01:00;02", "29.97", 1800, id="drop-frame minute"),
            pytest.param("00:01:00;04", "59.94", 3600, id="drop-frame minute at 59.94"),
            pytest.param("01:00:00:00", "29.97", 108_000, id="29.97 without dropping"),
        ],
    )
    def test_the_start_is_a_frame_count(self, start: str | None, fps: str, frame: int) -> None:
        given = {"fps": fps} | ({"start": start} if start else {})
        assert film_of({"id": "a"}, format=given).start_frame == frame

    @pytest.mark.parametrize(
        ("start", "fps", "said"),
        [
            pytest.param("01:00:00;00", "24", "29.97 and 59.94", id="no drop-frame at 24"),
            pytest.param("00:01:00;00", "29.97", "drop-frame skips", id="a number that does not exist"),
            pytest.param("00:00:00:24", "24", "a second has 24 frames", id="frame 24"),
        ],
    )
    def test_a_start_that_does_not_exist_is_refused(self, start: str, fps: str, said: str) -> None:
        assert said in refusal({"id": "a"}, format={"fps": fps, "start": start})


class TestTitles:
    """Cards and lower thirds."""

    def test_a_card_is_an_item(self) -> None:
        film = film_of({"id": "a"}, {"id": "t", "title": {**CARD, "fade_in": "12f"}, "transition": "cut"})
        title = film.items[1].source
        assert isinstance(title, Title)
        assert (title.frames, title.fade_in_frames, title.kind) == (48, 12, "card")
        assert film.items[1].source_range == FrameRange(0, 48)

    def test_a_lower_third_lies_on_its_shot(self) -> None:
        (third,) = film_of({"id": "a", "overlays": [{"text": "x", "at": "1s"}]}).items[0].overlays
        assert (third.kind, third.start, third.frames) == ("lower_third", 24, 97)

    @pytest.mark.parametrize(
        ("overlay", "said"),
        [
            pytest.param({"at": "6s"}, "has 121 frames, and this begins at 144", id="begins after"),
            pytest.param({"at": "4s", "duration": "2s"}, "lasts from 96 to 144", id="ends after"),
            pytest.param(
                {"duration": "1s", "fade_in": "1s", "fade_out": "1s"}, "fades need 48 frames", id="fades"
            ),
        ],
    )
    def test_a_lower_third_must_fit(self, overlay: dict[str, Any], said: str) -> None:
        assert said in refusal({"id": "a", "overlays": [{"text": "x", **overlay}]})

    def test_a_font_brings_its_hash(self) -> None:
        board = board_of(
            {"id": "t", "title": {**CARD, "font": "/f.ttf"}}, format={"fps": 24, "size": "640x360"}
        )
        assert font_files(board) == (Path("/f.ttf"),)
        title = lay_out(board, MediaIndex(fonts={Path("/f.ttf"): "ab"})).items[0].source
        assert isinstance(title, Title)
        assert (title.font, title.font_sha256) == ("/f.ttf", "ab")


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


class TestCues:
    """Placed sounds, in a film of two shots of 120 frames (10 s)."""

    SHOTS = ({"id": "a", "out": "120f"}, {"id": "b", "out": "120f", "transition": "cut"})

    def cue(self, sound: int | None = 30, **cue: Any) -> tuple[int, int]:
        given = {"role": "music", "file": "/m.wav", **cue}
        (placed,) = film_of(*self.SHOTS, media={"sound": sound}, sound=[given]).cues
        return placed.start_sample, placed.length_samples

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
            pytest.param({"at": "c"}, "no shot is named so", id="unknown anchor"),
            pytest.param({"to": "c"}, "does not exist", id="unknown shot"),
        ],
    )
    def test_that_cannot_be_placed_are_refused(self, cue: dict[str, Any], said: str) -> None:
        given = {"role": "music", "file": "/m.wav", **cue}
        assert said in refusal(*self.SHOTS, sound=[given])

    def test_ducking_is_noted_and_not_refused(self) -> None:
        board = board_of(*self.SHOTS, sound=[{"role": "music", "file": "/m.wav", "duck": {}}])
        assert len(lay_out(board, media_of(board)).cues) == 1
        assert "m.wav" in layout_notes(board)[0]


class TestMarkers:
    """Named frames."""

    def test_stand_at_shots_and_where_they_are_put(self) -> None:
        film = film_of(
            {"id": "a", "markers": ["Act one", {"name": "hit", "at": "1s", "note": "loud"}]},
            {"id": "b", "transition": "cut"},
            markers=[{"name": "turn", "at": "b-1f"}],
        )
        assert film.markers == (
            Marker(0, "a"),
            Marker(0, "Act one"),
            Marker(24, "hit", "loud"),
            Marker(120, "turn"),
            Marker(121, "b"),
        )

    def test_outside_are_refused(self) -> None:
        told = refusal(
            {"id": "a", "markers": [{"name": "x", "at": "6s"}]}, markers=[{"name": "y", "at": "9s"}]
        )
        assert "'x' is at 144" in told
        assert "'y' is at frame 216, and the film has 121 frames" in told


class TestTakes:
    """Shots that are generated."""

    BOARD = Storyboard.model_validate(
        {
            "stitcher": 1,
            "shots": [{"id": "a", "prompt": "x"}, {"id": "b", "prompt": "y", "start": "previous"}],
        }
    )

    def test_that_do_not_exist_are_named_with_the_next_step(self) -> None:
        with pytest.raises(NotGenerated, match=r"'a', 'b' are not generated yet.*stitcher generate"):
            lay_out(self.BOARD, MediaIndex())

    def test_are_laid_out_once_they_exist(self) -> None:
        takes: dict[str, Clip] = {name: make_clip(path=f"/takes/{name}.mp4") for name in "ab"}
        assert lay_out(self.BOARD, MediaIndex(takes=takes, doubled={("a", "b"): True})).frames == 241
