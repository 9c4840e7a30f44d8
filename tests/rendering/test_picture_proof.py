"""The proof that encoded segments show the planned pictures: it finds what is wrong and lets pass what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stitcher.errors import VerifyError
from stitcher.media.probe import probe
from stitcher.rendering import encode
from stitcher.rendering.film_frame import shown_region
from stitcher.rendering.graph import encode_arguments
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.rendering.picture_match import Luma, differences, shown_instead
from stitcher.rendering.picture_proof import SampledFrame, sampled_frames
from stitcher.storyboard.transition_kinds import DISSOLVE, transition_kind
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from tests.factories import make_clip
from tests.footage import Footage
from tests.rendering.films import CUT, delivery, dissolve, film
from tests.rendering.test_film import made


def moving(count: int = 9, speed: float = 2.0) -> dict[int, Luma]:
    """Pictures of one landscape, each `speed` pixels further."""
    places = np.arange(160)[None, :], np.arange(90)[:, None]
    return {
        n: (128 + 50 * np.sin((places[0] + speed * n) / 6) + 40 * np.cos(places[1] / 9)).astype(np.float32)
        for n in range(count)
    }


def noise(strength: float, seed: int = 1) -> Luma:
    return np.random.default_rng(seed).normal(0, strength, (90, 160)).astype(np.float32)


def told(seen: Luma, pictures: dict[int, Luma], planned: int = 4) -> int | None:
    return shown_instead(differences(seen, pictures), planned)


CHANGES: dict[str, Callable[[Luma], Luma]] = {
    "nothing": lambda picture: picture,
    "coding noise": lambda picture: picture + noise(4),
    "another range": lambda picture: picture * np.float32(219 / 255) + np.float32(16),
    "darker": lambda picture: picture * 0.4 + 5,
    "a tone curve": lambda picture: np.float32(255) * (picture / np.float32(255)) ** np.float32(0.6),
    "text over it": lambda picture: np.where(np.arange(90)[:, None] > 72, 235, picture).astype(np.float32),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_planned_picture_is_known_however_it_was_changed(change: Callable[[Luma], Luma]) -> None:
    pictures = moving()
    assert told(change(pictures[4]), pictures) is None


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("shown", [2, 3, 6])
def test_another_picture_is_known_however_it_was_changed(change: Callable[[Luma], Luma], shown: int) -> None:
    pictures = moving()
    assert told(change(pictures[shown]), pictures) == shown


@pytest.mark.parametrize(
    "pictures",
    [
        pytest.param(moving(speed=0), id="a still scene"),
        pytest.param({n: each + noise(1.0, n) for n, each in moving(speed=0).items()}, id="noise"),
        pytest.param({n: each * (1 - n / 10) for n, each in moving(speed=0).items()}, id="a fade"),
        pytest.param({n: np.full((90, 160), 10 * n, np.float32) for n in range(9)}, id="flat pictures"),
        pytest.param(moving(speed=0.05), id="a move too slow to see"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("seen", [3, 4, 5])
def test_pictures_that_cannot_be_told_apart_are_not_called_wrong(
    pictures: dict[int, Luma], seen: int
) -> None:
    assert told(pictures[seen] + noise(1.0, 99), pictures) is None


def test_a_blend_of_neighbours_counts_as_either() -> None:
    pictures = moving()
    blended = 0.1 * pictures[4] + 0.9 * pictures[5]
    assert shown_instead(differences(blended, pictures), 4, near=1) is None


def job(*inputs: EncodeInput) -> EncodeJob:
    return EncodeJob(tuple(inputs), delivery().picture, 1, (1280, 720))


def test_a_segment_is_proven_at_both_ends_and_once_for_each_clip_between() -> None:
    clip = make_clip()
    wanted = FrameRange(10, 40)
    assert sampled_frames(job(EncodeInput(clip, wanted))) == (SampledFrame(0, 0, 10), SampledFrame(0, 29, 39))
    three = job(EncodeInput(clip, wanted), EncodeInput(clip, wanted, 5, DISSOLVE), EncodeInput(clip, wanted))
    assert sampled_frames(three) == (SampledFrame(0, 0, 10), SampledFrame(1, 30, 15), SampledFrame(2, 84, 39))


@pytest.mark.parametrize(("kind", "first"), [("dissolve", (SampledFrame(0, 0, 10),)), ("wipeleft", ())])
def test_a_blend_alone_is_proven_where_it_shows_one_picture(
    kind: str, first: tuple[SampledFrame, ...]
) -> None:
    clip = make_clip()
    assert (
        sampled_frames(
            job(
                EncodeInput(clip, FrameRange(10, 15)),
                EncodeInput(clip, FrameRange(0, 5), 5, transition_kind(kind)),
            )
        )
        == first
    )


@pytest.mark.parametrize(
    ("source", "film_size", "picture", "fit", "in_source", "in_picture"),
    [
        ((1280, 720), (1280, 720), (1280, 720), "crop", (0, 0, 1, 1), (0, 0, 1, 1)),
        ((1280, 720), (1280, 720), (1920, 1080), "crop", (0, 0, 1, 1), (0, 0, 1, 1)),
        ((960, 720), (1280, 720), (1280, 720), "crop", (0, 0.125, 1, 0.875), (0, 0, 1, 1)),
        ((960, 720), (1280, 720), (1280, 720), "pad", (0, 0, 1, 1), (0.125, 0, 0.875, 1)),
        ((960, 720), (1280, 720), (1280, 720), "blur", (0, 0, 1, 1), (0.125, 0, 0.875, 1)),
    ],
)
def test_a_source_is_looked_for_where_it_was_fitted(
    source: tuple[int, int],
    film_size: tuple[int, int],
    picture: tuple[int, int],
    fit: str,
    in_source: tuple[float, ...],
    in_picture: tuple[float, ...],
) -> None:
    region = shown_region(source, film=film_size, picture=picture, source_fit=fit, film_fit="crop")  # type: ignore[arg-type]  # one of Fit's words
    assert region.in_source == pytest.approx(in_source)
    assert region.in_picture == pytest.approx(in_picture)


GROUPS = ("-preset", "ultrafast", "-g", "12", "-bf", "2", "-sc_threshold", "0")


def seam(footage: Footage) -> Timeline:
    one, other = (probe(footage.clip(n, frames=49, options=GROUPS)) for n in (1, 2))
    return film([one, other, one], [dissolve(6), CUT], ranges={2: FrameRange(5, 30)})


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["master-copy", "draft"])
@pytest.mark.parametrize("late", [-1, 2, 10])
def test_a_film_that_shows_other_frames_than_planned_is_refused(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, preset: str, late: int
) -> None:
    def wrong(order: EncodeJob, out: str) -> list[str]:
        """As a seek that is off would have it."""
        inputs = tuple(replace(feed, source_range=off(feed)) for feed in order.inputs)
        # Not the single frame that is encoded to see the encoder's headers.
        inputs = inputs if order.frames > 1 else order.inputs
        return encode_arguments(replace(order, inputs=inputs), out)

    def off(feed: EncodeInput) -> FrameRange:
        return feed.source_range.shifted(late if feed.source_range.start + late >= 0 else 0)

    monkeypatch.setattr(encode, "encode_arguments", wrong)
    out = tmp_path / "film.mp4"
    with pytest.raises(
        VerifyError, match=r"Shot s\d: picture \d+ of clip\d.* was shown at frame \d+ of the film"
    ):
        made(seam(footage), out, preset=preset)
    assert not out.exists()
