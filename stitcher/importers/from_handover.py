"""A film of ours as a cut, so that it can be compared with one from elsewhere. Pure."""

from __future__ import annotations

from stitcher.exporters.handover import Blend, Handover, MediaFile, PictureItem, SoundItem, VideoTrack
from stitcher.importers.cut import Cut, CutBlend, CutClip, CutMarker, CutMedia, CutTrack
from stitcher.importers.placed import CutPlacement


def cut_of(handover: Handover) -> Cut:
    """What an editor that loses nothing would say of a film."""
    return Cut(
        title=handover.title,
        rate=handover.rate,
        pictures=tuple(_pictures(handover, track) for track in handover.video),
        sounds=tuple(
            CutTrack(track.name, tuple(_sound(handover, item, track.role) for item in track.items))
            for track in handover.sound
        ),
        markers=tuple(CutMarker(one.frame, one.name, one.note) for one in handover.markers),
        start_frame=handover.start_frame,
        drop_frame=handover.drop_frame,
        size=(handover.width, handover.height),
        laid_out=not any(media.drawn for media in handover.media),
    )


def _pictures(handover: Handover, track: VideoTrack) -> CutTrack:
    return CutTrack(
        track.name,
        tuple(_picture(handover, item) for item in track.items),
        tuple(None if blend is None else _blend(blend) for blend in track.blends),
    )


def _blend(blend: Blend) -> CutBlend:
    return CutBlend(blend.kind, blend.in_frames, blend.out_frames)


def _picture(handover: Handover, item: PictureItem) -> CutClip:
    return CutClip(
        name=item.name,
        record=item.record,
        media=None if item.media is None else _media(item.media),
        start=item.source.start * item.speed / handover.rate,
        speed=item.speed,
        text=None if item.title is None else item.title.text,
        shot=item.name,
        enabled=item.enabled,
        fit=item.fit,
        conform=item.conform,
        drawn_from=item.drawn_from,
        keys=item.keys,
        placed=_placed(handover, item),
        drawn=item.media is not None and item.media.drawn,
    )


def _placed(handover: Handover, item: PictureItem) -> CutPlacement | None:
    if not item.placed:
        return None
    sides = handover.width, handover.height
    points = ((one.frame - item.source.start, one.x / sides[0], one.y / sides[1]) for one in item.placed)
    return CutPlacement(tuple(points), item.placed[0].scale)


def _sound(handover: Handover, item: SoundItem, role: str) -> CutClip:
    return CutClip(
        name=item.name,
        record=item.record,
        media=_media(item.media),
        start=item.source.start * item.speed / handover.rate,
        speed=item.speed,
        levels=item.levels,
        pan=item.pan,
        stream=item.stream,
        role=role,
        shot=item.shot or "",
    )


def _media(media: MediaFile) -> CutMedia:
    return CutMedia(
        name=media.file,
        address=media.path.as_posix(),
        rate=media.rate,
        frames=media.frames,
        has_picture=media.size is not None,
        has_sound=bool(media.channels),
        reel=media.reel,
        sha256=media.sha256,
        original=media.name,
        first=media.start_frame / media.rate,
    )
