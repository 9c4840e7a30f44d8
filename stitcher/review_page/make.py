"""A review page made: the film and its takes rendered small, pictures of its seams, all in a folder or a file.

storyboard ─ layout ─┬─ film, takes (preset `review`, kept in the cache) ─ pictures ─┬─ contents ─ page ─ folder, file
                     └─ mix ─ levels ────────────────────────────────────────────────┘
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from stitcher import session
from stitcher.delivery.load import load_preset
from stitcher.delivery.preset import Citation, Preset
from stitcher.errors import InputError, MediaError, OutputError
from stitcher.generation.paths import ledger_path
from stitcher.generation.take import Take
from stitcher.generation.take_list import TakeList, list_takes
from stitcher.media.files import disk_errors, write_whole
from stitcher.media.probe import probe
from stitcher.media.replaced_folder import held_folder, replaced_folder
from stitcher.one_line import one_line
from stitcher.rendering.options import DEFAULTS, RenderOptions
from stitcher.rendering.progress import Told, telling
from stitcher.review_page.contents import (
    Hearing,
    MarkEntry,
    PageContents,
    SeamEntry,
    ShotEntry,
    SoundEntry,
    TakeEntry,
)
from stitcher.review_page.measured import findings_at, seam_readings
from stitcher.review_page.page import inlined, page_text
from stitcher.review_page.pictures import FOLDER as PICTURES
from stitcher.review_page.pictures import seam_entry, shot_picture
from stitcher.review_page.serve import ReviewServer
from stitcher.seam_report.report import FilmSeams, report_seams
from stitcher.stems.film_wave import film_levels
from stitcher.storyboard.assemble_options import AssembleOptions
from stitcher.storyboard.from_clips import storyboard_from_clips
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import SAMPLE_RATE, format_decimal, format_rate
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import StillPicture

PAGE = "index.html"
_FILM = "film.mp4"
_TAKES = "takes"
_OURS = {PAGE, _FILM, _TAKES, PICTURES}
_WIDEST = 1280
"""Films and takes above it are shown at half of their size."""
_COLUMNS = 2400
_BEFORE_TAKES = 0.6
"""How much of a page is done once its film is."""


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A review page that was written."""

    path: Path
    """To be opened in a browser."""
    frames: int
    shots: int
    seams: int
    takes: int
    """Those that have a film of their own on the page."""
    notes: tuple[str, ...]
    """What a person should know."""

    __repr__ = one_line


def make_page(
    board: Storyboard, out: Path, *, single_file: bool = False, options: RenderOptions = DEFAULTS
) -> ReviewPage:
    """Write the page of a storyboard's film: a folder, or one file that holds all of it.

    Raises `OutputError` for a folder that holds anything but an older page, `OutputBusy`, `DiskFull`, and what
    `lay_out` and `render` raise.
    """
    options = replace(options, cache=session.absolute(options.cache))
    if single_file:
        if out.suffix.lower() not in (".html", ".htm"):
            raise OutputError(
                f"{str(out)!r}: a page in a single file is HTML; give it a name that ends in .html."
            )
        with tempfile.TemporaryDirectory(prefix="stitcher-review-") as scratch:
            page = _fill(board, Path(scratch), options)
            write_whole(out, page_text(inlined(page.contents, Path(scratch))).encode())
        return _told(page, out)
    _check_target(out)
    with held_folder(out), replaced_folder(out) as new:
        page = _fill(board, new, options)
        write_whole(new / PAGE, page_text(page.contents).encode(), durable=False)
    return _told(page, out / PAGE)


@contextmanager
def serve_page(board: Storyboard, options: RenderOptions = DEFAULTS) -> Iterator[ReviewServer]:
    """Make the page of a storyboard's film and serve it while the block runs. Raises as `make_page`, `InputError`."""
    if board.path is None:
        raise InputError("This storyboard has no file, so there is no place beside it for decisions.")
    options = replace(options, cache=session.absolute(options.cache))
    with tempfile.TemporaryDirectory(prefix="stitcher-review-") as scratch:
        page = _fill(board, Path(scratch), options)
        text = page_text(replace(page.contents, served=True))
        with ReviewServer(Path(scratch), text, board.path.with_suffix(".review.json")) as server:
            yield server


@dataclass(frozen=True, slots=True)
class _Filled:
    contents: PageContents
    takes: int


@dataclass(frozen=True, slots=True)
class _TakeFilm:
    file: str
    frames: int


def _told(page: _Filled, path: Path) -> ReviewPage:
    shown = page.contents
    return ReviewPage(path, shown.frames, len(shown.shots), len(shown.seams), page.takes, shown.notes)


