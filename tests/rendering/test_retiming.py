"""Frozen pictures and shots that play backwards: planned, rendered and proven frame by frame."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.editor_export.drawn import drawn_items
from stitcher.errors import VerifyError
from stitcher.media.clip import Clip
from stitcher.media.frames import frames
from stitcher.media.probe import probe
from stitcher.pictures.moviepy_clip import to_moviepy
from stitcher.rendering.drawings import Drawings
from stitcher.rendering.film import prepare, render
from stitcher.rendering.graph import encode_arguments
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.picture_proof import check_shown
from stitcher.rendering.plan import plan
from stitcher.rendering.segments import Copied
from stitcher.timebase import FrameRange
from stitcher.timeline.conform import film_frames
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.retiming import FrozenFrame, Retiming
from tests.factories import make_clip
from tests.footage import Unreadable, make_coded_clip, read_code, run_ffmpeg
from tests.rendering.films import delivery, dissolve, film

RATE = Fraction(24)


def retimed(
    timeline: Timeline, *, backwards: bool = False, frozen: tuple[tuple[int, int], ...] = ()
) -> Timeline:
    """A film of one clip, with these (frame, frames more) frozen."""
    (item,) = timeline.items
    retiming = Retiming(
        item.available_range.stop - 1 if backwards else None, tuple(FrozenFrame(*one) for one in frozen)
    )
    whole = FrameRange(0, item.available_range.stop + retiming.longer_by)
    return replace(
        timeline, items=(replace(item, available_range=whole, source_range=whole, retiming=retiming),)
    )


def test_only_frozen_frames_are_encoded_where_the_rest_can_be_copied() -> None:
    timeline = retimed(film([make_clip(frames=96, group=12)]), frozen=((35, 24),))
    made = plan(timeline, delivery())
    copied = [(one.record_range, one.source_range) for one in made.segments if isinstance(one, Copied)]
    assert copied == [
        (FrameRange(0, 36), FrameRange(0, 36)),
        (FrameRange(60, 120), FrameRange(36, 96)),
    ]
    (segment,) = made.encoded
    assert (segment.record_range, segment.reason) == (FrameRange(36, 60), "s0: a picture of it is frozen")


def test_backwards_pieces_are_short_where_pictures_are_large() -> None:
    made = plan(retimed(film([make_clip(frames=240)]), backwards=True), delivery())
    assert {segment.reason for segment in made.encoded} == {"s0: it plays backwards"}
    assert max(len(segment.record_range) for segment in made.encoded) <= 72
    large = make_clip(frames=240, size=(3840, 2160), bit_depth=10, pixel_format="yuv420p10le")
    made = plan(retimed(film([large]), backwards=True), delivery())
    assert max(len(segment.record_range) for segment in made.encoded) <= 8


def rendered(timeline: Timeline, tmp_path: Path) -> list[int | None]:
    out = tmp_path / "film.mp4"
    render(prepare(timeline), out, RenderOptions(cache=tmp_path / "cache"))
    return codes(probe(out))


def codes(clip: Clip) -> list[int | None]:
    """The number each frame says; `None` where two are seen."""
    numbers: list[int | None] = []
    for picture in frames(clip, FrameRange(0, clip.video.frames)):
        try:
            numbers.append(read_code(picture)[1])
        except Unreadable:
            numbers.append(None)
    return numbers


def planned(item: Item) -> list[int]:
    return [
        item.retiming.source_frame(frame) for frame in range(item.source_range.start, item.source_range.stop)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_every_frame_is_the_planned_one(tmp_path: Path, backwards: bool, suffix: str) -> None:
    clip = probe(make_coded_clip(tmp_path / f"a{suffix}", 7, 60))
    timeline = retimed(film([clip]), backwards=backwards, frozen=((0, 2), (29, 10), (59, 3)))
    assert rendered(timeline, tmp_path) == planned(timeline.items[0])


@pytest.mark.slow
@pytest.mark.parametrize("speed", [Fraction(2), Fraction(1, 2)], ids=str)
def test_so_it_is_at_another_speed_and_of_a_variable_rate(tmp_path: Path, speed: Fraction) -> None:
    stamps = [n * 1000 // 24 + (15 if n % 3 else 0) for n in range(40)]
    clip = probe(make_coded_clip(tmp_path / "a.mkv", 7, 40, pts=stamps, time_base=Fraction(1, 1000)))
    plain = film([clip], rate=RATE, speed=speed)
    forwards = rendered(plain, tmp_path)
    timeline = retimed(plain, backwards=True, frozen=((6, 3),))
    assert rendered(timeline, tmp_path) == [forwards[frame] for frame in planned(timeline.items[0])]


@pytest.mark.slow
def test_a_dissolve_may_begin_in_a_frozen_frame_of_a_shot_that_plays_backwards(tmp_path: Path) -> None:
    one, two = (probe(make_coded_clip(tmp_path / f"{n}.mp4", n, 30)) for n in (1, 2))
    timeline = film([one, two], [dissolve(6)])
    first = retimed(
        replace(timeline, items=timeline.items[:1], transitions=()), backwards=True, frozen=((26, 5),)
    ).items[0]
    second = replace(timeline.items[1], record_start=len(first.source_range) - 6)
    shown = rendered(replace(timeline, items=(first, second)), tmp_path)
    assert shown[:30] == planned(first)[:30] == [*range(29, 2, -1), 3, 3, 3][:30]
    assert shown[35:] == list(range(6, 30))


@pytest.mark.slow
def test_moviepy_and_editors_get_the_same_frames(tmp_path: Path) -> None:
    clip = probe(make_coded_clip(tmp_path / "a.mp4", 7, 24))
    timeline = retimed(film([clip]), backwards=True, frozen=((10, 4),))
    preview = to_moviepy(timeline)
    assert [read_code(preview.get_frame(n / 24))[1] for n in range(timeline.frames)] == planned(
        timeline.items[0]
    )
    (item,) = timeline.items
    shorter = replace(timeline, items=(replace(item, source_range=FrameRange(8, 20)),))
    drawn = drawn_items(shorter, 4, RenderOptions(cache=tmp_path / "cache"))[0]
    assert drawn.clip is not None
    assert (drawn.head, codes(drawn.clip)) == (4, planned(item)[4:24])


@pytest.mark.slow
def test_a_piece_that_shows_another_picture_is_found_out(tmp_path: Path) -> None:
    clip = probe(make_coded_clip(tmp_path / "a.mp4", 7, 24))
    assert film_frames(clip, RATE) == 24
    good = EncodeJob(
        (EncodeInput(clip, FrameRange(0, 20), retiming=Retiming(23)),),
        delivery(size=(160, 96)).picture,
        20,
        (160, 96),
    )
    late = replace(good, inputs=(replace(good.inputs[0], retiming=Retiming(20)),))
    out = tmp_path / "piece.mp4"
    run_ffmpeg(*encode_arguments(good, str(out)))
    check_shown(probe(out), good, Drawings(good))
    with pytest.raises(VerifyError, match="was shown"):
        check_shown(probe(out), late, Drawings(late))
