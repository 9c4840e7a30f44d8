"""The context of a generation run: a project whose ledger is open to write, and the options of the call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from stitcher.generation.ledger import Ledger
from stitcher.generation.options import GenerateOptions
from stitcher.generation.project import Project, open_project, sweep
from stitcher.generation.take import Take
from stitcher.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class RunContext:
    """What everything that makes or fetches takes works on."""

    project: Project
    ledger: Ledger
    options: GenerateOptions
    spent_before: int
    """Credits that were spent when it was opened."""

    def sweep(self) -> tuple[Take, ...]:
        """Every take of the ledger, after what a killed run left among their files was removed."""
        takes = self.ledger.takes()
        sweep(self.project.folder, takes)
        return takes


@contextmanager
def open_context(board: Storyboard, options: GenerateOptions) -> Iterator[RunContext]:
    """The project of a storyboard with its ledger, which nobody else may write meanwhile.

    Raises `InputError` for a storyboard without a folder, `PresetError` for a bad model file, and `LedgerError`.
    """
    project = open_project(board, options.project)
    with (options.open_ledger or Ledger.open)(project.ledger) as ledger:
        yield RunContext(project, ledger, options, ledger.spent().total)
