"""Audio stream selection: what players play of a file, or a camera's two mono streams as left and right. Pure.

Languages and commentaries lie side by side in the same way as a camera's channels do, so a pair is only taken for
left and right where nothing tells its streams apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from stitcher.media.clip import AudioStream, Clip, Sound

_SAME_LENGTH = Fraction(1, 100)


def audible_sound(
    path: Path, sha256: str, *, container: str, streams: Sequence[AudioStream], number: int | None = None
) -> Sound:
    """What is heard of a file with these sound streams (one at least): the one of that number, from 1, or what players
    play: the first that is marked as default, else the first. Raises `IndexError` for a number there is none of.
    """
    every = tuple(streams)
    if number is not None:
        return Sound(path, sha256, container, every[number - 1], streams=every, asked_for=True)
    if is_pair(every):
        return Sound(path, sha256, container, every[0], right=every[1], streams=every)
    played = next((stream for stream in every if stream.default), every[0])
    return Sound(path, sha256, container, played, streams=every)


def numbered(sound: Sound, number: int) -> Sound:
    """Another stream of the same file, by its number from 1. Raises `IndexError` for a number there is none of."""
    return audible_sound(
        sound.path, sound.sha256, container=sound.container, streams=sound.streams, number=number
    )


def own_sound(clip: Clip, number: int | None = None) -> Sound:
    """What is heard of a clip that has sound; as `audible_sound`."""
    return audible_sound(clip.path, clip.sha256, container=clip.container, streams=clip.audio, number=number)


def is_pair(streams: Sequence[AudioStream]) -> bool:
    """Whether these are one recording's left and right: exactly two mono streams that differ in nothing."""
    if len(streams) != 2:
        return False
    left, right = streams
    alike = all(
        getattr(left, fact) == getattr(right, fact)
        for fact in ("codec", "sample_rate", "start", "language", "title")
    )
    if not alike or not left.channels == right.channels == 1:
        return False
    if (left.duration is None) != (right.duration is None):
        return False
    if left.duration is not None and right.duration is not None:
        alike = abs(left.duration - right.duration) <= _SAME_LENGTH
    # QuickTime's writers switch on the first of several tracks whatever they are; cameras record their channels as
    # PCM, and languages are not delivered so.
    same_mark = left.default == right.default or (left.default and left.codec.startswith("pcm_"))
    return alike and same_mark
