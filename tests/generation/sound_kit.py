"""Boards of bought sounds on disk, and a stand-in whose sounds can be had otherwise than asked for."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from stitcher.standin import MediaRequest, StandIn
from stitcher.standin.media import make_media
from stitcher.storyboard.load import load
from stitcher.storyboard.model import Storyboard
from tests.footage import make_coded_clip, run_ffmpeg, tone, write_wav

LINE = "{role: dialogue, name: line, at: a, generate: {speech: I told you not to come., voice: keeper}}"
EFFECT = "{role: effects, name: door, at: 0.25s, generate: {effect: A door falls shut, duration: 0.5s}}"
RAIN = "{role: ambience, name: rain, generate: {picture: {shot: a}, prompt: rain}}"
CLEAN = "{role: dialogue, name: clean, at: 0s, generate: {isolate: talk.wav}}"
DUBBED = "{role: dialogue, name: dubbed, at: 0s, generate: {dub: {sound: line}, into: de}}"
HEAD = "stitcher: 1\nvoices: {keeper: Bernard}\nlanguage: en\n"


@functools.cache
def _clip() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return make_coded_clip(Path(folder) / "a.mp4", 1, 24).read_bytes()


def sound_project(folder: Path, *cues: str, shot: str = "", head: str = HEAD) -> Storyboard:
    """A storyboard of one clip of a second, `a`, with these sounds; `talk.wav` is 6 s beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "a.mp4").exists():
        (folder / "a.mp4").write_bytes(_clip())
        write_wav(folder / "talk.wav", tone(6.0, channels=1))
    sounds = f"sound:\n{''.join(f'  - {cue}' + chr(10) for cue in cues)}" if cues else ""
    (folder / "board.yaml").write_text(f"{head}shots:\n  - {{id: a, clip: a.mp4{shot}}}\n{sounds}")
    return load(folder / "board.yaml")


def with_sound(folder: Path, samples: np.ndarray) -> None:
    """Give the project's clip this sound, uncompressed."""
    folder.mkdir(parents=True, exist_ok=True)
    silent, sound = folder / "silent.mp4", folder / "own.wav"
    silent.write_bytes(_clip())
    write_wav(sound, samples)
    run_ffmpeg(
        *("-i", str(silent), "-i", str(sound), "-map", "0:v", "-map", "1:a", "-c:v", "copy"),
        *("-c:a", "pcm_s16le", "-f", "mov", str(folder / "a.mp4")),
    )
    write_wav(folder / "talk.wav", tone(6.0, channels=1))


def sounding_server(
    sounds: Mapping[str, Callable[[MediaRequest], Path]] = MappingProxyType({}), **settings: Any
) -> StandIn:
    """A stand-in whose tasks take 20 ms; `sounds` makes those of an endpoint in another way."""

    def make(request: MediaRequest) -> Path:
        return sounds.get(request.endpoint, make_media)(request)

    given: dict[str, Any] = {"make": make, "pending_s": 0.005, "running_s": 0.015}
    return StandIn(**(given | settings))


def sounding(samples: np.ndarray) -> Callable[[MediaRequest], Path]:
    """Makes these samples, whatever is asked for."""
    return lambda request: write_wav(request.target, samples)
