"""Fades in plans, commands and films: what is encoded for them, and how much of the picture is seen in each frame."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import stitcher
from stitcher.media.frames import gray_frames
from stitcher.media.probe import probe
from stitcher.pictures.moviepy_clip import to_moviepy
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.rendering.picture_proof import SampledFrame, sampled_frames
from stitcher.rendering.plan import plan
from stitcher.rendering.segments import Encoded
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import PictureFade
from tests.factories import make_clip
from tests.footage import blend_weight, make_coded_clip, read_code
from tests.rendering.films import delivery, film


def with_fades(timeline: Timeline, *fades: PictureFade) -> Timeline:
    return replace(timeline, fades=fades)


def test_only_the_frames_of_a_fade_are_encoded() -> None:
    timeline = film([make_clip(frames=120, group=12)])
    fades = PictureFade(FrameRange(0, 12), "in", shot="s0"), PictureFade(FrameRange(108, 120), "out")
    made = plan(with_fades(timeline, *fades), delivery())
    encoded = [
        (segment.record_range, segment.reason) for segment in made.segments if isinstance(segment, Encoded)
    ]
    assert encoded == [
        (FrameRange(0, 12), "s0: fade in of 12 frames"),
        (FrameRange(108, 120), "the film: fade out of 12 frames"),
    ]


def job(frames: FrameRange, *fades: PictureFade) -> EncodeJob:
    part = EncodeInput(make_clip(frames=120), frames, fades=fades)
    return EncodeJob((part,), delivery().picture, len(frames), (1280, 720))


def test_pieces_are_proven_by_frames_in_which_enough_of_the_picture_is_seen() -> None:
    comes, goes = PictureFade(FrameRange(0, 12), "in"), PictureFade(FrameRange(36, 48), "out")
    assert sampled_frames(job(FrameRange(0, 48), comes, goes)) == (
        SampledFrame(0, 6, 6),
        SampledFrame(0, 41, 41),
    )
    assert sampled_frames(job(FrameRange(0, 4), comes)) == ()


def test_which_shot_fades_is_no_part_of_what_its_pictures_are_cached_by() -> None:
    fade = PictureFade(FrameRange(0, 12), "in")
    keys = [
        job(FrameRange(0, 24), one).key("ffmpeg")
        for one in (fade, replace(fade, shot="a"), replace(fade, colour="#ffffff"))
    ]
    assert keys[0] == keys[1] != keys[2]


def lumas(path: Path) -> list[np.ndarray]:
    clip = probe(path)
    return [np.asarray(gray, np.float64) for gray in gray_frames(clip, FrameRange(0, clip.video.frames))]


def seen(made: np.ndarray, picture: np.ndarray, level: float) -> float:
    return blend_weight(made, np.full_like(picture, level), picture)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
def test_as_much_of_the_picture_is_seen_as_the_formula_says(tmp_path: Path, suffix: str) -> None:
    codec = "libx264" if suffix == ".mp4" else "prores_ks"
    clips = [make_coded_clip(tmp_path / f"{n}{suffix}", n, 72, codec=codec) for n in (1, 2)]
    board = {
        "stitcher": 1,
        "fade_out": {"duration": "80f", "colour": "#ffffff"},
        "shots": [
            {"id": "a", "clip": str(clips[0]), "fade_in": "24f"},
            {"id": "b", "clip": str(clips[1]), "transition": "cut"},
        ],
    }
    planned = stitcher.plan(stitcher.Storyboard.model_validate(board))
    out = tmp_path / f"film{suffix}"
    stitcher.render(planned, out, options=stitcher.RenderOptions(cache=tmp_path / "cache"))
    assert planned.copied_frames == 40
    sources, made = [*lumas(clips[0]), *lumas(clips[1])], lumas(out)
    assert len(made) == 144
    for frame in (0, 1, 12, 23):
        assert seen(made[frame], sources[frame], 16) == pytest.approx(frame / 24, abs=0.01)
    for frame in (*range(64, 144, 13), 143):
        # A picture and white differ less, so the codec counts for more.
        expected = (143 - frame) / 80
        assert seen(made[frame], sources[frame], 235) == pytest.approx(expected, abs=0.02)
    assert read_code(made[24]) == (1, 24)
    assert read_code(made[63]) == (1, 63)


@pytest.mark.slow
def test_moviepy_shows_the_same(tmp_path: Path) -> None:
    clip = probe(make_coded_clip(tmp_path / "a.mp4", 1, 24))
    timeline = with_fades(film([clip]), PictureFade(FrameRange(12, 24), "out", "#ff0000"))
    bare, shown = to_moviepy(film([clip])), to_moviepy(timeline)
    red = np.array([255.0, 0, 0])
    for frame in (11, 12, 18, 23):
        weight = min(1, (23 - frame) / 12)
        wanted = bare.get_frame(frame / 24) * weight + red * (1 - weight)
        assert np.abs(shown.get_frame(frame / 24) - wanted).max() <= 1


def test_a_film_of_any_rate_counts_fades_in_its_own_frames() -> None:
    timeline = film([make_clip(frames=120, rate=Fraction(30000, 1001))], rate=Fraction(30000, 1001))
    made = plan(
        with_fades(timeline, PictureFade(FrameRange(0, 24), "in")), delivery(rate=Fraction(30000, 1001))
    )
    assert made.segments[0].record_range == FrameRange(0, 24)
