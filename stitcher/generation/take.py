"""What the ledger knows of one take, and how credits are summed. Frozen values; nothing here acts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import islice
from typing import Literal

from stitcher.generation.paths import MAIN
from stitcher.generation.provider import Expected
from stitcher.generation.states import COMING, ENDED_WITHOUT_FILE, ON_DISK, UNFINISHED, State
from stitcher.one_line import one_line

Purpose = Literal["start-image", "take", "edit", "upscale", "sound"]
"""`start-image`: a still to start from. `take`, `edit`: a take of the shot. `upscale`: a take, or a piece, larger.
`sound`: a sound of the storyboard, or what is heard of a shot."""

VOICE = "voice"
"""The variant of a sound that is the voice in a shot's own; sounds of the storyboard have none."""

ANIMATIC = "animatic"
"""The provider whose takes are stand-ins: real ones replace them."""


@dataclass(frozen=True, slots=True)
class Take:
    """One request and what became of it. Its identity is the first seven fields after `id`."""

    id: int
    """The ledger's own number."""
    provider: str
    shot: str
    """The shot's name, or the sound's."""
    number: int
    """From 1. Takes and edits of a shot share one count; start images and upscales bear their take's number."""
    purpose: Purpose
    variant: str
    """For upscales, what they are enlarged to; `VOICE` for the voice in a shot's sound; otherwise empty."""
    piece: int
    """From 0: a long take is enlarged in several pieces."""
    attempt: int
    """From 1: rises only after the attempt before has ended without a file."""
    source_number: int | None
    """The take an edit or upscale is made from."""
    model: str
    endpoint: str
    request: str
    """The exact request as canonical JSON, files as content hashes."""
    request_sha256: str
    wish_sha256: str
    """Of what the storyboard asked for; stays the same when only an encoder changed."""
    expected_frames: int | None
    """Pictures, or samples at 48 kHz, of the file that must come back, `None` where any number will do."""
    expected_width: int | None
    expected_height: int | None
    listed_credits: int | None
    """The most it costs by the table of prices; `None` in ledgers that did not keep it."""
    board: str | None
    """The file of the storyboard it was made for, relative to the project; `None` where that was not kept."""
    ceiling_credits: int
    """The most it was reckoned with: the listed ones, or more where the service was seen to take more."""
    state: State
    task_id: str | None
    balance_before: int | None
    """The account's balance just before it was sent, in credits."""
    estimated_credits: int | None
    """The service's own estimate at creation."""
    actual_credits: int | None
    """What the service says it charged in the end."""
    failure_code: str | None
    failure: str | None
    start_file: str | None
    """The picture it was started from; paths are relative to the project, with forward slashes."""
    start_sha256: str | None
    """Of that picture; of an enlargement or a sound, of the file it is made of."""
    file: str | None
    sha256: str | None
    size: int | None
    """Bytes."""
    frames: int | None
    """Counted by decoding: pictures, or samples at 48 kHz."""
    matrix: str | None
    """Colour matrix decided from frame 0, by FFmpeg's name."""
    frame_file: str | None
    """The last frame."""
    frame_sha256: str | None
    circled: bool
    removed: bool
    """Its file was removed on purpose; the record and the cost stay."""
    created: datetime
    updated: datetime

    __repr__ = one_line

    @property
    def label(self) -> str:
        """`Shot s07 take 1`, with what sets it apart."""
        text = f"Shot {self.shot} take {self.number}"
        if self.purpose == "sound":
            text = (
                f"Shot {self.shot} voice {self.number}"
                if self.variant
                else f"Sound {self.shot} take {self.number}"
            )
        if self.purpose == "start-image":
            text = f"Shot {self.shot} start image {self.number}"
        if self.purpose == "upscale":
            piece = f" piece {self.piece + 1}" if self.piece else ""
            text += f" upscale{f' to {self.variant}' if self.variant else ''}{piece}"
        return f"{text} (attempt {self.attempt})" if self.attempt > 1 else text

    @property
    def identity(self) -> tuple[object, ...]:
        """What attempts at one and the same file have in common."""
        return self.provider, series_of(self.purpose), self.shot, self.number, self.variant, self.piece

    @property
    def body(self) -> dict[str, object]:
        """The fields of the request; files stand as `{"sha256": …, "type": …}`."""
        body = json.loads(self.request).get("body", {})
        return body if isinstance(body, dict) else {}

    @property
    def expected(self) -> Expected:
        """What must come back for it."""
        kinds: Mapping[str, Literal["image", "audio", "video"]] = {"start-image": "image", "sound": "audio"}
        kind = kinds.get(self.purpose, "video")
        wide, high = self.expected_width, self.expected_height
        size = None if wide is None or high is None else (wide, high)
        larger = self.purpose == "upscale"
        # What upscales on this machine makes exactly the size it was told.
        own_size = self.purpose == "edit" or (larger and self.provider == MAIN)
        return Expected(kind, self.expected_frames, size, frame_for_frame=larger, any_scale=own_size)

    @property
    def source_sha256(self) -> str | None:
        """Of an enlargement: the hash of the file it is made of; of rows of earlier versions, of the part sent."""
        video = self.body.get("videoUri")
        return self.start_sha256 or (video.get("sha256") if isinstance(video, dict) else None)

    @property
    def on_disk(self) -> bool:
        """Whether its file was stored and not removed since."""
        return self.state in ON_DISK and not self.removed

    @property
    def may_be_made_again(self) -> bool:
        """Whether it was removed, and the same may take its place: an enlargement, which no take comes instead of."""
        return self.removed and self.purpose == "upscale"

    @property
    def unfinished(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in UNFINISHED and not self.removed

    @property
    def is_picture(self) -> bool:
        """Whether it is a take of the shot, and no start image or enlargement."""
        return self.purpose in ("take", "edit")

    @property
    def is_select(self) -> bool:
        """Whether it is one of several of which the film has one: a take of a shot, or of a sound of the storyboard."""
        return self.is_picture or (self.purpose == "sound" and not self.variant)

    @property
    def is_animatic(self) -> bool:
        """Whether it only stands in for a real take."""
        return self.provider == ANIMATIC

    @property
    def needs_consent(self) -> bool:
        """Whether it ended without a file and was charged, or stopped by moderation: a person has to agree before
        the same is asked for again.
        """
        return self.state in ENDED_WITHOUT_FILE and bool(self.spent_credits or is_moderated(self))

    @property
    def spent_credits(self) -> int:
        """What must be counted as spent: the actual cost, else the service's estimate, else the ceiling."""
        return spent_credits(self.state, self.ceiling_credits, self.estimated_credits, self.actual_credits)


def is_moderated(take: Take) -> bool:
    """Whether the service's moderation stopped it; repeating that suspends accounts."""
    return (take.failure_code or "").upper().startswith(("SAFETY", "INPUT_PREPROCESSING.SAFETY"))


def spent_credits(state: State, ceiling: int, estimated: int | None, actual: int | None) -> int:
    """What a take in this state counts as spent; nothing before it was sent or when it was refused."""
    if state in (State.INTENT, State.REJECTED):
        return 0
    if actual is not None:
        return actual
    return estimated if estimated is not None else ceiling


def circled_take(takes: Iterable[Take]) -> Take | None:
    """Which of a shot's takes, or of a sound's, is in the film, or `None`.

    The one a person circled; else the newest edit; else the first real take; else the first animatic one, or of a
    sound the newest, as another is made when its words change.
    """
    pictures = sorted(
        (take for take in takes if take.on_disk and take.is_select), key=lambda take: take.number
    )
    real = [take for take in pictures if not take.is_animatic] or pictures
    circled = [take for take in pictures if take.circled]
    edits = [take for take in real if take.purpose == "edit"]
    if all(take.is_animatic and take.purpose == "sound" for take in real):
        real = real[-1:]
    return next(iter(circled or edits[-1:] or real), None)


def takes_in_film(takes: Iterable[Take]) -> frozenset[int]:
    """Ids of those that films show, of every shot."""
    by_shot: dict[str, list[Take]] = {}
    for take in takes:
        by_shot.setdefault(take.shot, []).append(take)
    chosen = (circled_take(mine) for mine in by_shot.values())
    return frozenset(take.id for take in chosen if take is not None)


def has_another(take: Take, takes: Iterable[Take]) -> bool:
    """Whether another real file of the same kind is on disk, so that nothing waits for this one."""

    def kind(one: Take) -> tuple[object, ...]:
        # Every piece of an enlargement is needed, and only of the take it is made of.
        return (
            one.shot,
            one.purpose,
            one.variant,
            *((one.number, one.piece) if one.purpose == "upscale" else ()),
        )

    return any(other.on_disk and not other.is_animatic and kind(other) == kind(take) for other in takes)


def coming_takes(takes: Iterable[Take], provider: str, purpose: Purpose) -> tuple[int, ...]:
    """Numbers of what was sent to a provider and is on its way to disk."""
    return tuple(
        take.number
        for take in takes
        if take.provider == provider and take.purpose == purpose and take.state in COMING
    )


def clip_number(takes: Iterable[Take], is_made_of: Callable[[Take], bool]) -> int:
    """The number of enlargements of a storyboard's own clip: every file that a shot has named has one of its own.
    `is_made_of` tells which enlargements are of the clip as it is now.
    """
    upscales = [take for take in takes if take.purpose == "upscale"]
    same = next((take.number for take in upscales if is_made_of(take)), None)
    return same if same is not None else max((take.number for take in upscales), default=0) + 1


def stuck_takes(takes: Iterable[Take]) -> tuple[Take, ...]:
    """Those that wait for a person: of unknown outcome, held, or charged for nothing; of each the last attempt."""
    newest = {take.identity: take for take in takes if not take.is_animatic}
    return tuple(
        take for take in newest.values() if take.state in (State.UNKNOWN, State.HELD) or take.needs_consent
    )


def seen_prices(takes: Iterable[Take]) -> Mapping[str, Fraction]:
    """By model: how many times the listed price the service took for the newest take, where that is more than once."""
    seen: dict[str, Fraction] = {}
    for take in takes:
        cost = take.actual_credits if take.actual_credits is not None else take.estimated_credits
        if take.listed_credits and cost is not None and take.state not in ENDED_WITHOUT_FILE:
            seen[take.model] = Fraction(cost, take.listed_credits)
    return {model: factor for model, factor in seen.items() if factor > 1}


def series_of(purpose: Purpose) -> str:
    """What shares one count of numbers: takes and edits of a shot do."""
    return "take" if purpose in ("take", "edit") else purpose


def missing_takes(
    takes: Iterable[Take], wanted: int, provider: str, *, retake: bool = False, purpose: Purpose = "take"
) -> tuple[int, ...]:
    """Numbers of the takes of one shot that must still be asked for, so that there are `wanted` of this provider; with
    another `purpose`, of what else is numbered so.

    A number whose attempts all ended without a file, or were never sent, is used again; one whose file was removed
    is not. With `retake` there is at least one, though nothing be missing, unless one is on its way, and none with a
    number whose attempts were charged for nothing: that is another take, which may be asked for without asking again
    for the failed one.
    """
    present: set[int] = set()
    taken: set[int] = set()
    known = tuple(takes)
    for take in known:
        if take.provider != provider or series_of(take.purpose) != purpose:
            continue
        if take.state in ENDED_WITHOUT_FILE:
            if retake and take.needs_consent:
                taken.add(take.number)
            continue
        if take.state is State.INTENT and take.purpose == purpose:
            continue
        taken.add(take.number)
        if take.purpose == purpose and not take.removed:
            present.add(take.number)
    count = max(wanted - len(present), int(retake and not coming_takes(known, provider, purpose)))
    free = (number for number in range(1, len(taken) + count + 1) if number not in taken)
    return tuple(islice(free, count))


@dataclass(frozen=True, slots=True)
class Spending:
    """Credits gone, by how well they are known."""

    actual: int = 0
    """As the service said in the end."""
    estimated: int = 0
    """As the service said at creation, where the end is not known yet."""
    unknown: int = 0
    """Ceilings of requests whose cost nobody told: in flight, unknown, written off, or ended without a cost."""
    reserved: int = 0
    """Ceilings of requests that are decided and not sent."""

    @property
    def total(self) -> int:
        """All that counts as spent."""
        return self.actual + self.estimated + self.unknown

    @property
    def committed(self) -> int:
        """All that counts against a budget: spent and reserved."""
        return self.total + self.reserved


def sum_spending(takes: Iterable[Take]) -> Spending:
    """What these takes cost so far."""
    actual = estimated = unknown = reserved = 0
    for take in takes:
        if take.state is State.INTENT:
            reserved += take.ceiling_credits
        elif take.state is State.REJECTED:
            continue
        elif take.actual_credits is not None:
            actual += take.actual_credits
        elif take.estimated_credits is not None:
            estimated += take.estimated_credits
        else:
            unknown += take.ceiling_credits
    return Spending(actual, estimated, unknown, reserved)


def most_spent(takes: Iterable[Take]) -> int:
    """The most that these takes can turn out to have cost: what is known for sure, else what may be charged yet."""
    return sum(
        take.spent_credits
        if take.actual_credits is not None or not take.spent_credits
        else max(take.spent_credits, take.ceiling_credits)
        for take in takes
    )


@dataclass(frozen=True, slots=True)
class Move:
    """One line of a take's history."""

    at: datetime
    before: State | None
    """`None` for the first."""
    after: State
    note: str
    """Why, in words."""
    reply: str
    """What the service said, redacted and cut; or empty."""
