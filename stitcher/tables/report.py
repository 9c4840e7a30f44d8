"""The report of a table's films, beside them: `report.json` for machines and `report.csv` for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stitcher.errors import OutputError, StitcherError
from stitcher.media.files import read_head, write_whole
from stitcher.one_line import one_line
from stitcher.tables.films import RowFilm

_COLUMNS = (
    "row", "line", "film", "status", "frames", "copied_frames", "encoded_frames", "reused_frames", "loudness_lufs",
    "seconds", "error",
)  # fmt: skip
_MARK = '{\n  "stitcher_report": 1,'
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class TableResult:
    """What became of the films of a table."""

    films: tuple[RowFilm, ...]
    """In the table's order."""
    pieces_made: int
    """Encoded segments, titles and sounds that were made: each once, however many films have it."""
    pieces_shared: int
    """How often one was there already, from another film or an earlier call."""
    seconds: float
    """Wall time, for people."""
    reports: tuple[Path, ...] = ()
    """Where `report.json` and `report.csv` are."""

    __repr__ = one_line

    def count(self, status: str) -> int:
        """How many films are `made`, `kept`, `failed` or `not made`."""
        return sum(film.status == status for film in self.films)

    @property
    def frames(self) -> Mapping[str, int]:
        """Frames of the films there are: all, copied, encoded, and those of the latter that were found."""
        return {
            "frames": sum(film.frames for film in self.films),
            "copied_frames": sum(film.copied_frames for film in self.films),
            "encoded_frames": sum(film.encoded_frames for film in self.films),
            "reused_frames": sum(film.reused_frames for film in self.films),
        }


def report_places(folder: Path) -> tuple[Path, Path]:
    """Where the reports of films in a folder go. Raises `OutputError` where there is something else by that name."""
    beginnings = {folder / "report.json": _MARK, folder / "report.csv": ",".join(_COLUMNS)}
    for path, beginning in beginnings.items():
        if os.path.lexists(path) and not _begins(path, beginning):
            raise OutputError(
                f"{str(path)!r} is there and is no report of a table's films, which would take its place; move it, or "
                "give the films a folder of their own."
            )
    return folder / "report.json", folder / "report.csv"


def _begins(path: Path, beginning: str) -> bool:
    try:
        return read_head(path, len(beginning)) == beginning.encode()
    except StitcherError:
        return False


def row_document(film: RowFilm, folder: Path) -> dict[str, object]:
    """What a report says of a row's film."""
    return {
        "row": film.row,
        "line": film.line,
        "film": os.path.relpath(film.file, folder),
        "status": film.status,
        "frames": film.frames,
        "copied_frames": film.copied_frames,
        "encoded_frames": film.encoded_frames,
        "reused_frames": film.reused_frames,
        "loudness_lufs": None if film.loudness_lufs is None else round(film.loudness_lufs, 1),
        "seconds": round(film.seconds, _DIGITS),
        "error": None if film.error is None else str(film.error),
    }


def write_reports(result: TableResult, places: Sequence[Path]) -> None:
    """Both reports, each whole or not at all. Raises `DiskFull` and `OutputError`."""
    rows = [row_document(film, places[0].parent) for film in result.films]
    document = {
        "stitcher_report": 1,
        **{name.replace(" ", "_"): result.count(name) for name in ("made", "kept", "failed", "not made")},
        **result.frames,
        "pieces_made": result.pieces_made,
        "pieces_shared": result.pieces_shared,
        "seconds": round(result.seconds, _DIGITS),
        "films": [
            {
                **row,
                "error_kind": None if film.error is None else type(film.error).__name__,
                "notes": list(film.notes),
            }
            for row, film in zip(rows, result.films, strict=True)
        ],
    }
    write_whole(
        places[0], json.dumps(document, indent=2, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    )
    text = io.StringIO(newline="")
    lines = csv.DictWriter(text, _COLUMNS)
    lines.writeheader()
    lines.writerows(rows)
    write_whole(places[1], text.getvalue().encode("utf-8", "replace"))
