"""What is in a media file: remembered, or found out by looking.

`probe` is the one way a file becomes a `Clip`, `probe_sound` a `Sound`. FFmpeg's libraries take longer to load than
a hundred memos to read, so they are only loaded when a file has to be looked into.
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
    caps = limits or Limits.from_environment()
    place = Path(os.path.abspath(path))
    facts = check_regular(place)
    caps.check_size(place, facts.st_size)
    clip = probe_cache.get_clip(place, facts)
    if clip is None:
        clip = _look(place, facts, caps)
        probe_cache.put_clip(place, facts, clip)
    caps.check_picture(place, clip.video.width, clip.video.height)
    caps.check_length(place, float(clip.duration))
    return clip


def probe_unnamed(path: Path) -> tuple[Clip, os.stat_result]:
    """The clip in a file that will get its name later, and the file's facts, for `renamed`. Raises as `probe` does."""
    facts = check_regular(path)
    return _look(path, facts, Limits.from_environment()), facts


def renamed(clip: Clip, path: Path, facts: os.stat_result) -> Clip:
    """A clip of `probe_unnamed` under the name its file has now; remembered, if it is still that file."""
    now = replace(clip, path=Path(os.path.abspath(path)))
    with contextlib.suppress(OSError):
        found = os.stat(now.path)
        # Getting its name was a change, too, so the facts it is remembered by are those it has since.
        if (found.st_ino, found.st_size, found.st_mtime_ns) == (
            facts.st_ino,
            facts.st_size,
            facts.st_mtime_ns,
        ):
            probe_cache.put_clip(now.path, found, now, final=True)
    return now


def _look(place: Path, facts: os.stat_result, caps: Limits) -> Clip:
    from stitcher.media.analyze import analyze_clip

    return analyze_clip(place, facts.st_size, caps)


def probe_sound(path: Path | str, *, stream: int | None = None, limits: Limits | None = None) -> Sound:
    """What is heard of a file: the sound stream of that number, from 1, or else the one players play, or a camera's two
    mono ones as left and right.

    Raises as `probe` does; a file without sound, or without that stream, is refused.
    """
    caps = limits or Limits.from_environment()
    place = Path(os.path.abspath(path))
    facts = check_regular(place)
    caps.check_size(place, facts.st_size)
    sound = probe_cache.get_sound(place, facts)
    if sound is None:
        from stitcher.media.analyze import analyze_sounds

        sound = analyze_sounds(place, facts.st_size, caps)
        probe_cache.put_sound(place, facts, sound)
    if stream is not None:
        if not 1 <= stream <= len(sound.streams):
            raise MediaRefused(place, f"has no sound stream {stream}; it has {len(sound.streams)}.")
        sound = numbered(sound, stream)
    caps.check_length(place, float(sound.stream.duration or 0))
    return sound
