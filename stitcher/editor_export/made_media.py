"""Which media are made for an editor: what it cannot draw, and what it does not decode. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction
from pathlib import Path

from stitcher.delivery.editor_preset import EditorPreset, MediaPolicy
from stitcher.media.clip import AudioStream, Clip
from stitcher.timeline.conform import moving_frames
from stitcher.timeline.model import Item, Timeline

_PCM = "pcm"


def is_drawn(item: Item, rate: Fraction) -> bool:
    """Whether stitcher draws something of an item: text, a still, effects, another look, a held picture."""
    changed = item.effects or item.overlays or item.flip or item.look.changes
    return not isinstance(item.source, Clip) or bool(changed) or is_held(item, rate)


def is_held(item: Item, rate: Fraction) -> bool:
    """Whether pictures of it are frozen, or the last seen after the end of what the file has, or it plays backwards."""
    if not isinstance(item.source, Clip):
        return False
    return item.retiming.changes or item.source_range.stop > moving_frames(item.source, rate, item.speed)


def made_again(timeline: Timeline, preset: EditorPreset, policy: MediaPolicy) -> frozenset[Path]:
    """The clips and sounds that an editor gets in another codec, by path."""
    decodes = None if preset.decodes is None else preset.decodes.value
    if policy == "transcode":
        decodes = (_PCM,)
    if decodes is None:
        return frozenset()
    found: set[Path] = set()
    for item in timeline.unhidden.items:
        for clip in (item.source, item.original):
            if isinstance(clip, Clip) and not (
                clip.video.codec in decodes and _are_decoded(clip.audio, decodes)
            ):
                found.add(clip.path)
    for cue in timeline.cues:
        if not _are_decoded(cue.sound.streams or (cue.sound.stream,), decodes):
            found.add(cue.sound.path)
    return frozenset(found)


def _are_decoded(streams: Iterable[AudioStream], decodes: Collection[str]) -> bool:
    return all(
        stream.codec in decodes or (_PCM in decodes and stream.codec.startswith("pcm_")) for stream in streams
    )
