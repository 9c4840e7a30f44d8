from __future__ import annotations

import pytest
from av.container import InputContainer
from av.video.stream import VideoStream

from stitcher.media.clip import Clip
from stitcher.media.probe import probe
from stitcher.media.seek import opened_at
from tests.footage import Footage


def pick(container: InputContainer) -> VideoStream:
    return container.streams.video[0]


def begins_at(clip: Clip, packet: int, stamp: int, stamps: tuple[int, ...]) -> int:
    """The first packet that comes, after a look whether it is the one of that number."""
    place = clip.path, clip.container
    with opened_at(*place, pick, packet=packet, stamp=stamp, stamps=stamps, options={}) as (
        _,
        packets,
        first,
    ):
        assert next(packets).pts == clip.video.pts[clip.video.display[first]]
    return first


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_only_the_packet_that_was_meant_is_believed(footage: Footage, suffix: str) -> None:
    clip = probe(footage.clip(6, frames=49, suffix=suffix, extra=("-g", "12")))
    key = clip.video.keys[-1].packet
    stamp = clip.video.pts[clip.video.display[key]]
    assert key == 48
    assert begins_at(clip, key, stamp, clip.video.pts) == key
    for of_none in (stamp + 1, stamp << 10):
        assert begins_at(clip, key, of_none, (of_none,)) == 0
    assert begins_at(clip, key, stamp, (stamp, stamp)) == 0
