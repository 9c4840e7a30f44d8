"""What may be asked for again by itself: only what cost nothing and may go well next time."""

from __future__ import annotations

import pytest

from stitcher.generation.failure_codes import advice, may_repeat


@pytest.mark.parametrize(
    ("code", "cost", "again"),
    [
        ("INTERNAL", 0, True),
        ("INTERNAL.UNKNOWN.7", 0, True),
        ("INTERNAL", 5, False),
        ("INTERNAL", None, False),
        (None, 0, True),
        (None, None, False),
        ("INTERNAL.BAD_OUTPUT.01", 0, False),
        ("INTERNAL.BAD_OUTPUT.CODE01", 0, False),
        ("SAFETY.INPUT.TEXT", 0, False),
        ("safety.output.video", 0, False),
        ("INPUT_PREPROCESSING.SAFETY.TEXT", 0, False),
        ("INPUT_PREPROCESSING.INTERNAL", 0, True),
        ("THIRD_PARTY.UNAVAILABLE", 0, True),
        ("ASSET.INVALID", 0, False),
        ("SOMETHING.NEW", 0, False),
    ],
)
def test_only_what_was_free_and_may_pass_is_repeated(code: str | None, cost: int | None, again: bool) -> None:
    assert may_repeat(code, cost) is again


def test_moderation_comes_with_a_warning() -> None:
    assert "suspend" in advice("SAFETY.INPUT.TEXT.SOMETHING")
    assert advice("UNHEARD.OF") == advice(None) == ""
