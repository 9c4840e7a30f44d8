"""Options of one generation run: project folder, progress callback, cancellation, burn-in of animatics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from stitcher.generation.events import Listener
    from stitcher.generation.provider import Provider


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

    def provider(self, name: str | Provider) -> str | Provider:
        """The provider of that name, made here where these options say how."""
        if name != "animatic" or self.burn_in:
            return name
        from stitcher.generation.animatic import AnimaticProvider

        return AnimaticProvider(burn_in=False, cancel=self.cancel)
