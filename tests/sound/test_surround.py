"""Films in 5.1: each channel is where it belongs and on its sample, in every container, for old readers and new."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from stitcher.media.ffmpeg import file_url, find
from stitcher.media.ffmpeg_process import run
from stitcher.media.probe import probe
from stitcher.rendering.film import prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.stems.make import MixOrder, make_mix
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Cue, Item, Timeline
from tests.sound.delivered import KINDS, Kind, preset
from tests.sound.material import clicks, loudest, sound
from tests.stems.films import four_roles, planned

pytestmark = pytest.mark.slow

SECOND = 48_000
FRAMES = 50
FILM = FRAMES * 1920
PLACES = tuple(range(SECOND // 4, 7 * SECOND // 4, SECOND // 4))
"""Of the click in each channel."""


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Cue:
    """Two seconds with a click in each channel of 5.1, one after the other."""
    data = np.concatenate([clicks([place], FILM, over=0.6) for place in PLACES], axis=1)
    source = sound(tmp_path_factory.mktemp("around") / "around.wav", data)
    return Cue("around", "effects", source, 0, FILM)


def film_of(folder: Path, kind: Kind, cue: Cue) -> Path:
    clip = folder / f"clip.{kind.container}"
    grey = ("-f", "lavfi", "-i", "color=gray:size=64x64:rate=25:duration=3", "-frames:v", str(FRAMES))
    run([*grey, "-c:v", *kind.picture, "-pix_fmt", "yuv420p", file_url(clip)])
    whole = FrameRange(0, FRAMES)
    film = Timeline("Film", Fraction(25), 64, 64, (Item("a", probe(clip), whole, whole, 0),), (), (cue,))
    chosen = preset(kind)
    out = folder / f"film.{kind.container}"
    render(prepare(film, preset=chosen, channels="5.1"), out, RenderOptions(cache=folder / "cache"))
    return out


def read_by(program: str, film: Path, *, streams: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """The six channels as one of the two ffmpegs decodes them."""
    heard = []
    for stream in range(streams):
        args = (program, "-v", "error", "-i", str(film), "-map", f"0:a:{stream}", "-f", "f32le", "-")
        raw = subprocess.run(args, capture_output=True, check=True).stdout
        heard.append(np.frombuffer(raw, "<f4").reshape(-1, 6 // streams))
    return np.concatenate([one[: min(map(len, heard))] for one in heard], axis=1)


def readers() -> list[str]:
    return [str(find().path), *filter(None, (shutil.which("ffmpeg"),))]


LATE = {"aac in mkv"}
"""Read 1024 samples late by FFmpeg before 9, in stereo as well."""


@pytest.mark.parametrize("name", KINDS)
def test_each_channel_is_heard_where_it_belongs_and_the_file_says_where(
    tmp_path: Path, name: str, around: Cue
) -> None:
    kind = KINDS[name]
    film = film_of(tmp_path, kind, around)
    streams = 6 if kind.mono_tracks else 1
    with av.open(str(film)) as container:
        layout = container.streams.audio[0].layout.name
    assert layout == "5.1" or kind.mono_tracks
    for program in readers()[: 1 if name in LATE else None]:
        heard = read_by(program, film, streams=streams)
        assert [int(np.abs(heard[place - 480 : place + 480]).max(axis=0).argmax()) for place in PLACES] == [
            *range(6)
        ]
        # Of a click a lossy codec's LFE keeps no more than that there was one.
        whole = [channel for channel in range(6) if channel != 3]
        assert max(abs(loudest(heard[:, [n]], PLACES[n]) - PLACES[n]) for n in whole) <= 48


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_stems_and_music_and_effects_are_in_surround(tmp_path: Path, suffix: str) -> None:
    plan = planned(four_roles(tmp_path), channels=6)
    order = MixOrder(stems=tmp_path, mix=tmp_path / f"mix.{suffix}", format=suffix)
    made = make_mix(plan, order, RenderOptions(cache=tmp_path / "cache"))
    heard = {}
    for path in (made.path, *made.stems):
        assert path is not None
        with av.open(str(path)) as container:
            assert container.streams.audio[0].layout.name == "5.1"
        for program in readers():
            heard[path.stem] = read_by(program, path, streams=1)
    dialogue = heard["dialogue"]
    assert np.abs(dialogue[:, 2]).max() == pytest.approx(0.3, abs=1e-3)
    assert not dialogue[:, [0, 1, 3, 4, 5]].any()
    assert not heard["me"][:, 2:].any()
    added = sum(heard[name] for name in ("dialogue", "music", "effects", "ambience"))
    assert np.abs(added - heard["mix"]).max() < 10 ** (-90 / 20)


def test_a_surround_film_folds_down_to_the_stereo_film(tmp_path: Path) -> None:
    cues = four_roles(tmp_path)
    mixes = {}
    for channels in (2, 6):
        out = tmp_path / f"{channels}.wav"
        plan = planned([replace(one, pan=0.3) for one in cues], channels=channels)
        make_mix(plan, MixOrder(mix=out), RenderOptions(cache=tmp_path / "cache"))
        args = (str(find().path), "-v", "error", "-i", str(out), "-f", "f32le", "-")
        raw = subprocess.run(args, capture_output=True, check=True).stdout
        mixes[channels] = np.frombuffer(raw, "<f4").reshape(-1, channels)
    half = 2**-0.5
    fold = np.array([[1, 0], [0, 1], [half, half], [0, 0], [half, 0], [0, half]])
    assert np.abs(mixes[6] @ fold - mixes[2]).max() < 1e-6
