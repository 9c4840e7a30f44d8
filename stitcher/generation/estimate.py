"""What is still missing, and what it costs: a frozen table per shot and in all. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from stitcher.errors import InputError
from stitcher.generation.edit_and_upscale_requests import (
    edit_price,
    fitting_resolution,
    plan_pieces,
    upscale_price,
    upscaled_size,
)
from stitcher.generation.models import Makes, Model, Models
from stitcher.generation.prices import FREE, Price, dollars
from stitcher.generation.request import (
    image_price,
    shot_model,
    shot_seconds,
    shot_takes,
    start_image_of,
    take_price,
)
from stitcher.generation.retake_scope import Renewal, renewal
from stitcher.generation.states import State
from stitcher.generation.take import (
    ANIMATIC,
    Purpose,
    Spending,
    Take,
    circled_take,
    clip_number,
    coming_takes,
    missing_takes,
    seen_prices,
    sum_spending,
)
from stitcher.generation.tiers import Tier, Tiers
from stitcher.storyboard.model import Shot, Storyboard, Upscale
from stitcher.timeline.media_index import MediaIndex

if TYPE_CHECKING:
    from stitcher.generation.needs import Need


@dataclass(frozen=True, slots=True)
class Line:
    """Requests of one kind that a shot still needs."""

    shot: str
    purpose: Purpose
    model: str
    count: int
    """How many requests."""
    amount: str
    """What one of them makes, in words: `5 s`, `1920:1080`, `721 frames in 2 pieces`."""
    price: Price
    """Of all of them."""
    takes: tuple[int, ...] = ()
    """Numbers of the takes that are missing, or that it is made for."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Everything still missing, with its price. Takes that exist or are under way are not in it."""

    lines: tuple[Line, ...]
    spent: Spending
    """What the ledger counts so far."""
    tier: Tier | None
    """The lowest tier that can make all of it within one day; `None` when none can, or none is known."""
    unpriced: tuple[str, ...] = ()
    """Shots with something that cannot be priced yet, in words: its length is not known before it is made."""
    notes: tuple[str, ...] = ()
    """What a person has to know before agreeing to it, a sentence or two each."""

    @property
    def price(self) -> Price:
        """Of everything missing."""
        return sum((line.price for line in self.lines), FREE)

    @property
    def credits(self) -> int:
        """What everything missing is expected to cost."""
        return self.price.credits

    @property
    def ceiling_credits(self) -> int:
        """The most everything missing can cost."""
        return self.price.ceiling

    @property
    def dollars(self) -> str:
        """`credits` in dollars."""
        return dollars(self.credits)

    @property
    def requests(self) -> Mapping[str, int]:
        """How many requests go to each model."""
        counts: Counter[str] = Counter()
        for line in self.lines:
            counts[line.model] += line.count
        return MappingProxyType(dict(sorted(counts.items())))

    def shot(self, shot: str) -> tuple[Line, ...]:
        """What one shot still needs."""
        return tuple(line for line in self.lines if line.shot == shot)

    def as_json(self) -> dict[str, object]:
        """The table as JSON values."""
        return {
            "lines": [
                {
                    "shot": line.shot,
                    "purpose": line.purpose,
                    "model": line.model,
                    "count": line.count,
                    "amount": line.amount,
                    "takes": list(line.takes),
                    "credits": line.price.credits,
                    "ceiling_credits": line.price.ceiling,
                }
                for line in self.lines
            ],
            "credits": self.credits,
            "ceiling_credits": self.ceiling_credits,
            "dollars": self.dollars,
            "spent_credits": self.spent.total,
            "reserved_credits": self.spent.reserved,
            "unknown_credits": self.spent.unknown,
            "tier": self.tier.name if self.tier else None,
            "unpriced": list(self.unpriced),
            "notes": list(self.notes),
        }


