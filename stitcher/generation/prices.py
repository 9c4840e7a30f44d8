"""Credits for a request, exactly: rates are `Fraction`, credits are whole and rounded up.

The service's own numbers come first: `cost` at the end over `estimatedCost` at creation over these.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from stitcher.generation.model_facts import PriceRule

CREDITS_PER_DOLLAR = 100


@dataclass(frozen=True, slots=True)
class Amount:
    """How much a request makes; what its price is counted by."""

    seconds: Fraction | None = None
    """Of picture or sound, for models billed by time; `None` where the model decides."""
    frames: int | None = None
    """Of output, for models billed by picture."""
    images: int = 1
    """For models billed by still."""
    characters: int | None = None
    """Of a text, in UTF-16 code units, as services count them; for models billed by those."""
    pixels: int | None = None
    """Width times height of the output; only rules with a size limit ask."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a request is expected to cost, and the most it can."""

    credits: int
    ceiling: int
    """At least `credits`; more only where the service's rounding is not known."""

    def __add__(self, other: Price) -> Price:
        return Price(self.credits + other.credits, self.ceiling + other.ceiling)

    def raised(self, factor: Fraction) -> Price:
        """The same at a service that takes `factor` times as much as the table says; rounded up."""
        return Price(math.ceil(self.credits * factor), math.ceil(self.ceiling * factor))


FREE = Price(0, 0)


def price(rule: PriceRule, body: Mapping[str, object], amount: Amount) -> Price:
    """What a request with these fields costs. Raises `ValueError` when `amount` lacks what the rule counts."""
    rate = rule.rate(body, amount.pixels)
    if rule.undecided is not None and amount.seconds is None:
        return Price(rule.undecided, rule.undecided)
    match rule.per:
        case "second":
            units = ceiling_units = _known(amount.seconds, "seconds")
            if rule.started_seconds:
                ceiling_units = Fraction(math.ceil(units))
        case "frame":
            units = ceiling_units = Fraction(_known(amount.frames, "frames"))
        case "image":
            units = ceiling_units = Fraction(amount.images)
        case "character":
            units = ceiling_units = _known(amount.characters, "characters")
    return Price(
        max(rule.minimum, math.ceil(rate * units)),
        max(rule.minimum, math.ceil(rate * ceiling_units)),
    )


def _known(value: Fraction | int | None, what: str) -> Fraction:
    if value is None:
        raise ValueError(f"this model is billed by {what}, and how many there are was not said")
    return Fraction(value)


def dollars(amount: int) -> str:
    """`"$1.50"` for 150 credits."""
    whole, cents = divmod(amount, CREDITS_PER_DOLLAR)
    return f"${whole:,}.{cents:02}"
