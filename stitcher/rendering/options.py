"""Options of one render: cache folder, executor, progress callback, cancellation, verification, overwriting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from stitcher.errors import InputError
from stitcher.one_line import one_line

if TYPE_CHECKING:
    import threading
    from concurrent.futures import Executor
    from pathlib import Path

    from stitcher.rendering.progress import Progress

Verify = Literal["joins", "full"]
"""How much of the finished film is decoded to prove it: the places where its runs meet, or all of it."""


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How a plan is carried out; nothing here changes what the film is."""

    cache: Path | None = None
    """Folder in which encoded segments and the sound are kept; the user's by default."""
    executor: Executor | None = None
    """Runs the encode jobs; without one, threads do, as many as the machine and the picture allow."""
    progress: Progress | None = None
    """Called with every `Step`, from one thread."""
    cancel: threading.Event | None = None
    """Ends the render with `Interrupted` once it is set."""
    verify: Verify = "joins"
    overwrite: bool = True
    """Whether a file at the film's place may be replaced."""
    project: Path | None = None
    """Folder in which presets are looked for as well."""

    workers: int | None = None
    """How many encoders work side by side at most, where there is no executor; as many as the machine has cores."""

    __repr__ = one_line

    def __post_init__(self) -> None:
        if self.verify not in get_args(Verify):
            raise InputError(f"verify must be 'joins' or 'full', and not {self.verify!r}.")
        if self.workers is not None and self.workers < 1:
            raise InputError(f"workers must be 1 or more, and not {self.workers}.")


DEFAULTS = RenderOptions()
