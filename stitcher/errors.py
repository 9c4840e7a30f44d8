"""Every error stitcher raises on purpose, as one tree. Branches are chosen by what the caller can do next.

    StitcherError                      1   catch this to catch them all
    ├── InputError                    65   what a person wrote or asked for cannot be right: fix the input
    │   ├── IssuesError               65   several things at once; has `issues`, with line and column where known
    │   │   ├── StoryboardError       65   a storyboard is not right as it is written
    │   │   ├── PlanError             65   the parts are right, together they are not (a transition too long)
    │   │   └── PreflightError        65   what would be asked of a provider cannot be right
    │   ├── NotGenerated              65   a shot has a prompt but no take yet
    │   ├── PresetError               78   an unknown or invalid preset
    │   │   └── ExtraMissing          78   it is written by one of stitcher's extras, not installed; has `extra`
    │   └── MediaError                66   a media file cannot be used; has `path`
    │       ├── MediaMissing          66   it is not there, or not readable
    │       ├── MediaRefused          66   it is not what it says it is, or above a cap
    │       │   └── NotAsAsked        66   whole, and not what was asked of a provider; has its frames
    │       └── MediaBroken           66   truncated, corrupt, or promising more than it holds
    ├── OutputError                   73   the output cannot be written there
    │   └── OutputBusy                73   another stitcher holds it
    ├── DiskFull                      74   no space left; what was there before is untouched
    ├── ToolError                     69   a program this depends on is missing or failed
    │   ├── FfmpegMissing             69   no ffmpeg program found
    │   └── FfmpegFailed              70   ffmpeg ended badly; has argv, exit code and the tail of its stderr
    ├── GenerateError                 69   a take could not be made
    │   ├── ProviderConfig            78   no key, a key that is refused, or a base URL that may not be used
    │   ├── ProviderUnavailable       69   the service was not reached, nothing was bought: try later
    │   │   └── NotSent               69   a paid request provably never left: sending it again is safe
    │   ├── NoClearAnswer             75   a paid request may have arrived, the answer does not say; has `raw`
    │   ├── Rejected                  69   the service said no before making anything; has the HTTP status
    │   │   ├── BadRequest            65   it found the request invalid; has its own `issues`
    │   │   ├── OutOfCredits          77   the account's balance is too low: buy credits
    │   │   └── DailyCap              69   today's generations are used up: try again in some hours
    │   ├── BudgetExceeded            77   it would cost more than was allowed or agreed to: not sent
    │   ├── TakeFailed                69   the service took the task and failed or lost it; has its code
    │   ├── DownloadFailed            69   a paid take could not be fetched; it is still at the service
    │   ├── UnknownOutcome            75   a paid request was sent, no answer recorded; a person decides
    │   ├── TakeHeld                  75   what arrived is whole and not what was asked for; a person decides
    │   └── LedgerError               66   the record of takes cannot be used
    │       ├── LedgerBusy            73   another stitcher works on this project; has the holder
    │       ├── LedgerDamaged         66   the file is corrupt, torn, or from a newer stitcher
    │       └── IllegalMove           70   a take cannot go from this state to that one; nothing was changed
    ├── VerifyError                   70   our own output is not what was planned, so it was not published
    └── Interrupted                  130   stopped by Ctrl-C, or a question was answered with no

The number is the exit code of the command line (64 stays with wrong usage, 70 also with a bug).
This module knows nobody.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypedDict, Unpack

from stitcher.one_line import window

_LINE = 76
"""Letters of an offending line that are shown: with its indent it fits a terminal."""


def _restored(
    kind: type[StitcherError], arguments: tuple[object, ...], details: dict[str, object]
) -> StitcherError:
    error = kind.__new__(kind, *arguments)
    vars(error).update(details)
    return error


class ErrorDetails(TypedDict, total=False):
    """What machines may be told of the take, its task and the money that an error is about."""

    shot: str | None
    take: int | None
    """Its number, 1-based."""
    file: str
    """Of the take, relative to the project."""
    task_id: str | None
    """Of the take, at its provider."""
    task_ids: tuple[str, ...]
    """Of what is still being made at the service, and paid for."""
    cost_credits: int | None
    """What the take has cost, or counts as."""
    ceiling_credits: int
    """What the take may have cost at most."""
    needed_credits: int | None
    """What was asked for would cost, or would bring the spending to."""
    allowed_credits: int | None
    """What it may cost at most."""
    balance_before_credits: int | None
    """Of the account, just before the request was sent."""
    balance_credits: int | None
    """Of the account, when it was asked last."""


class StitcherError(Exception):
    """Root of everything stitcher raises on purpose. The message is one paragraph a person can act on.

    The `ErrorDetails` of the take and the money it is about are attributes, `None` where they do not apply.
    """

    exit_code: ClassVar[int] = 1
    shot: str | None = None
    take: int | None = None
    file: str | None = None
    task_id: str | None = None
    task_ids: tuple[str, ...] | None = None
    cost_credits: int | None = None
    ceiling_credits: int | None = None
    needed_credits: int | None = None
    allowed_credits: int | None = None
    balance_before_credits: int | None = None
    balance_credits: int | None = None

    def __init__(self, message: str, **details: Unpack[ErrorDetails]) -> None:
        super().__init__(message)
        vars(self).update(details)

    def __reduce__(self) -> tuple[object, ...]:
        # As made, and never made again: constructors take other arguments than the message that `args` holds.
        return _restored, (type(self), self.args, vars(self))


class InputError(StitcherError):
    """What a person wrote or asked for cannot be right; nothing was done."""

    exit_code = 65


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong in a file a person wrote, or in what was asked of a service."""

    message: str
    """What is wrong and what to do about it, one sentence or two."""
    path: Path | None = None
    line: int | None = None
    """1-based."""
    column: int | None = None
    """1-based."""
    source_line: str | None = None
    """The offending line, so that it can be shown with a caret."""
    location: tuple[str | int, ...] = ()
    """Keys and indices from the top of the file: `("shots", 2, "transition", "kind")`."""
    on_key: bool = False
    """Whether it is about the key at `location` and not about its value."""

    @classmethod
    def at(cls, location: Sequence[str | int], message: str, *, on_key: bool = False) -> Issue:
        """An issue whose line is not known yet."""
        return cls(message, location=tuple(location), on_key=on_key)

    def __str__(self) -> str:
        position = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        text = f"{position}: {self.message}" if position else self.message
        if self.source_line is None:
            return text
        line, at = window(self.source_line.replace("\t", " "), (self.column or 1) - 1, _LINE)
        caret = f"\n    {_blank(line[:at])}^" if self.column is not None else ""
        return f"{text}\n    {line}{caret}"


