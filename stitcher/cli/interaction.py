"""What commands that make takes need of the command line: progress, Ctrl-C, the question about the price."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stitcher.cli import signals
from stitcher.cli.output import info
from stitcher.cli.progress import TakeProgress, progress_and_cancel
from stitcher.cli.take_output import estimate_lines
from stitcher.errors import InputError, Interrupted

if TYPE_CHECKING:
    from stitcher.generation.estimate import Estimate
    from stitcher.generation.options import GenerateOptions


@dataclass(frozen=True, slots=True)
class Run:
    """What a run that makes takes is given, and how it asks a question meanwhile."""

    options: GenerateOptions
    display: TakeProgress

    def confirm_cost(self, *, yes: bool) -> Callable[[Estimate], bool]:
        """Shows the estimate and asks once, on a terminal; elsewhere only `--yes` agrees."""

        def confirm(estimate: Estimate) -> bool:
            self.display.pause()
            for line in estimate_lines(estimate):
                info(line)
            price = f"{estimate.credits} credits ({estimate.dollars})"
            return yes or self.ask(
                f"Spend {price}?",
                f"This would spend {price}, and there is no terminal to ask on. Nothing was sent",
            )

        return confirm

    def ask(self, question: str, otherwise: str) -> bool:
        """A person's yes or no. Where nobody can be asked, `otherwise` is what the `InputError` says."""
        self.display.pause()
        return ask(question, otherwise)


def ask(question: str, otherwise: str) -> bool:
    """A person's yes or no. Where nobody can be asked, `otherwise` is what the `InputError` says.

    Raises `Interrupted` for Ctrl-C.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InputError(f"{otherwise}; add --yes to agree beforehand.")
    import typer

    try:
        # A run's own answer to Ctrl-C is to stop after the step under way; a question is none.
        with signals.ended_by_signal():
            return typer.confirm(question, err=True)
    except (KeyboardInterrupt, typer.Abort):
        info("")
        raise Interrupted("Stopped at the question; nothing was sent, and nothing changed.") from None


@contextlib.contextmanager
def making_takes(*, burn_in: bool = True) -> Iterator[Run]:
    """What a run needs of the command line while it works."""
    from stitcher.generation.options import GenerateOptions

    try:
        with progress_and_cancel(TakeProgress) as (display, cancel):
            yield Run(GenerateOptions(progress=display.report, cancel=cancel, burn_in=burn_in), display)
    except KeyboardInterrupt:
        # A second Ctrl-C, which waits for nothing, so nobody could say what is under way.
        raise Interrupted(
            "Stopped at once. What was asked for before may still be made and is paid for: `stitcher takes list BOARD` "
            "says what. Run the same again, or `stitcher rescue BOARD`, to fetch it; nothing is bought twice."
        ) from None
