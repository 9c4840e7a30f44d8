"""From a storyboard to a hand-over for an editor: laid out, its texts and effects drawn, its parts made, written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.rendering.options import DEFAULTS, RenderOptions
from stitcher.timeline.picture import Title

if TYPE_CHECKING:
    from stitcher.delivery.editor_preset import EditorPreset, MediaPolicy
    from stitcher.editor_export.order import ExportOrder
    from stitcher.editor_export.stand_ins import Placeholders
    from stitcher.exporters.cut import Replacement
    from stitcher.exporters.folder import HandedOver
    from stitcher.exporters.overlay_tracks import Drawn
    from stitcher.media.clip import Clip, Sound
    from stitcher.storyboard.model import Storyboard
    from stitcher.timeline.model import Timeline


def export(film: Storyboard | Timeline, order: ExportOrder, options: RenderOptions = DEFAULTS) -> HandedOver:
    """Hand a film over; raises what `exporters.folder.write_folder` and `session.lay_out` raise."""
    from stitcher.delivery.editor_preset import find_editor
    from stitcher.editor_export.other_size import FOLDERS, other_size_part, other_sizes
    from stitcher.editor_export.room import parts_bytes
    from stitcher.editor_export.shot_details import shot_details
    from stitcher.exporters.cut import Place, Sources, handover_of
    from stitcher.exporters.folder import require_room, write_folder
    from stitcher.exporters.manifest import MEDIA, check_target
    from stitcher.exporters.picture_keys import shot_keys
    from stitcher.storyboard.model import Storyboard

    board = film if isinstance(film, Storyboard) else None
    project = options.project or (board.path.parent if board is not None and board.path is not None else None)
    options = replace(options, project=project)
    preset = find_editor(order.editor, project=project).preset
    check_target(order.folder)
    stand_in = _stand_in(board, order, options)
    timeline = _with_focus(_laid_out(film, stand_in, order), options)
    wanted = order.parts(preset)
    require_room(order.folder, parts_bytes(timeline, wanted), "leave parts out (--without)")
    policy = order.media or preset.media.value
    instead = _made_again(timeline, preset, policy, options)
    sounds = _sounds_alone(timeline, options) if preset.sound.value == "wav" else {}
    others = other_sizes(board, timeline, order.size, instead) if "other-size" in wanted else {}
    handover = handover_of(
        timeline,
        sources=Sources(instead, sounds, _shot_names(board, timeline), others, FOLDERS[order.size]),
        drawn=_drawn(timeline, preset.handles.value, options),
        place=Place(order.folder / MEDIA, preset.paths.value, MEDIA),
        details=shot_details(board, timeline) if board is not None else None,
        over_film=_over_film(timeline, options),
        keys=shot_keys(board, timeline.rate) if board is not None else None,
    )
    handover = replace(handover, losses=(*handover.losses, *stand_in.losses))
    beside = other_size_part(handover.media, others, order.size)
    if {*wanted} <= {"other-size"}:
        return write_folder(handover, preset, order.folder, media=policy, parts=tuple(beside))
    # Only here, as it takes a while: what makes films.
    from stitcher.editor_export.film_parts import film_parts
    from stitcher.rendering.context import RenderContext

    with RenderContext.of(options).cache.scratch() as scratch:
        parts = (*film_parts(timeline, wanted, Path(scratch), options), *beside)
        return write_folder(handover, preset, order.folder, media=policy, parts=parts)


def _with_focus(timeline: Timeline, options: RenderOptions) -> Timeline:
    """The film with the focus of those shots found that are left to `auto` and cropped."""
    if not any(item.focus.auto for item in timeline.items):
        return timeline
    # Only here, as it takes a while: what makes films.
    from stitcher.rendering.auto_focus import with_focus_found
    from stitcher.rendering.context import RenderContext
    from stitcher.rendering.film import prepare

    found = with_focus_found(prepare(timeline), RenderContext.of(options)).timeline
    items = zip(timeline.items, found.items, strict=True)
    return replace(timeline, items=tuple(replace(item, focus=other.focus) for item, other in items))


def _made_again(
    timeline: Timeline, preset: EditorPreset, policy: MediaPolicy, options: RenderOptions
) -> dict[Path, Replacement]:
    from stitcher.editor_export.made_media import made_again

    paths = made_again(timeline, preset, policy)
    if not paths:
        return {}
    # Only here, as it takes a while: what makes films.
    from stitcher.editor_export.transcode import transcoded_media

    return transcoded_media(timeline, paths, preset, options)


def _sounds_alone(timeline: Timeline, options: RenderOptions) -> dict[Sound, Replacement]:
    from stitcher.editor_export.transcode import sounds_alone

    return sounds_alone(timeline, options)


def _drawn(timeline: Timeline, handles: int, options: RenderOptions) -> dict[int, Drawn]:
    from stitcher.editor_export.made_media import is_drawn

    film = timeline.unhidden
    if not any(is_drawn(item, film.rate) for item in film.items):
        return {}
    # Only here, as it takes a while: what makes films.
    from stitcher.editor_export.drawn import drawn_items

    return drawn_items(film, handles, options)


def _over_film(timeline: Timeline, options: RenderOptions) -> tuple[Clip, ...]:
    if not timeline.overlays:
        return ()
    # Only here, as it takes a while: what makes films.
    from stitcher.editor_export.drawn import drawn_over_film

    return drawn_over_film(timeline, options)


def _stand_in(board: Storyboard | None, order: ExportOrder, options: RenderOptions) -> Placeholders:
    from stitcher.editor_export.order import PLACEHOLDERS
    from stitcher.editor_export.stand_ins import Placeholders

    if board is None or PLACEHOLDERS in order.without or all(shot.kind != "take" for shot in board.shots):
        return Placeholders()
    # Only here, as it takes a while: what makes films.
    from stitcher.editor_export.placeholders import placeholders

    return placeholders(board, options)


def _laid_out(film: Storyboard | Timeline, stand_in: Placeholders, order: ExportOrder) -> Timeline:
    """The film, of the files that timelines are to refer to."""
    from stitcher import session
    from stitcher.storyboard.model import Storyboard

    enlarged = order.size == "film"
    if isinstance(film, Storyboard):
        return session.lay_out(film, stand_ins=stand_in.clips, enlarged=enlarged)
    if enlarged:
        return film
    items = tuple(
        item if item.original is None else replace(item, source=item.original, original=None)
        for item in film.items
    )
    return replace(film, items=items)


def _shot_names(board: Storyboard | None, timeline: Timeline) -> dict[Path, str]:
    """By path: takes bear the names of their shots, so that another take, made later, has the same name."""
    made = {shot.id for shot in board.shots if shot.kind == "take"} if board is not None else set()
    return {
        clip.path: item.shot
        for item in timeline.unhidden.items
        for clip in (item.source, item.original)
        if not isinstance(clip, Title) and clip is not None and (item.take is not None or item.shot in made)
    }