def estimate(
    board: Storyboard,
    models: Models,
    takes: Iterable[Take] = (),
    *,
    media: MediaIndex | None = None,
    tiers: Tiers | None = None,
    shots: Iterable[str] | None = None,
    retake: Iterable[str] = (),
    stale: frozenset[tuple[str, Purpose]] = frozenset(),
    provider: str = "runway",
    refused: Iterable[Need] = (),
) -> Estimate:
    """What the storyboard still needs, given the ledger's takes. With `shots`, only for those.

    A take that exists, or is under way, is not missing, and what is `refused` is not asked for; `retake` names shots of
    which one more is wanted anyway, and `stale` what no longer matches the storyboard, as for `plan_needs`.
    `media` tells the lengths of clips and finished takes; without it edits and upscales of them are priced by the
    length the model will give. Raises `PresetError` for a model that does not exist.
    """
    known = tuple(takes)
    wanted = None if shots is None else set(shots)
    again = set(retake)
    counter = _Counter(board, models, known, media or MediaIndex(), provider, tuple(refused))
    for shot in board.shots:
        if wanted is None or shot.id in wanted:
            counter.count(shot, renewal(shot, stale) if shot.id in again else Renewal())
    lines = tuple(counter.lines)
    images = sum(line.count for line in lines if line.purpose == "start-image")
    videos = sum(line.count for line in lines) - images
    tier = None
    if tiers is not None:
        spend = sum((line.price for line in lines), FREE).ceiling
        tier = tiers.needed(videos=videos, images=images, spend_credits=spend)
    return Estimate(lines, sum_spending(known), tier, tuple(counter.unpriced))


