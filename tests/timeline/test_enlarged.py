"""A shot whose picture was made larger is the same shot: only its pictures have another size."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from stitcher.media.clip import AudioStream
from stitcher.storyboard.model import Storyboard
from stitcher.timeline.layout import lay_out, match_seams
from stitcher.timeline.media_index import MediaIndex
from tests.factories import make_audio, make_clip

SMALL, LARGE = (640, 360), (1920, 1080)


def film_media(
    shots: tuple[dict[str, Any], ...], audio: AudioStream, pts_from: int
) -> tuple[Storyboard, MediaIndex]:
    board = Storyboard.model_validate(
        {
            "stitcher": 1,
            "defaults": {"transition": "match"},
            "shots": [{"clip": f"/{shot['id']}.mp4", **shot} for shot in shots],
        }
    )
    pts = tuple(512 * (number + pts_from) for number in range(121))
    clips = {
        shot.clip: make_clip(path=shot.clip, size=SMALL, audio=(audio,), pts=pts)
        for shot in board.shots
        if shot.clip is not None
    }
    names = [shot.id for shot in board.shots]
    return board, MediaIndex(clips=clips, doubled={(one, two): True for one in names for two in names})


ENLARGED = make_clip(path="/larger.mp4", size=LARGE)
SHOTS: dict[str, dict[str, Any]] = {
    "whole": {},
    "from the middle": {"in": "12f", "out": "4s"},
    "twice as fast": {"speed": 2},
    "slow, from the middle": {"speed": "1/2", "in": "1s"},
    "with its sound turned down": {"sound": {"gain": -6, "role": "dialogue"}},
    "silenced": {"sound": "mute"},
    "dissolved into": {"transition": {"kind": "dissolve", "duration": "8f"}},
}
SOUNDS = {
    "in step": make_audio(duration=Fraction(121, 24)),
    "late": make_audio(start=Fraction(1, 2), duration=Fraction(3)),
    "early": make_audio(start=Fraction(-1, 10), duration=Fraction(6)),
    "shorter": make_audio(duration=Fraction(2)),
    "longer": make_audio(duration=Fraction(9)),
    "of a length that is not told": make_audio(duration=None),
}


@pytest.mark.parametrize("sound", SOUNDS.values(), ids=SOUNDS)
@pytest.mark.parametrize("shot", SHOTS.values(), ids=SHOTS)
@pytest.mark.parametrize("pts_from", [0, 3], ids=["", "whose pictures begin late"])
def test_everything_but_the_pictures_stays_as_it_was(
    shot: dict[str, Any], sound: AudioStream, pts_from: int
) -> None:
    board, media = film_media(({"id": "a"}, {"id": "b", **shot}, {"id": "c"}), sound, pts_from)
    plain, large = lay_out(board, media), lay_out(board, replace(media, enlarged={"b": ENLARGED}))
    assert large.items[1].source is ENLARGED
    assert large.items[1].clip is plain.items[1].source
    assert large.cues == plain.cues
    items = [replace(item, source=item.clip or item.source, original=None) for item in large.items]
    assert (tuple(items), large.transitions) == (plain.items, plain.transitions)


def test_seams_are_measured_on_the_clips_as_they_came() -> None:
    board, media = film_media(({"id": "a"}, {"id": "b"}), SOUNDS["in step"], 0)
    large = replace(media, enlarged={"a": ENLARGED, "b": ENLARGED})
    assert match_seams(board, large) == match_seams(board, media)


def test_a_film_is_larger_when_all_its_shots_are() -> None:
    board, media = film_media(({"id": "a"}, {"id": "b"}), SOUNDS["in step"], 0)
    film = lay_out(board, replace(media, enlarged={"a": ENLARGED, "b": ENLARGED}))
    assert (film.width, film.height) == LARGE
