"""The bridge to MoviePy shows every frame of the film where the timeline has it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stitcher.errors import InputError
from stitcher.media.frames import frame, frames
from stitcher.media.probe import probe
from stitcher.pictures.exact_frames import ExactPictures, fitted
from stitcher.pictures.moviepy_clip import frame_at, from_moviepy, to_moviepy
from stitcher.storyboard.transition_kinds import CUT, DISSOLVE, transition_kind
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import Effect, Title, Transition
from tests.footage import Footage, Unreadable, blend_weight, paint_code, read_code, run_ffmpeg
from tests.pictures.films import film, item

RATE = Fraction(24)


@pytest.fixture
def dissolve(footage: Footage) -> Timeline:
    return film(
        item("a", footage.clip(1), (0, 40), 0),
        item("b", footage.clip(2), (5, 49), 28),
        joins=(Transition(DISSOLVE, 12),),
    )


def shown(clip: Any, number: int) -> np.ndarray:
    return clip.get_frame(number / 24)


def test_every_frame_outside_the_dissolve_is_the_right_one(dissolve: Timeline) -> None:
    clip = to_moviepy(dissolve)
    assert round(clip.duration * 24) == dissolve.frames == 72
    assert [read_code(shown(clip, n)) for n in range(28)] == [(1, n) for n in range(28)]
    assert [read_code(shown(clip, n)) for n in range(40, 72)] == [(2, n - 23) for n in range(40, 72)]


def test_a_dissolve_is_linear(dissolve: Timeline) -> None:
    clip = to_moviepy(dissolve)
    earlier = [frame(dissolve.items[0].source, n)[..., 1] for n in range(28, 40)]  # type: ignore[arg-type]  # a clip, as made above
    later = [frame(dissolve.items[1].source, n)[..., 1] for n in range(5, 17)]  # type: ignore[arg-type]  # a clip, as made above
    weights = [blend_weight(shown(clip, 28 + i)[..., 1], earlier[i], later[i]) for i in range(12)]
    assert weights == pytest.approx([i / 12 for i in range(12)], abs=0.01)


@pytest.mark.parametrize("kind", ["fade", "fadeblack", "fadewhite"])
def test_blends_agree_with_ffmpegs(footage: Footage, tmp_path: Path, kind: str) -> None:
    first, second = footage.clip(1), footage.clip(2)
    graph = f"[0][1]xfade=transition={kind}:duration=0.5:offset=1,format=gbrp"
    out = tmp_path / "xfade.mkv"
    settings = "scale=in_color_matrix=bt709:in_range=tv:out_range=pc,format=gbrp"
    graph = f"[0]{settings}[a];[1]{settings}[b];[a][b]xfade=transition={kind}:duration=0.5:offset=1"
    run_ffmpeg(
        "-i",
        str(first),
        "-i",
        str(second),
        "-filter_complex",
        graph,
        "-frames:v",
        "40",
        "-c:v",
        "ffv1",
        str(out),
    )
    ours = to_moviepy(
        film(
            item("a", first, (0, 36), 0),
            item("b", second, (0, 49), 24),
            joins=(Transition(transition_kind(kind), 12),),
        )
    )
    for number, theirs in enumerate(frames(probe(out), FrameRange(24, 36))):
        mine = shown(ours, 24 + number).astype(int)
        assert np.abs(mine - theirs).mean() < 2.5, number


def test_frames_may_be_asked_for_in_any_order(dissolve: Timeline) -> None:
    clip = to_moviepy(dissolve)
    for number in (71, 3, 50, 4, 27, 0, 60):
        source = (1, number) if number < 28 else (2, number - 23)
        assert read_code(shown(clip, number)) == source


def test_titles_and_lower_thirds_are_drawn(footage: Footage) -> None:
    third = Title("A name", 10, kind="lower_third", start=5, size=0.05)
    timeline = film(
        item("a", footage.clip(1), (0, 20), 0, overlays=(third,)),
        item("end", Title("END", 12, size=0.2, background="#203040"), (0, 12), 20),
        joins=(Transition(CUT),),
    )
    clip = to_moviepy(timeline)
    plain = read_code(shown(clip, 4))
    assert plain == (1, 4)
    without, within = shown(clip, 4)[85].astype(int), shown(clip, 5)[85].astype(int)
    assert within.mean() < without.mean() * 0.75
    assert tuple(shown(clip, 20)[0, 0]) == (32, 48, 64)


def test_effects_are_applied(footage: Footage) -> None:
    timeline = film(item("a", footage.clip(1), (3, 20), 0, effects=(Effect("MirrorX"),)))
    assert read_code(shown(to_moviepy(timeline), 9)[:, ::-1]) == (1, 12)


def test_sources_of_another_size_are_fitted(footage: Footage) -> None:
    timeline = film(item("a", footage.clip(1), (0, 20), 0, fit="pad"), size=(320, 180))
    picture = shown(to_moviepy(timeline), 7)
    assert picture.shape == (180, 320, 3)
    assert read_code(picture) == (1, 7)
    assert not picture[:, :8].any()


def test_a_transition_that_is_no_blend_is_refused(footage: Footage) -> None:
    timeline = film(
        item("a", footage.clip(1), (0, 20), 0),
        item("b", footage.clip(2), (0, 20), 15),
        joins=(Transition(transition_kind("wipeleft"), 5),),
    )
    with pytest.raises(InputError, match="wipeleft"):
        to_moviepy(timeline)


def test_a_film_without_shots_is_refused() -> None:
    with pytest.raises(InputError, match="without shots"):
        to_moviepy(film())


def test_a_moviepy_clip_becomes_a_shot(tmp_path: Path) -> None:
    from moviepy import VideoClip

    clip = VideoClip(lambda t: np.repeat(paint_code(9, round(t * 24))[..., None], 3, axis=2), duration=1.5)
    made = probe(from_moviepy(clip, RATE, tmp_path / "made.mp4"))
    assert (made.video.rate, made.video.frames) == (RATE, 36)
    assert [read_code(picture) for picture in frames(made, FrameRange(0, 36))] == [(9, n) for n in range(36)]


@pytest.mark.parametrize("duration", [None, 0.001], ids=["endless", "shorter than a frame"])
def test_a_moviepy_clip_without_length_is_refused(tmp_path: Path, duration: float | None) -> None:
    from moviepy import ColorClip

    with pytest.raises(InputError):
        from_moviepy(ColorClip((32, 32), color=(1, 2, 3), duration=duration), RATE, tmp_path / "made.mp4")


@pytest.mark.parametrize(
    "rate", [Fraction(24), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60)], ids=str
)
def test_the_time_of_a_frame_leads_back_to_it(rate: Fraction) -> None:
    for number in (*range(3000), 200_000, 863_999):
        assert frame_at(float(Fraction(number) / rate), rate, 1_000_000) == number
        assert frame_at(number * (1 / float(rate)), rate, 1_000_000) == number


def test_pictures_are_kept_only_up_to_a_bound(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stitcher.pictures.exact_frames._KEPT_BYTES", 6 * 160 * 96 * 3)
    exact = ExactPictures(probe(footage.clip(1)), RATE)
    for number in (48, *range(47, 30, -1), 0, 20, 3):
        assert read_code(exact.picture(number)) == (1, number)
        assert len(exact._kept) <= 6


@pytest.mark.parametrize(("fit", "edge"), [("crop", 200), ("pad", 0), ("blur", 180)])
def test_a_picture_is_fitted_and_never_stretched(fit: Any, edge: int) -> None:
    picture = np.full((100, 100, 3), 200, np.uint8)
    picture[40:60, 40:60] = 0
    shown_ = fitted(picture, (200, 100), fit)
    assert shown_.shape == (100, 200, 3)
    assert shown_[50, 2, 0] == pytest.approx(edge, abs=3)
    dark = shown_[..., 0] < 100 if fit == "crop" else shown_[20:80, 70:130, 0] < 100
    assert dark.any(axis=0).sum() == pytest.approx(dark.any(axis=1).sum(), abs=2)


def test_a_blend_of_two_codes_is_unreadable(dissolve: Timeline) -> None:
    with pytest.raises(Unreadable):
        read_code(shown(to_moviepy(dissolve), 34))
