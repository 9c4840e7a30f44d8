"""Every frame of the film in exactly one segment, and for a reason."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stitcher.errors import PlanError
from stitcher.media.clip import Clip, Colour
from stitcher.rendering.plan import plan
from stitcher.rendering.segments import Copied, Encoded, Plan
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import Effect, Title, Transition
from tests.factories import make_clip
from tests.media.records import avc_record
from tests.rendering.films import CUT, MATCH, delivery, dissolve, film


def accounted(made: Plan) -> None:
    """No gap, no overlap, and every strand is where the timeline has it."""
    at = 0
    for segment in made.segments:
        assert segment.record_range.start == at
        assert segment.record_range
        at = segment.record_range.stop
        if isinstance(segment, Copied):
            item = made.timeline.items[segment.item]
            shift = item.record_start - item.source_range.start
            assert segment.source_range.shifted(shift) == segment.record_range
            assert item.source_range.holds(segment.source_range)
            assert len(segment.packet_range) == len(segment.source_range)
        else:
            total = sum(len(strand.source_range) - strand.overlap for strand in segment.inputs)
            assert total == len(segment.record_range)
            assert segment.inputs[0].overlap == 0
            assert segment.reason
            for strand in segment.inputs:
                assert made.timeline.items[strand.item].source_range.holds(strand.source_range)
    assert at == made.frames


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    count = draw(st.integers(1, 6))
    sources = []
    for index in range(count):
        frames = draw(st.integers(2, 300))
        group = draw(st.sampled_from([1, 12, 24, 250]))
        sets = draw(st.sampled_from([b"\x01a", b"\x01b"]))
        sources.append(make_clip(path=f"/c{index}.mp4", frames=frames, group=group, parameter_sets=sets))
    joins = []
    free = sources[0].video.frames
    for index in range(count - 1):
        most = min(free - 1, sources[index + 1].video.frames - 1, 40)
        kind = draw(st.sampled_from(["cut", "match", "blend"]))
        if kind == "blend" and most > 0:
            joins.append(dissolve(draw(st.integers(1, most))))
        else:
            joins.append(MATCH if kind == "match" and free > 1 else CUT)
        free = sources[index + 1].video.frames - joins[-1].frames
    return film(sources, joins, size=(1280, 720))


@given(timelines(), st.booleans())
def test_every_frame_is_in_exactly_one_segment(timeline: Timeline, copy: bool) -> None:
    accounted(plan(timeline, delivery(copy=copy)))


@given(timelines())
def test_transitions_are_never_cut_in_two(timeline: Timeline) -> None:
    made = plan(timeline, delivery())
    for index, join in enumerate(timeline.transitions):
        if join.frames:
            start = timeline.items[index + 1].record_start
            blended = FrameRange(start, start + join.frames)
            assert any(segment.record_range.holds(blended) for segment in made.encoded)


def test_match_cuts_of_closed_clips_encode_nothing() -> None:
    made = plan(film([make_clip()] * 3, [MATCH, MATCH]), delivery())
    assert made.encoded_frames == 0
    assert [len(segment.record_range) for segment in made.segments] == [120, 120, 121]


def test_a_dissolve_encodes_only_from_its_start_to_the_next_idr() -> None:
    made = plan(film([make_clip()] * 2, [dissolve(12)]), delivery())
    assert [type(segment) for segment in made.segments] == [Copied, Encoded, Copied]
    assert made.segments[1].record_range == FrameRange(109, 133)
    assert isinstance(made.segments[1], Encoded)
    assert made.segments[1].reason == "dissolve of 12 frames into s1"


def test_a_preset_that_encodes_everything_is_said() -> None:
    made = plan(film([make_clip()]), delivery(copy=False))
    assert made.copied_frames == 0
    assert isinstance(made.segments[0], Encoded)
    assert "the preset encodes everything" in made.segments[0].reason


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"codec": "hevc"}, "it is hevc, the film is h264", id="codec"),
        pytest.param({"rate": 30}, "it has 30 frames a second, the film 24", id="rate"),
        pytest.param({"size": (960, 540)}, "it is 960x540, the film 1280x720", id="size"),
        pytest.param({"rotation": 90}, "turned by 90 degrees", id="rotation"),
        pytest.param({"sample_aspect": Fraction(4, 3)}, "not square", id="sample aspect"),
        pytest.param({"pixel_format": "yuv422p"}, "its pictures are yuv422p", id="pixel format"),
        pytest.param({"colour": Colour("tv", "bt709", "bt709", "bt709")}, "colour description", id="colour"),
        pytest.param({"colour": Colour(range="pc")}, "colour description", id="full range"),
    ],
)
def test_what_differs_from_the_film_is_encoded_and_named(change: dict[str, object], said: str) -> None:
    odd = make_clip(path="/odd.mp4", **change)  # type: ignore[arg-type]  # values of any kind, by name
    made = plan(film([make_clip(), odd], size=(1280, 720)), delivery())
    assert made.copied_frames == 121
    assert any(said in segment.reason for segment in made.encoded)


def test_a_range_that_is_not_said_is_the_limited_one() -> None:
    clips = [make_clip(path=f"/{n}.mp4", colour=Colour(range=told)) for n, told in enumerate((None, "tv"))]
    for order in (clips, clips[::-1]):
        assert plan(film(order), delivery(colour=order[0].video.colour)).copied_frames == 242


def test_only_frames_that_have_text_over_them_are_encoded() -> None:
    text = Title("Cape Grim", 30, "lower_third", start=50)
    made = plan(film([make_clip(frames=121, group=1)] * 2, overlays=(text,)), delivery())
    accounted(made)
    encoded = [(segment.record_range.start, segment.record_range.stop) for segment in made.encoded]
    assert encoded == [(50, 80), (171, 201)]
    assert [segment.reason for segment in made.encoded] == [
        "s0: it has text over it",
        "s1: it has text over it",
    ]


def test_text_that_is_over_in_a_blend_is_no_reason_behind_it() -> None:
    text = Title("Cape Grim", 10, "lower_third", start=0)
    timeline = film([make_clip(frames=121, group=1)] * 2, [dissolve(12)])
    items = (timeline.items[0], replace(timeline.items[1], overlays=(text,)))
    made = plan(replace(timeline, items=items), delivery())
    assert [segment.record_range for segment in made.encoded] == [FrameRange(109, 121)]


def test_effects_are_encoded_and_named() -> None:
    timeline = film([make_clip()], effects=(Effect("MirrorX"),))
    assert "the effect MirrorX" in plan(timeline, delivery()).segments[0].reason  # type: ignore[union-attr]  # encoded, which has a reason


def test_titles_are_encoded() -> None:
    made = plan(film([make_clip(), Title("End", 48)]), delivery())
    assert made.encoded_frames == 48


def test_the_smaller_group_of_parameter_sets_is_encoded() -> None:
    many = [make_clip(path=f"/{n}.mp4") for n in range(3)]
    other = make_clip(path="/other.mp4", parameter_sets=b"\x01other")
    made = plan(film([*many, other]), delivery())
    assert made.copied_frames == 363
    assert "its parameter sets differ" in made.encoded[0].reason


def test_numbers_are_left_for_what_is_encoded_beside_films_of_many_encoders() -> None:
    levels = [range(10, 22), *([level] for level in range(30, 35))]
    clips = [
        make_clip(path=f"/{n}.mp4", parameter_sets=avc_record(of_clip)) for n, of_clip in enumerate(levels)
    ]
    made = plan(film(clips), delivery())
    assert [segment.item for segment in made.segments if isinstance(segment, Copied)] == [0, 1]
    assert "it has another encoder" in made.encoded[0].reason


def test_long_encoded_stretches_are_cut_on_the_source_clock() -> None:
    clip = make_clip(frames=481)
    before = plan(film([clip, clip], [dissolve(12)]), delivery(copy=False))
    after = plan(film([clip, clip], [dissolve(30)]), delivery(copy=False))
    kept = {segment.inputs for segment in before.encoded}
    new = [segment for segment in after.encoded if segment.inputs not in kept]
    # The seam, and where it now reaches over a fixed place, the piece beside it.
    assert len(new) <= 3
    assert sum(len(segment.record_range) for segment in new) <= 5 * 24


@given(st.integers(1, 40), st.integers(1, 40), st.integers(96, 260), st.integers(96, 260))
def test_another_length_of_a_blend_makes_little_of_a_film_again(
    one: int, other: int, first: int, second: int
) -> None:
    clips = [make_clip(path="/a.mp4", frames=first), make_clip(path="/b.mp4", frames=second)]
    before, after = (plan(film(clips, [dissolve(frames)]), delivery(copy=False)) for frames in (one, other))
    accounted(after)
    kept = {segment.inputs for segment in before.encoded}
    new = [len(segment.record_range) for segment in after.encoded if segment.inputs not in kept]
    # The blend itself, and up to a second and a half on either side; both sides may lose a piece to it.
    assert sum(new) <= max(one, other) + 2 * 36 + 2 * 48
    assert max(new, default=0) <= max(one, other) + 2 * 36


def test_a_steady_bitrate_is_encoded_in_long_pieces() -> None:
    clips = [make_clip(path=f"/{n}.mp4") for n in range(40)]
    delivered = delivery(copy=False)
    steady = replace(delivered, picture=replace(delivered.picture, steady_rate=True))
    made = plan(film(clips), steady)
    accounted(made)
    assert [len(segment.record_range) for segment in made.encoded] == [12 * 121] * 3 + [4 * 121]


def test_a_chain_of_short_blended_shots_stays_in_pieces() -> None:
    clips = [make_clip(path=f"/{n}.mp4", frames=30) for n in range(40)]
    made = plan(film(clips, [dissolve(6)] * 39), delivery(copy=False))
    assert max(len(segment.inputs) for segment in made.encoded) <= 12
    accounted(made)


def lengths(clips: list[Clip], joins: list[Transition], **picture: object) -> list[int]:
    """Of the pieces of a film that is encoded at 1080p."""
    encoded = delivery(copy=False, size=(1920, 1080))
    made = plan(film(clips, joins), replace(encoded, picture=replace(encoded.picture, **picture)))  # type: ignore[arg-type]  # fields of any kind, by name
    accounted(made)
    return [len(segment.record_range) for segment in made.encoded]


def gen4(name: str = "a", seconds: int = 5) -> Clip:
    """One clean start, at its beginning."""
    return make_clip(path=f"/{name}.mp4", frames=24 * seconds + 1, group=999)


SLOW = ("-preset", "medium")


def test_little_is_lost_of_a_slow_encode_that_is_stopped() -> None:
    clips = [gen4(name) for name in "abcdef"]
    assert max(lengths(clips, [dissolve(12)] * 5, options=SLOW)) <= 5 * 24
    assert max(lengths(clips, [CUT] * 5, options=SLOW)) <= 61
    # Where encoding is as quick as decoding, a piece that begins inside a group costs more than it saves.
    assert max(lengths(clips, [CUT] * 5, options=("-preset", "ultrafast"))) == 121


@pytest.mark.parametrize(
    ("size", "pieces"),
    [
        pytest.param((1920, 1080), [60, 60, 120, 120, 121], id="a clip as large as the deliverable"),
        pytest.param((960, 540), [60] * 7 + [61], id="a smaller one"),
        pytest.param((3840, 2160), [120, 120, 120, 121], id="a larger one"),
    ],
)
def test_pieces_begin_near_a_clean_start(size: tuple[int, int], pieces: list[int]) -> None:
    clip = make_clip(frames=481, group=999, size=size)
    assert lengths([clip], [], options=SLOW) == pieces


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30000, 1001)])
def test_coarse_pieces_lie_on_the_source_clock(rate: Fraction) -> None:
    """Two films that show other parts of a clip share the pieces between."""
    clip = make_clip(frames=700, group=999, rate=rate, size=(1920, 1080))
    encoded = delivery(copy=False, size=(1920, 1080), rate=rate)
    encoded = replace(encoded, picture=replace(encoded.picture, options=SLOW))
    one, other = (
        {segment.inputs for segment in plan(film([clip], rate=rate, ranges={0: seen}), encoded).encoded}
        for seen in (FrameRange(0, 690), FrameRange(7, 700))
    )
    assert len(one & other) >= 3


def test_an_empty_timeline_is_refused() -> None:
    with pytest.raises(PlanError, match="no frames"):
        plan(replace(film([make_clip()]), items=()), delivery())


def test_a_plan_prints_as_what_happens_to_its_frames() -> None:
    made = plan(
        film([make_clip(), make_clip(path="/odd.mp4", frames=7, codec="vp9")], size=(1280, 720)), delivery()
    )
    lines = str(made).splitlines()
    assert len(lines) == 1 + len(made.segments)
    assert f"{made.copied_frames} copied" in lines[0]
    assert "copied   s0" in lines[1]
    assert f"encoded  {made.encoded[0].reason}" in lines[2]


def test_clips_whose_headers_configure_a_decoder_alike_are_copied_together() -> None:
    record = bytes.fromhex("0164000affe100056764000aac01000268eb")
    clips = [
        make_clip(path=f"/c{n}.mp4", parameter_sets=record + tail)
        for n, tail in enumerate((b"", bytes.fromhex("fdf8f800"), b""))
    ]
    made = plan(film(clips), delivery())
    assert made.copied_frames == made.frames


def test_the_plan_says_which_part_of_a_joined_clip_is_encoded() -> None:
    clip = make_clip(frames=48, set_changes=(24,), restarts=(24,))
    made = plan(film([clip, make_clip(path="/b.mp4")]), delivery())
    assert [len(segment.record_range) for segment in made.encoded] == [24]
    assert "joined of parts with other parameter sets" in made.encoded[0].reason
    late = plan(film([clip], ranges={0: FrameRange(24, 48)}), delivery())
    assert late.copied_frames == 0
    assert "joined of parts with other parameter sets" in late.encoded[0].reason
