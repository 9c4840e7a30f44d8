"""Projects of REAPER (`.rpp`), in which sounds lie on their samples. Pure.

Levels are in three layers, each where a mixer looks for it: an item's volume and its fades, and the ducking as the
volume envelope of its track. Envelopes are straight lines in amplitude (no `VOLTYPE`). Fades are of a shape that REAPER
has (0 linear, 7 equal power); those of other shapes are envelopes of their items, whose time is that of the source.

Clocks are in seconds of the film, so that nothing depends on a tempo.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import PurePosixPath

from stitcher.exporters.exporter import Export, ExportFile
from stitcher.exporters.handover import Handover, MediaFile, PictureItem, ShotDetails, SoundItem, VideoTrack
from stitcher.exporters.levels import Level, levels_of
from stitcher.exporters.losses import Loss, unique
from stitcher.exporters.rpp_text import Block, Text, guid
from stitcher.exporters.transition_names import replaced, untold_texts
from stitcher.storyboard.choices import FadeCurve
from stitcher.timebase import SAMPLE_RATE, FrameRange, format_decimal, frames_to_seconds
from stitcher.timeline.model import Cue

_RATES: Mapping[tuple[Fraction, bool], tuple[int, int]] = {
    (Fraction(24000, 1001), False): (24, 2),
    (Fraction(30000, 1001), False): (30, 2),
    (Fraction(30000, 1001), True): (30, 1),
}
"""Rate and drop-frame as REAPER numbers them, where the rate is no whole number."""
_SHAPES: Mapping[FadeCurve, int] = {"linear": 0, "equal-power": 7}
_LOUDEST_DB = 6.0
"""Above this a volume envelope does not go in every setting."""
_SOURCES = {".wav": "WAVE", ".aif": "WAVE", ".aiff": "WAVE", ".mp3": "MP3", ".flac": "FLAC", ".ogg": "VORBIS"}
_DIP = "fadeblack"
"""One item fades out and the next one in: between them is nothing."""
_EXACT = Fraction(SAMPLE_RATE)


class ReaperExporter:
    """Projects of REAPER."""

    name = "reaper"

    def export(self, handover: Handover) -> Export:
        """One `timeline.rpp`."""
        text = _Writer(handover).project().text()
        losses = unique((*replaced(handover, frozenset({_DIP})), *untold_texts(handover), *_losses(handover)))
        return Export((ExportFile("timeline.rpp", text.encode()),), losses, frozenset({"off-grid"}))


def _losses(handover: Handover) -> Iterator[Loss]:
    if _numbered_rate(handover) is None:
        yield Loss("drop-frame", detail=f"{format_decimal(handover.rate, 3)} frames a second")
    for track in handover.sound:
        for item in track.items:
            if any(key.gain_db > _LOUDEST_DB for key in item.cue.gain_keys):
                yield Loss("gain-range", item.name)


def _numbered_rate(handover: Handover) -> tuple[int, int] | None:
    if handover.rate.denominator == 1:
        return int(handover.rate), 0
    return _RATES.get((handover.rate, handover.drop_frame))


class _Writer:
    def __init__(self, handover: Handover) -> None:
        self.handover = handover

    def project(self) -> Block:
        """The whole project."""
        handover = self.handover
        project = Block('REAPER_PROJECT 0.1 "7.0" 0')
        project.notes(handover.title or "film", f"from {handover.timecode(0)}", flags=" 0 2")
        project.line("RIPPLE", 0)
        # Items lie over each other where there is a transition; their fades are written.
        project.line("AUTOXFADE", 0)
        project.line("PANLAW", 1)
        project.line("PROJOFFS", frames_to_seconds(handover.start_frame, handover.rate), 0, 0)
        base, drop = _numbered_rate(handover) or (handover.timebase, 0)
        project.line("TIMEMODE", 5, 5, -1, base, drop, 0, -1, 0)
        # Of two pictures the one on the upper track is seen.
        project.line("VIDEO_CONFIG", handover.width, handover.height, 256)
        project.line("PANMODE", 3)
        project.line("TIMELOCKMODE", 0)
        project.line("TEMPOENVLOCKMODE", 0)
        project.line("SAMPLERATE", SAMPLE_RATE, 1, 0)
        project.line("TEMPO", 120, 4, 4)
        self._marks(project)
        for number, track in reversed([*enumerate(handover.video, start=1)]):
            self._pictures(project, track, number)
        for number, sounds in enumerate(handover.sound, start=1):
            self._sounds(project, sounds.name, sounds.items, number)
        self._finished(project)
        return project

    def _marks(self, project: Block) -> None:
        rate = self.handover.rate
        plain = [mark for mark in self.handover.markers if not mark.is_shot or mark.note]
        for number, mark in enumerate(plain, start=1):
            name = Text(": ".join(filter(None, (mark.name, mark.note))))
            at, known = frames_to_seconds(mark.frame, rate), guid("marker", number, mark.frame)
            project.line("MARKER", number, at, name, 0, 0, 1, "B", known, 0)
        for number, item in enumerate(self.handover.video[0].items, start=1):
            start, stop = (frames_to_seconds(at, rate) for at in (item.record.start, item.record.stop))
            known = guid("region", number, item.name)
            project.line("MARKER", number, start, Text(item.name), 1, 0, 1, "R", known, 0)
            project.line("MARKER", number, stop, Text(""), 1)

    def _track(self, project: Block, name: str, *known: object, muted: bool = False) -> Block:
        identity = guid("track", *known)
        track = project.block("TRACK", identity)
        track.line("NAME", Text(name))
        track.line("BEAT", 0)
        track.line("AUTOMODE", 0)
        track.line("VOLPAN", 1, 0, -1, -1, 1)
        track.line("MUTESOLO", int(muted), 0, 0)
        track.line("NCHAN", 2)
        track.line("TRACKID", identity)
        track.line("MAINSEND", 1, 0)
        return track

    def _pictures(self, project: Block, pictures: VideoTrack, number: int) -> None:
        track = self._track(project, pictures.name, "picture", number)
        rate = self.handover.rate
        for index, item in enumerate(pictures.items):
            if item.media is None:
                continue
            comes_in, goes_out = _fades(pictures, index)
            seen = FrameRange(item.record.start - comes_in.before, item.record.stop + goes_out.after)
            place, muted = _seconds(seen, rate), not item.enabled
            block = _item(track, "picture", number, index, place=place, muted=muted)
            _fade(block, "FADEIN", 0, frames_to_seconds(comes_in.before + comes_in.after, rate))
            _fade(block, "FADEOUT", 0, frames_to_seconds(goes_out.before + goes_out.after, rate))
            block.line("NAME", Text(item.name))
            block.line("VOLPAN", 1, 0, 1, -1)
            block.line("SOFFS", item.on_media(item.source_at(seen.start), rate) / item.media.rate)
            block.line("PLAYRATE", item.speed, 1, 0, -1, 0, Fraction(1, 400))
            block.line("GUID", guid("take", "picture", number, index))
            source = block.block("SOURCE", "VIDEO")
            source.line("AUDIO", 0)
            source.line("FILE", Text(item.media.address))
            self._details(block, item)

    def _details(self, block: Block, item: PictureItem) -> None:
        details = self.handover.details.get(item.name, ShotDetails())
        if details.prompt:
            block.notes(*details.prompt.splitlines())

    def _sounds(self, project: Block, name: str, items: Sequence[SoundItem], number: int) -> None:
        track = self._track(project, name, "sound", number)
        points = list(_ducking(items))
        if any(gain_db for _, gain_db, _ in points):
            envelope = _envelope(track, "VOLENV2", "ducking", number)
            for sample, gain_db, shape in points:
                envelope.line("PT", Fraction(sample, SAMPLE_RATE), _factor(gain_db), shape)
        for index, item in enumerate(items):
            self._sound(track, item, number, index)

    def _sound(self, track: Block, item: SoundItem, number: int, index: int) -> None:
        # What would be heard before the file begins is silence.
        late = max(Fraction(0), -item.begins / item.speed)
        start, length = (Fraction(at, SAMPLE_RATE) for at in (item.start_sample, item.length_samples))
        block = _item(track, "sound", number, index, place=(start + late, max(Fraction(0), length - late)))
        whole = _whole_fades(item)
        _fade(block, "FADEIN", *whole["in"])
        _fade(block, "FADEOUT", *whole["out"])
        near, pan = _pan(item)
        block.line("NAME", Text(item.name))
        block.line("VOLPAN", _factor(item.cue.gain_db) * near, pan, 1, -1)
        block.line("SOFFS", max(Fraction(0), item.begins))
        block.line("PLAYRATE", item.speed, 1, 0, -1, 0, Fraction(1, 400))
        block.line("GUID", guid("take", "sound", number, index))
        kind = _source_kind(item.media)
        source = block.block("SOURCE", kind)
        if kind == "VIDEO":
            source.line("VIDEO_DISABLED")
        source.line("FILE", Text(item.media.address))
        levels = _other_fades(item)
        if len(levels) > 1:
            envelope = _envelope(block, "VOLENV", "fades", number, index)
            for level in levels:
                at = (Fraction(level.frame, SAMPLE_RATE) - late) * item.speed
                if at >= 0:
                    envelope.line("PT", at, _factor(level.gain_db), 0)

    def _finished(self, project: Block) -> None:
        """What was made of the whole film: to listen and to look at, and silent until somebody wants it."""
        length = frames_to_seconds(self.handover.frames, self.handover.rate)
        for number, one in enumerate(self.handover.finished):
            track = self._track(project, one.name, "finished", number, muted=True)
            block = _item(track, "finished", number, place=(Fraction(0), length))
            block.line("NAME", Text(one.name))
            block.line("SOFFS", 0)
            kind = _SOURCES.get(PurePosixPath(one.address).suffix.lower(), "VIDEO")
            block.line("GUID", guid("take", "finished", number))
            block.block("SOURCE", kind).line("FILE", Text(one.address))


@dataclass(frozen=True, slots=True)
class _PictureFade:
    """How long before a cut a picture comes or goes, and how long after it."""

    before: int = 0
    after: int = 0


def _fades(track: VideoTrack, index: int) -> tuple[_PictureFade, _PictureFade]:
    """How an item comes and goes, in frames."""
    comes_in, goes_out = track.blend_at(index - 1), track.blend_at(index)
    fade_in = fade_out = _PictureFade()
    if comes_in is not None:
        fade_in = _PictureFade(0 if comes_in.kind == _DIP else comes_in.in_frames, comes_in.out_frames)
    if goes_out is not None:
        fade_out = _PictureFade(goes_out.in_frames, 0 if goes_out.kind == _DIP else goes_out.out_frames)
    return fade_in, fade_out


def _seconds(record: FrameRange, rate: Fraction) -> tuple[Fraction, Fraction]:
    """Where something begins, and how long it is."""
    return frames_to_seconds(record.start, rate), frames_to_seconds(len(record), rate)


def _item(track: Block, *known: object, place: tuple[Fraction, Fraction], muted: bool = False) -> Block:
    block = track.block("ITEM")
    block.line("POSITION", place[0])
    block.line("SNAPOFFS", 0)
    block.line("LENGTH", place[1])
    block.line("LOOP", 0)
    block.line("ALLTAKES", 0)
    block.line("BEAT", 0)
    block.line("MUTE", int(muted), 0)
    block.line("IGUID", guid("item", *known))
    return block


def _fade(block: Block, word: str, shape: int, length: Fraction) -> None:
    block.line(word, shape, length, 0, shape, 0, 0, 0)


def _envelope(block: Block, word: str, *known: object) -> Block:
    envelope = block.block(word)
    envelope.line("EGUID", guid("envelope", *known))
    envelope.line("ACT", 1, -1)
    envelope.line("VIS", 1, 1, 1)
    envelope.line("LANEHEIGHT", 0, 0)
    envelope.line("ARM", 0)
    envelope.line("DEFSHAPE", 0, -1, -1)
    return envelope


def _source_kind(media: MediaFile) -> str:
    return "VIDEO" if media.size is not None else _SOURCES.get(PurePosixPath(media.file).suffix, "VIDEO")


def _factor(gain_db: float) -> Fraction:
    return Fraction(Level(0, gain_db).factor).limit_denominator(10**12)


def _whole_fades(item: SoundItem) -> dict[str, tuple[int, Fraction]]:
    """By side: the shape and the seconds of a fade that lies within the item and has a shape that REAPER has."""
    cue, stop = item.cue, item.start_sample + item.length_samples
    fades: dict[str, tuple[int, Fraction]] = {}
    for side, samples, curve, here in (
        ("in", cue.fade_in_samples, cue.fade_in_curve, item.start_sample == cue.start_sample),
        ("out", cue.fade_out_samples, cue.fade_out_curve, stop == cue.stop_sample),
    ):
        shape = _SHAPES.get(curve or cue.usual_fade)
        if samples and here and shape is not None and samples <= item.length_samples:
            fades[side] = shape, Fraction(samples, SAMPLE_RATE)
        else:
            fades[side] = 0, Fraction(0)
    return fades


def _other_fades(item: SoundItem) -> tuple[Level, ...]:
    """The fades that the item's own do not say, sample by sample from its beginning."""
    whole = _whole_fades(item)
    cue = replace(item.cue, gain_db=0.0, gain_keys=())
    if whole["in"][1]:
        cue = replace(cue, fade_in_samples=0)
    if whole["out"][1]:
        cue = replace(cue, fade_out_samples=0)
    return levels_of(cue, _samples(item), _EXACT)


