"""Clips of several encoders in one film: what is copied decodes to the clips' own pictures, bit by bit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from stitcher.media.broken_link import as_broken_link
from stitcher.media.clip import Clip
from stitcher.media.decoder_config import split_avcc
from stitcher.media.frames import gray_frames
from stitcher.media.probe import probe
from stitcher.rendering.film import Film
from stitcher.rendering.segments import Copied
from stitcher.timebase import FrameRange
from stitcher.timeline.picture import Transition
from tests.footage import Footage
from tests.rendering.films import CUT, MATCH, dissolve, film
from tests.rendering.test_film import assert_right, made

OFTEN = ("-g", "12", "-pix_fmt", "yuv420p")
"""A clean start each half second."""
ENCODERS: Mapping[str, Mapping[str, Any]] = {
    "crf": {"options": ("-crf", "20", *OFTEN)},
    "mean bitrate, main": {"options": ("-b:v", "300k", "-profile:v", "main", *OFTEN)},
    "baseline at once": {"options": ("-preset", "ultrafast", "-tune", "zerolatency", *OFTEN)},
    "signalled buffer": {
        "options": ("-b:v", "300k", "-x264-params", "nal-hrd=vbr:vbv-maxrate=300:vbv-bufsize=300", *OFTEN)
    },
    "another program": {"codec": "libopenh264", "options": ("-b:v", "500k", *OFTEN)},
}
HEVC: Mapping[str, Mapping[str, Any]] = {
    "medium": {"codec": "libx265", "options": ("-x265-params", "keyint=12:open-gop=0:log-level=error")},
    "ultrafast": {
        "codec": "libx265",
        "options": ("-preset", "ultrafast", "-x265-params", "keyint=12:open-gop=0:log-level=error"),
    },
}


def clips_of(footage: Footage, kinds: Mapping[str, Mapping[str, Any]]) -> list[Clip]:
    return [probe(footage.clip(n, frames=48, **how)) for n, how in enumerate(kinds.values(), 1)]


def hashes(clip: Clip) -> list[str]:
    every = FrameRange(0, clip.video.frames)
    return [hashlib.sha256(frame.tobytes()).hexdigest() for frame in gray_frames(clip, every)]


def assert_copied_as_they_are(result: Film) -> None:
    """Every copied frame is the picture that the clip's own packets decode to."""
    shown = hashes(probe(result.paths[0]))
    for segment in result.plan.segments:
        if isinstance(segment, Copied):
            source = result.plan.timeline.items[segment.item].source
            assert isinstance(source, Clip)
            record, own = segment.record_range, segment.source_range
            assert shown[record.start : record.stop] == hashes(source)[own.start : own.stop]


@pytest.mark.slow
@pytest.mark.parametrize("join", [pytest.param(CUT, id="cuts"), pytest.param(dissolve(8), id="dissolves")])
def test_clips_of_five_encoders_are_copied(footage: Footage, tmp_path: Path, join: Transition) -> None:
    clips = clips_of(footage, ENCODERS)
    timeline = film(clips, [join] * (len(clips) - 1))
    result = made(timeline, tmp_path / "film.mp4", verify="full")
    assert result.copied_frames >= (240 if join is CUT else 100)
    assert_right(result.paths[0], timeline, range(1, 6))
    assert_copied_as_they_are(result)


@pytest.mark.slow
def test_their_order_does_not_matter(footage: Footage, tmp_path: Path) -> None:
    first, second, third = clips_of(footage, ENCODERS)[:3]
    for number, order in enumerate(permutations((first, second, third))):
        timeline = film(order, [MATCH, dissolve(6)])
        result = made(timeline, tmp_path / f"film{number}.mp4", verify="full")
        assert_copied_as_they_are(result)
        assert result.copied_frames >= 100


@pytest.mark.slow
def test_hevc_of_two_encoders_is_copied_and_continued(footage: Footage, tmp_path: Path) -> None:
    clips = clips_of(footage, HEVC)
    timeline = film([*clips, clips[0]], [dissolve(6), CUT])
    result = made(timeline, tmp_path / "film.mp4", verify="full")
    assert result.copied_frames >= 100
    assert_right(result.paths[0], timeline, (1, 2, 1))
    assert_copied_as_they_are(result)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
def test_clips_of_several_containers_are_copied(footage: Footage, tmp_path: Path, suffix: str) -> None:
    """Matroska says limited range of clips that say nothing of their colours."""
    kinds = dict(zip([".mkv", ".mp4", ".mov"], ENCODERS.values(), strict=False))
    clips = [
        probe(footage.clip(n, frames=48, suffix=kind, colour=None, **how))
        for n, (kind, how) in enumerate(kinds.items(), 1)
    ]
    assert len({clip.video.colour for clip in clips}) == 2
    timeline = film(clips, [CUT, CUT])
    result = made(timeline, tmp_path / f"film{suffix}", verify="full")
    assert result.copied_frames == 144
    assert_right(result.paths[0], timeline, (1, 2, 3))
    assert_copied_as_they_are(result)


def test_a_preset_keeps_a_film_on_one_encoder(footage: Footage, tmp_path: Path) -> None:
    first, other = clips_of(footage, ENCODERS)[:2]
    timeline = film([first, first, other], [CUT, CUT])
    result = made(timeline, tmp_path / "film.mp4", preset="copy-one-encoder")
    assert result.copied_frames == 96
    record = probe(result.paths[0]).video.parameter_sets
    assert [len(sets) for sets in split_avcc(record)[:2]] == [1, 1]
    assert_right(result.paths[0], timeline, (1, 1, 2))


def test_a_film_of_several_encoders_can_be_a_clip_again(footage: Footage, tmp_path: Path) -> None:
    tags = ("tv", "bt709", "bt709", "bt709")
    kinds = {name: {**how, "colour": tags} for name, how in list(ENCODERS.items())[:3]}
    first, second, third = clips_of(footage, kinds)
    once = made(film([first, second], [CUT]), tmp_path / "once.mp4")
    result = made(film([third, probe(once.paths[0])], [CUT]), tmp_path / "twice.mp4", verify="full")
    assert result.copied_frames == 144
    assert_copied_as_they_are(result)


@pytest.mark.slow
@pytest.mark.parametrize("join", [pytest.param(CUT, id="cuts"), pytest.param(dissolve(5), id="dissolves")])
def test_open_groups_of_hevc_are_copied_from_their_cras_on(
    footage: Footage, tmp_path: Path, join: Transition
) -> None:
    options = ("-preset", "fast", "-x265-params", "keyint=12:min-keyint=12:scenecut=0:log-level=error")
    clips = [probe(footage.clip(n, frames=60, codec="libx265", options=options)) for n in (1, 2)]
    assert [key.kind for key in clips[0].video.keys].count("cra") == 4
    timeline = film(clips, [join], ranges={0: FrameRange(3, 50), 1: FrameRange(7, 60)})
    result = made(timeline, tmp_path / "film.mp4", verify="full")
    assert result.copied_frames >= 70
    assert_right(result.paths[0], timeline, (1, 2))
    assert_copied_as_they_are(result)


def test_a_cra_becomes_a_broken_link() -> None:
    unit = bytes((21 << 1, 1, 0b1110_0000, 0x55))
    packet = b"".join(len(one).to_bytes(4, "big") + one for one in (b"\x4e\x01\x05\x80", unit, unit))
    there = as_broken_link(packet, 4)
    assert there == packet.replace(unit, bytes((18 << 1, 1, 0b1010_0000, 0x55)))
    with pytest.raises(ValueError, match="do not add up"):
        as_broken_link(packet[:-1], 4)
