"""The film's mix for MoviePy, as it is before any delivery: float, at the levels the cues have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stitcher.delivery.spec import UNTOUCHED, SoundSpec
from stitcher.rendering.cache import Cache
from stitcher.sound.mix import mix_key, plan_mix
from stitcher.sound.mix_file import Destination
from stitcher.sound.mixdown import render_sound
from stitcher.sound.moviepy_audio import audio_clip
from stitcher.sound.store import Workshop
from stitcher.timeline.model import Timeline

_MOV = Destination("mov")
_FLOAT = SoundSpec(encoder="pcm_f32le", options=(), channels=2, sample_rate=48_000, loudness="none")


def film_audio(timeline: Timeline) -> Any:
    """A MoviePy `AudioClip` of the film's length; mixed now, or found in the cache.

    Raises what `sound.mixdown.render_sound` raises.
    """
    cache = Cache.default()
    mix = plan_mix(timeline.cues, timeline.samples)

    def work(temp: Path) -> dict[str, int]:
        with cache.scratch() as scratch:
            render_sound(mix, _FLOAT, UNTOUCHED, temp, work=Workshop(Path(scratch), cache), into=_MOV)
        return {}

    made = cache.make(mix_key(mix, _FLOAT, UNTOUCHED, into=_MOV), ".wav", work)
    return audio_clip(made.path, timeline.samples)
