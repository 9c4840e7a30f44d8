"""Checks of inputs before anything is encoded: what is wrong with files, titles and effects, told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal

from stitcher.errors import InputError, Issue, MediaError, MediaRefused, PlanError
from stitcher.inputs.probe_inputs import look_into_lut, look_into_overlay, look_into_still, read_caption_file
from stitcher.inputs.unusable import preset_fault
from stitcher.storyboard import model as written
from stitcher.storyboard.dub import Dub
from stitcher.storyboard.load import sorted_issues
from stitcher.storyboard.model import LowerThird, Storyboard
from stitcher.storyboard.source_map import Location
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import Title


def with_all_issues(board: Storyboard, error: MediaError | PlanError) -> MediaError | PlanError:
    """The error with what else can be told now: other files, and presets that there are not."""
    if isinstance(error, PlanError):
        return PlanError(sorted_issues([*error.issues, *_preset_issues(board)]))
    _add_media_issues(board, error)
    return error


def _add_media_issues(board: Storyboard, first: MediaError) -> None:
    """Add notes to the first bad file's error: where the storyboard names it, and what else cannot be used, files and
    presets, in the storyboard's order."""
    from stitcher.media.files import check_regular
    from stitcher.media.probe import probe as probe_clip
    from stitcher.media.probe import probe_sound as probe_first

    named: list[tuple[Location, Path | None, Callable[[Path], object]]] = [
        *((("shots", n, "clip"), shot.clip, probe_clip) for n, shot in enumerate(board.shots)),
        *((("shots", n, "still"), shot.still, look_into_still) for n, shot in enumerate(board.shots)),
        *(
            (("shots", n, "grade", "lut"), shot.grade.lut, look_into_lut)
            for n, shot in enumerate(board.shots)
            if shot.grade is not None
        ),
        *((location, path, look_into_overlay) for location, path in _overlays(board)),
        *((location, path, probe_first) for location, path in _sounds(board)),
        *((location, path, read_caption_file) for location, path in _captions(board)),
        *(
            (("captions", n, "file"), one.file, partial(read_caption_file, encoding=one.encoding))
            for n, one in enumerate(board.captions)
        ),
        *((location, font, check_regular) for location, font in _fonts(board)),
    ]
    found, told = list(_preset_issues(board)), set[str]()
    here: list[Location] = []
    for location, path, find in named:
        fault = _fault(path, find) if path is not None else None
        if path is None or fault is None:
            continue
        if fault == str(first):
            here.append(location)
        elif fault not in told:
            told.add(fault)
            found.append(board.issue(location, fault))
    # What is only found where it is decoded may be the fault of every use.
    here = here or [location for location, path, _ in named if path == first.path]
    if board.path is not None:
        found += (board.issue(location, "it is named here.") for location in here)
    for issue in sorted_issues(found):
        first.add_note(str(issue))


def _fault(path: Path, find: Callable[[Path], object]) -> str | None:
    """Why a file cannot be used as that, `None` where it can."""
    try:
        find(path)
    except MediaError as exc:
        return str(exc)
    return None


def _sounds(board: Storyboard) -> Iterator[tuple[Location, Path | None]]:
    """Every file a sound is heard or made from, in all languages."""
    for number, cue in enumerate(board.sound):
        here: Location = ("sound", number)
        yield (*here, *_dubbed(board, cue, "file"), "file"), cue.file
        for language, dub in _other_dubs(board, cue):
            yield (*here, "dubs", language, "file"), dub.file
        source = cue.generate.source if cue.generate is not None else None
        if cue.generate is not None and cue.generate.kind != "picture" and source is not None:
            yield (*here, "generate", cue.generate.kind, "file"), source.file


def _captions(board: Storyboard) -> Iterator[tuple[Location, Path | None]]:
    """Every file of captions that a sound has, in all languages."""
    for number, cue in enumerate(board.sound):
        here: Location = ("sound", number)
        yield (*here, *_dubbed(board, cue, "captions"), "captions"), cue.captions
        for language, dub in _other_dubs(board, cue):
            yield (*here, "dubs", language, "captions"), dub.captions


def _other_dubs(board: Storyboard, cue: written.Cue) -> Iterator[tuple[str, Dub]]:
    """What a sound is in languages that the storyboard is not in."""
    dubs = (cue.own or cue).dubs
    return (
        (language, dub) for language, dub in dubs.items() if cue.own is None or language != board.language
    )


def _dubbed(board: Storyboard, cue: written.Cue, key: Literal["file", "captions"]) -> Location:
    """Where a sound of a storyboard in another language has a file from, below the sound."""
    if cue.own is None or getattr(cue, key) == getattr(cue.own, key):
        return ()
    return ("dubs", board.language or "")


def _preset_issues(board: Storyboard) -> Iterator[Issue]:
    """What is wrong with the presets that a storyboard delivers by: those that there are not."""
    project = board.path.parent if board.path is not None else None
    for number, delivery in enumerate(board.deliver):
        if delivery.preset is not None and (message := preset_fault(delivery.preset, project)):
            yield board.issue(("deliver", number, "preset"), message)


def _fonts(board: Storyboard) -> Iterator[tuple[Location, Path | None]]:
    for n, shot in enumerate(board.shots):
        if shot.title is not None:
            yield ("shots", n, "title", "font"), _file(shot.title.font)
        for m, words in enumerate(shot.overlays):
            if isinstance(words, LowerThird):
                yield ("shots", n, "overlays", m, "font"), _file(words.font)
    for n, one in enumerate(board.captions):
        yield ("captions", n, "style", "font"), _file(one.style.font)


def _file(font: Path | str | None) -> Path | None:
    return font if isinstance(font, Path) else None


def _overlays(board: Storyboard) -> Iterator[tuple[Location, Path]]:
    for n, shot in enumerate(board.shots):
        for m, one in enumerate(shot.overlays):
            if not isinstance(one, LowerThird):
                yield ("shots", n, "overlays", m, "picture"), one.picture
    for key, over_film in board.film_overlays:
        yield (*key, "picture"), over_film.picture


def check_names(timeline: Timeline) -> None:
    """Refuse files whose names are no text: command lines are built by a library that takes nothing else."""
    for path in timeline.files:
        try:
            str(path).encode()
        except UnicodeEncodeError as exc:
            raise MediaRefused(path, "has a name that is no UTF-8 text; rename it.") from exc


def check_pictures(board: Storyboard, timeline: Timeline) -> None:
    """Refuse titles and captions that cannot be drawn, and effects that cannot be applied, before encoding."""
    issues = IssueCollector(board)
    for track in timeline.burnt_in:
        from stitcher.pictures.caption_fonts import with_font

        try:
            with_font(track)
        except InputError as exc:
            issues.add(("captions",), str(exc))
    for number, item in enumerate(timeline.items):
        where: Location = ("shots", number)
        titles: list[tuple[Location, Title]] = [
            ((*where, "overlays", n), title)
            for n, title in enumerate(item.overlays)
            if isinstance(title, Title)
        ]
        if isinstance(item.source, Title):
            titles.append(((*where, "title"), item.source))
        for location, title in titles:
            from stitcher.pictures.title_page import plain_page
            from stitcher.pictures.titles import check_title

            try:
                check_title(title, plain_page(timeline.width, timeline.height))
            except InputError as exc:
                issues.add(location, str(exc))
        for n, effect in enumerate(item.effects):
            from stitcher.pictures.effects import check_effect

            try:
                check_effect(effect)
            except InputError as exc:
                issues.add((*where, "effects", n), str(exc))
    issues.raise_any()
