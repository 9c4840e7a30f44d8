"""The estimate of what is still missing, and what it costs: a frozen table per shot and in all. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
from stitcher.generation.model_facts import Makes
from stitcher.generation.models import Models
from stitcher.generation.prices import FREE, Price, dollars
from stitcher.generation.request import (
    image_price,
    shot_model,
    shot_seconds,
    shot_takes,
    start_image_of,
    take_price,
)
from stitcher.generation.retake_scope import EVERYTHING, Renewal, Scope
from stitcher.generation.sound_needs import plan_sounds
from stitcher.generation.sound_requests import (
    sent_seconds,
    sound_amount,
    sound_model,
    sound_price,
    source_seconds,
)
from stitcher.generation.sound_wishes import sound_wishes, voice_sources
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
from stitcher.one_line import one_line
from stitcher.storyboard.model import Shot, Storyboard, Upscale
from stitcher.timeline.media_index import MediaIndex

if TYPE_CHECKING:
    from stitcher.generation.need import Need


@dataclass(frozen=True, slots=True)
class Line:
    """Requests of one kind that a shot, or a sound, still needs."""

    shot: str
    """The shot's name, or the sound's."""
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

    __repr__ = one_line

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
    scope: Scope = EVERYTHING,
    *,
    media: MediaIndex | None = None,
    tiers: Tiers | None = None,
    refused: Iterable[Need] = (),
) -> Estimate:
    """What the storyboard still needs of what `scope` covers, given the ledger's takes.

    A take that exists, or is under way, is not missing, and what is `refused` is not asked for. `media` tells the
    lengths of clips and finished takes; without it edits and upscales of them are priced by the length the model will
    give. Raises `PresetError` for a model that does not exist.
    """
    known, files = tuple(takes), media or MediaIndex()
    counter = _Counter(board, models, known, files, scope, tuple(refused))
    for shot in board.shots:
        if scope.covers(shot.id):
            counter.count(shot)
    counter.count_sounds(plan_sounds(board, known, scope, voice_sources(board, models, files)))
    lines = tuple(counter.lines)
    images = sum(line.count for line in lines if line.purpose == "start-image")
    videos = sum(line.count for line in lines if line.purpose not in ("start-image", "sound"))
    tier = None
    if tiers is not None:
        spend = sum((line.price for line in lines), FREE).ceiling
        tier = tiers.needed(videos=videos, images=images, spend_credits=spend)
    return Estimate(lines, sum_spending(counter.takes), tier, tuple(counter.unpriced))


@dataclass(slots=True)
class _Counter:
    board: Storyboard
    models: Models
    takes: tuple[Take, ...]
    media: MediaIndex
    scope: Scope
    refused: tuple[Need, ...]
    lines: list[Line] = field(default_factory=list)
    unpriced: list[str] = field(default_factory=list)

    def count(self, shot: Shot) -> None:
        anew = self.scope.renewal(shot)
        if shot.kind == "take" and shot.clip is None:
            self._count_takes(shot, anew)
        if shot.edit is not None:
            self._count_edit(shot, retake=anew.edit)
        self._count_upscale(shot)

    def count_sounds(self, needs: Iterable[Need]) -> None:
        """Note what is missing of the sounds that are bought."""
        wishes = sound_wishes(self.board)
        wanted = [need for need in needs if need not in self.refused]
        anew = frozenset(need.shot for need in wanted if not need.variant)
        for need in wanted:
            wish = wishes[need.index]
            model = sound_model(self.board, wish, self.models)
            seconds, longest = (
                None if lasts is None else sent_seconds(model, lasts)
                for lasts in (
                    source_seconds(
                        self.board, wish, self.models, self.takes, self.media, anew=anew, longest=slow
                    )
                    for slow in (False, True)
                )
            )
            cost = sound_price(self.board, wish, model, seconds)
            most = sound_price(self.board, wish, model, longest)
            if cost is None or most is None:
                self.unpriced.append(
                    f"sound {wish.name}: the length of what it is made from is not known yet"
                )
                continue
            cost = Price(cost.credits, max(cost.ceiling, most.ceiling))
            amount = sound_amount(self.board, wish, seconds, longest)
            self._add(Line(wish.name, "sound", model.name, 1, amount, cost, (need.number,)))

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
        return retake and not coming_takes(self._of(shot), self.scope.provider, purpose)

    def _refused(self, shot: Shot, purpose: Purpose) -> list[Need]:
        return [need for need in self.refused if (need.shot, need.purpose) == (shot.id, purpose)]

    def _of(self, shot: Shot) -> list[Take]:
        return [take for take in self.takes if take.shot == shot.id]

    def _count_takes(self, shot: Shot, anew: Renewal) -> None:
        missing = missing_takes(
            self._of(shot), shot_takes(self.board, shot), self.scope.provider, retake=anew.take
        )
        numbers = {need.number for need in self._refused(shot, "take")}
        missing = tuple(number for number in missing if number not in numbers)
        image = start_image_of(shot)
        if (
            missing
            and not self._refused(shot, "start-image")
            and image is not None
            and (self._renewed(shot, "start-image", anew.image) or not self._there(shot, "start-image"))
        ):
            drawer = self.models.get(image.model, "image")
            cost = image_price(self.board, shot, image, drawer)
            self._add(Line(shot.id, "start-image", drawer.name, 1, "a still", cost))
        if missing:
            model = self.models.get(shot_model(self.board, shot), "video")
            each = take_price(self.board, shot, model)
            amount = f"{shot_seconds(self.board, shot)} s"
            cost = Price(each.credits * len(missing), each.ceiling * len(missing))
            self._add(Line(shot.id, "take", model.name, len(missing), amount, cost, missing))

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
        self._add(Line(shot.id, "edit", model.name, 1, f"{float(seconds):.2f} s", cost))

    def _count_upscale(self, shot: Shot) -> None:
        upscale = shot_upscale(self.board, shot)
        if upscale is None or upscale.by != "runway":
            return
        model = self.models.get(upscale_model(upscale, self.models), "upscale")
        length = self._length(shot)
        if length is None:
            self.unpriced.append(f"shot {shot.id}: the upscale, until its take is made")
            return
        circled = circled_take(take for take in self._of(shot) if not take.is_animatic)
        number = circled.number if circled is not None else self._clip_number(shot)
        done = {
            take.piece
            for take in self._there(shot, "upscale")
            if (take.variant, take.number, take.provider) == (upscale.to, number, upscale.by)
        } | {
            need.piece
            for need in self._refused(shot, "upscale")
            if (need.variant, need.number) == (upscale.to, number)
        }
        size = None
        shown = shown_size(self.board, shot, self.media)
        if shown is not None and upscale.to is not None:
            try:
                size = upscaled_size(shown, upscale.to)
            except InputError:
                # It is that large already, and left as it is.
                return
            if fitting_resolution(model, size) is None:
                self.unpriced.append(
                    f"shot {shot.id}: the upscale to {upscale.to}, larger than what {model.name} makes"
                )
                return
        pieces = plan_pieces(*length, model.input_video)
        missing = [piece for index, piece in enumerate(pieces) if index not in done]
        if not missing:
            return
        amount = f"{sum(map(len, missing))} frames" + (
            f" in {len(missing)} pieces" if len(missing) > 1 else ""
        )
        cost = sum((upscale_price(upscale, model, len(piece), length[1], size) for piece in missing), FREE)
        self._add(Line(shot.id, "upscale", model.name, len(missing), amount, cost, (number,)))

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

    def _add(self, line: Line) -> None:
        """Note a line at the price that the service was last seen to take."""
        seen = seen_prices(self.takes).get(line.model)
        self.lines.append(line if seen is None else replace(line, price=line.price.raised(seen)))


def shot_upscale(board: Storyboard, shot: Shot) -> Upscale | None:
    """How a shot's picture is made larger, if at all; titles and stills are drawn at the film's size anyway."""
    upscale = shot.upscale or board.upscale
    return None if upscale is None or upscale.by == "none" or shot.kind in ("title", "still") else upscale


def shown_size(board: Storyboard, shot: Shot, media: MediaIndex) -> tuple[int, int] | None:
    """Width and height of a shot's picture: measured, or as its model will make it; `None` when nobody knows."""
    clip = media.takes.get(shot.id) or (media.clips.get(shot.clip) if shot.clip else None)
    if clip is not None:
        return clip.video.shown_size
    return board.format.ratio if shot.kind == "take" else None


def upscale_model(upscale: Upscale, models: Models) -> str:
    """The name of the model an upscale goes to: the one named, else the first that upscales."""
    makes: Makes = "upscale"
    return upscale.model or next(iter(models.names(makes)), "")
