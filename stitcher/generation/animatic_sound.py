"""Sounds of an animatic: what stands in for a line, an effect, or the sound of a picture until it is bought."""

from __future__ import annotations

import shutil
from pathlib import Path

from stitcher.generation.provider import Asset, Expected, Submission
from stitcher.generation.stand_in_sounds import hum, noise_like, speech_like, write_wav
from stitcher.timebase import SAMPLE_RATE
from stitcher.timeline.speech_length import speech_length

SOUNDS = ("text_to_speech", "sound_effect", "video_to_audio", "voice_isolation", "voice_dubbing")
"""What is made here, by the services' own words."""
_EFFECT_SAMPLES = 3 * SAMPLE_RATE
"""Of an effect whose length is left to the model."""


def make_sound(request: Submission, target: Path, expected: Expected) -> None:
    """Write what stands in for a sound: as long as it is estimated to be, or as what it is made from."""
    body = request.body
    words = str(body.get("promptText") or request.label)
    source = body.get("audioUri")
    if isinstance(source, Asset):
        # The voice with all that is around it, or in its own language, is the nearest there is.
        shutil.copyfile(source.path, target)
        return
    if request.endpoint == "text_to_speech":
        language = body.get("languageCode")
        samples = speech_length(words, language if isinstance(language, str) else None).samples
        write_wav(target, [speech_like(words, max(samples, SAMPLE_RATE // 5))])
        return
    make = noise_like if request.endpoint == "sound_effect" else hum
    write_wav(target, [make(words, expected.frames or _EFFECT_SAMPLES)])
