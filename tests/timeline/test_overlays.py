"""Pictures over shots and over the film: which frames have them, what is refused, and what is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stitcher.errors import PlanError
from stitcher.media.clip import Clip
from stitcher.timeline.layout import lay_out
from stitcher.timeline.media_index import StillFile
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import PictureOverlay
from tests.factories import make_clip
from tests.timeline.boards import board_of, media_of

FILES: dict[Path, Clip | StillFile] = {
    Path("/logo.png"): StillFile((64, 32), "a", is_transparent=True),
    Path("/photo.jpg"): StillFile((64, 32), "b"),
    Path("/sting.mov"): make_clip(path="/sting.mov", frames=48, group=1, pixel_format="yuva444p10le"),
    Path("/plain.mp4"): make_clip(path="/plain.mp4", frames=48),
}


def film_of(*shots: dict[str, Any], **more: Any) -> Timeline:
    board = board_of(*shots, **more)
    return lay_out(board, replace(media_of(board), overlays=FILES))


def over_shot(**how: Any) -> tuple[int, int]:
    """Where a picture over the second of two shots of 121 frames begins, and how long it is seen."""
    (one,) = film_of({"id": "a"}, {"id": "b", "overlays": [how], "transition": "cut"}).items[1].overlays
    return one.start, one.frames


def over_film(*overlays: dict[str, Any], **more: Any) -> tuple[PictureOverlay, ...]:
    film = film_of({"id": "a"}, {"id": "b", "transition": "cut"}, overlays=list(overlays), **more)
    return film.overlays


@pytest.mark.parametrize(
    ("how", "seen"),
    [
        pytest.param({"picture": "/logo.png"}, (0, 121), id="a picture: all of the shot"),
        pytest.param({"picture": "/logo.png", "at": "1s"}, (24, 97), id="from there to its end"),
        pytest.param({"picture": "/logo.png", "at": "1s", "duration": "2s"}, (24, 48), id="for so long"),
        pytest.param({"picture": "/sting.mov"}, (0, 48), id="a clip: as long as it lasts"),
        pytest.param({"picture": "/sting.mov", "at": "4s"}, (96, 25), id="a clip at the shot's end"),
        pytest.param({"picture": "/sting.mov", "loop": True}, (0, 121), id="a clip again and again"),
        pytest.param({"picture": "/sting.mov", "duration": "3s"}, (0, 72), id="a clip held"),
    ],
)
def test_over_a_shot_it_is_seen_in_these_frames(how: dict[str, Any], seen: tuple[int, int]) -> None:
    assert over_shot(**how) == seen


@pytest.mark.parametrize(
    ("how", "seen"),
    [
        pytest.param({}, (0, 242), id="all of the film"),
        pytest.param({"at": "end-3s"}, (170, 72), id="its last seconds"),
        pytest.param({"at": "b", "until": "b+1s"}, (121, 24), id="from anchor to anchor"),
        pytest.param({"at": "a.end-12f", "duration": "1s"}, (109, 24), id="over a cut"),
    ],
)
def test_over_the_film_it_is_seen_in_these_frames(how: dict[str, Any], seen: tuple[int, int]) -> None:
    (one,) = over_film({"picture": "/logo.png", **how})
    assert (one.start, one.frames) == seen


def test_a_logo_is_one_line_and_lies_below_the_rest() -> None:
    logo, other = over_film({"picture": "/sting.mov"}, defaults={"logo": "/logo.png"})
    assert (logo.name, logo.position, logo.height, logo.frames) == ("logo.png", "top-right", 0.12, 242)
    assert other.name == "sting.mov"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"picture": "/logo.png", "at": "6s"}, "it has 121 frames, and this begins at 144"),
        ({"picture": "/logo.png", "at": "4s", "duration": "2s"}, "this lasts from 96 to 144"),
        (
            {"picture": "/logo.png", "duration": "1s", "fade_in": "1s", "fade_out": "1f"},
            "fades need 25 frames",
        ),
        ({"picture": "/photo.jpg"}, "photo.jpg has no transparency"),
        ({"picture": "/plain.mp4"}, "plain.mp4 has no transparency"),
    ],
)
def test_what_does_not_fit_a_shot_is_refused(how: dict[str, Any], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        over_shot(**how)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"at": "20s"}, "the film: it has 242 frames, and this begins at 480"),
        ({"at": "2s", "until": "1s"}, "this lasts from 48 to 24"),
        ({"at": "end-1s", "duration": "2s"}, "this lasts from 218 to 266"),
    ],
)
def test_what_does_not_fit_the_film_is_refused(how: dict[str, Any], said: str) -> None:
    with pytest.raises(PlanError, match=said):
        over_film({"picture": "/logo.png", **how})


def test_what_is_meant_to_cover_may() -> None:
    assert over_shot(picture="/photo.jpg", alpha="none") == (0, 121)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"at": "4s"}, "sting.mov over the shot 'a' is cut off: 25 of its 48 frames are seen."),
        ({"duration": "3s"}, "The last picture of sting.mov over the shot 'a' is held for 24 frames."),
        ({"duration": "3s", "loop": True}, "begins again after 48 frames, and is seen for 72."),
    ],
)
def test_what_becomes_of_a_clip_that_is_longer_or_shorter_is_said(how: dict[str, Any], said: str) -> None:
    notes = film_of({"id": "a", "overlays": [{"picture": "/sting.mov", **how}]}).notes
    assert any(note.endswith(said) for note in notes)


def test_the_files_are_among_those_of_the_film() -> None:
    film = film_of({"id": "a", "overlays": [{"picture": "/sting.mov"}]}, defaults={"logo": "/logo.png"})
    assert {Path("/sting.mov"), Path("/logo.png")} <= set(film.files)
