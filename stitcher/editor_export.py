"""From a storyboard to a hand-over for an editor: laid out, its texts and effects drawn, written as a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stitcher.errors import StitcherError
from stitcher.rendering.options import DEFAULTS, RenderOptions

if TYPE_CHECKING:
    from stitcher.delivery.editor_preset import EditorPreset, MediaPolicy
    from stitcher.exporters.cut import Drawn
    from stitcher.exporters.folder import HandedOver
    from stitcher.exporters.handover import ShotDetails
    from stitcher.media.clip import Clip
    from stitcher.storyboard.model import Storyboard
    from stitcher.timeline.model import Timeline

_DRAWN_PRESET = "master-prores-4444"
"""What texts and effects are handed over as: every editor decodes it, and it keeps what is transparent."""
_SCHEMA = 1
"""Of drawn media in the cache."""


def export(
    film: Storyboard | Timeline,
    editor: str,
    folder: Path,
    *,
    media: MediaPolicy | None = None,
    options: RenderOptions = DEFAULTS,
) -> HandedOver:
    """Hand a film over; raises what `exporters.folder.write_folder` and `session.lay_out` raise."""
    from stitcher.delivery.editor_preset import find_editor
    from stitcher.exporters.cut import Place, handover_of
    from stitcher.exporters.folder import MEDIA, check_target, write_folder
    from stitcher.session import timeline_of
    from stitcher.storyboard.model import Storyboard

    folder = folder.absolute()
    board = film if isinstance(film, Storyboard) else None
    project = options.project or (board.path.parent if board is not None and board.path is not None else None)
    preset: EditorPreset = find_editor(editor, project=project).preset
    check_target(folder)
    timeline = timeline_of(film)
    handover = handover_of(
        timeline,
        drawn=_drawn(timeline, options),
        place=Place(folder / MEDIA, preset.paths.value, MEDIA),
        details=_details(board, timeline) if board is not None else None,
    )
    return write_folder(handover, preset, folder, media=media)


def _drawn(timeline: Timeline, options: RenderOptions) -> dict[int, Drawn]:
    """By index: what was drawn of the items that are text, or have text or effects on them."""
    from stitcher.exporters.cut import Drawn
    from stitcher.rendering.context import RenderContext
    from stitcher.rendering.film import prepare
    from stitcher.rendering.item_sources import item_sources
    from stitcher.timeline.model import Title

    indices = [
        index
        for index, item in enumerate(timeline.items)
        if isinstance(item.source, Title) or item.effects or item.overlays
    ]
    if not indices:
        return {}
    context = RenderContext.of(options)
    sources = item_sources(prepare(timeline, preset=_DRAWN_PRESET), context)
    drawn = {}
    for index in indices:
        item, source = timeline.items[index], sources[index]
        replaces = isinstance(item.source, Title) or bool(item.effects)
        drawn[index] = Drawn(
            _for_editors(source.clip, timeline, context, options) if replaces else None,
            tuple(_for_editors(one.clip, timeline, context, options) for one in source.overlays),
        )
    return drawn


def _for_editors(clip: Clip, timeline: Timeline, context: Any, options: RenderOptions) -> Clip:
    """A clip that was drawn without loss, as one that editors decode."""
    from stitcher.content_key import content_key
    from stitcher.media.ffmpeg import find
    from stitcher.media.probe import probe
    from stitcher.rendering.film import prepare, render
    from stitcher.timebase import FrameRange
    from stitcher.timeline.conform import film_frames
    from stitcher.timeline.model import Item

    whole = FrameRange(0, film_frames(clip, timeline.rate))
    alone = replace(
        timeline,
        items=(Item("drawn", clip, whole, whole, 0),),
        transitions=(),
        cues=(),
        markers=(),
        captions=(),
        chapters=(),
    )

    def work(temp: Path) -> Mapping[str, Any]:
        render(prepare(alone, preset=_DRAWN_PRESET), temp, replace(options, progress=None))
        return {}

    size = (timeline.width, timeline.height)
    key = content_key(_SCHEMA, find().version, _DRAWN_PRESET, clip.sha256, timeline.rate, size)
    return probe(context.cache.make(key, ".mov", work, cancel=context.stop).path)


def _details(board: Storyboard, timeline: Timeline) -> dict[str, ShotDetails]:
    """How each shot was made, as far as the storyboard and the ledger tell."""
    from stitcher.exporters.handover import ShotDetails

    costs = dict(_credits(timeline))
    details = {}
    for shot in board.shots:
        start = shot.start
        picture = ""
        if start is not None:
            picture = start.file.name if start.file is not None else start.shot or "previous"
        seed = shot.seed if shot.seed is not None else board.defaults.seed
        made = shot.prompt is not None
        details[shot.id] = ShotDetails(
            prompt=str(shot.prompt or ""),
            seed=seed if made and isinstance(seed, int) else None,
            credits=costs.get(shot.id),
            start_picture=picture,
        )
    return details


def _credits(timeline: Timeline) -> Iterator[tuple[str, int]]:
    """What the takes in the film cost, by shot."""
    from stitcher.generation.ledger_reader import LedgerReader
    from stitcher.generation.paths import ledger_path

    if timeline.project is None or not ledger_path(timeline.project).exists():
        return
    shown = {item.clip.sha256: item.shot for item in timeline.items if item.clip is not None}
    try:
        with LedgerReader.view(ledger_path(timeline.project)) as ledger:
            takes = ledger.takes()
    except StitcherError:
        # Where takes are shown, a ledger that cannot be read was refused before.
        return
    for take in takes:
        if take.sha256 in shown and take.actual_credits is not None:
            yield shown[take.sha256], take.actual_credits