def _samples(item: SoundItem) -> FrameRange:
    return FrameRange(item.start_sample, item.start_sample + item.length_samples)


def _ducking(items: Sequence[SoundItem]) -> Iterator[tuple[int, float, int]]:
    """Points of a track's envelope: sample, decibels, and how it goes on: 0 in a straight line, 1 as it is."""
    for item in items:
        # One gain for the whole sound is a point, too: the track's envelope holds it until another begins.
        levels = levels_of(_bare(item.cue), _samples(item), _EXACT)
        for level in levels:
            goes_on = 1 if level is levels[-1] else 0
            yield item.start_sample + level.frame, level.gain_db, goes_on


def _bare(cue: Cue) -> Cue:
    return replace(cue, gain_db=0.0, fade_in_samples=0, fade_out_samples=0)


def _pan(item: SoundItem) -> tuple[Fraction, Fraction]:
    """The gain of the nearer side, and REAPER's pan, which turns the farther one down by as much as it says."""
    pan = item.pan
    if not pan:
        return Fraction(1), Fraction(0)
    if item.channels == 1:
        angle = (abs(pan) + 1) * math.pi / 4
        near, far = math.sin(angle), math.cos(angle)
    else:
        near, far = 1.0, math.cos(abs(pan) * math.pi / 2)
    share = Fraction(1 - far / near).limit_denominator(10**9)
    return Fraction(near).limit_denominator(10**9), share if pan > 0 else -share
