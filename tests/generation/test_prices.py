"""Prices: every worked number of the service's price list, and that the arithmetic is exact."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stitcher.generation.model_facts import PriceRule
from stitcher.generation.models import Models
from stitcher.generation.prices import Amount, Price, dollars, price

UPSCALER = "magnific_video_upscaler_creative"


def seconds(value: int | str) -> Amount:
    return Amount(seconds=Fraction(value))


def frames(count: int) -> Amount:
    return Amount(frames=count)


TEN_BIT = {"outputFormat": "sdr_rec709_10bit"}

WORKED: list[Any] = [
    pytest.param("gen4_turbo", {}, seconds(5), 25, id="turbo 5 s"),
    pytest.param("gen4_turbo", {}, seconds(10), 50, id="turbo 10 s"),
    pytest.param("gen4.5", {}, seconds(5), 60, id="4.5 5 s"),
    pytest.param("gen4.5", {"outputFormat": "mp4"}, seconds(10), 120, id="4.5 mp4 has no surcharge"),
    pytest.param("gen4.5", {"outputFormat": "prores"}, seconds(5), 85, id="4.5 prores"),
    pytest.param("gen4.5", {"outputFormat": "png_sequence"}, seconds(5), 85, id="4.5 png sequence"),
    pytest.param("gen4.5", TEN_BIT, Amount(seconds=Fraction(5), pixels=1280 * 720), 160, id="4.5 10 bit"),
    pytest.param(
        "gen4.5", TEN_BIT, Amount(seconds=Fraction(5), pixels=3840 * 2160), 260, id="4.5 10 bit above 4 MP"
    ),
    pytest.param("gen4.5", TEN_BIT, seconds(5), 260, id="4.5 10 bit of unknown size pays the dearer"),
    pytest.param("aleph2", {}, seconds(5), 140, id="aleph 5 s"),
    pytest.param("aleph2", {}, seconds(2), 56, id="aleph minimum"),
    pytest.param("aleph2", {}, seconds(1), 56, id="aleph below minimum"),
    pytest.param("veo3.1", {"audio": True}, seconds(8), 320, id="veo with audio"),
    pytest.param("veo3.1", {}, seconds(8), 320, id="veo says nothing of audio"),
    pytest.param("veo3.1", {"audio": False}, seconds(8), 160, id="veo silent"),
    pytest.param("veo3.1_fast", {"audio": True}, seconds(4), 60, id="veo fast with audio"),
    pytest.param("veo3.1_fast", {"audio": False}, seconds(4), 40, id="veo fast silent"),
    pytest.param("act_two", {}, seconds(10), 50, id="act two"),
    pytest.param("gen4_image", {"ratio": "1280:720"}, Amount(), 5, id="image 720p"),
    pytest.param("gen4_image", {"ratio": "1920:1080"}, Amount(), 8, id="image 1080p"),
    pytest.param("gen4_image", {"ratio": "1168:880"}, Amount(), 8, id="image between pays the dearer"),
    pytest.param("gen4_image_turbo", {"ratio": "1920:1080"}, Amount(), 2, id="image turbo"),
    pytest.param(UPSCALER, {"resolution": "4k"}, frames(720), 864, id="30 s to 4k"),
    pytest.param(UPSCALER, {"resolution": "4k"}, frames(121), 146, id="5 s to 4k, 121 frames"),
    pytest.param(UPSCALER, {"resolution": "4k"}, frames(120), 144, id="5 s to 4k, 120 frames"),
    pytest.param(UPSCALER, {"resolution": "1k"}, frames(90), 63, id="3 s at 30 to 1k, read live"),
    pytest.param(UPSCALER, {"resolution": "720p"}, frames(90), 63, id="3 s at 30 to 720p"),
    pytest.param(UPSCALER, {"resolution": "2k"}, frames(90), 81, id="3 s at 30 to 2k, read live"),
    pytest.param(UPSCALER, {}, frames(90), 81, id="no resolution is 2k"),
    pytest.param(UPSCALER, {"resolution": "1k"}, frames(1), 1, id="upscale minimum"),
    pytest.param("enhance_frame_rate", {}, seconds(10), 5, id="frame rate"),
]


@pytest.mark.parametrize(("name", "body", "amount", "expected"), WORKED)
def test_the_price_list_is_met(
    models: Models, name: str, body: dict[str, object], amount: Amount, expected: int
) -> None:
    assert price(models.get(name).price, body, amount).credits == expected


def test_six_takes_of_five_seconds_cost_150(models: Models) -> None:
    one = price(models.get("gen4_turbo").price, {}, seconds(5))
    assert one + one + one + one + one + one == Price(150, 150)


def test_a_begun_second_is_in_the_ceiling_where_the_rounding_is_unknown(models: Models) -> None:
    cost = price(models.get("aleph2").price, {}, seconds("121/24"))
    assert cost == Price(142, 168)


def test_a_price_by_frames_refuses_to_guess_them(models: Models) -> None:
    with pytest.raises(ValueError, match="billed by frames"):
        price(models.get(UPSCALER).price, {}, seconds(5))


@given(count=st.integers(1, 10**6), tenths=st.integers(1, 100))
def test_credits_are_rounded_up_exactly(count: int, tenths: int) -> None:
    rule = PriceRule.model_validate({"per": "frame", "credits": f"{tenths}/10"})
    due = price(rule, {}, frames(count)).credits
    assert due == -(-count * tenths // 10)
    assert due - 1 < Fraction(count * tenths, 10) <= due


@given(length=st.fractions(min_value=Fraction(1, 24), max_value=30))
def test_a_ceiling_is_never_below_the_price(models: Models, length: Fraction) -> None:
    for model in models.known.values():
        if model.price.per == "second":
            cost = price(model.price, {}, Amount(seconds=length))
            assert math.ceil(model.price.rate({}) * length) <= cost.credits <= cost.ceiling


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "$0.00"), (5, "$0.05"), (150, "$1.50"), (123456, "$1,234.56")]
)
def test_a_credit_is_a_cent(amount: int, text: str) -> None:
    assert dollars(amount) == text
