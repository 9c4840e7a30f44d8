"""Which packets may be copied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stitcher.media.clip import Clip, KeyFrame
from stitcher.media.frame_decoder import clean_start
from stitcher.rendering.copy_rules import copyable_run, decode_start, leading_packets
from stitcher.timebase import FrameRange
from tests.factories import make_clip


def reordered(display: tuple[int, ...], idr: tuple[int, ...], plain: tuple[int, ...] = ()) -> Clip:
    """A clip with that decode order, IDRs at those packets, and other I pictures at `plain`."""
    clip = make_clip(frames=len(display))
    keys = tuple(
        sorted((KeyFrame(p, "idr" if p in idr else "i") for p in (*idr, *plain)), key=lambda k: k.packet)
    )
    return replace(clip, video=replace(clip.video, display=display, keys=keys))


TWO_GROUPS = (0, 3, 1, 2, 4, 7, 5, 6)  # I P B B | I P B B


@pytest.mark.parametrize(
    ("wanted", "pictures", "packets"),
    [
        pytest.param((0, 8), (0, 8), (0, 8), id="everything"),
        pytest.param((0, 7), (0, 5), (0, 5), id="stops at the clean tail before a cut among B pictures"),
        pytest.param((1, 8), (4, 8), (4, 8), id="starts at the first IDR at or after the cut"),
        pytest.param((4, 5), (4, 5), (4, 5), id="a lone IDR is clean"),
    ],
)
def test_the_longest_clean_run_is_found(
    wanted: tuple[int, int], pictures: tuple[int, int], packets: tuple[int, int]
) -> None:
    clip = reordered(TWO_GROUPS, idr=(0, 4))
    found = copyable_run(clip.video, FrameRange(*wanted))
    assert found == (FrameRange(*pictures), FrameRange(*packets))


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param((1, 4), id="no IDR inside"),
        pytest.param((0, 0), id="nothing wanted"),
        pytest.param((5, 8), id="starts after the last IDR"),
    ],
)
def test_no_run_where_nothing_is_clean(wanted: tuple[int, int]) -> None:
    clip = reordered(TWO_GROUPS, idr=(0, 4))
    assert copyable_run(clip.video, FrameRange(*wanted)) is None


def test_an_i_picture_that_is_no_idr_never_starts_a_run() -> None:
    clip = reordered(TWO_GROUPS, idr=(0,), plain=(4,))
    assert copyable_run(clip.video, FrameRange(1, 8)) is None


def test_a_run_begins_at_hevcs_cra_without_the_pictures_stored_behind_and_shown_before_it() -> None:
    clip = reordered((0, 3, 1, 2, 6, 4, 5, 7, 8), idr=(0,))
    cra = (*clip.video.keys, KeyFrame(4, "cra"))
    open_group = replace(clip.video, codec="hevc", keys=cra)
    assert copyable_run(open_group, FrameRange(1, 9)) == (FrameRange(6, 9), FrameRange(4, 9))
    assert leading_packets(open_group, 4) == 2
    # Of other codecs such a picture is a recovery point, behind which references have other names.
    assert copyable_run(replace(open_group, codec="h264"), FrameRange(1, 9)) is None


def test_a_run_ends_before_pictures_shown_ahead_of_its_idr() -> None:
    clip = reordered((0, 1, 4, 2, 3, 5), idr=(0, 2))
    assert copyable_run(clip.video, FrameRange(2, 6)) == (FrameRange(4, 5), FrameRange(2, 3))


def test_intra_only_sources_are_cut_anywhere() -> None:
    clip = make_clip(frames=10, group=1)
    assert copyable_run(clip.video, FrameRange(3, 7)) == (FrameRange(3, 7), FrameRange(3, 7))


@pytest.mark.parametrize(("picture", "start"), [(0, 0), (3, 0), (4, 4), (7, 4)])
def test_decoding_starts_at_the_idr_before(picture: int, start: int) -> None:
    clip = reordered(TWO_GROUPS, idr=(0, 4))
    assert decode_start(clip.video, picture) == start


def test_decoding_may_start_at_a_cra_but_not_at_a_plain_i_picture() -> None:
    clip = reordered(TWO_GROUPS, idr=(0,), plain=(4,))
    assert decode_start(clip.video, 6) == 0
    keys = (KeyFrame(0, "idr"), KeyFrame(4, "cra"))
    assert decode_start(replace(clip.video, keys=keys), 6) == 4


def changed(at: int, restarts: tuple[int, ...] = ()) -> Clip:
    """A clip of 24 pictures, an IDR every 6, whose parameter sets change at a packet."""
    return make_clip(frames=24, group=6, set_changes=(at,), restarts=restarts)


@pytest.mark.parametrize(
    ("wanted", "run"),
    [
        pytest.param((0, 24), FrameRange(0, 12), id="up to where the header's sets end"),
        pytest.param((8, 24), None, id="no clean start before it"),
        pytest.param((12, 24), None, id="all behind it"),
    ],
)
def test_packets_under_other_parameter_sets_than_the_headers_are_not_copied(
    wanted: tuple[int, int], run: FrameRange | None
) -> None:
    found = copyable_run(changed(12).video, FrameRange(*wanted))
    assert found == (None if run is None else (run, run))


def test_pictures_that_stand_alone_are_copied_up_to_where_their_size_changes() -> None:
    clip = make_clip(frames=10, group=1, set_changes=(6,))
    assert copyable_run(clip.video, FrameRange(3, 9)) == (FrameRange(3, 6), FrameRange(3, 6))
    assert copyable_run(clip.video, FrameRange(6, 9)) is None


@pytest.mark.parametrize(
    ("restarts", "picture", "start"),
    [((), 23, 6), ((12,), 23, 12), ((12, 18), 23, 18), ((12,), 13, 12), ((12,), 11, 6)],
)
def test_decoding_starts_where_the_decoder_is_told_every_parameter_set(
    restarts: tuple[int, ...], picture: int, start: int
) -> None:
    clip = changed(12, restarts)
    assert decode_start(clip.video, picture) == start
    assert clean_start(clip, picture) == start
