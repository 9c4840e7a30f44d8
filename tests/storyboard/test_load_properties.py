"""Whatever stands in a file, loading ends in a storyboard or in issues with their places."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stitcher.errors import StoryboardError
from stitcher.storyboard.load import parse
from stitcher.storyboard.model import Storyboard
from tests.storyboard.texts import LIGHTHOUSE

PIECES = st.sampled_from(
    [
        *[
            ":",
            "-",
            ",",
            "[",
            "]",
            "{",
            "}",
            "&",
            "*",
            "!",
            "|",
            ">",
            "'",
            '"',
            "%",
            "@",
            "`",
            "#",
            "?",
            "~",
            "$",
        ],
        "\n",
        "  ",
        "\t",
        "${",
        "${x}",
        "}",
        "null",
        "true",
        "12",
        "-1.5e3",
        "12f",
        "1.5s",
        "00:00:01:12",
        "shots:",
        "- id: a",
        "<<",
        "\x85",
        "\u2028",
        "\r",
        "\ufeff",
        "é",
        "\U0001f3ac",
        "0x1F",
        "---\n",
        "...\n",
    ]
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(["12f", "previous", "cut", "a"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "clip", "kind", "at", "name", "file", "text"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


def _ends_well(text: str) -> None:
    try:
        assert isinstance(parse(text, path="/films/film.yaml"), Storyboard)
    except StoryboardError as exc:
        lines = len(text.splitlines()) + 1
        for issue in exc.issues:
            assert issue.message
            assert issue.line is None or 1 <= issue.line <= lines
            assert "Traceback" not in str(issue)


@given(st.lists(PIECES, max_size=30).map("".join))
@example("a: \ud800")
@settings(max_examples=60, deadline=None)
def test_any_text_ends_in_a_storyboard_or_in_issues(text: str) -> None:
    _ends_well(text)


@given(st.integers(0, len(LIGHTHOUSE)), st.integers(0, 12), st.lists(PIECES, max_size=3).map("".join))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_storyboard_ends_in_a_storyboard_or_in_issues(at: int, gone: int, instead: str) -> None:
    _ends_well(LIGHTHOUSE[:at] + instead + LIGHTHOUSE[at + gone :])


@given(
    st.sampled_from(["in", "out", "speed", "title", "start", "sound", "transition", "effects", "overlays"]),
    VALUES,
)
@settings(max_examples=60, deadline=None)
def test_any_value_under_a_key_of_a_shot_ends_well(key: str, value: object) -> None:
    shot = f"{{id: b, clip: b.mp4, {key}: {json.dumps(value)}}}"
    _ends_well(f"stitcher: 1\nshots:\n  - {{id: a, clip: a.mp4}}\n  - {shot}\n")
