"""A timeline becomes a hand-over: cut to cut, on tracks, media named. Pure; no format is known here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from stitcher.delivery.editor_preset import PathStyle
from stitcher.errors import PlanError
from stitcher.exporters.handover import (
    Blend,
    Handover,
    HandoverMarker,
    MediaFile,
    PictureItem,
    ShotDetails,
    VideoTrack,
)
from stitcher.exporters.losses import Loss, unique
from stitcher.exporters.names import UniqueNames
from stitcher.exporters.overlay_tracks import Drawn, overlay_losses, overlay_tracks
from stitcher.exporters.picture_keys import PictureKeys
from stitcher.exporters.placements import PlacedPicture, placements
from stitcher.exporters.sound_tracks import SoundSource, sound_tracks
from stitcher.media.clip import Clip, Sound, shapes_alike
from stitcher.timebase import SAMPLE_RATE, FrameRange, format_rate, nominal_rate, parse_timecode
from stitcher.timeline.conform import film_frames, moving_frames
from stitcher.timeline.focus import CENTRE
from stitcher.timeline.model import Cue, Item, Timeline
from stitcher.timeline.picture import PictureOverlay, StillPicture, Title

_DAY_SECONDS = 24 * 3600
_MINUTES_THAT_SKIP = 24 * 54
"""In a day: nine of each ten minutes skip numbers of drop-frame timecode."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A file that is handed over instead of a clip or a sound: the same, made again as an editor decodes it."""

    path: Path
    sha256: str
    clip: Clip | None = None
    """As probed, of a clip: picture for picture, its sound from where the picture begins."""
    tracks: tuple[int, ...] = ()
    """For each of the sound streams that were, the first of its own that holds it."""


@dataclass(frozen=True, slots=True)
class Sources:
    """How the media of a film are handed over."""

    instead: Mapping[Path, Replacement] = field(default_factory=dict)
    """By path of what the film is made of."""
    sounds: Mapping[Sound, Replacement] = field(default_factory=dict)
    """Files that hold what a cue plays, and nothing else."""
    names: Mapping[Path, str] = field(default_factory=dict)
    """By path: what a file is called after, but for its suffix; its own name where nothing is said."""
    beside: Mapping[Path, Replacement] = field(default_factory=dict)
    """By path: the same pictures in another size, which lie in a folder of their own under the same names."""
    beside_folder: str = ""


AS_THEY_ARE = Sources()


@dataclass(frozen=True, slots=True)
class Place:
    """Where media are in a hand-over, and how timelines call them."""

    folder: Path | None = None
    """Absolute; media lie there under their safe names. `None` leaves them where they are."""
    style: PathStyle = "absolute"
    base: str = "media"
    """The folder's name, seen from the timelines."""

    def address(self, path: Path, file: str) -> str:
        """What a timeline calls a file."""
        if self.folder is None:
            return path.as_posix()
        return f"{self.base}/{file}" if self.style == "relative" else (self.folder / file).as_posix()


IN_PLACE = Place()


def handover_of(
    timeline: Timeline,
    *,
    drawn: Mapping[int, Drawn] | None = None,
    place: Place = IN_PLACE,
    sources: Sources = AS_THEY_ARE,
    details: Mapping[str, ShotDetails] | None = None,
    over_film: Sequence[Clip] = (),
    keys: Mapping[str, PictureKeys] | None = None,
) -> Handover:
    """The film as editors see it. `drawn` is by index of the timeline's items, `details` and `keys` by shot;
    `over_film` is what was drawn of each overlay of the film.

    Raises `PlanError` for a film without pictures, and one that does not fit between two midnights.
    """
    _check_length(timeline)
    builder = _Builder(timeline, drawn or {}, place, sources, keys or {})
    film = builder.film_track()
    overlays = overlay_tracks(timeline, drawn or {}, over_film, builder.media_of)
    tracks, losses = sound_tracks(timeline, builder.sound_source)
    return Handover(
        title=timeline.title,
        rate=timeline.rate,
        width=timeline.width,
        height=timeline.height,
        start_frame=timeline.start_frame,
        drop_frame=timeline.drop_frame,
        frames=timeline.frames,
        media=tuple(builder.media.values()),
        video=(film, *overlays),
        sound=tracks,
        markers=_markers(timeline),
        losses=unique((*builder.losses, *overlay_losses(timeline, over_film), *_fades(timeline), *losses)),
        details=details or {},
    )


