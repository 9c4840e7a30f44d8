"""The provider Protocol: what makes takes, what goes in, and every way it can come out.

Two rules hold here. Nothing in this module acts: no network, no files, no clock. And no provider ever repeats
a request that costs money: it says exactly what it knows of the one request it sent, and others decide.

    prepare    free, may be repeated     files become addresses the service can read
    submit     costs money, sent once    Accepted, or raises NotSent | Rejected | NoClearAnswer
    look       free, may be repeated     where a task stands: one class per status
    fetch      free, may be repeated     the file, whole and checked, at its place
    cancel     free, may be repeated     no promise of a refund
    account    free, may be repeated     balance and limits, where there is an account
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, TypeGuard, runtime_checkable

_NEAR = 20
"""A length within a twentieth of the asked one is the asked one: "10 s" of Gen-4 Turbo are 242 frames, not 241."""

_NEAR_SAMPLES = 4800
"""Samples at 48 kHz that short sounds may differ by, too (0.1 s): encoders put silence before and after."""

_SHAPE = 33
"""Shapes within a thirty-third of each other are one: sides come on a grid of 16 pixels."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A local file that a request refers to."""

    path: Path
    sha256: str
    """Of its bytes, lower-case hex. Part of what the request is; the path and the address are not."""
    media_type: str
    """Such as `image/png`, by content and not by name."""
    uri: str | None = field(default=None, repr=False)
    """Where the service reads it, once `prepare` has seen to that: a data URI or an upload's own address."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One request for one generation, in the service's own words but with `Asset`s where it wants addresses."""

    endpoint: str
    """The last part of the path: `image_to_video`, `text_to_image`, `video_upscale`, …"""
    body: Mapping[str, object]
    """JSON values, and `Asset`s anywhere among them."""
    label: str = ""
    """For messages and burn-ins, such as `shot harbour take 1`; not part of what the request is."""

    @property
    def model(self) -> str:
        """The model asked for, or an empty string."""
        return str(self.body.get("model", ""))

    @property
    def canonical(self) -> str:
        """The request as canonical JSON: sorted keys, and for each file what it holds instead of where it is."""
        body = map_assets(self.body, lambda asset: {"sha256": asset.sha256, "type": asset.media_type})
        whole = {"endpoint": self.endpoint, "body": body}
        return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    @property
    def sha256(self) -> str:
        """Of `canonical`: two requests with the same hash ask for the same thing. `prepare` does not change it."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def assets(self) -> tuple[Asset, ...]:
        """Every file referred to, in the order of the body."""
        assets: list[Asset] = []
        map_assets(self.body, assets.append)
        return tuple(assets)

    def with_addresses(self, addresses: Mapping[str, str]) -> Submission:
        """The same request, each file whose sha256 is a key of `addresses` given that address."""
        body = map_assets(self.body, lambda asset: replace(asset, uri=addresses.get(asset.sha256, asset.uri)))
        return replace(self, body=body if isinstance(body, dict) else {})

    def wire(self) -> dict[str, object]:
        """The body as it is sent. Raises `ValueError` while a file has no address yet."""
        sent = map_assets(self.body, _uri_of)
        return sent if isinstance(sent, dict) else {}


def map_assets(value: object, substitute: Callable[[Asset], object]) -> object:
    """JSON values with each `Asset` among them replaced."""
    match value:
        case Asset():
            return substitute(value)
        case Mapping():
            return {str(key): map_assets(part, substitute) for key, part in value.items()}
        case list() | tuple():
            return [map_assets(part, substitute) for part in value]
        case _:
            return value


def _uri_of(asset: Asset) -> str:
    if asset.uri is None:
        raise ValueError(f"{asset.path.name} has no address yet; prepare the request first")
    return asset.uri


@dataclass(frozen=True, slots=True)
class Accepted:
    """The service has taken the request: from here on the task id is worth money."""

    task_id: str
    estimated_credits: int | None
    """What the service says it will charge, fractions rounded up; `None` when it does not say."""
    raw: str = field(default="", repr=False)
    """The answer as it came, redacted and cut."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Queued. Also what a status means that nobody knows yet: never a reason to send again."""

    task_id: str
    said: str = "PENDING"
    """The service's own word."""
    status: Literal["pending"] = "pending"


@dataclass(frozen=True, slots=True)
class Throttled:
    """Stored by the service and waiting for a free slot of the account. Not an error."""

    task_id: str
    status: Literal["throttled"] = "throttled"


@dataclass(frozen=True, slots=True)
class Running:
    """Being made."""

    task_id: str
    progress: Fraction | None
    """0 to 1; `None` when the service does not say."""
    status: Literal["running"] = "running"


@dataclass(frozen=True, slots=True)
class Succeeded:
    """Made. The addresses die within a day or two; `look` again gives fresh ones."""

    task_id: str
    urls: tuple[str, ...] = field(repr=False)
    cost_credits: int | None
    """What was charged in the end; `None` when the service does not say."""
    status: Literal["succeeded"] = "succeeded"


