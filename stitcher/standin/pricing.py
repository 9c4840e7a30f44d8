"""What the stand-in charges: the published prices as of November 2026, in credits. Pure.

Written apart from the prices stitcher estimates with, so that the two can be held against each other. A caller
may bring another table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class InputMedia:
    """What is known of the file a request brings; zero where there is none or it was not looked at."""

    frames: int = 0
    rate: Fraction = Fraction(24)
    seconds: Fraction = Fraction(0)
    width: int = 0
    height: int = 0


Price: TypeAlias = Callable[[str, Mapping[str, object], InputMedia], int]
"""Endpoint, body and input to whole credits."""

_PER_SECOND = {
    "gen4_turbo": Fraction(5),
    "act_two": Fraction(5),
    "gen4.5": Fraction(12),
    "aleph2": Fraction(28),
    "enhance_frame_rate": Fraction(1, 2),
    "ruby": Fraction(20),
    "hailuo3": Fraction(10),
    "wan3": Fraction(5),
    "grok_imagine_1_5": Fraction(10),
    "gemini_omni_flash": Fraction(10),
    "eleven_text_to_sound_v2": Fraction(1),
    "eleven_voice_isolation": Fraction(1, 6),
    "eleven_voice_dubbing": Fraction(1, 2),
    "eleven_multilingual_sts_v2": Fraction(1, 3),
    "mirelo_sfx_2_0": Fraction(1),
}
_VEO = {"veo3.1": (40, 20), "veo3.1_fast": (15, 10)}
_PER_UPSCALED_FRAME = {
    "720p": Fraction(7, 10),
    "1k": Fraction(7, 10),
    "2k": Fraction(9, 10),
    "4k": Fraction(12, 10),
}
_LEAST = {"aleph2": 56, "seedance2_5": 80, "seed_audio": 5}
_DEEP = ("hdr", "hlg", "sdr_rec709_10bit")
"""How the names of the formats of 10 bits and more begin."""


def _seconds(body: Mapping[str, object], media: InputMedia) -> Fraction:
    given = body.get("duration")
    if isinstance(given, int | float):
        return Fraction(str(given))
    return media.seconds or Fraction(5)


def published_price(endpoint: str, body: Mapping[str, object], media: InputMedia) -> int:
    """Credits for one request, rounded up to a whole one, at least 1."""
    model = str(body.get("model", ""))
    seconds = _seconds(body, media)
    if model == "magnific_video_upscaler_creative":
        rate = _PER_UPSCALED_FRAME[str(body.get("resolution", "2k"))]
        price = rate * (media.frames or seconds * 24)
    elif model == "gen4_image":
        height = min(int(side) for side in str(body.get("ratio", "1920:1080")).split(":"))
        price = Fraction(5 if height <= 720 else 8)
    elif model == "gen4_image_turbo":
        price = Fraction(2)
    elif model == "magnific_precision_upscaler_v2":
        price = Fraction(150 if max(media.width, media.height) > 4096 else 25)
    elif endpoint == "text_to_speech":
        price = Fraction(len(str(body.get("promptText", "")).encode("utf-16-le")) // 2, 50)
    elif model == "eleven_text_to_sound_v2" and "duration" not in body:
        price = Fraction(2)
    elif model in _VEO:
        price = seconds * _VEO[model][0 if body.get("audio", True) else 1]
    elif model == "gen4.5":
        extra = str(body.get("outputFormat", "mp4"))
        per_second = 12 + (20 if extra.startswith(_DEEP) else 5 if extra in ("prores", "png_sequence") else 0)
        price = seconds * per_second
    else:
        price = seconds * _PER_SECOND.get(model, Fraction(10))
    return max(math.ceil(price), _LEAST.get(model, 1))


def charged_for_failure(code: str | None, price: int) -> int:
    """What stays charged for a task that failed so: moderated input is, our own and the service's faults are not."""
    return price if code is not None and code.startswith(("SAFETY.", "INPUT_PREPROCESSING.SAFETY")) else 0
