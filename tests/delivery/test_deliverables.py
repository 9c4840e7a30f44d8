"""Whole deliverables of every preset that is muxed, read back: container, tags, sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import pytest

from stitcher.delivery.load import list_presets
from stitcher.delivery.preset import Citation, Preset
from stitcher.media.clip import Clip, Sound
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.media.probe import probe, probe_sound
from stitcher.rendering.film import prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.timebase import FrameRange, frames_to_samples
from stitcher.timeline.model import Cue, Item, Timeline

FRAMES = 12
RATE = Fraction(24)


@dataclass(frozen=True)
class Sources:
    clip: Clip
    music: Sound


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    folder = tmp_path_factory.mktemp("deliverables")
    clip, music = folder / "clip.mp4", folder / "music.wav"
    run([
        *("-f", "lavfi", "-i", "testsrc2=s=320x192:r=24", "-frames:v", str(FRAMES), "-pix_fmt", "yuv420p"),
        *("-c:v", "libx264", "-preset", "ultrafast", file_url(clip)),
    ])  # fmt: skip
    run([
        *("-f", "lavfi", "-i", "anoisesrc=r=48000:a=0.2:seed=1:d=0.5", "-ac", "2"),
        *("-c:a", "pcm_s16le", file_url(music)),
    ])  # fmt: skip
    return Sources(probe(clip), probe_sound(music))


MUXED = [
    preset
    for _, preset in list_presets(environ={"STITCHER_PRESETS": "/nowhere"})
    if preset.container.value in ("mp4", "mov", "source") and not preset.name.endswith("hdr")
]


def small(preset: Preset) -> Preset:
    """The preset at the film's own size, so that a table of them stays quick."""
    picture = preset.picture.model_copy(update={"size": Citation("source"), "level": None})
    # Half a second of noise is too short for a loudness meter's gate.
    sound = preset.sound and preset.sound.model_copy(update={"loudness": Citation("none")})
    return preset.model_copy(update={"picture": picture, "sound": sound})


def boxes(path: Path) -> Iterator[str]:
    """Names of the outermost boxes of an MP4 or MOV, in order."""
    data, at = path.read_bytes(), 0
    while at + 8 <= len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8].decode("latin-1")
        yield name
        at += int.from_bytes(data[at + 8 : at + 16], "big") if size == 1 else size or len(data)


@pytest.mark.parametrize("preset", MUXED, ids=lambda preset: preset.name)
def test_a_deliverable_is_as_the_preset_says(preset: Preset, sources: Sources, tmp_path: Path) -> None:
    whole = FrameRange(0, FRAMES)
    cue = Cue("music", "music", sources.music, 0, frames_to_samples(FRAMES, RATE))
    film = Timeline("Film", RATE, 320, 192, (Item("a", sources.clip, whole, whole, 0),), (), (cue,))
    plan = prepare(film, preset=small(preset))
    delivery = plan.delivery
    made = render(plan, tmp_path / f"film.{delivery.container}", RenderOptions(cache=tmp_path / "cache"))
    (path,) = made.paths

    order = [name for name in boxes(path) if name in ("moov", "mdat")]
    assert order == (["moov", "mdat"] if delivery.faststart else ["mdat", "moov"])
    if not delivery.edit_list:
        assert b"elst" not in path.read_bytes()
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert video.codec_context.codec.canonical_name == delivery.picture.codec
        if delivery.picture.codec_tag:
            assert video.codec_context.codec_tag == delivery.picture.codec_tag
        assert delivery.sound is not None
        expected = {"aac": "aac", "libopus": "opus"}.get(delivery.sound.encoder, delivery.sound.encoder)
        assert audio.codec_context.codec.canonical_name == expected
        assert (audio.rate, audio.channels) == (delivery.sound.sample_rate, delivery.sound.channels)
        assert sum(1 for packet in container.demux(video) if packet.size) == FRAMES


@pytest.mark.parametrize(
    "preset", [preset for preset in MUXED if preset.timecode.value], ids=lambda one: one.name
)
def test_what_goes_to_editors_has_a_timecode_track(preset: Preset, sources: Sources, tmp_path: Path) -> None:
    whole = FrameRange(0, FRAMES)
    film = Timeline("Film", RATE, 320, 192, (Item("a", sources.clip, whole, whole, 0),), ())
    made = render(
        prepare(film, preset=small(preset)), tmp_path / "film.mov", RenderOptions(cache=tmp_path / "cache")
    )
    assert b"tmcd" in made.paths[0].read_bytes()