def _check_target(folder: Path) -> None:
    """Nobody's files are replaced by a page, decisions saved beside it among them."""
    if not folder.name:
        raise OutputError(f"{str(folder)!r} is no folder that a page can be; name one that is new.")
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise OutputError(f"{str(folder)!r} is a file; a page is a folder, or with --single-file one file.")
    if others := sorted(path.name for path in folder.iterdir() if path.name not in _OURS):
        raise OutputError(
            f"The folder {str(folder)!r} holds what is no part of a review page ({', '.join(others[:3])}): move that "
            "elsewhere, or name another folder."
        )


def _fill(board: Storyboard, folder: Path, options: RenderOptions) -> _Filled:
    with disk_errors(folder):
        for name in (PICTURES, _TAKES):
            (folder / name).mkdir()
    with telling(options.progress) as told:
        options = replace(options, progress=None if told is None else told.part(0, _BEFORE_TAKES))
        timeline = session.lay_out(board, options=replace(options, progress=None))
        if not timeline.items:
            raise InputError("The film has no shots, so there is nothing to review.")
        order = session.Order(_proxy(timeline, options), folder / _FILM)
        film = session.render(timeline, order, options)
        shown = probe(folder / _FILM)
        takes = list_takes(board) if _has_takes(board) else None
        films, unread = _take_films(takes, timeline.rate, folder, options, told)
    found = report_seams(timeline, cancel=options.cancel)
    seams = tuple(
        _measured(seam_entry(timeline, shown, folder, number), found)
        for number in range(len(timeline.items) - 1)
    )
    shots = tuple(
        ShotEntry(
            item.shot,
            item.record_start,
            item.record_range.stop,
            _source(item),
            tuple(_facts(item, timeline)),
            _prompt(board, item.shot),
            shot_picture(shown, folder, number + 1, (item.record_start + item.record_range.stop - 1) // 2),
            tuple(_take_entries(takes, item.shot, films)),
            findings_at(found, item.shot, earlier=None),
        )
        for number, item in enumerate(timeline.items)
    )
    contents = _contents(board, timeline, shots, seams, options)
    notes = tuple(dict.fromkeys((*timeline.notes, *film.notes, *unread, *found.notes)))
    return _Filled(replace(contents, notes=notes), len(films))


def _measured(seam: SeamEntry, found: FilmSeams) -> SeamEntry:
    """The seam with what was measured of its clips, where two are cut together."""
    report = next((one for one in found.seams if (one.earlier, one.shot) == (seam.before, seam.shot)), None)
    if report is None:
        return seam
    readings = (*seam.readings, *seam_readings(report))
    return replace(seam, readings=readings, findings=findings_at(found, seam.shot, earlier=seam.before))


def _contents(
    board: Storyboard,
    timeline: Timeline,
    shots: tuple[ShotEntry, ...],
    seams: tuple[SeamEntry, ...],
    options: RenderOptions,
) -> PageContents:
    place = str(board.path) if board.path is not None else timeline.title
    begins = {(shot.shot, shot.start) for shot in shots}
    return PageContents(
        key=hashlib.sha256(place.encode(errors="surrogateescape")).hexdigest()[:16],
        storyboard=board.path.name if board.path is not None else "",
        title=timeline.title,
        rate=(timeline.rate.numerator, timeline.rate.denominator),
        frames=timeline.frames,
        start_frame=timeline.start_frame,
        drop_frame=timeline.drop_frame,
        size=(timeline.width, timeline.height),
        film=_FILM,
        shots=shots,
        seams=seams,
        sounds=tuple(
            SoundEntry(
                cue.name,
                cue.stem,
                *(float(at * timeline.rate / SAMPLE_RATE) for at in (cue.start_sample, cue.stop_sample)),
            )
            for cue in timeline.cues
        ),
        marks=tuple(
            MarkEntry(one.name, one.frame, one.note)
            for one in timeline.markers
            # Where shots begin stands on the axis already.
            if (one.name, one.frame) not in begins
        ),
        hearing=_hearing(timeline, replace(options, progress=None)),
        notes=(),
    )


def _proxy(timeline: Timeline, options: RenderOptions) -> Preset:
    preset = load_preset("review", project=options.project or timeline.project)
    if max(timeline.width, timeline.height) <= _WIDEST:
        return preset
    half = preset.picture.model_copy(update={"size": Citation("half")})
    return preset.model_copy(update={"picture": half})


def _hearing(timeline: Timeline, options: RenderOptions) -> Hearing | None:
    measured = film_levels(timeline, options)
    if measured is None:
        return None
    curves = measured.curves
    count = min(_COLUMNS, len(curves.low))
    edges = (np.arange(count) * len(curves.low)) // max(1, count)
    low, high = np.minimum.reduceat(curves.low, edges), np.maximum.reduceat(curves.high, edges)
    loudness = curves.short_term if measured.levels.short_term_max_lufs is not None else curves.momentary
    at = np.linspace(0, len(loudness) - 1, min(_COLUMNS, len(loudness))).astype(np.int64)
    return Hearing(
        tuple(np.rint(low * 1000).astype(int).tolist()),
        tuple(np.rint(high * 1000).astype(int).tolist()),
        tuple(round(value, 1) if value > -70 else None for value in loudness[at].tolist()),
        measured.levels.integrated_lufs,
    )


def _has_takes(board: Storyboard) -> bool:
    return board.path is not None and ledger_path(board.path.parent).exists()


def _shown_takes(takes: TakeList | None, shot: str) -> list[Take]:
    """The takes of a shot that can be looked at."""
    if takes is None:
        return []
    return [take for take in takes.takes if take.shot == shot and take.is_picture and take.on_disk]


def _take_films(
    takes: TakeList | None, rate: Fraction, folder: Path, options: RenderOptions, told: Told | None
) -> tuple[dict[int, _TakeFilm], tuple[str, ...]]:
    """Small films of the takes of all shots that have several, by their ids, and what of them cannot be read."""
    if takes is None:
        return {}, ()
    of_shots = (_shown_takes(takes, shot) for shot in dict.fromkeys(take.shot for take in takes.takes))
    wanted = [take for of_shot in of_shots if len(of_shot) > 1 for take in of_shot]
    films: dict[int, _TakeFilm] = {}
    unread: list[str] = []
    width = (1 - _BEFORE_TAKES) / max(1, len(wanted))
    for number, take in enumerate(wanted):
        start = _BEFORE_TAKES + number * width
        part = None if told is None else told.part(start, start + width)
        name = f"{_TAKES}/take-{number + 1:03}.mp4"
        try:
            made = _take_film(
                take, rate, takes.folder / (take.file or ""), folder / name, replace(options, progress=part)
            )
        except MediaError as exc:
            unread.append(f"{take.label} is not shown: {exc}")
            continue
        films[take.id] = _TakeFilm(name, made)
    return films, tuple(unread)


def _take_film(take: Take, rate: Fraction, source: Path, out: Path, options: RenderOptions) -> int:
    """Make the film of a take, and say how many frames it has."""
    board = storyboard_from_clips([source], AssembleOptions(transition="cut", fps=rate))
    if take.matrix is not None:
        shot = board.shots[0].model_copy(update={"matrix": take.matrix})
        board = board.model_copy(update={"shots": (shot,)})
    timeline = session.lay_out(board, takes={}, options=replace(options, progress=None))
    session.render(timeline, session.Order(_proxy(timeline, options), out), options)
    return timeline.frames


def _take_entries(takes: TakeList | None, shot: str, films: dict[int, _TakeFilm]) -> Iterator[TakeEntry]:
    shown = None if takes is None else takes.in_film.get(shot)
    for take in _shown_takes(takes, shot):
        seed, film = take.body.get("seed"), films.get(take.id)
        yield TakeEntry(
            take.provider,
            take.number,
            take.model,
            seed if isinstance(seed, int) else None,
            str(take.body.get("promptText") or ""),
            take.spent_credits,
            take.frames,
            in_film=shown is not None and shown.id == take.id,
            circled=take.circled,
            film=film.file if film is not None else None,
            film_frames=film.frames if film is not None else 0,
        )


def _source(item: Item) -> str:
    if not item.enabled:
        return "switched off"
    if item.clip is not None:
        return item.clip.name
    return item.source.name if isinstance(item.source, StillPicture) else "title"


def _facts(item: Item, timeline: Timeline) -> Iterator[str]:
    seconds = format_decimal(len(item.source_range) / timeline.rate, 2)
    yield f"{len(item.source_range)} frames, {seconds} s"
    if item.clip is not None:
        video = item.clip.video
        yield f"{video.width}×{video.height}" + (f", {format_rate(video.rate)} fps" if video.rate else "")
    if item.speed != 1:
        yield f"speed {format_decimal(item.speed, 3)}"
    if item.retiming.changes:
        yield str(item.retiming)
    if item.look.changes:
        yield str(item.look)
    yield from (effect.name for effect in item.effects)


def _prompt(board: Storyboard, shot: str) -> str:
    return next((one.prompt or "" for one in board.shots if one.id == shot), "")
