"""Timeline arithmetic for any film: nothing is lost, nothing lies twice but under a transition."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stitcher.storyboard.anchor import read_anchor
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import Time, format_timecode, frames_to_samples, parse_time
from stitcher.timeline.conform import film_frames, source_picture
from stitcher.timeline.film_format import start_frame
from stitcher.timeline.layout import lay_out
from stitcher.timeline.media_index import MediaIndex, Unsure
from tests.factories import make_audio, make_clip

RATES = st.sampled_from(
    [Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001), Fraction(30000, 1001)]
)
SPEEDS = st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3, 2), Fraction(7, 3)])


@st.composite
def films(draw: st.DrawFn) -> tuple[Storyboard, MediaIndex, list[int], list[int]]:
    """A storyboard that fits, its media, and the lengths and overlaps it was built from."""
    count = draw(st.integers(1, 7))
    lengths = [draw(st.integers(2, 60)) for _ in range(count)]
    shots: list[dict[str, Any]] = []
    overlaps: list[int] = []
    doubled: dict[tuple[str, str], bool] = {}
    clips = {}
    taken = 0
    for index, length in enumerate(lengths):
        handles = (draw(st.integers(0, 9)), draw(st.integers(0, 9)))
        path = Path(f"/s{index}.mp4")
        audio = (make_audio(duration=Fraction(9)),) if draw(st.booleans()) else ()
        clips[path] = make_clip(path=path, frames=sum(handles) + length, audio=audio)
        shot: dict[str, Any] = {
            "id": f"s{index}",
            "clip": path,
            "in": f"{handles[0]}f",
            "out": f"{handles[0] + length}f",
        }
        if index:
            kind = draw(st.sampled_from(["cut", "match", "dissolve"]))
            room = min(lengths[index - 1] - taken, length) - 1
            if kind == "dissolve" and room >= 1:
                overlap = draw(st.integers(1, room))
                shot["transition"] = {"kind": kind, "duration": f"{overlap}f"}
            else:
                overlap = 0
                shot["transition"] = "match" if kind == "match" else "cut"
                if kind == "match":
                    doubled[f"s{index - 1}", f"s{index}"] = draw(st.booleans())
            overlaps.append(overlap)
            taken = overlap
        shots.append(shot)
    board = Storyboard.model_validate({"stitcher": 1, "shots": shots})
    return board, MediaIndex(clips=clips, doubled=doubled), lengths, overlaps


@given(films())
@settings(max_examples=60, deadline=None)
def test_the_total_is_the_ranges_less_overlaps_and_drops(
    film: tuple[Storyboard, MediaIndex, list[int], list[int]],
) -> None:
    board, media, lengths, overlaps = film
    timeline = lay_out(board, media)
    dropped = sum(count for count in media.doubled.values() if not isinstance(count, Unsure))
    assert timeline.frames == sum(lengths) - sum(overlaps) - dropped
    assert timeline.frames == sum(len(item.source_range) for item in timeline.items) - sum(
        transition.frames for transition in timeline.transitions
    )


@given(films())
@settings(max_examples=60, deadline=None)
def test_every_frame_has_one_shot_or_two_under_a_transition(
    film: tuple[Storyboard, MediaIndex, list[int], list[int]],
) -> None:
    timeline = lay_out(*film[:2])
    shown = [0] * timeline.frames
    for item in timeline.items:
        assert item.available_range.holds(item.source_range)
        assert len(item.record_range) == len(item.source_range)
        for frame in range(item.record_range.start, item.record_range.stop):
            shown[frame] += 1
    blended = set()
    for (earlier, later), transition in zip(pairwise(timeline.items), timeline.transitions, strict=True):
        assert later.record_start == earlier.record_range.stop - transition.frames
        blended |= set(range(later.record_start, earlier.record_range.stop))
    assert [frame in blended for frame in range(timeline.frames)] == [count == 2 for count in shown]
    assert min(shown) == 1


@given(films())
@settings(max_examples=50, deadline=None)
def test_no_sound_lies_outside_the_film(film: tuple[Storyboard, MediaIndex, list[int], list[int]]) -> None:
    timeline = lay_out(*film[:2])
    for cue in timeline.cues:
        assert 0 <= cue.start_sample < cue.stop_sample <= timeline.samples
        assert cue.fade_in_samples + cue.fade_out_samples <= cue.length_samples


@given(films())
@settings(max_examples=50, deadline=None)
def test_markers_stand_on_the_first_frame_of_their_shot(
    film: tuple[Storyboard, MediaIndex, list[int], list[int]],
) -> None:
    timeline = lay_out(*film[:2])
    assert {(marker.name, marker.frame) for marker in timeline.markers} == {
        (item.shot, item.record_start) for item in timeline.items
    }


@given(st.integers(1, 150), RATES, RATES, SPEEDS)
@settings(max_examples=60, deadline=None)
def test_conform_shows_pictures_in_order_from_first_to_last(
    frames: int, source_rate: Fraction, film_rate: Fraction, speed: Fraction
) -> None:
    clip = make_clip(frames=frames, rate=source_rate)
    count = film_frames(clip, film_rate, speed)
    shown = [source_picture(clip, frame, film_rate, speed) for frame in range(count)]
    assert shown == sorted(shown)
    if shown:
        assert shown[0] in (0, 1, *range(int(speed * source_rate / film_rate) + 1))
        assert frames - 1 - shown[-1] <= speed * source_rate / film_rate


@given(st.integers(1, 150), RATES)
@settings(max_examples=40, deadline=None)
def test_conform_to_the_same_rate_changes_nothing(frames: int, rate: Fraction) -> None:
    clip = make_clip(frames=frames, rate=rate)
    assert film_frames(clip, rate) == frames
    assert [source_picture(clip, frame, rate) for frame in range(frames)] == list(range(frames))


@given(
    st.one_of(
        st.builds(Time, frames=st.integers(1, 10**6)),
        st.builds(Time, seconds=st.integers(0, 10**9).map(lambda micro: Fraction(micro, 10**6))),
        st.builds(Time, seconds=st.integers(1, 300_000).map(Fraction), frames=st.integers(1, 99)),
    )
)
def test_a_time_is_read_back_as_it_was_written(time: Time) -> None:
    assert parse_time(str(time)) == time


@given(
    st.from_regex(r"[a-z][a-z0-9_.-]{0,20}", fullmatch=True),
    st.integers(0, 9999),
    st.booleans(),
    st.sampled_from("fs"),
)
def test_an_anchor_is_its_shot_and_its_offset(shot: str, count: int, before: bool, unit: str) -> None:
    anchor = read_anchor(f"{shot}{'-' if before else '+'}{count}{unit}")
    place = anchor.resolve([shot])
    assert place is not None
    assert (place.base, place.name, place.before) == ("shot", shot, before)
    assert place.offset.to_frames(Fraction(24)) == (count if unit == "f" else 24 * count)


@given(st.integers(0, 2_000_000), st.sampled_from([Fraction(30000, 1001), Fraction(60000, 1001)]))
def test_a_drop_frame_start_is_read_back(frame: int, rate: Fraction) -> None:
    written = format_timecode(frame, rate, drop=True)
    shots = [{"id": "a", "clip": "/a.mp4"}]
    board = Storyboard.model_validate({"stitcher": 1, "format": {"start": written}, "shots": shots})
    assert start_frame(board, rate) == frame


@given(films())
@settings(max_examples=30, deadline=None)
def test_sound_lasts_as_long_as_the_picture(
    film: tuple[Storyboard, MediaIndex, list[int], list[int]],
) -> None:
    timeline = lay_out(*film[:2])
    assert timeline.samples == frames_to_samples(timeline.frames, timeline.rate)
