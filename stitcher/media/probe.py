"""Probe a media file, from the cache or by reading its packets.

`probe` is the one way a file becomes a `Clip`, `probe_sound` a `Sound`. FFmpeg's libraries take longer to load than
a hundred cache entries to read, so they are only loaded when a file has to be analysed.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from pathlib import Path

from stitcher.errors import MediaRefused
from stitcher.media import probe_cache
from stitcher.media.audible_streams import numbered
from stitcher.media.clip import Clip, Sound
from stitcher.media.files import check_regular
from stitcher.media.limits import Limits

__all__ = ["Limits", "probe", "probe_sound", "probe_unnamed", "renamed"]


def probe(path: Path | str, *, limits: Limits | None = None) -> Clip:
    """The clip in a file. Counted packet by packet; remembered until the file changes.

    `limits` default to `Limits.from_environment()`. Raises `MediaMissing`, `MediaRefused` (not a clip, or above
    a cap) or `MediaBroken` (damaged, cut off).
    """
    limits, path = limits or Limits.from_environment(), Path(os.path.abspath(path))
    stat = check_regular(path)
    limits.check_size(path, stat.st_size)
    clip = probe_cache.get_clip(path, stat)
    if clip is None:
        clip = _analyze(path, stat, limits)
        probe_cache.put_clip(path, stat, clip)
    limits.check_picture(path, clip.video.width, clip.video.height)
    limits.check_length(path, float(clip.duration))
    return clip


def probe_unnamed(path: Path) -> tuple[Clip, os.stat_result]:
    """The clip in a file that will get its name later, and the file's state, for `renamed`. Raises as `probe` does."""
    stat = check_regular(path)
    return _analyze(path, stat, Limits.from_environment()), stat


def renamed(clip: Clip, path: Path, stat: os.stat_result) -> Clip:
    """A clip of `probe_unnamed` under the name its file has now; remembered, if it is still that file."""
    now = replace(clip, path=Path(os.path.abspath(path)))
    with contextlib.suppress(OSError):
        # Getting its name was a change, too, so it is remembered by the state it has since.
        new_stat = os.stat(now.path)
        if probe_cache.same_content(new_stat, stat):
            probe_cache.put_clip(now.path, new_stat, now, final=True)
    return now


def _analyze(path: Path, stat: os.stat_result, limits: Limits) -> Clip:
    from stitcher.media.analyze import analyze_clip

    return analyze_clip(path, stat.st_size, limits)


def probe_sound(path: Path | str, *, stream: int | None = None, limits: Limits | None = None) -> Sound:
    """What is heard of a file: the sound stream of that number, from 1, or else the one players play, or a camera's two
    mono ones as left and right.

    Raises as `probe` does; a file without sound, or without that stream, is refused.
    """
    limits, path = limits or Limits.from_environment(), Path(os.path.abspath(path))
    stat = check_regular(path)
    limits.check_size(path, stat.st_size)
    sound = probe_cache.get_sound(path, stat)
    if sound is None:
        from stitcher.media.analyze import analyze_sounds

        sound = analyze_sounds(path, stat.st_size, limits)
        probe_cache.put_sound(path, stat, sound)
    if stream is not None:
        if not 1 <= stream <= len(sound.streams):
            raise MediaRefused(path, f"has no sound stream {stream}; it has {len(sound.streams)}.")
        sound = numbered(sound, stream)
    limits.check_length(path, float(sound.stream.duration or 0))
    return sound