def _blank(text: str) -> str:
    """Spaces as wide as a text."""
    wide = (
        unicodedata.east_asian_width(letter) in "WF" for letter in text if not unicodedata.combining(letter)
    )
    return "".join("\u3000" if one else " " for one in wide)


class IssuesError(InputError):
    """Everything that is wrong in one step, all at once."""

    def __init__(self, issues: Sequence[Issue] | str) -> None:
        self.issues = (Issue(issues),) if isinstance(issues, str) else tuple(issues)
        super().__init__("\n".join(str(issue) for issue in self.issues))


class StoryboardError(IssuesError):
    """What is wrong with a storyboard as it is written."""

    written: object = None
    """What was read of it, for whoever looks for more that is wrong."""


class PlanError(IssuesError):
    """The parts are right on their own but cannot make this film."""


class PreflightError(IssuesError):
    """What is wrong with what would be asked of a provider. Nothing was sent."""


class NotGenerated(InputError):
    """Shots ask for takes that do not exist yet."""

    def __init__(self, message: str, shots: Sequence[str] = ()) -> None:
        self.shots = tuple(shots)
        super().__init__(message)


class PresetError(InputError):
    """A preset is unknown or invalid."""

    exit_code = 78


class ExtraMissing(PresetError):
    """What was asked for is written by software that comes with one of stitcher's extras, which is not installed."""

    def __init__(self, message: str, extra: str) -> None:
        self.extra = extra
        super().__init__(message)


class MediaError(InputError):
    """A media file cannot be used."""

    exit_code = 66

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = Path(path)
        self.reason = reason
        super().__init__(f"{str(path)!r}: {reason}")


class MediaMissing(MediaError):
    """The file is not there, is not a regular file, or may not be read."""


class MediaRefused(MediaError):
    """The file is not what its name says, is of a kind we do not open, or is above a cap."""


