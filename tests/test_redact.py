"""What must never be kept or shown, and what must stay readable."""

from __future__ import annotations

import pytest

from stitcher.redact import HIDDEN, redact

CANARY = "key_0123456789abcdefCANARY"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"Authorization: Bearer {CANARY}", id="header"),
        pytest.param(f"{{'Authorization': 'Bearer {CANARY}'}}", id="header in a dict"),
        pytest.param(f"RUNWAYML_API_SECRET={CANARY}", id="environment"),
        pytest.param(f"https://x.example/a.mp4?_jwt={CANARY}&b=1", id="signed url"),
        pytest.param(f"https://user:{CANARY}@x.example/", id="user info in a url"),
        pytest.param(f'{{"x-amz-signature": "{CANARY}"}}', id="upload field"),
        pytest.param(f"the key was {CANARY}, it said", id="bare key"),
        pytest.param(f"bearer {CANARY}".upper(), id="capitals"),
        pytest.param(f"token: {CANARY}", id="token"),
    ],
)
def test_no_secret_survives(text: str) -> None:
    assert "CANARY" not in redact(text)
    assert HIDDEN in redact(text)


def test_a_json_web_token_is_hidden_wherever_it_stands() -> None:
    assert "eyJ" not in redact("see eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl now")


def test_the_key_in_use_is_hidden_even_when_it_looks_like_a_word() -> None:
    assert redact("harbour is open", ["harbour"]) == f"{HIDDEN} is open"


def test_a_data_uri_is_told_by_its_length() -> None:
    said = redact(f"data:image/png;base64,{'A' * 200}")
    assert said == "data:image/png;base64,[200 characters]"


@pytest.mark.parametrize(
    "text",
    [
        "Shot s07 take 1: outcome unknown.",
        "8f14e45f-ceea-467f-a0e6-2f1d1a1e2c3d",
        "https://api.dev.runwayml.com/v1/tasks/8f14e45f",
        '{"error":"You do not have enough credits to run this task."}',
        "keyframes must be 1 to 5",
        "monkey_business is fine",
        "it violates the content policy: graphic violence",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_redacting_twice_changes_nothing_more() -> None:
    once = redact(f"Bearer {CANARY} _jwt={CANARY} {CANARY}")
    assert redact(once) == once


@pytest.mark.parametrize(
    "text", ["a-" * 200_000, "token" * 80_000, "eyJ" * 130_000, "bearer " * 60_000, "'" * 400_000]
)
def test_a_hostile_text_is_read_once(text: str) -> None:
    redact(text)
