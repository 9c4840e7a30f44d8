"""Damage that a header does not show: cut off anywhere, zeroed, flipped. Each ends in one of our errors."""

from __future__ import annotations

import contextlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from stitcher.errors import MediaBroken, MediaError
from stitcher.media.frames import frames
from stitcher.media.probe import probe, probe_sound
from stitcher.media.strict_decode import strict_decode
from stitcher.timebase import FrameRange
from tests.footage import Footage, tone, write_wav


def media_span(path: Path) -> tuple[int, int]:
    """Where the picture packets lie in an MP4: first byte, and the byte behind the last."""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        first, last = packets[0].pos, packets[-1].pos
        assert first is not None
        assert last is not None
        return first, last + packets[-1].size


def copied(source: Path, folder: Path) -> Path:
    return Path(shutil.copy(source, folder / source.name))


@pytest.mark.parametrize("share", [1, 5, 20, 40, 60, 80, 95, 99])
@pytest.mark.parametrize("kind", ["moov last", "moov first", "mkv", "avi", "mov prores"])
def test_a_clip_cut_off_anywhere_is_broken(footage: Footage, tmp_path: Path, kind: str, share: int) -> None:
    source = {
        "moov last": lambda: footage.clip(1, audio="tone"),
        "moov first": lambda: footage.clip(1, faststart=True),
        "mkv": lambda: footage.clip(1, suffix=".mkv"),
        "avi": lambda: footage.clip(1, suffix=".avi"),
        "mov prores": lambda: footage.clip(1, suffix=".mov", codec="prores_ks", frames=8, faststart=True),
    }[kind]()
    path = copied(source, tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * share // 100])
    with pytest.raises(MediaBroken):
        probe(path)


def test_what_was_promised_and_what_is_there_are_both_told(footage: Footage, tmp_path: Path) -> None:
    path = copied(footage.clip(1, faststart=True), tmp_path)
    begin, end = media_span(path)
    path.write_bytes(path.read_bytes()[: (begin + end) // 2])
    with pytest.raises(MediaBroken, match=r"promises 49 frames and holds \d+\. Download") as caught:
        probe(path)
    held = int(caught.value.reason.split("holds ")[1].split(".")[0])
    assert 0 < held < 49


def test_a_last_frame_a_few_bytes_short_is_seen(footage: Footage, tmp_path: Path) -> None:
    path = copied(footage.clip(1, faststart=True), tmp_path)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(MediaBroken, match="promises 49 frames and holds 48"):
        probe(path)


def test_bytes_behind_the_last_box_do_no_harm(footage: Footage, tmp_path: Path) -> None:
    path = copied(footage.clip(1), tmp_path)
    path.write_bytes(path.read_bytes() + b"\0" * 4096)
    assert probe(path).video.frames == 49


@pytest.mark.parametrize("length", [64, 600, 4000])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_hole_of_zeros_is_found_by_the_probe(
    footage: Footage, tmp_path: Path, codec: str, length: int
) -> None:
    path = copied(footage.clip(1, codec=codec, size=(320, 180)), tmp_path)
    content = bytearray(path.read_bytes())
    begin, end = media_span(path)
    for place in random.Random(length).sample(range(begin, end - length), 5):
        holed = content.copy()
        holed[place : place + length] = bytes(length)
        path.write_bytes(holed)
        with pytest.raises(MediaBroken):
            probe(path)
        with pytest.raises(MediaBroken):
            strict_decode(path, "mov")


def test_flipped_bits_are_errors_or_leave_the_count_right(footage: Footage, tmp_path: Path) -> None:
    path = copied(footage.clip(1, size=(320, 180)), tmp_path)
    content = path.read_bytes()
    begin, end = media_span(path)
    chance = random.Random(7)
    found = 0
    for _ in range(25):
        flipped = bytearray(content)
        for _ in range(8):
            flipped[chance.randrange(begin + 700, end)] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        try:
            assert strict_decode(path, "mov") == 49
        except MediaBroken:
            found += 1
    assert found >= 15


def test_fuzzed_headers_end_in_our_errors_or_in_a_clip(footage: Footage, tmp_path: Path) -> None:
    chance = random.Random(11)
    for suffix in (".mp4", ".mkv", ".avi", ".ts"):
        content = footage.clip(1, suffix=suffix, frames=6).read_bytes()
        path = tmp_path / f"fuzzed{suffix}"
        for _ in range(40):
            fuzzed = bytearray(content)
            edges = [*range(min(300, len(fuzzed))), *range(max(0, len(fuzzed) - 1200), len(fuzzed))]
            for _ in range(6):
                fuzzed[chance.choice(edges)] = chance.randrange(256)
            path.write_bytes(fuzzed)
            for opens in (probe, probe_sound):
                with contextlib.suppress(MediaError):
                    opens(path)


@pytest.mark.parametrize("share", [20, 60, 99])
def test_a_wav_cut_off_is_broken(tmp_path: Path, share: int) -> None:
    path = write_wav(tmp_path / "a.wav", tone(1))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * share // 100])
    with pytest.raises(MediaBroken, match="promises"):
        probe_sound(path)


@pytest.mark.parametrize("kind", ["mp4", "mkv", "ts", "hevc", "prores"])
def test_strict_decoding_counts_what_is_shown(footage: Footage, kind: str) -> None:
    made: dict[str, Callable[[], tuple[Path, str]]] = {
        "mp4": lambda: (footage.clip(1), "mov"),
        "mkv": lambda: (footage.clip(1, suffix=".mkv"), "matroska"),
        "ts": lambda: (footage.clip(1, suffix=".ts"), "mpegts"),
        "hevc": lambda: (footage.clip(1, codec="libx265"), "mov"),
        "prores": lambda: (footage.clip(1, codec="prores_ks", suffix=".mov", frames=49), "mov"),
    }
    path, demuxer = made[kind]()
    assert strict_decode(path, demuxer) == 49
    assert strict_decode(path, demuxer, around=[0, 24, 48]) == 49
    assert strict_decode(path, demuxer, around=[]) == 49


def test_damage_away_from_the_joins_is_left_to_the_whole_decode(footage: Footage, tmp_path: Path) -> None:
    path = copied(footage.clip(1, size=(320, 180), frames=200), tmp_path)
    content = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    middle = packets[130]
    assert middle.pos is not None
    for offset in range(40, middle.size - 8, 3):
        content[middle.pos + offset] |= 0x55
    path.write_bytes(content)
    with pytest.raises(MediaBroken, match=r"frame 1[23]\d"):
        strict_decode(path, "mov")
    with pytest.raises(MediaBroken, match=r"frame 1[23]\d"):
        strict_decode(path, "mov", around=[125])
    assert strict_decode(path, "mov", around=[20, 60]) == 200


def test_frames_of_a_file_changed_since_are_not_made_up(footage: Footage, tmp_path: Path) -> None:
    path = copied(footage.clip(1), tmp_path)
    clip = probe(path)
    path.write_bytes(footage.clip(2, frames=20).read_bytes())
    with pytest.raises(MediaError):
        list(frames(clip, FrameRange(0, 49)))
