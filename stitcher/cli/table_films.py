"""The films of a table: what is said while they are made, and what of them in the end."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stitcher import api
from stitcher.cli import elapsed
from stitcher.cli.deliveries import gravest
from stitcher.cli.exit_status import INTERRUPTED, ExitStatus, ReportedStatus, bug, expected
from stitcher.cli.output import error_document, info, pick, show, show_error, tell_notes, use_board
from stitcher.cli.progress import Rows, progress_and_cancel
from stitcher.cli.storyboard_args import assignments
from stitcher.errors import InputError, StitcherError
from stitcher.rendering.options import RenderOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stitcher.rendering.progress import Step
    from stitcher.tables.films import RowFilm
    from stitcher.tables.options import TableOptions
    from stitcher.tables.report import TableResult

_EVERY_S = 5.0
_NOTES = 20
"""Notes that are said; the reports have all."""
_NAMED = 5


class RowProgress:
    """A row for all films of a table, or a line for each; which films failed, either way."""

    def __init__(
        self,
        rows: Rows | None,
        log: Callable[[str], None] = info,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rows, self._log, self._clock = rows, log, clock
        self._said = self._began = clock()
        self._done = self._total = self._frames = 0
        self.failures: dict[Path, ExitStatus] = {}
        self.notes: Counter[str] = Counter()

    def report(self, step: Step) -> None:
        """Show one step."""
        now = self._clock()
        if step.stage == "films":
            self._done, self._total = step.done, step.total
            return
        text = f"checking row {step.done} of {step.total}"
        if self._rows is not None:
            self._rows.show("all", text, step.done / max(1, step.total))
        elif now - self._said >= _EVERY_S:
            self._said = now
            self._log(text)
        self._began = now

    def film(self, film: RowFilm) -> None:
        """Show what became of a film; of one that was stopped or not begun the end says enough."""
        if film.status == "not made":
            return
        self._frames += film.frames
        self.notes.update(set(film.notes))
        left = _left(self._clock() - self._began, self._done, self._total)
        if self._rows is not None:
            text = f"{self._done} of {self._total} films, {self._frames} frames{left}"
            self._rows.show("all", text, self._done / max(1, self._total))
        else:
            self._log(f"{self._done} of {self._total}: {film.file}: {_became(film)}{left}")
        if film.error is not None:
            arguments = ("--table", str(film.file))
            ending = (
                expected(film.error) if isinstance(film.error, StitcherError) else bug(film.error, arguments)
            )
            self.failures[film.file] = ending
            self.pause()
            show_error(ending, as_json=False, about=f"{film.file} (row {film.row})")

    def pause(self) -> None:
        """Leave the terminal alone until there is something to show again."""
        if self._rows is not None:
            self._rows.clear()


def render_rows(
    board: Path,
    table: Path,
    output: Path | None,
    given: Mapping[str, Any],
    making: Mapping[str, Any],
    *,
    as_json: bool,
) -> int:
    """Make the films of a table and say what became of them; returns the exit code, that of the gravest failure.

    `given` are the options that say which films, and how the storyboard is filled.
    """
    from stitcher.tables.options import TableOptions

    if output is None:
        raise InputError(
            "--table needs a place for each film: add -o 'out/${COLUMN}.mp4', with a column of it."
        )
    chosen = {name: given[name] for name in ("where", "rows", "sample", "jobs", "preset", "encoder")}
    how = TableOptions(
        **chosen,
        stop=bool(given["stop"]),
        variables=assignments(given["sets"] or ()),
        variables_file=given["variables"],
        environment=os.environ,
    )
    use_board(board)
    with progress_and_cancel(RowProgress) as (display, cancel):
        options = RenderOptions(
            cache=making["cache"],
            verify=making["verify"].value,
            progress=display.report,
            cancel=cancel,
            project=board.absolute().parent,
        )
        made = api.render_table(board, table, output, each=display.film, how=how, options=options)
    tell_notes(_notes(display.notes))
    return _show(made, display.failures, how, as_json=as_json)


def _show(made: TableResult, failures: dict[Path, ExitStatus], how: TableOptions, *, as_json: bool) -> int:
    stopped = made.count("not made") > 0 and not (how.stop and failures)
    ending = gravest([*failures.values(), *([INTERRUPTED] if stopped else [])])
    document: dict[str, object] = {
        "films": [_document(film, failures.get(film.file)) for film in made.films],
        **{name.replace(" ", "_"): made.count(name) for name in ("made", "kept", "failed", "not made")},
        **made.frames,
        **pick(made, "pieces_made pieces_shared reports"),
        "wall_seconds": round(elapsed.seconds(), 3),
        **({} if ending is None else {"error": error_document(ending)}),
    }
    show(document, lambda: _lines(made), as_json=as_json)
    if stopped:
        show_error(INTERRUPTED, as_json=False)
    if failures:
        named = ", ".join(map(str, list(failures)[:_NAMED])) + (", …" if len(failures) > _NAMED else "")
        info(f"{len(failures)} of {len(made.films)} films failed: {named}")
    return ReportedStatus(0 if ending is None else ending.exit_code)


def _document(film: RowFilm, ending: ExitStatus | None) -> dict[str, Any]:
    return {
        **pick(film, "row line file status frames copied_frames encoded_frames reused_frames loudness_lufs"),
        "seconds": round(film.seconds, 3),
        "notes": film.notes,
        **({} if ending is None else {"error": error_document(ending)}),
    }


def _lines(made: TableResult) -> Iterator[str]:
    yield f"{len(made.films)} films: {', '.join(_counts(made))}"
    frames = made.frames
    again = f" ({frames['reused_frames']} of them made before)" if frames["reused_frames"] else ""
    yield (
        f"  {frames['frames']} frames: {frames['copied_frames']} copied, {frames['encoded_frames']} encoded{again}"
    )
    yield f"  pieces: {made.pieces_made} made, {made.pieces_shared} shared or made before"
    yield f"  report: {', '.join(map(str, made.reports))}"
    yield f"took {elapsed.seconds():.1f} s in all"


def _counts(made: TableResult) -> Sequence[str]:
    said = {"made": "made", "kept": "unchanged", "failed": "failed", "not made": "not made"}
    return [f"{count} {word}" for status, word in said.items() if (count := made.count(status))]


def _became(film: RowFilm) -> str:
    if film.status == "failed":
        return "failed"
    if film.status == "kept":
        return f"{film.frames} frames, unchanged"
    loud = "" if film.loudness_lufs is None else f", {film.loudness_lufs:.1f} LUFS"
    return f"{film.frames} frames, {film.made_frames} newly encoded{loud}, {film.seconds:.1f} s"


def _left(seconds: float, done: int, total: int) -> str:
    if not 0 < done < total:
        return ""
    left = round(seconds / done * (total - done))
    return f"; {left // 60}:{left % 60:02} left"


def _notes(notes: Counter[str]) -> Iterator[str]:
    for note, count in notes.most_common(_NOTES):
        yield note if count == 1 else f"{note} ({count} films)"
    if len(notes) > _NOTES:
        yield f"{len(notes) - _NOTES} more notes are in the reports."
