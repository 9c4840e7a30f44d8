"""Lists for bins and production: every shot as CSV and as an Avid Log Exchange (ALE), and markers for editors. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from stitcher.exporters.edl import plain
from stitcher.exporters.exporter import Export, ExportFile
from stitcher.exporters.handover import Handover, MediaFile, PictureItem, ShotDetails
from stitcher.exporters.losses import Loss
from stitcher.timebase import format_decimal, format_timecode, frames_to_seconds, round_half_up

_SHOT_COLUMNS = (
    "number", "track", "shot", "file", "original", "reel", "start", "end", "frames", "seconds", "source_start",
    "source_end", "speed", "transition", "transition_frames", "prompt", "provider", "model", "take", "seed",
    "credits", "start_picture", "text", "sha256", "other_size", "enabled",
)  # fmt: skip


_ALE_COLUMNS = (
    "Name", "Tracks", "Start", "End", "Duration", "Tape", "FPS", "Source File", "Description", "Shot", "Model",
    "Take", "Seed", "Credits", "Start Picture",
)  # fmt: skip
"""Those after `Source File` are columns of the bin's own, which Media Composer makes."""


class ShotListExporter:
    """A table of every shot, for people and spreadsheets."""

    name = "shotlist"

    def export(self, handover: Handover) -> Export:
        """`shotlist.csv`: one row a shot, parts under transitions included; ends are the frame after."""
        rows = [
            _shot_row(handover, number, track_number, index)
            for track_number, track in enumerate(handover.video, start=1)
            for number, index in enumerate(range(len(track.items)), start=1)
        ]
        losses = (Loss("sound"),) if handover.sound else ()
        return Export((ExportFile("shotlist.csv", _csv(_SHOT_COLUMNS, rows)),), losses)


def _shot_row(handover: Handover, number: int, track_number: int, index: int) -> list[object]:
    track = handover.video[track_number - 1]
    item, blend, seen = track.items[index], track.blend_at(index - 1), track.seen(index)
    details = handover.details.get(item.name, ShotDetails())
    media = item.media
    return [
        number,
        f"V{track_number}",
        item.name,
        media.file if media is not None else "",
        media.name if media is not None else "",
        media.reel if media is not None else "",
        handover.timecode(seen.start),
        handover.timecode(seen.stop),
        len(seen),
        format_decimal(frames_to_seconds(len(seen), handover.rate), 3),
        *(_source_timecode(handover, item, frame) for frame in (seen.start, seen.stop)),
        format_decimal(item.speed, 6),
        blend.kind if blend is not None else "",
        len(blend.record) if blend is not None else "",
        details.prompt,
        item.take.provider if item.take is not None else "",
        item.take.model if item.take is not None else "",
        item.take.number if item.take is not None else "",
        details.seed if details.seed is not None else "",
        details.credits if details.credits is not None else "",
        details.start_picture,
        item.title.text if item.title is not None else "",
        media.sha256 if media is not None else "",
        media.beside if media is not None else "",
        "yes" if item.enabled else "no",
    ]


def _source_timecode(handover: Handover, item: PictureItem, frame: int) -> str:
    """On the media's own clock and at its own rate."""
    at = round_half_up(item.on_media(item.source_at(frame), handover.rate))
    return format_timecode(at, handover.rate) if item.media is None else item.media.timecode(at)


class AleExporter:
    """An Avid Log Exchange: every file of pictures, for a bin."""

    name = "ale"

    def export(self, handover: Handover) -> Export:
        """`timeline.ale`."""
        shots: dict[str, PictureItem] = {}
        for item in handover.video[0].items:
            if item.media is not None:
                shots.setdefault(item.media.file, item)
        lines = [
            "Heading",
            "FIELD_DELIM\tTABS",
            f"VIDEO_FORMAT\t{_video_format(handover)}",
            "AUDIO_FORMAT\t48khz",
            f"FPS\t{_fps(handover)}",
            "",
            "Column",
            "\t".join(_ALE_COLUMNS),
            "",
            "Data",
        ]
        pictures = [media for media in handover.media if media.size is not None]
        lines += ["\t".join(_ale_row(handover, media, shots.get(media.file))) for media in pictures]
        losses = [
            Loss("reel-time", media.file, f"{_fps_of(media)} frames a second")
            for media in pictures
            if media.rate != handover.rate
        ]
        if handover.markers:
            losses.append(Loss("markers"))
        if handover.sound:
            losses.append(Loss("sound"))
        return Export((ExportFile("timeline.ale", ("\r\n".join(lines) + "\r\n").encode()),), tuple(losses))


def _ale_row(handover: Handover, media: MediaFile, shot: PictureItem | None) -> Sequence[str]:
    """A file, and how the first shot that shows it was made."""
    tracks = "V" + "".join(f"A{number}" for number in range(1, sum(media.channels) + 1))
    times = [media.timecode(frame) for frame in (0, media.frames)]
    length = format_timecode(media.frames, media.rate)
    details = handover.details.get(shot.name, ShotDetails()) if shot is not None else ShotDetails()
    take = shot.take if shot is not None else None
    made = (
        details.prompt,
        shot.name if shot is not None else "",
        take.model if take is not None else "",
        take.number if take is not None else "",
        "" if details.seed is None else details.seed,
        "" if details.credits is None else details.credits,
        details.start_picture,
    )
    own = (media.file, tracks, *times, length, media.reel, _fps_of(media), media.file)
    return (*own, *(plain(str(value)) for value in made))


def _fps_of(media: MediaFile) -> str:
    return format_decimal(media.rate, 3)


def _fps(handover: Handover) -> str:
    return format_decimal(handover.rate, 3)


def _video_format(handover: Handover) -> str:
    """Avid's own words for pictures of some sizes; `CUSTOM` for all others."""
    sizes = {(1920, 1080): "1080", (1280, 720): "720", (720, 486): "NTSC", (720, 576): "PAL"}
    return sizes.get((handover.width, handover.height), "CUSTOM")


class MarkerExporter:
    """Markers on their own: a table, and the edit list with which Resolve imports them."""

    name = "markers"

    def export(self, handover: Handover) -> Export:
        """`markers.csv` and `markers.edl`; Premiere and Resolve take the latter through `Import > Timeline Markers`."""
        rows = [
            [
                handover.timecode(marker.frame),
                marker.frame,
                marker.name,
                marker.note,
                "shot" if marker.is_shot else "marker",
            ]
            for marker in handover.markers
        ]
        table = _csv(("timecode", "frame", "name", "note", "kind"), rows)
        return Export((ExportFile("markers.csv", table), ExportFile("markers.edl", _marker_edl(handover))))


def _marker_edl(handover: Handover) -> bytes:
    lines = [
        f"TITLE: {plain(handover.title) or 'FILM'}",
        f"FCM: {'' if handover.drop_frame else 'NON-'}DROP FRAME",
        "",
    ]
    for number, marker in enumerate(handover.markers, start=1):
        times = [handover.timecode(frame) for frame in (marker.frame, marker.frame + 1)]
        colour = "Green" if marker.is_shot else "Red"
        name = plain(": ".join(filter(None, (marker.name, marker.note)))).replace("|", "/")
        lines += [
            f"{number:03}  {'001':<8} V     C        {' '.join(times)} {' '.join(times)}",
            f" |C:ResolveColor{colour} |M:{name} |D:1",
            "",
        ]
    return "\r\n".join(lines).encode("ascii")


def _csv(columns: Iterable[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table with a byte order mark, without which spreadsheets take UTF-8 for something else."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(value: object) -> object:
    """A value as a table holds it: never a formula that a spreadsheet would work out."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
