"""The films of a table, several at a time: one that fails is kept with its error, and does not stop the others."""

from __future__ import annotations

import time
from collections.abc import Generator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from stitcher.errors import Interrupted, StitcherError
from stitcher.media.threads import cores
from stitcher.one_line import one_line
from stitcher.rendering.context import Stop
from stitcher.rendering.film import Film
from stitcher.rendering.options import RenderOptions
from stitcher.session import Order, render
from stitcher.tables.check import TableFilms
from stitcher.tables.table import Row

_MOST_JOBS = 4
_LOOK_UP_S = 0.2

Status = Literal["made", "kept", "failed", "not made"]
"""Of a film: `kept` is one that stood there as it would be made, `not made` one that was stopped or not begun."""


@dataclass(frozen=True, slots=True)
class RowFilm:
    """What became of the film of one row."""

    row: int
    """Among the table's rows, 1-based."""
    line: int | None
    """Of its file, where that has lines."""
    file: Path
    status: Status
    frames: int = 0
    copied_frames: int = 0
    encoded_frames: int = 0
    reused_frames: int = 0
    """Of the encoded ones, those that were in the cache."""
    loudness_lufs: float | None = None
    """Integrated, where it was measured."""
    seconds: float = 0.0
    """Wall time, for people."""
    error: Exception | None = None
    """Why it could not be made: a `StitcherError`, or a bug."""
    notes: tuple[str, ...] = ()

    __repr__ = one_line

    @property
    def made_frames(self) -> int:
        """Frames that were encoded for it, and found nowhere."""
        return self.encoded_frames - self.reused_frames


def make_films(films: TableFilms, options: RenderOptions) -> Generator[RowFilm]:
    """What became of each film, as soon as it is over; not in the table's order."""
    jobs = films.options.jobs or min(cores(), _MOST_JOBS)
    stop = Stop(options.cancel)
    # Films side by side share the cores; each has as many encoders as are left for it.
    own = replace(options, cancel=stop, progress=None, workers=options.workers or max(1, cores() // jobs))
    waiting = iter(films.orders)
    under_way: dict[Future[RowFilm], None] = {}
    with ThreadPoolExecutor(jobs, thread_name_prefix="film") as pool:
        try:
            while True:
                while len(under_way) < jobs and (order := next(waiting, None)) is not None:
                    if stop.is_set():
                        yield _not_made(*order)
                    else:
                        under_way[pool.submit(_film, films, order, own)] = None
                if not under_way:
                    return
                # Looking up now and then, because a signal does not end a wait everywhere.
                for future in wait(under_way, timeout=_LOOK_UP_S, return_when=FIRST_COMPLETED).done:
                    del under_way[future]
                    made = future.result()
                    if films.options.stop and made.status == "failed":
                        stop.set()
                    yield made
        except BaseException:
            stop.set()
            raise


def _film(films: TableFilms, order: tuple[Row, Order], options: RenderOptions) -> RowFilm:
    row, ordered = order
    began = time.monotonic()
    try:
        film = render(films.board(row), ordered, options)
    except Interrupted:
        return _not_made(row, ordered)
    except Exception as exc:
        seconds = time.monotonic() - began
        # Its traceback would hold on to all that it was made of.
        return RowFilm(row.number, row.line, ordered.file, "failed", seconds=seconds, error=_alone(exc))
    return _of_film(row, film, time.monotonic() - began)


def _not_made(row: Row, order: Order) -> RowFilm:
    return RowFilm(row.number, row.line, order.file, "not made")


def _alone(error: Exception) -> Exception:
    return error.with_traceback(None) if isinstance(error, StitcherError) else error


def _of_film(row: Row, film: Film, seconds: float) -> RowFilm:
    """What is kept of a film: thousands of plans are more than fits into memory."""
    after = film.sound.after if film.sound is not None else None
    return RowFilm(
        row.number,
        row.line,
        film.paths[0],
        "kept" if film.up_to_date else "made",
        frames=len(film.plan.shown),
        copied_frames=film.copied_frames,
        encoded_frames=film.encoded_frames,
        reused_frames=film.reused_frames,
        loudness_lufs=None if after is None else after.integrated_lufs,
        seconds=seconds,
        notes=film.notes,
    )
