"""Final Cut Pro 7 XML (xmeml 5), which Premiere and Resolve read. Pure.

`in`, `out` and key frames count on the sequence's frames, from the beginning of the media, with the speed counted. An
item that a transition touches has no `start` (or `end`) of its own but -1, and its `in` and `out` hold what is seen
under the transition too. Stereo sound lies on a pair of tracks, one for each channel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree import ElementTree as ET

from stitcher.exporters.exporter import Export, ExportFile
from stitcher.exporters.handover import (
    Blend,
    Handover,
    MediaFile,
    PictureItem,
    SoundItem,
    SoundTrack,
    VideoTrack,
)
from stitcher.exporters.levels import Level
from stitcher.exporters.losses import Loss, LossKind, unique
from stitcher.exporters.placements import PlacedPicture
from stitcher.exporters.transition_names import WIPES, replaced
from stitcher.exporters.xml_text import add, add_all, document, file_url
from stitcher.storyboard.transition_kinds import DIPS
from stitcher.timebase import format_decimal, nominal_rate
from stitcher.timeline.picture import Title

_MAX_FACTOR = 3.98107
"""The loudest that its Audio Levels filter goes: 12 dB."""
_KEEPS: frozenset[LossKind] = frozenset({"fit", "focus"})


class Fcp7XmlExporter:
    """Final Cut Pro 7 XML."""

    name = "fcp7"

    def export(self, handover: Handover) -> Export:
        """One `timeline.xml` with a sequence."""
        root = ET.Element("xmeml", version="5")
        writer = _Writer(handover)
        writer.write(root)
        losses = (*replaced(handover, frozenset({*DIPS, *WIPES})), *_losses(handover))
        return Export((ExportFile("timeline.xml", document(root, "xmeml")),), unique(losses), _KEEPS)


def _losses(handover: Handover) -> Iterator[Loss]:
    for track in handover.sound:
        for item in track.items:
            if any(level.factor > _MAX_FACTOR for level in item.levels):
                yield Loss("gain-range", item.name)
            if item.pan:
                yield Loss("pan", item.name)
            if item.speed != 1:
                yield Loss("pitch", item.name)


@dataclass(slots=True)
class _Writer:
    handover: Handover
    files: dict[str, str] = field(default_factory=dict)
    """By name in the hand-over: the id of a file that was described already."""
    groups: dict[str, list[_Linked]] = field(default_factory=dict)
    """By shot: its picture and its own sound."""
    clips: int = 0

    def write(self, root: ET.Element) -> None:
        """The sequence."""
        handover = self.handover
        sequence = add(root, "sequence", attributes={"id": "sequence-1"})
        add_all(sequence, name=handover.title or "film", duration=handover.frames)
        self._rate(sequence)
        self._timecode(sequence)
        media = add(sequence, "media")
        video = add(media, "video")
        self._picture_format(add(add(video, "format"), "samplecharacteristics"))
        audio = add(media, "audio")
        add(audio, "numOutputChannels", 2)
        add_all(add(add(audio, "format"), "samplecharacteristics"), depth=16, samplerate=48_000)
        for number, track in enumerate(handover.video, start=1):
            self._video_track(add(video, "track"), track, number)
        number = 0
        for sounds in handover.sound:
            for channel in range(sounds.channels):
                number += 1
                self._sound_track(audio, sounds, channel, number)
        self._write_links()
        for marker in handover.markers:
            element = add(sequence, "marker")
            # An `out` of its own would make it a range.
            add_all(element, name=marker.name, comment=marker.note)
            add_all(element, **{"in": marker.frame, "out": -1})
            colour = (0, 160, 0) if marker.is_shot else (200, 0, 0)
            add_all(add(element, "color"), alpha=255, red=colour[0], green=colour[1], blue=colour[2])

    def _rate(self, parent: ET.Element, rate: Fraction | None = None) -> None:
        rate = self.handover.rate if rate is None else rate
        element = add(parent, "rate")
        add_all(element, timebase=nominal_rate(rate), ntsc="TRUE" if rate.denominator == 1001 else "FALSE")

    def _timecode(self, parent: ET.Element) -> None:
        handover = self.handover
        element = add(parent, "timecode")
        self._rate(element)
        add_all(
            element,
            string=handover.timecode(0),
            frame=handover.start_frame,
            displayformat="DF" if handover.drop_frame else "NDF",
        )

    def _picture_format(self, parent: ET.Element) -> None:
        self._rate(parent)
        add_all(
            parent,
            width=self.handover.width,
            height=self.handover.height,
            anamorphic="FALSE",
            pixelaspectratio="square",
            fielddominance="none",
        )

    def _video_track(self, element: ET.Element, track: VideoTrack, number: int) -> None:
        for index, item in enumerate(track.items):
            comes_in, goes_out = track.blend_at(index - 1), track.blend_at(index)
            seen = track.seen(index)
            clip = self._clip(element, item)
            add_all(
                clip,
                start=seen.start if comes_in is None else -1,
                end=seen.stop if goes_out is None else -1,
                **{"in": item.source_at(seen.start), "out": item.source_at(seen.stop)},
            )
            if item.media is not None:
                self._file(clip, item.media)
                self._speed(clip, item.speed, "video")
                self._placed(clip, item)
            elif item.title is not None:
                _text(clip, item.title)
            if number == 1:
                linked = _Linked(clip, "video", number, index + 1)
                self.groups.setdefault(item.name, []).append(linked)
            if goes_out is not None:
                self._transition(element, goes_out)
        add_all(element, enabled="TRUE", locked="FALSE")

    def _clip(self, track: ET.Element, item: PictureItem | SoundItem) -> ET.Element:
        self.clips += 1
        tag = "clipitem" if item.media is not None else "generatoritem"
        clip = add(track, tag, attributes={"id": f"{tag}-{self.clips}"})
        seen = isinstance(item, SoundItem) or item.enabled
        add_all(clip, name=item.name, enabled="TRUE" if seen else "FALSE", duration=len(item.available))
        self._rate(clip)
        return clip

    def _file(self, clip: ET.Element, media: MediaFile) -> None:
        """The file of a clip: described where it is met first, and only named from then on."""
        known = media.file in self.files
        number = self.files.setdefault(media.file, f"file-{len(self.files) + 1}")
        element = add(clip, "file", attributes={"id": number})
        if known:
            return
        add_all(element, name=media.file, pathurl=file_url(media.address, "localhost"))
        self._rate(element, media.rate)
        add(element, "duration", media.frames)
        timecode = add(element, "timecode")
        self._rate(timecode, media.rate)
        counted = "DF" if media.drop_frame else "NDF"
        add_all(timecode, string=media.timecode(0), frame=media.start_frame, displayformat=counted)
        add(add(timecode, "reel"), "name", media.reel)
        inside = add(element, "media")
        if media.size is not None:
            picture = add(add(inside, "video"), "samplecharacteristics")
            self._rate(picture, media.rate)
            add_all(picture, width=media.size[0], height=media.size[1], pixelaspectratio="square")
        for channels in media.channels:
            sound = add(inside, "audio")
            add_all(add(sound, "samplecharacteristics"), depth=16, samplerate=media.sample_rate)
            add(sound, "channelcount", channels)

    def _speed(self, clip: ET.Element, speed: Fraction, kind: str) -> None:
        if speed == 1:
            return
        effect = _effect(add(clip, "filter"), "Time Remap", "timeremap", "motion", "motion", kind)
        _parameter(effect, "variablespeed", 0, 0, 1)
        _parameter(effect, "speed", format_decimal(speed * 100, 6), -100_000, 100_000)
        _parameter(effect, "reverse", "FALSE")
        _parameter(effect, "frameblending", "FALSE")

    def _placed(self, clip: ET.Element, item: PictureItem) -> None:
        """Where its picture lies: its middle in shares of the sequence's sides, its size in hundredths of its own."""
        if not item.placed:
            return
        effect = _effect(add(clip, "filter"), "Basic Motion", "basic", "motion", "motion", "video")
        scale = format_decimal(Fraction(item.placed[0].scale * 100), 4)
        _parameter(effect, "scale", scale, 0, 10_000)
        parameter = add(effect, "parameter")
        add_all(parameter, parameterid="center", name="Center")
        sides = self.handover.width, self.handover.height
        _point(parameter, item.placed[0], sides)
        if len(item.placed) > 1:
            for one in item.placed:
                key = add(parameter, "keyframe")
                add(key, "when", one.frame)
                _point(key, one, sides)

    def _transition(self, track: ET.Element, blend: Blend) -> None:
        element = add(track, "transitionitem")
        self._rate(element)
        add_all(element, start=blend.record.start, end=blend.record.stop, alignment="center")
        wipe, dip = WIPES.get(blend.kind), DIPS.get(blend.kind)
        name, category = "Cross Dissolve", "Dissolve"
        if wipe is not None:
            name, category = "Edge Wipe", "Wipe"
        elif dip is not None:
            name = "Dip to Color Dissolve"
        effect = _effect(element, name, name, category, "transition", "video")
        add_all(
            effect,
            wipecode=wipe.code if wipe is not None else 0,
            wipeaccuracy=100,
            startratio=0,
            endratio=1,
            reverse="TRUE" if wipe is not None and wipe.reverse else "FALSE",
        )
        if dip is not None:
            parameter = add(effect, "parameter")
            add_all(parameter, parameterid="color", name="Color")
            shade = 255 if dip == "white" else 0
            add_all(add(parameter, "value"), alpha=255, red=shade, green=shade, blue=shade)

    def _sound_track(self, audio: ET.Element, track: SoundTrack, channel: int, number: int) -> None:
        """One channel of a track of sounds."""
        kind = "Stereo" if track.channels > 1 else "Mono"
        exploded = {"currentExplodedTrackIndex": channel, "totalExplodedTrackCount": track.channels}
        element = add(audio, "track", attributes={**exploded, "premiereTrackType": kind})
        add_all(element, name=track.name)
        for index, item in enumerate(track.items):
            clip = self._clip(element, item)
            add_all(clip, start=item.record.start, end=item.record.stop)
            add_all(clip, **{"in": item.source.start, "out": item.source.stop})
            self._file(clip, item.media)
            first = sum(item.media.channels[: item.stream])
            add_all(add(clip, "sourcetrack"), mediatype="audio", trackindex=first + channel + 1)
            self._speed(clip, item.speed, "audio")
            _levels(clip, item)
            # What belongs together: the channels of a sound, and a shot's picture with its own sound.
            group = item.shot or f"sound {track.name} {index}"
            self.groups.setdefault(group, []).append(_Linked(clip, "audio", number, index + 1))
        add_all(element, enabled="TRUE", locked="FALSE")
        if track.channels > 1:
            add(element, "outputchannelindex", channel + 1)

    def _write_links(self) -> None:
        for number, group in enumerate(self.groups.values(), start=1):
            if len(group) < 2:
                continue
            for one in group:
                for other in group:
                    add_all(
                        add(one.clip, "link"),
                        linkclipref=other.clip.attrib["id"],
                        mediatype=other.kind,
                        trackindex=other.track,
                        clipindex=other.index,
                        groupindex=number,
                    )