class NotAsAsked(MediaRefused):
    """The file is whole and can be decoded, and it is not what a provider was asked for."""

    def __init__(self, path: Path | str, reason: str, frames: int) -> None:
        self.frames = frames
        super().__init__(path, reason)


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

    def __init__(
        self,
        argv: Sequence[str],
        code: int | None,
        stderr_tail: str,
        how: str = "",
        reason: str = "",
        log: Path | None = None,
    ) -> None:
        self.argv = tuple(argv)
        self.code = code
        self.stderr_tail = stderr_tail
        self.how = how or (f"ffmpeg ended with exit code {code}" if code is not None else "ffmpeg failed")
        """How it ended: by itself, killed, or standing still."""
        self.reason = reason
        """Why, in ffmpeg's own words; empty where it gave none."""
        self.log = log
        """Where its whole command, the versions and everything it said are; `None` where no log was written."""
        why = f": {reason}." if reason else "."
        where = f" Its command and all it said are in {str(log)!r}." if log is not None else ""
        super().__init__(f"{self.how}{why}{where}")


class GenerateError(StitcherError):
    """A take could not be made."""

    exit_code = 69


class ProviderConfig(GenerateError):
    """The provider cannot be used as it is set up: no key, a refused key, a base URL that may not be used."""

    exit_code = 78


class ProviderUnavailable(GenerateError):
    """The service was not reached or did not answer. Nothing was bought by this; trying later is safe."""


class NotSent(ProviderUnavailable):
    """A paid request provably never left this machine, or stopped before the part that costs."""


class NoClearAnswer(GenerateError):
    """A paid request may have arrived, and what came back does not say whether a task was made.

    This is what a provider knows; `UnknownOutcome` is what becomes of the take.
    """

    exit_code = 75

    def __init__(self, message: str, raw: str = "") -> None:
        self.raw = raw
        """What came back, redacted and cut; empty when nothing did."""
        super().__init__(message)


class Rejected(GenerateError):
    """The service refused the request before making anything, so nothing was charged."""

    def __init__(
        self, message: str, status: int | None = None, raw: str = "", **details: Unpack[ErrorDetails]
    ) -> None:
        self.status = status
        self.raw = raw
        """What came back, redacted and cut."""
        super().__init__(message, **details)


class BadRequest(Rejected):
    """The service found the request invalid."""

    exit_code = 65

    def __init__(
        self, message: str, status: int | None = None, raw: str = "", issues: Sequence[Issue] = ()
    ) -> None:
        self.issues = tuple(issues)
        """The service's own words, one entry for each thing wrong."""
        super().__init__(message, status, raw)


class OutOfCredits(Rejected):
    """The account's balance is too low. Credits bought for the web application do not count for the API."""

    exit_code = 77


class DailyCap(Rejected):
    """The account may not start more generations today; waiting seconds is useless."""


class BudgetExceeded(GenerateError):
    """What was asked for would cost more than was allowed or agreed to, and was not sent."""

    exit_code = 77


class TakeFailed(GenerateError):
    """The service accepted a task and then failed, cancelled or lost it."""

    def __init__(self, message: str, *, code: str | None = None, **details: Unpack[ErrorDetails]) -> None:
        self.code = code
        super().__init__(message, **details)


class DownloadFailed(GenerateError):
    """A finished, paid take could not be fetched yet. It is still at the service and is not bought again."""


class UnknownOutcome(GenerateError):
    """A paid request was sent and no answer was recorded. Nothing is sent again until a person decides."""

    exit_code = 75


class TakeHeld(GenerateError):
    """What arrived for a take is whole and is not what was asked for. It is kept, and a person decides."""

    exit_code = 75


class LedgerError(GenerateError):
    """The record of takes cannot be used."""

    exit_code = 66


class LedgerBusy(LedgerError):
    """Another stitcher works on this project."""

    exit_code = 73

    def __init__(self, message: str, holder: str = "") -> None:
        self.holder = holder
        super().__init__(message)


class LedgerDamaged(LedgerError):
    """The ledger's file is corrupt, or was written by a newer stitcher; it was left as it is."""


class IllegalMove(LedgerError):
    """A take cannot go from the state it is in to the one asked for; nothing was changed."""

    exit_code = 70


class VerifyError(StitcherError):
    """Our own output is not what was planned; it was not published."""

    exit_code = 70


class Interrupted(StitcherError):
    """The user asked to stop; a second run goes on from the cache."""

    exit_code = 130

    def __init__(
        self,
        message: str = "Stopped on request; what is finished is kept, run the same again to go on.",
        **details: Unpack[ErrorDetails],
    ) -> None:
        super().__init__(message, **details)
