"""Options of one generation run: project folder, progress callback, cancellation, burn-in of animatics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stitcher.generation.run_policy import REAL_TIME, Timing
from stitcher.one_line import one_line

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from stitcher.generation.events import Listener
    from stitcher.generation.ledger import OpenLedger


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """How takes are made; nothing here changes what is asked for or what it costs."""

    project: Path | None = None
    """Folder of the ledger and of `takes`; the storyboard's own by default."""
    progress: Listener | None = None
    """Called with every `Event`, from the calling thread."""
    cancel: threading.Event | None = None
    """Ends the run with `Interrupted` after the step under way, once it is set."""
    burn_in: bool = True
    """Whether animatics show their shot, prompt and frame number."""
    timing: Timing = REAL_TIME
    """For tests."""
    open_ledger: OpenLedger | None = None
    """For tests; `Ledger.open` unless given."""

    __repr__ = one_line


DEFAULTS = GenerateOptions()
