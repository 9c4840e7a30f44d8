"""Options of a table's films: which rows, how many at a time, and what else fills the storyboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stitcher.errors import InputError
from stitcher.one_line import one_line


@dataclass(frozen=True, slots=True)
class TableOptions:
    """Which films of a table are made, and how."""

    where: str | None = None
    """A condition that rows fulfil: `lang == "de" and price < 10`."""
    rows: str | None = None
    """From which row to which, both counted from 1: `10:20`."""
    sample: int | None = None
    """Only so many of the rows chosen, spread evenly over them."""
    jobs: int | None = None
    """Films made at a time; as many as there are cores, and at most 4."""
    stop: bool = False
    """Whether nothing else is begun once a film has failed."""
    preset: str | None = None
    encoder: str | None = None
    variables: Mapping[str, str] | None = None
    """Of the storyboard and of `out`, the same in every row; they count before columns of that name."""
    variables_file: Path | str | None = None
    """Those of a file; columns count before them."""
    environment: Mapping[str, str] | None = None
    """Fills `${env.NAME}`."""

    __repr__ = one_line

    def __post_init__(self) -> None:
        if self.jobs is not None and self.jobs < 1:
            raise InputError(f"jobs must be 1 or more, and not {self.jobs}.")


DEFAULTS = TableOptions()
