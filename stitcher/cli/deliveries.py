"""The films of one run: one that fails is told, and does not keep the others from being made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.cli import elapsed
from stitcher.cli.exit_status import ExitStatus, ReportedStatus, bug, expected
from stitcher.cli.film_output import film_document, film_lines
from stitcher.cli.output import error_document, info, show, show_error, tell_notes
from stitcher.deliveries import Delivered
from stitcher.errors import Interrupted, StitcherError
from stitcher.session import DEFAULT_PRESET

if TYPE_CHECKING:
    from stitcher.rendering.film import Film

_GRAVEST_FIRST = (130, 70, 74, 69, 73, 66, 65, 78)
"""Exit codes: stopped; then what may be wrong with stitcher or the machine, before what a person wrote."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A film that was not made."""

    preset: str
    file: Path
    ending: ExitStatus


@dataclass(slots=True)
class Deliveries:
    """What became of the films of one run so far."""

    alone: bool = False
    """Whether only one is asked for: then what it fails of is the command's own error."""
    films: list[Film] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)
    """Frames of films, made instead of those."""
    failures: list[Failure] = field(default_factory=list)
    stopped: bool = False
    """Whether it was asked to stop: nothing else is begun then."""

    def attempt(self, preset: str | None, file: Path, make: Callable[[], Film], *, count: int = 1) -> None:
        """Make a film, one of `count`, and keep what became of it."""
        film: Film | None = None
        error: Exception | None = None
        try:
            film = make()
        except Exception as exc:
            error = exc
        self.add(Delivered(preset or DEFAULT_PRESET, file, film, error, count))

    def add(self, made: Delivered) -> None:
        """Keep what became of a film, and say at once what is to be said of it. Raises its error when it is alone."""
        self.alone = made.count == 1
        if made.film is not None:
            self.films.append(made.film)
            tell_notes(made.film.notes)
        elif made.error is not None:
            if self.alone:
                raise made.error
            self.stopped = isinstance(made.error, Interrupted)
            arguments = (made.preset, str(made.file))
            error = made.error
            ending = expected(error) if isinstance(error, StitcherError) else bug(error, arguments)
            self.failures.append(Failure(made.preset, made.file, ending))
            about = "" if self.stopped else f"{made.file} ({made.preset})"
            show_error(ending, as_json=False, about=about)

    def show(self, notes: Sequence[str], *, as_json: bool, lines: Sequence[str] = (), **more: object) -> int:
        """Print what was made and what was not; returns the exit code, that of the gravest failure.

        `notes` are about all films; `lines` are for people only, `more` for machines.
        """
        document: dict[str, object] = {
            "films": [film_document(film) for film in self.films],
            **({"pictures": self.pictures} if self.pictures else {}),
            "notes": list(notes),
            "wall_seconds": round(elapsed.seconds(), 3),
            **more,
        }
        ending = gravest(one.ending for one in self.failures)
        if ending is not None:
            document["error"] = error_document(ending)
            document["failed"] = [
                {"preset": one.preset, "file": one.file, "error": error_document(one.ending)}
                for one in self.failures
            ]
        show(document, lambda: (*self._lines(), *lines), as_json=as_json)
        if self.failures and not self.stopped:
            files = ", ".join(str(one.file) for one in self.failures)
            info(f"{len(self.failures)} of {len(self.films) + len(self.failures)} films failed: {files}")
        return ReportedStatus(0 if ending is None else ending.exit_code)

    def _lines(self) -> Iterator[str]:
        yield from map(str, self.pictures)
        if self.pictures:
            return
        for film in self.films:
            yield from film_lines(film, elapsed.seconds() if self.alone else film.seconds)
        if not self.alone:
            yield f"took {elapsed.seconds():.1f} s in all"


def gravest(endings: Iterable[ExitStatus]) -> ExitStatus | None:
    """The one whose exit code counts for all; `None` where there is none."""
    return min(endings, key=lambda one: _gravity(one.exit_code), default=None)


def _gravity(code: int) -> int:
    return _GRAVEST_FIRST.index(code) if code in _GRAVEST_FIRST else len(_GRAVEST_FIRST)
