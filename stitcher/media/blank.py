"""Blank detection: clips that are wholly black or wholly silent, as generators now and then deliver."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, cast

from stitcher.media import probe_cache
from stitcher.media.clip import Clip
from stitcher.media.sound_extent import SILENT_PEAK

Blank = Literal["black", "silent"]

_METHOD = 1
"""Counts changes of what counts as blank; part of what verdicts are remembered under."""
_BLACK_LEVEL = 16
"""Of 255: what all but a thousandth of a picture's samples are at most."""


def blanks(clip: Clip) -> tuple[Blank, ...]:
    """`black` for a clip of which every picture is, `silent` for one whose sound is; neither for one without sound.

    One picture and one packet of sound tell of most clips; what was found is remembered by content. Raises
    `MediaBroken` for a clip that cannot be decoded.
    """
    key = [_METHOD, clip.sha256]
    verdict = probe_cache.get("blanks", key)
    if verdict is None:
        flaws = [*(["black"] if _is_black(clip) else []), *(["silent"] if _is_silent(clip) else [])]
        verdict = "+".join(flaws) or "neither"
        probe_cache.put("blanks", key, verdict)
    return cast(
        "tuple[Blank, ...]", tuple(word for word in verdict.split("+") if word in ("black", "silent"))
    )


def blank_remark(flaws: tuple[Blank, ...]) -> str:
    """What `blanks` found as the end of a sentence; empty for nothing."""
    words = {"black": "its picture is wholly black", "silent": "its sound is wholly silent"}
    return " and ".join(words[one] for one in flaws)


def _is_black(clip: Clip) -> bool:
    import numpy as np

    from stitcher.media.frames import frames
    from stitcher.timebase import FrameRange

    count = clip.video.frames
    # A clip that fades in is told by a later picture; only what looks black throughout is decoded as a whole.
    looks = [FrameRange(n, n + 1) for n in sorted({0, count // 4, count // 2, 3 * count // 4, count - 1})]
    return all(
        np.percentile(picture, 99.9) <= _BLACK_LEVEL
        for look in (*looks, FrameRange(0, count))
        for picture in frames(clip, look)
    )


def _is_silent(clip: Clip) -> bool:
    return bool(clip.audio) and all(peak <= SILENT_PEAK for peak in _peaks(clip))


def _peaks(clip: Clip) -> Iterator[float]:
    """The highest sample of each stretch of the sound that is heard, 1 at full scale."""
    import numpy as np
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler

    from stitcher.media.audible_streams import own_sound
    from stitcher.media.container import opened

    sound = own_sound(clip)
    for stream in (sound.stream, sound.right):
        if stream is None:
            continue
        to_float = AudioResampler(format="fltp")
        with opened(clip.path, clip.container) as container:
            for packet in container.demux(container.streams[stream.index]):
                for decoded in packet.decode():
                    if isinstance(decoded, AudioFrame):
                        for samples in to_float.resample(decoded):
                            yield float(np.abs(samples.to_ndarray()).max(initial=0.0))
