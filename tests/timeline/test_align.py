"""Sounds moved so that a beat of them lands on a moment of the film: how far, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stitcher.errors import PlanError
from stitcher.timeline.layout import lay_out
from stitcher.timeline.model import Cue, Timeline
from tests.storyboard.texts import only_issue
from tests.timeline.boards import board_of, media_of

SHOTS = ({"id": "a"}, {"id": "b", "transition": "cut"})
SCORE = {"role": "music", "file": "/score.wav", "name": "score"}
BEATS = tuple(Fraction(9, 10) + Fraction(number, 2) for number in range(40))
"""0.9 s, 1.4 s, 1.9 s, …"""
B = Fraction(121, 24)


def film_of(beats: tuple[Fraction, ...] = BEATS, **cue: Any) -> Timeline:
    board = board_of(*SHOTS, sound=[{**SCORE, **cue}])
    media = replace(media_of(board), beats={(Path("/score.wav"), None): beats})
    return lay_out(board, media)


def placed(**cue: Any) -> Cue:
    return next(cue for cue in film_of(**cue).cues if cue.name == "score")


@pytest.mark.parametrize(
    ("cue", "start", "offset"),
    [
        pytest.param(
            {"at": "b", "align": "beat", "pivot": "5.3s"}, B - Fraction("5.4"), 0, id="a moment near a beat"
        ),
        pytest.param({"at": "b", "align": "beat", "pivot": "4.3s"}, B - Fraction("4.4"), 0, id="and another"),
        pytest.param(
            {"at": "b", "align": "beat", "in": "4s"}, B + Fraction("-0.4"), 4, id="the first of what is heard"
        ),
        pytest.param({"align": {"to": "seam:b"}}, B - Fraction("4.9"), 0, id="at a seam, later"),
        pytest.param(
            {"at": "1s", "align": {"to": "seam:b"}}, B - Fraction("3.9"), 0, id="at a seam, from a second on"
        ),
        pytest.param(
            {"at": "1s", "align": {"to": "b+0.2s"}}, B + Fraction("-4.2"), 0, id="at an anchor, earlier"
        ),
        pytest.param(
            {"align": {"to": "b-0.3s"}}, 0, Fraction("4.9") - (B - Fraction("0.3")), id="before the film"
        ),
    ],
)
def test_the_nearest_beat_lands_on_the_anchor(cue: dict[str, Any], start: Fraction, offset: Fraction) -> None:
    found = placed(**cue)
    if start < 0:
        start, offset = Fraction(0), offset - start
    assert found.start_sample == round(start * 48_000)
    assert found.in_offset_samples == pytest.approx(offset * 48_000, abs=1)


def test_what_was_moved_and_how_far_is_told() -> None:
    assert film_of(align={"to": "seam:b"}).notes == (
        "The sound 'score' is moved 0.142s later ('align'): its beat at 4.9s of the file is at 'seam:b' then.",
    )


def test_a_beat_farther_than_the_limit_is_told_and_the_sound_stays() -> None:
    film = film_of(align={"to": "seam:b", "limit": "0.1s"})
    assert film.notes == (
        "The sound 'score' is not aligned: its beat nearest to 'seam:b' is 0.142s from it, and 'limit' is 0.1s.",
    )
    assert film.cues[-1].start_sample == 0


def test_a_beat_that_is_there_already_is_not_told() -> None:
    assert film_of(at="1s", align={"to": "2.4s"}).notes == ()


@pytest.mark.parametrize(
    ("cue", "said"),
    [
        ({"beats": (), "align": "beat"}, "has no steady beat in what is heard of it: remove 'align'."),
        ({"in": "29s", "align": "beat"}, "has no steady beat in what is heard of it"),
        ({"out": "3s", "align": {"to": "b"}}, "is not heard at 5.042s ('b'), where its beat is to be."),
        ({"at": "b", "align": {"to": "a"}}, "is not heard at 0s ('a')"),
        ({"align": {"to": "marker:x"}}, "is anchored to 'marker:x': no marker is called 'x'"),
        ({"at": "0.1s", "loop": True, "align": "beat", "in": "0.7s"}, "a loop begins whole"),
    ],
)
def test_what_cannot_be_aligned_is_refused(cue: dict[str, Any], said: str) -> None:
    with pytest.raises(PlanError) as caught:
        film_of(**cue)
    assert said in str(caught.value)


def test_a_stretched_sound_is_not_aligned() -> None:
    issue = only_issue(
        "stitcher: 1\nshots:\n  - {id: a, clip: a.mp4}\nsound:\n"
        "  - {role: music, file: a.wav, to: a, fit: stretch, align: beat}\n"
    )
    assert "keep 'align' or 'fit: stretch'" in issue