def _check_length(timeline: Timeline) -> None:
    if not timeline.frames:
        raise PlanError("There is nothing to hand over: the film has no frames.")
    nominal = nominal_rate(timeline.rate)
    day = _DAY_SECONDS * nominal - (nominal // 15 * _MINUTES_THAT_SKIP if timeline.drop_frame else 0)
    if timeline.start_frame + timeline.frames > day:
        raise PlanError(
            "The film passes midnight of its timecode, and no editor counts beyond: let it start earlier, with "
            "'start' under 'format', or hand it over in parts."
        )


def _fades(timeline: Timeline) -> Iterator[Loss]:
    return (Loss("picture-fade", fade.shot, str(fade)) for fade in timeline.fades)


def _markers(timeline: Timeline) -> tuple[HandoverMarker, ...]:
    starts = {(item.record_start, item.shot) for item in timeline.items}
    return tuple(
        HandoverMarker(marker.frame, marker.name, marker.note, is_shot=(marker.frame, marker.name) in starts)
        for marker in timeline.markers
    )


@dataclass(slots=True)
class _Builder:
    timeline: Timeline
    drawn: Mapping[int, Drawn]
    place: Place
    sources: Sources
    keys: Mapping[str, PictureKeys]
    names: UniqueNames = field(default_factory=UniqueNames)
    media: dict[Path, MediaFile] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    clips: dict[Path, Clip] = field(init=False)
    """The clips as they came, by path."""
    matrices: dict[Path, str] = field(init=False)
    """By path: what is assumed of clips that do not say it."""

    def __post_init__(self) -> None:
        items = self.timeline.unhidden.items
        self.matrices = {
            item.source.path: item.matrix
            for item in items
            if isinstance(item.source, Clip) and item.matrix is not None
        }
        self.clips = {item.clip.path: item.clip for item in items if item.clip is not None}

    def film_track(self) -> VideoTrack:
        items: list[PictureItem] = []
        blends: list[Blend | None] = []
        for index, item in enumerate(self.timeline.items):
            comes_in, goes_out = self._blend(index - 1), self._blend(index)
            start = comes_in.cut if comes_in is not None else item.record_range.start
            stop = goes_out.cut if goes_out is not None else item.record_range.stop
            if start == stop:
                self.losses.append(Loss("unseen", item.shot))
                continue
            if items:
                blends.append(comes_in if comes_in is not None and comes_in.in_frames else None)
            picture = self._picture(index, item.unhidden, FrameRange(start, stop))
            items.append(replace(picture, enabled=item.enabled))
        return VideoTrack("Film", tuple(items), tuple(blends))

    def _blend(self, index: int) -> Blend | None:
        """The transition after item `index` of the timeline, over the middle of what both items show."""
        if not 0 <= index < len(self.timeline.transitions):
            return None
        transition = self.timeline.transitions[index]
        if not transition.frames:
            return None
        start = self.timeline.items[index + 1].record_start
        # The first frame of a transition is the earlier picture alone, so one of a single frame is a cut after it.
        before = transition.frames // 2
        cut = start + before if before else start + 1
        return Blend(transition.kind.name, cut, before, transition.frames - before)

    def _picture(self, index: int, item: Item, record: FrameRange) -> PictureItem:
        drawn = self.drawn.get(index, Drawn())
        first, available, speed = item.source_range.start, item.available_range, item.speed
        clip = item.source if isinstance(item.source, Clip) else None
        if drawn.clip is not None or drawn.overlays:
            self.losses.append(Loss("drawn", item.shot, _why_drawn(item)))
        if drawn.clip is not None:
            clip, speed = drawn.clip, Fraction(1)
            first, available = drawn.head, FrameRange(0, film_frames(clip, self.timeline.rate))
            if (item.effects or isinstance(item.source, StillPicture)) and len(available) == len(
                item.source_range
            ):
                self.losses.append(Loss("handles", item.shot))
        elif clip is not None:
            if item.effects:
                names = ", ".join(effect.name for effect in item.effects)
                self.losses.append(Loss("effect", item.shot, names))
            self.losses += [Loss("effect", item.shot, change) for change in _changes(item)]
            moving = moving_frames(clip, self.timeline.rate, speed)
            available = FrameRange(available.start, min(available.stop, moving))
            if item.source_range.stop > moving:
                self.losses.append(Loss("held", item.shot))
            self._note_picture(item, clip)
            self._note_focus(item, clip)
            if item.conform == "blend" and (item.speed != 1 or clip.video.rate != self.timeline.rate):
                self.losses.append(Loss("conform", item.shot))
        start = first + record.start - item.record_start
        return PictureItem(
            name=item.shot,
            media=None if clip is None else self.media_of(clip, item.shot if drawn.clip is not None else ""),
            record=record,
            source=FrameRange(start, start + len(record)),
            available=available,
            speed=speed,
            title=item.source if clip is None and isinstance(item.source, Title) else None,
            take=item.take,
            fit=item.fit if drawn.clip is None else "crop",
            conform=item.conform if drawn.clip is None else "nearest",
            drawn_from=item.source_range.start - drawn.head
            if drawn.clip is not None and isinstance(item.source, Clip)
            else None,
            placed=self._placed(item, clip),
            keys=self.keys.get(item.shot),
        )

    def _placed(self, item: Item, clip: Clip | None) -> tuple[PlacedPicture, ...]:
        """Of what was drawn, the film's frame is in the media."""
        if clip is None or clip is not item.source or item.look.moves:
            return ()
        return placements(item, clip.video.shown_size, (self.timeline.width, self.timeline.height))

    def _note_picture(self, item: Item, clip: Clip) -> None:
        shot = item.shot
        if clip.video.rate is None:
            self.losses.append(Loss("variable-rate", shot))
        elif clip.video.rate != self.timeline.rate:
            rates = f"{format_rate(clip.video.rate)} in {format_rate(self.timeline.rate)}"
            self.losses.append(Loss("rate", shot, rates))
        wide, high = clip.video.shown_size
        if not shapes_alike((wide, high), (self.timeline.width, self.timeline.height)):
            self.losses.append(
                Loss("fit", shot, f"{wide}x{high} in {self.timeline.width}x{self.timeline.height}")
            )
            if item.fit == "blur":
                self.losses.append(Loss("bars", shot))

    def _note_focus(self, item: Item, clip: Clip) -> None:
        """Of what was drawn, the film's frame is in the media."""
        film, size = (self.timeline.width, self.timeline.height), item.look.seen(clip.video.shown_size)
        cropped = item.fit == "crop" and not shapes_alike(size, film)
        if cropped and item.focus != CENTRE and clip is item.source:
            self.losses.append(Loss("focus", item.shot, str(item.focus)))

    def media_of(self, clip: Clip, drawn_for: str = "") -> MediaFile:
        if clip.path not in self.media:
            instead, other = self.sources.instead.get(clip.path), self.sources.beside.get(clip.path)
            shown = clip if instead is None or instead.clip is None else instead.clip
            video, own = shown.video, clip.video
            rate = video.rate or video.average_rate
            name = self._name(clip.path, shown.path.suffix, drawn_for)
            file = self.names.file_name(name)
            self.media[clip.path] = MediaFile(
                path=shown.path,
                file=file,
                address=self.place.address(shown.path, file),
                reel=self.names.reel(name),
                sha256=shown.sha256,
                rate=rate,
                frames=video.frames,
                size=video.shown_size,
                channels=tuple(stream.channels for stream in shown.audio),
                sample_rate=shown.audio[0].sample_rate if shown.audio else 48_000,
                assumed_matrix=self.matrices.get(clip.path) or "bt709" if video.colour.untagged else None,
                drawn=bool(drawn_for),
                original=clip.path.name if shown is not clip else "",
                start_frame=parse_timecode(clip.timecode, rate) if clip.timecode and own.rate else 0,
                drop_frame=bool(own.rate) and ";" in clip.timecode,
                source=clip.path,
                beside=""
                if other is None
                else f"{self.sources.beside_folder}/{Path(file).stem}{other.path.suffix}",
            )
        return self.media[clip.path]

    def _name(self, path: Path, suffix: str, drawn_for: str = "") -> str:
        """What a file is called after."""
        stem = drawn_for or self.sources.names.get(path) or path.stem
        return f"{stem}{suffix}"

    def sound_source(self, cue: Cue) -> SoundSource:
        """The media that a cue plays."""
        sound = cue.sound
        alone = self.sources.sounds.get(sound)
        if alone is not None:
            return SoundSource(
                self._sound_media(sound, alone, alone=True), Fraction(0), sound.stream.duration
            )
        instead = self.sources.instead.get(sound.path)
        number = _stream_number(sound)
        track = instead.tracks[number] if instead is not None and instead.tracks else number
        clip = self.clips.get(sound.path)
        if clip is None:
            return SoundSource(self._sound_media(sound, instead), Fraction(0), sound.stream.duration, track)
        # Editors count sound and picture of one file from where the picture begins.
        ahead = sound.stream.start - clip.video.pts[0] * clip.video.time_base
        # In a clip made again, so does the sound, whose beginning was cut off or filled with silence.
        media = self.media_of(clip)
        return SoundSource(media, ahead, sound.stream.duration, track)

    def _sound_media(self, sound: Sound, instead: Replacement | None, *, alone: bool = False) -> MediaFile:
        channels = [stream.channels for stream in sound.streams or (sound.stream,)]
        # Of a clip that is shown as well there are two files.
        key = instead.path if alone and instead is not None else sound.path
        if key not in self.media:
            rate, duration = self.timeline.rate, sound.stream.duration
            path = sound.path if instead is None else instead.path
            name = self._name(sound.path, path.suffix)
            file = self.names.file_name(name)
            self.media[key] = MediaFile(
                path=path,
                file=file,
                address=self.place.address(path, file),
                reel=self.names.reel(name),
                sha256=sound.sha256 if instead is None else instead.sha256,
                rate=rate,
                frames=self.timeline.frames if duration is None else max(1, int(duration * rate)),
                size=None,
                channels=(sound.channels,) if alone else tuple(channels),
                sample_rate=sound.stream.sample_rate if instead is None else SAMPLE_RATE,
                original=sound.path.name if instead is not None else "",
                source=sound.path,
            )
        return self.media[key]


def _why_drawn(item: Item) -> str:
    if any(isinstance(one, PictureOverlay) for one in item.overlays):
        return ", ".join(one.name if isinstance(one, PictureOverlay) else "text" for one in item.overlays)
    if item.clip is None or item.overlays:
        return "text"
    if item.effects:
        return "effects"
    return ", ".join(_changes(item)) or "its last picture is held"


def _changes(item: Item) -> Iterator[str]:
    """What is done to a shot's pictures that editors are given drawn."""
    if item.retiming.changes:
        yield str(item.retiming)
    if item.look.changes:
        yield str(item.look)
    if item.flip is not None:
        yield f"flip {item.flip}"


def _stream_number(sound: Sound) -> int:
    """Which of the file's sound streams is heard, from 0."""
    indices = [stream.index for stream in sound.streams]
    return indices.index(sound.stream.index) if sound.stream.index in indices else 0
