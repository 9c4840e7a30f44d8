"""Every error stitcher raises on purpose, as one tree. Branches are chosen by what the caller can do next.

    StitcherError                      1   catch this to catch them all
    ├── InputError                    65   what a person wrote or asked for cannot be right: fix the input
    │   ├── StoryboardError           65   one or more issues in a storyboard, each with line and column
    │   ├── PlanError                 65   the parts are right, together they are not (a transition too long, …)
    │   ├── NotGenerated              65   a shot has a prompt but no take yet
    │   ├── PresetError               78   an unknown or invalid preset
    │   └── MediaError                66   a media file cannot be used; has `path`
    │       ├── MediaMissing          66   it is not there, or not readable
    │       ├── MediaRefused          66   it is not what it says it is, or above a cap
    │       └── MediaBroken           66   truncated, corrupt, or promising more than it holds
    ├── OutputError                   73   the output cannot be written there
    │   └── OutputBusy                73   another stitcher holds it
    ├── DiskFull                      74   no space left; what was there before is untouched
    ├── ToolError                     69   a program this depends on is missing or failed
    │   ├── FfmpegMissing             69   no ffmpeg program found
    │   └── FfmpegFailed              70   ffmpeg ended badly; has argv, exit code and the tail of its stderr
    ├── VerifyError                   70   our own output is not what was planned, so it was not published
    └── Interrupted                  130   the user pressed Ctrl-C

The number is the exit code of the command line (64 stays with wrong usage, 70 also with a bug).
This module knows nobody.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


class StitcherError(Exception):
    """Root of everything stitcher raises on purpose. The message is one paragraph a person can act on."""

    exit_code: ClassVar[int] = 1


class InputError(StitcherError):
    """What a person wrote or asked for cannot be right; nothing was done."""

    exit_code = 65


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong in a file a person wrote."""

    message: str
    """What is wrong and what to do about it, one sentence or two."""
    path: Path | None = None
    line: int | None = None
    """1-based."""
    column: int | None = None
    """1-based."""
    source_line: str | None = None
    """The offending line, so that it can be shown with a caret."""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        text = f"{place}: {self.message}" if place else self.message
        if self.source_line is None:
            return text
        shown = self.source_line.replace("\t", " ")
        caret = f"\n    {' ' * (self.column - 1)}^" if self.column is not None else ""
        return f"{text}\n    {shown}{caret}"


class StoryboardError(InputError):
    """Everything that is wrong with a storyboard, all at once."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))


class PlanError(InputError):
    """The parts are right on their own but cannot make this film."""


class NotGenerated(InputError):
    """A shot asks for a take that does not exist yet."""


class PresetError(InputError):
    """A preset is unknown or invalid."""

    exit_code = 78


class MediaError(InputError):
    """A media file cannot be used."""

    exit_code = 66

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = Path(path)
        self.reason = reason
        super().__init__(f"{str(path)!r}: {reason}")

    def __reduce__(self) -> tuple[type[MediaError], tuple[Path, str]]:
        return type(self), (self.path, self.reason)


class MediaMissing(MediaError):
    """The file is not there, is not a regular file, or may not be read."""


class MediaRefused(MediaError):
    """The file is not what its name says, is of a kind we do not open, or is above a cap."""


class MediaBroken(MediaError):
    """The file is truncated or corrupt, or holds less than its header promises."""


class OutputError(StitcherError):
    """The output cannot be written there; nothing was changed."""

    exit_code = 73


class OutputBusy(OutputError):
    """Another stitcher is writing the same output."""


class DiskFull(StitcherError):
    """No space left; files that were there before are untouched."""

    exit_code = 74


class ToolError(StitcherError):
    """A program this depends on is missing or failed."""

    exit_code = 69


class FfmpegMissing(ToolError):
    """No ffmpeg program was found."""


class FfmpegFailed(ToolError):
    """ffmpeg ended badly, hung, or was killed."""

    exit_code = 70

    def __init__(self, argv: Sequence[str], code: int | None, stderr_tail: str, reason: str = "") -> None:
        self.argv = tuple(argv)
        self.code = code
        self.stderr_tail = stderr_tail
        self.reason = reason
        what = reason or (f"ffmpeg ended with exit code {code}" if code is not None else "ffmpeg failed")
        lines = [line for line in stderr_tail.strip().splitlines() if line.strip()]
        said = "\n".join(lines[-6:])
        message = f"{what}.\n{said}\nThe command was: {shlex.join(self.argv)}" if said else f"{what}."
        super().__init__(message)

    def __reduce__(self) -> tuple[type[FfmpegFailed], tuple[tuple[str, ...], int | None, str, str]]:
        return type(self), (self.argv, self.code, self.stderr_tail, self.reason)


class VerifyError(StitcherError):
    """Our own output is not what was planned; it was not published."""

    exit_code = 70


class Interrupted(StitcherError):
    """The user asked to stop; a second run goes on from the cache."""

    exit_code = 130
