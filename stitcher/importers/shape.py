"""A film track as a storyboard can hold it: no clip before its file begins, no transition too long. Pure."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from stitcher.importers.cut import CutBlend, CutClip, CutTrack
from stitcher.importers.losses import Unread
from stitcher.timebase import FrameRange, round_half_up


def shaped(
    track: CutTrack, rate: Fraction, *, by_timecode: bool = False
) -> tuple[CutTrack, tuple[Unread, ...]]:
    """The track as a storyboard can have it, and what had to be changed. `by_timecode` says whose clock it is on."""
    unread: list[Unread] = []
    clips = tuple(on_its_clock(clip, rate, unread, by_timecode=by_timecode) for clip in track.clips)
    track = replace(track, clips=clips)
    begun, blends = _begun(track, rate, unread)
    return _with_room(CutTrack(track.name, begun, blends), unread), tuple(unread)


def _begun(
    track: CutTrack, rate: Fraction, unread: list[Unread]
) -> tuple[tuple[CutClip, ...], tuple[CutBlend | None, ...]]:
    """Clips from where their files begin on, with black before."""
    clips: list[CutClip] = []
    blends: list[CutBlend | None] = []
    for index, clip in enumerate(track.clips):
        comes_in = track.blend_at(index - 1)
        if clips:
            blends.append(comes_in)
        first = clip.media_time(track.seen(index).start, rate)
        missing = math.ceil(-first * rate / clip.speed) if clip.media is not None and first < 0 else 0
        if missing <= 0:
            clips.append(clip)
            continue
        unread.append(Unread("before-media", clip.name))
        late = missing - (comes_in.in_frames if comes_in is not None else 0)
        if comes_in is not None:
            # Black blends in, and the clip follows with a cut.
            late = max(late, comes_in.out_frames)
        begins = min(clip.record.stop, clip.record.start + max(0, late))
        if begins > clip.record.start or comes_in is not None:
            clips.append(CutClip("", FrameRange(clip.record.start, begins)))
            blends.append(None)
        if begins < clip.record.stop:
            clips.append(clip.within(FrameRange(begins, clip.record.stop), rate))
        else:
            blends.pop()
    return tuple(clips), tuple(blends)


def on_its_clock(clip: CutClip, rate: Fraction, unread: list[Unread], *, by_timecode: bool) -> CutClip:
    """The clip with media time from its file's first picture on, and from there where that lies past its end."""
    length = clip.media.seconds if clip.media is not None else None
    if clip.media is not None and by_timecode and clip.media.first:
        # The numbers of its timecode, as the film counts frames.
        clip = replace(clip, start=clip.start - Fraction(round_half_up(clip.media.first * rate)) / rate)
    if length is None or clip.start < length:
        return clip
    unread.append(Unread("source-time", clip.name))
    return replace(clip, start=Fraction(0))


def _with_room(track: CutTrack, unread: list[Unread]) -> CutTrack:
    """Transitions no longer than both of their clips have room for beside the other one."""
    blends = list(track.blends)
    for index in range(len(track.clips)):
        now = CutTrack(track.name, track.clips, tuple(blends))
        comes_in, goes_out = now.blend_at(index - 1), now.blend_at(index)
        has = len(now.seen(index))
        used = sum(blend.frames for blend in (comes_in, goes_out) if blend is not None)
        if used <= has or goes_out is None:
            continue
        clip = now.clips[index]
        room = max(0, len(clip.record) - (comes_in.out_frames if comes_in is not None else 0))
        unread.append(Unread("short-transition", clip.name))
        before = min(goes_out.in_frames, room)
        blends[index] = (
            CutBlend(goes_out.kind, before, goes_out.out_frames) if before + goes_out.out_frames else None
        )
    return CutTrack(track.name, track.clips, tuple(blends))