@dataclass(frozen=True, slots=True)
class _Linked:
    """A clip of a group that is moved together."""

    clip: ET.Element
    kind: str
    track: int
    index: int


def _effect(
    parent: ET.Element, name: str, effect_id: str, category: str, kind: str, media: str
) -> ET.Element:
    effect = add(parent, "effect")
    add_all(effect, name=name, effectid=effect_id, effectcategory=category, effecttype=kind, mediatype=media)
    return effect


def _parameter(
    effect: ET.Element,
    name: str,
    value: str | int,
    lowest: str | int | None = None,
    highest: str | int | None = None,
) -> ET.Element:
    parameter = add(effect, "parameter")
    add_all(parameter, parameterid=name, name=name)
    if lowest is not None and highest is not None:
        add_all(parameter, valuemin=lowest, valuemax=highest)
    add(parameter, "value", value)
    return parameter


def _point(parent: ET.Element, one: PlacedPicture, sides: tuple[int, int]) -> None:
    value = add(parent, "value")
    across, down = (
        format_decimal(Fraction(offset / side), 6) for offset, side in zip((one.x, one.y), sides, strict=True)
    )
    add_all(value, horiz=across, vert=down)


def _levels(clip: ET.Element, item: SoundItem) -> None:
    if len(item.levels) == 1 and not item.levels[0].gain_db:
        return
    effect = _effect(
        add(clip, "filter"), "Audio Levels", "audiolevels", "audiolevels", "audiolevels", "audio"
    )
    parameter = _parameter(effect, "level", _factor(item.levels[0]), 0, str(_MAX_FACTOR))
    if len(item.levels) > 1:
        for level in item.levels:
            key = add(parameter, "keyframe")
            add_all(key, when=item.source.start + level.frame, value=_factor(level))


def _factor(level: Level) -> str:
    return format_decimal(Fraction(min(level.factor, _MAX_FACTOR)), 6)


def _text(clip: ET.Element, title: Title) -> None:
    effect = _effect(clip, "Text", "Text", "Text", "generator", "video")
    _parameter(effect, "str", title.text)
    # Its sizes are of a picture 480 lines high.
    _parameter(effect, "fontsize", round(title.size * 480))