@dataclass(frozen=True, slots=True)
class Failed:
    """Not made. Whether it was charged is in `cost_credits`, and not to be guessed from the code."""

    task_id: str
    code: str | None
    """Such as `SAFETY.INPUT.TEXT`; may be missing."""
    text: str
    """The service's own reason."""
    cost_credits: int | None
    status: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Stopped by somebody; a refund is not promised."""

    task_id: str
    cost_credits: int | None
    status: Literal["cancelled"] = "cancelled"


@dataclass(frozen=True, slots=True)
class Gone:
    """The service knows no such task: deleted, or made under another account."""

    task_id: str
    status: Literal["gone"] = "gone"


Task: TypeAlias = Pending | Throttled | Running | Succeeded | Failed | Cancelled | Gone
Ended: TypeAlias = Succeeded | Failed | Cancelled | Gone


def has_ended(task: Task) -> TypeGuard[Ended]:
    """Whether nothing more will happen to the task by itself."""
    return isinstance(task, Succeeded | Failed | Cancelled | Gone)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a fetched file must be. `None` leaves a point open."""

    kind: Literal["video", "image", "audio"]
    frames: int | None = None
    """Pictures; for sound, samples at 48 kHz."""
    size: tuple[int, int] | None = None
    """Width and height in pixels."""
    frame_for_frame: bool = False
    """Whether another number of frames is of no use, however near (enlargements)."""
    any_scale: bool = False
    """Whether another size of the same shape will do (services enlarge, and edit, at sizes of their own)."""

    def is_size(self, width: int, height: int) -> bool:
        """Whether a picture of that size is what was asked for."""
        if self.size is None or (width, height) == self.size:
            return True
        across, down = width * self.size[1], height * self.size[0]
        return self.any_scale and abs(across - down) * _SHAPE <= max(across, down)

    def is_near(self, frames: int) -> bool:
        """Whether a file with so many frames is what was asked for: services round lengths as they like."""
        if self.frames is None or frames == self.frames:
            return True
        least = _NEAR_SAMPLES if self.kind == "audio" else 2
        return not self.frame_for_frame and abs(frames - self.frames) <= max(least, self.frames // _NEAR)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is whole, checked, at its place and read-only."""

    path: Path
    sha256: str
    size: int
    """Bytes."""
    frames: int | None
    """Counted by decoding: pictures, or samples at 48 kHz."""
    otherwise: str = ""
    """How it differs from what was asked for, where it is whole and no other will come: a person decides."""


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """What the account may do with one model. `None` means no limit, or none told."""

    concurrent: int | None
    daily: int | None
    used_today: int | None

    @property
    def left_today(self) -> int | None:
        """Generations left in the rolling day, never below 0; `None` when not limited or not told."""
        if self.daily is None or self.used_today is None:
            return None
        return max(0, self.daily - self.used_today)


@dataclass(frozen=True, slots=True)
class Account:
    """The account behind the key, as it says itself."""

    balance_credits: int
    monthly_cap_credits: int | None
    models: Mapping[str, ModelLimits]
    """By model name."""


@runtime_checkable
class Provider(Protocol):
    """A maker of takes. Methods may be called from several threads at once, `submit` from one at a time."""

    @property
    def name(self) -> str:
        """One lower-case word, the same as the entry point's."""

    @property
    def paid(self) -> bool:
        """Whether `submit` costs money."""

    def prepare(self, request: Submission) -> Submission:
        """The same request with an address for every file. Free; raises `ProviderUnavailable`, `Rejected` or
        `ProviderConfig` when a file cannot be handed over. A provider that reads files itself returns `request`.
        """

    def submit(self, request: Submission) -> Accepted:
        """Ask for one generation, once. Calls `prepare` first for files that have no address yet.

        Raises `NotSent` (provably not arrived: sending again is safe), `Rejected` (refused, nothing made, nothing
        charged; `OutOfCredits`, `DailyCap` and `BadRequest` are kinds of it), `ProviderConfig` (the key is refused,
        nothing made), and `NoClearAnswer` for everything else: it may have been made and charged.
        """

    def look(self, task_id: str) -> Task:
        """Where the task stands. Raises `ProviderUnavailable` when the service gives no usable answer, which
        says nothing about the task, and `ProviderConfig` when the key is refused.
        """

    def fetch(self, task: Succeeded, target: Path, expected: Expected, *, index: int = 0) -> Fetched:
        """Put output number `index` at `target`, whole and checked, asking for fresh addresses when old ones died.

        Never buys anything. Raises `DownloadFailed`; what was wrong is kept aside.
        """

    def cancel(self, task_id: str) -> None:
        """Stop the task if it is under way. Unknown tasks are no error. **Erases** a finished one.

        Raises `ProviderUnavailable` or `ProviderConfig`.
        """

    def account(self) -> Account | None:
        """Balance and limits; `None` when the provider has no account. Raises as `look`."""
