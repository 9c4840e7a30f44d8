"""Loops come round after the sound's own length, whatever its codec pads and its container rounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.delivery.spec import UNTOUCHED
from stitcher.media.probe import probe_sound
from stitcher.sound.mix import plan_mix
from stitcher.sound.mixdown import render_sound
from stitcher.sound.store import Workshop
from tests.sound.material import WAV, clicks, cue, loudest, read, write

pytestmark = pytest.mark.slow

KINDS = {
    "wav": ("a.wav", "pcm_s16le"),
    "flac": ("a.flac", "flac"),
    "mp3": ("a.mp3", "libmp3lame"),
    "aac in m4a": ("a.m4a", "aac"),
    "aac in mkv": ("a.mka", "aac"),
    "opus in ogg": ("a.opus", "libopus"),
    "opus in webm": ("a.webm", "libopus"),
    "opus in mp4": ("o.mp4", "libopus"),
    "vorbis": ("a.ogg", "libvorbis"),
    "vorbis in mkv": ("v.mka", "libvorbis"),
    "alac": ("l.m4a", "alac"),
}
TIMES = 4


def returns(folder: Path, name: str, codec: str, length: int) -> list[int]:
    """How far from its place a click is at each return of a loop, in samples."""
    source = probe_sound(write(folder / name, clicks([12_000], length, 2), codec=codec))
    mix = plan_mix([cue(source, 0, TIMES * length, loop=True)], TIMES * length)
    made = render_sound(mix, WAV, UNTOUCHED, folder / "mix.wav", work=Workshop(folder))
    heard = read(made.path)
    places = [12_000 + time * length for time in range(TIMES)]
    return [loudest(heard, place) - place for place in places]


@pytest.mark.parametrize(("name", "codec"), KINDS.values(), ids=list(KINDS))
def test_a_loop_does_not_drift(tmp_path: Path, name: str, codec: str) -> None:
    # 50,000 samples are 48.8 packets of AAC, 52.1 of Opus, and no whole number of milliseconds.
    drift = returns(tmp_path, name, codec, 50_000)
    if name == "a.mka":
        # Matroska tells the end of AAC to the millisecond.
        assert max(abs(late) for late in drift) <= (TIMES - 1) * 24
        assert returns(tmp_path, name, codec, 48_000) == [0] * TIMES
    else:
        assert drift == [0] * TIMES


@pytest.mark.parametrize("length", [43_200, 43_201, 48_000])
@pytest.mark.parametrize("kind", ["vorbis", "opus in ogg", "opus in mp4", "aac in m4a"])
def test_a_loop_of_a_single_page_does_not_drift(tmp_path: Path, kind: str, length: int) -> None:
    assert returns(tmp_path, *KINDS[kind], length) == [0] * TIMES


def test_a_loop_up_to_its_declared_end_does_not_drift(tmp_path: Path) -> None:
    source = probe_sound(write(tmp_path / "a.ogg", clicks([12_000], 43_200, 2), codec="libvorbis"))
    mix = plan_mix(
        [cue(source, 0, 86_400, loop=True, loop_end_samples=43_200, in_offset_samples=200)], 86_400
    )
    made = render_sound(mix, WAV, UNTOUCHED, tmp_path / "mix.wav", work=Workshop(tmp_path))
    assert [loudest(read(made.path), at) for at in (11_800, 54_800)] == [11_800, 54_800]
