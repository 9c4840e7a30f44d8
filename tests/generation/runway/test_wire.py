"""Answers judged on their own, without a server: hypothesis is the liar here."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runwayml._models import construct_type  # the SDK's own reading, to hold ours against
from runwayml.types import TaskRetrieveResponse

from stitcher.errors import NoClearAnswer, ProviderConfig, ProviderUnavailable, Rejected
from stitcher.generation.provider import Accepted, Pending, Running, Succeeded
from stitcher.generation.runway.wire import read_account, read_create, read_placeholder, read_task

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=12), part, max_size=4),
    max_leaves=8,
)
TASK_LIKE = st.dictionaries(
    st.sampled_from(["id", "status", "progress", "output", "cost", "failure", "failureCode", "error"]),
    JSON | st.sampled_from(["RUNNING", "SUCCEEDED", "FAILED", "t"]),
)


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


@settings(deadline=None, max_examples=60)
@given(
    status=st.integers(100, 599), content=st.binary(max_size=60) | JSON.map(encoded) | TASK_LIKE.map(encoded)
)
def test_a_create_is_accepted_refused_or_open_and_nothing_else(status: int, content: bytes) -> None:
    try:
        accepted = read_create(status, content)
    except (Rejected, ProviderConfig):
        assert 400 <= status < 500
    except NoClearAnswer:
        assert not 400 <= status < 500 or status == 408
    else:
        assert 200 <= status < 300
        assert accepted.task_id == json.loads(content)["id"]


@settings(deadline=None, max_examples=60)
@given(status=st.integers(100, 599), content=st.binary(max_size=60) | TASK_LIKE.map(encoded))
def test_a_look_gives_a_task_or_says_that_it_knows_nothing(status: int, content: bytes) -> None:
    try:
        task = read_task("t", status, content)
    except (ProviderUnavailable, ProviderConfig):
        return
    assert task.task_id == "t"


@settings(deadline=None, max_examples=60)
@given(status=st.sampled_from([200, 404, 500]), content=st.binary(max_size=40) | JSON.map(encoded))
def test_accounts_and_placeholders_are_read_or_refused(status: int, content: bytes) -> None:
    for read in (read_account, read_placeholder):
        try:
            read(status, content)
        except (ProviderUnavailable, ProviderConfig, Rejected):
            continue


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (25, 25),
        (25.0, 25),
        (24.2, 25),
        (0, 0),
        (None, None),
        ("25", None),
        (-1, None),
        (True, None),
        (float("nan"), None),
    ],
    ids=repr,
)
def test_credits_are_whole_and_rounded_up(told: Any, read: int | None) -> None:
    accepted = read_create(200, encoded({"id": "t-1", "estimatedCost": {"credits": told}}))
    assert accepted.estimated_credits == read


@pytest.mark.parametrize("content", [b'{"id": "t-1"}', b'{"id": "t-1", "estimatedCost": 3}'])
def test_a_task_id_without_a_price_is_still_a_task(content: bytes) -> None:
    assert read_create(200, content) == Accepted("t-1", 3 if b"3" in content else None, content.decode())


@pytest.mark.parametrize("task_id", ["", " ", "a/b", "../x", None, 7, "x" * 200, "a\nb"], ids=repr)
def test_what_cannot_be_a_task_id_is_no_acceptance(task_id: object) -> None:
    with pytest.raises(NoClearAnswer):
        read_create(200, encoded({"id": task_id}))


@pytest.mark.parametrize(
    ("told", "read"),
    [(0.5, Fraction(1, 2)), (1, Fraction(1)), (7, Fraction(1)), (-1, Fraction(0)), ("x", None), (None, None)],
    ids=repr,
)
def test_progress_stays_between_0_and_1(told: object, read: Fraction | None) -> None:
    assert read_task("t", 200, encoded({"id": "t", "status": "RUNNING", "progress": told})) == Running(
        "t", read
    )


def test_a_success_without_outputs_says_nothing() -> None:
    with pytest.raises(ProviderUnavailable):
        read_task("t", 200, encoded({"id": "t", "status": "SUCCEEDED", "output": []}))


def test_an_answer_about_another_task_says_nothing() -> None:
    with pytest.raises(ProviderUnavailable):
        read_task("t", 200, encoded({"id": "other", "status": "RUNNING"}))


def test_a_success_without_a_cost_is_read_right_where_the_sdk_reads_a_pending_task() -> None:
    said = {
        "id": "t",
        "status": "SUCCEEDED",
        "createdAt": "2026-11-22T07:00:00Z",
        "output": ["https://a.b/c"],
    }
    theirs = construct_type(type_=TaskRetrieveResponse, value=said)
    assert type(theirs).__name__ in ("Pending", "Succeeded")
    assert read_task("t", 200, encoded(said)) == Succeeded("t", ("https://a.b/c",), None)


def test_lower_case_statuses_are_understood() -> None:
    assert read_task("t", 200, encoded({"id": "t", "status": "pending"})) == Pending("t")


def test_an_overdrawn_account_is_read() -> None:
    assert read_account(200, b'{"creditBalance": -5}').balance_credits == -5
