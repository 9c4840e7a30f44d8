"""Finds the damaged source behind a failed encode or proof: one is blamed only where it does not decode by itself."""

from __future__ import annotations

from collections.abc import Iterable

from stitcher.errors import MediaBroken, MediaError
from stitcher.media.clip import Clip


def blame(clips: Iterable[Clip]) -> str:
    """A sentence about the first of these sources that cannot be decoded from end to end, or that all can.

    Decodes all of them: only for telling why something failed.
    """
    from stitcher.media.strict_decode import strict_decode

    for clip in {clip.path: clip for clip in clips}.values():
        try:
            strict_decode(clip.path, clip.container)
        except MediaBroken as exc:
            return f"A source is damaged: {clip.name} {exc.reason} Download or export it again."
        except MediaError as exc:
            return f"A source cannot be read any more: {exc}"
    return (
        "All of its sources decode cleanly, so the fault is stitcher's, its ffmpeg's, or that of this machine's memory "
        "or disk: run again, and report it if it comes back."
    )