class _Counter:
    def __init__(
        self,
        board: Storyboard,
        models: Models,
        takes: tuple[Take, ...],
        media: MediaIndex,
        provider: str,
        refused: tuple[Need, ...],
    ) -> None:
        self.board = board
        self.models = models
        self.takes = takes
        self.media = media
        self.provider = provider
        self.refused = refused
        self.seen = seen_prices(takes)
        self.lines: list[Line] = []
        self.unpriced: list[str] = []

    def count(self, shot: Shot, anew: Renewal) -> None:
        if shot.kind == "take" and shot.clip is None:
            self._count_takes(shot, anew)
        if shot.edit is not None:
            self._count_edit(shot, retake=anew.edit)
        self._count_upscale(shot)

    def _there(self, shot: Shot, purpose: Purpose) -> list[Take]:
        """Paid requests of a shot that were made or are under way."""
        return [
            take
            for take in self._of(shot)
            if take.purpose == purpose
            and take.provider != ANIMATIC
            and (take.on_disk or (take.unfinished and take.state is not State.INTENT))
        ]

    def _renewed(self, shot: Shot, purpose: Purpose, retake: bool) -> bool:
        return retake and not coming_takes(self._of(shot), self.provider, purpose)

    def _refused(self, shot: Shot, purpose: Purpose) -> list[Need]:
        return [need for need in self.refused if (need.shot, need.purpose) == (shot.id, purpose)]

    def _of(self, shot: Shot) -> list[Take]:
        return [take for take in self.takes if take.shot == shot.id]

    def _count_takes(self, shot: Shot, anew: Renewal) -> None:
        missing = missing_takes(self._of(shot), shot_takes(self.board, shot), self.provider, retake=anew.take)
        numbers = {need.number for need in self._refused(shot, "take")}
        missing = tuple(number for number in missing if number not in numbers)
        asked = start_image_of(shot)
        if (
            missing
            and not self._refused(shot, "start-image")
            and asked is not None
            and (self._renewed(shot, "start-image", anew.image) or not self._there(shot, "start-image"))
        ):
            drawer = self.models.get(asked.model, "image")
            cost = image_price(self.board, shot, asked, drawer)
            self._add(shot, "start-image", drawer, 1, "a still", cost, ())
        if missing:
            model = self.models.get(shot_model(self.board, shot), "video")
            each = take_price(self.board, shot, model)
            amount = f"{shot_seconds(self.board, shot)} s"
            self._add(shot, "take", model, len(missing), amount, _times(each, len(missing)), missing)

    def _count_edit(self, shot: Shot, *, retake: bool) -> None:
        edit = shot.edit
        assert edit is not None
        if self._refused(shot, "edit") or (
            self._there(shot, "edit") and not self._renewed(shot, "edit", retake)
        ):
            return
        model = self.models.get(edit.model, "edit")
        seconds = self._seconds(shot)
        if seconds is None:
            self.unpriced.append(f"shot {shot.id}: the edit, until the length of its clip is known")
            return
        cost = edit_price(self.board, shot, edit, model, seconds)
        self._add(shot, "edit", model, 1, f"{float(seconds):.2f} s", cost, ())

    def _count_upscale(self, shot: Shot) -> None:
        asked = shot_upscale(self.board, shot)
        if asked is None or asked.by != "runway":
            return
        model = self.models.get(upscale_model(asked, self.models), "upscale")
        length = self._length(shot)
        if length is None:
            self.unpriced.append(f"shot {shot.id}: the upscale, until its take is made")
            return
        circled = circled_take(take for take in self._of(shot) if not take.is_animatic)
        number = circled.number if circled is not None else self._clip_number(shot)
        done = {
            take.piece
            for take in self._there(shot, "upscale")
            if (take.variant, take.number, take.provider) == (asked.to, number, asked.by)
        } | {
            need.piece
            for need in self._refused(shot, "upscale")
            if (need.variant, need.number) == (asked.to, number)
        }
        size = None
        shown = shown_size(self.board, shot, self.media)
        if shown is not None and asked.to is not None:
            try:
                size = upscaled_size(shown, asked.to)
            except InputError:
                # It is that large already, and left as it is.
                return
            if fitting_resolution(model, size) is None:
                self.unpriced.append(
                    f"shot {shot.id}: the upscale to {asked.to}, larger than what {model.name} makes"
                )
                return
        pieces = plan_pieces(*length, model.input_video)
        missing = [piece for index, piece in enumerate(pieces) if index not in done]
        if not missing:
            return
        amount = f"{sum(map(len, missing))} frames" + (
            f" in {len(missing)} pieces" if len(missing) > 1 else ""
        )
        cost = sum((upscale_price(asked, model, len(piece), length[1], size) for piece in missing), FREE)
        self._add(shot, "upscale", model, len(missing), amount, cost, (number,))

    def _clip_number(self, shot: Shot) -> int:
        clip = self.media.clips.get(shot.clip) if shot.clip is not None else None
        if clip is None:
            return 1
        return clip_number(self._of(shot), lambda take: take.source_sha256 in (None, clip.sha256))

    def _seconds(self, shot: Shot) -> Fraction | None:
        length = self._length(shot)
        return None if length is None else Fraction(length[0]) / length[1]

    def _length(self, shot: Shot) -> tuple[int, Fraction] | None:
        """Frames and rate of a shot's picture: measured, or as its model will make it."""
        clip = self.media.takes.get(shot.id) or (self.media.clips.get(shot.clip) if shot.clip else None)
        if clip is not None:
            return clip.video.frames, clip.video.rate or clip.video.average_rate
        if shot.clip is not None or shot.kind != "take":
            return None
        output = self.models.get(shot_model(self.board, shot), "video").output
        frames = output.frames(Fraction(shot_seconds(self.board, shot)))
        return None if frames is None or output.fps is None else (frames, output.fps)

    def _add(
        self,
        shot: Shot,
        purpose: Purpose,
        model: Model,
        count: int,
        amount: str,
        cost: Price,
        takes: tuple[int, ...],
    ) -> None:
        seen = self.seen.get(model.name)
        if seen is not None:
            cost = cost.raised(seen)
        self.lines.append(Line(shot.id, purpose, model.name, count, amount, cost, takes))


def shot_upscale(board: Storyboard, shot: Shot) -> Upscale | None:
    """How a shot's picture is made larger, if at all; titles are drawn at the film's size anyway."""
    asked = shot.upscale or board.upscale
    return None if asked is None or asked.by == "none" or shot.kind == "title" else asked


def shown_size(board: Storyboard, shot: Shot, media: MediaIndex) -> tuple[int, int] | None:
    """Width and height of a shot's picture: measured, or as its model will make it; `None` when nobody knows."""
    clip = media.takes.get(shot.id) or (media.clips.get(shot.clip) if shot.clip else None)
    if clip is not None:
        return clip.video.shown_size
    return board.format.ratio if shot.clip is None else None


def upscale_model(asked: Upscale, models: Models) -> str:
    """The name of the model an upscale goes to: the one named, else the first that upscales."""
    makes: Makes = "upscale"
    return asked.model or next(iter(models.names(makes)), "")


def _times(price: Price, count: int) -> Price:
    return Price(price.credits * count, price.ceiling * count)
