"""Edit decision lists, CMX 3600: one file for each track, columns where readers count them. Pure.

    001  HARBOUR  V     C        00:00:00:00 00:00:04:12 01:00:00:00 01:00:04:12
    002  HARBOUR  V     C        00:00:04:12 00:00:04:12 01:00:04:12 01:00:04:12
    002  STORM    V     D    012 00:00:01:00 00:00:05:00 01:00:04:12 01:00:08:12
    * FROM CLIP NAME: harbour.mp4
    * TO CLIP NAME: storm.mp4

The second line of a transition begins with it, so the first clip ends there, and is named again with no length.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from stitcher.exporters.exporter import Export, ExportFile
from stitcher.exporters.handover import Blend, Handover, MediaFile, PictureItem, SoundItem, VideoTrack
from stitcher.exporters.losses import Loss, unique
from stitcher.exporters.transition_names import DISSOLVES, WIPES, replaced, switched_off, untold_texts
from stitcher.timebase import FrameRange, format_decimal, format_rate, format_timecode, round_half_up

_EVENTS = 999
"""The most a file numbers; more go on in another."""
_TITLE_LETTERS = 70
_BLACK = "BL"
_CUT = "C       "

_WIPE_CODES = {name: wipe.code for name, wipe in WIPES.items() if not wipe.reverse}


@dataclass(frozen=True, slots=True)
class _Event:
    """One edit, without its number."""

    lines: tuple[str, ...]
    """Rows after the number."""
    comments: tuple[str, ...]


class EdlExporter:
    """CMX 3600 edit decision lists, for Avid and everyone else."""

    name = "edl"

    def export(self, handover: Handover) -> Export:
        """One list for each track: `timeline_V1.edl`, `timeline_A1.edl`, …"""
        lost = (*_losses(handover), *switched_off(handover))
        handover = handover.without_hidden
        writer = _Writer(handover)
        files: list[ExportFile] = []
        for number, track in enumerate(handover.video, start=1):
            if number > 1 and all(item.media is None for item in track.items):
                continue
            files += writer.files(f"V{number}", list(writer.picture_events(track)))
        for number, sounds in enumerate(handover.sound, start=1):
            events = [writer.sound_event(item) for item in sounds.items]
            files += writer.files(f"A{number}", events)
        told = (*replaced(handover, frozenset(_WIPE_CODES)), *untold_texts(handover))
        return Export(tuple(files), unique((*told, *lost)))


def _losses(handover: Handover) -> Iterator[Loss]:
    for track in handover.video:
        for item in track.items:
            if item.media is not None and item.media.rate != handover.rate:
                yield Loss("reel-time", item.name, f"{format_rate(item.media.rate)} frames a second")
    for sounds in handover.sound:
        for sound in sounds.items:
            if len(sound.levels) > 1:
                yield Loss("fade", sound.name)
            if any(level.gain_db for level in sound.levels):
                yield Loss("gain", sound.name)
            if sound.pan:
                yield Loss("pan", sound.name)
            if sound.speed != 1:
                yield Loss("pitch", sound.name)


@dataclass(frozen=True, slots=True)
class _Writer:
    handover: Handover

    def files(self, track: str, events: Sequence[_Event]) -> Iterator[ExportFile]:
        """The list of one track, in as many files as its events need."""
        for first in range(0, max(1, len(events)), _EVENTS):
            part = f"_{first // _EVENTS + 1}" if len(events) > _EVENTS else ""
            lines = [
                f"TITLE: {plain(self.handover.title)[:_TITLE_LETTERS] or 'FILM'} {track}{part}",
                f"FCM: {'' if self.handover.drop_frame else 'NON-'}DROP FRAME",
                "",
            ]
            for number, event in enumerate(events[first : first + _EVENTS], start=1):
                lines += [f"{number:03}  {line}" for line in event.lines]
                # The format has no place for it; with it, a list of clips of several rates can be read again.
                said = [f"* FRAME RATE: {format_rate(self.handover.rate)}"] if number == 1 else []
                lines += [*event.comments, *said, ""]
            yield ExportFile(f"timeline_{track}{part}.edl", "\r\n".join(lines).encode("ascii"))

    def picture_events(self, track: VideoTrack) -> Iterator[_Event]:
        """The events of a track of pictures, with the film's markers on its first one."""
        in_order = sorted(self.handover.markers, key=lambda marker: marker.frame)
        markers = in_order if track is self.handover.video[0] else []
        for index, item in enumerate(track.items):
            if item.media is None and track is not self.handover.video[0]:
                # Black over the film would hide it.
                continue
            comes_in, goes_out = track.blend_at(index - 1), track.blend_at(index)
            stop = goes_out.record.start if goes_out is not None else item.record.stop
            record = FrameRange(track.seen(index).start, stop)
            if not record:
                # It is seen under the transition alone, whose event names it.
                continue
            event = self._picture_event(item, track.items[index - 1] if index else item, comes_in, record)
            here = [marker for marker in markers if marker.frame < stop or index + 1 == len(track.items)]
            markers = markers[len(here) :]
            located = tuple(
                f"* LOC: {self.handover.timecode(marker.frame)} {'GREEN' if marker.is_shot else 'RED':<7} "
                f"{plain(marker.name)}{f' - {plain(marker.note)}' if marker.note else ''}"
                for marker in here
            )
            yield _Event(event.lines, event.comments + located)

    def _picture_event(
        self, item: PictureItem, earlier: PictureItem, blend: Blend | None, record: FrameRange
    ) -> _Event:
        lines: list[str] = []
        comments: list[str] = []
        operation = _CUT
        if blend is not None:
            code = _WIPE_CODES.get(blend.kind)
            operation = f"{'D' if code is None else f'W{code:03}':<4} {len(blend.record):03}"
            nothing = FrameRange(record.start, record.start)
            lines.append(self._row(earlier, "V", _CUT, nothing))
            comments.append(f"* FROM CLIP NAME: {_clip_name(earlier)}")
        lines.append(self._row(item, "V", operation, record))
        comments.append(f"* {'FROM' if blend is None else 'TO'} CLIP NAME: {_clip_name(item)}")
        if blend is not None and blend.kind not in DISSOLVES:
            comments.append(f"* TRANSITION: {plain(blend.kind)}")
        if item.title is not None:
            comments.append(f"* TITLE: {plain(item.title.text)}")
        comments.append(f"* SHOT: {plain(item.name)}")
        if item.media is not None and not item.media.drawn:
            comments += [f"* FIT: {item.fit}", f"* CONFORM: {item.conform}"]
        if item.drawn_from is not None:
            comments.append(f"* DRAWN FROM: {item.drawn_from}")
        return _Event(tuple(lines), (*self._speed(item, record.start), *comments))

    def sound_event(self, item: SoundItem) -> _Event:
        """The event of a sound."""
        channels = "AA" if item.channels > 1 else "A"
        comments = (f"* FROM CLIP NAME: {item.media.file}", f"* CUE: {plain(item.name)}")
        row = self._row(item, channels, _CUT, item.record)
        return _Event((row,), (*self._speed(item, item.record.start), *comments))

    def _row(self, item: PictureItem | SoundItem, channels: str, operation: str, record: FrameRange) -> str:
        """A line after its number: reel, channels, transition, source in and out, record in and out."""
        source = [self._source_time(item, frame) for frame in (record.start, record.stop)]
        times = " ".join((*source, *(self.handover.timecode(frame) for frame in (record.start, record.stop))))
        return f"{_reel(item.media):<8} {channels:<4}  {operation} {times}"

    def _source_time(self, item: PictureItem | SoundItem, frame: int) -> str:
        """Timecode of the source at a frame of the film. The span is as many frames as are played: speed multiplies."""
        handover, media = self.handover, item.media
        at = round_half_up(item.source_at(frame) * item.speed)
        if media is None or not media.start_frame:
            return format_timecode(at, handover.rate, drop=handover.drop_frame)
        # A source keeps the numbers it has, where the film's rate can count them.
        drop = media.drop_frame and media.rate == handover.rate
        return format_timecode(media.start_at(handover.rate) + at, handover.rate, drop=drop)

    def _speed(self, item: PictureItem | SoundItem, frame: int) -> tuple[str, ...]:
        """The motion line of an item that does not run at its own speed."""
        if item.speed == 1:
            return ()
        rate = Fraction(self.handover.timebase) * item.speed
        tenths = f"{format_decimal(rate, 1)}" if rate.denominator > 1 else f"{rate}.0"
        motion = f"M2   {_reel(item.media):<8} {tenths:0>5}                {self._source_time(item, frame)}"
        return (motion, f"* SPEED: {format_rate(item.speed)}")


def _reel(media: MediaFile | None) -> str:
    return _BLACK if media is None else media.reel


def _clip_name(item: PictureItem) -> str:
    return "BLACK" if item.media is None else item.media.file


def plain(text: str) -> str:
    """A text as an edit list can hold it: ASCII on one line, `?` for letters that it has not."""
    letters = unicodedata.normalize("NFKD", " ".join(text.split()))
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter) and letter.isprintable())
    return kept.encode("ascii", "replace").decode()
