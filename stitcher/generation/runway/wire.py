"""Parse Runway's JSON answers into values, and which of them leave open whether money was spent. Pure.

The SDK's own parsing is not used for this: it takes a web page for a success, `{}` for a task without an id, and
a finished task without a cost for a pending one. What came is kept first and judged after.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from stitcher.errors import (
    BadRequest,
    DailyCap,
    Issue,
    NoClearAnswer,
    OutOfCredits,
    ProviderConfig,
    ProviderUnavailable,
    Rejected,
)
from stitcher.generation.provider import (
    Accepted,
    Account,
    Cancelled,
    Failed,
    Gone,
    ModelLimits,
    Pending,
    Running,
    Succeeded,
    Task,
    Throttled,
)
from stitcher.redact import redact

_KEPT = 4096
_TASK_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,127}")
_NO_CREDITS = re.compile(r"enough credits|insufficient credits|out of credits", re.IGNORECASE)
_BUY = (
    "Buy credits for the API at https://dev.runwayml.com (credits bought for the web application do not count), "
    "then run the same again."
)


def is_task_id(text: object) -> bool:
    """Whether a text can be a task id, and so be put into a path."""
    return isinstance(text, str) and _TASK_ID.fullmatch(text) is not None


def keep(content: bytes, secrets: Iterable[str] = ()) -> str:
    """An answer as text that may be logged and stored."""
    return redact(content[: 4 * _KEPT].decode(errors="replace"), secrets)[:_KEPT]


def _object(content: bytes) -> Mapping[str, object] | None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _credits(value: object) -> int | None:
    if isinstance(value, Mapping):
        value = value.get("credits")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**9:
        return None
    # A fraction of a credit is charged as a whole one.
    return math.ceil(value)


def _words(error: Mapping[str, object] | None) -> tuple[str, tuple[str, ...]]:
    if error is None:
        return "", ()
    text = error.get("error")
    issues: list[str] = []
    listed = error.get("issues")
    for issue in listed if isinstance(listed, list) else []:
        if isinstance(issue, Mapping):
            path = issue.get("path")
            location = ".".join(str(part) for part in path) if isinstance(path, list) else ""
            message = str(issue.get("message", issue.get("code", "")))
            issues.append(f"{location}: {message}" if location else message)
    return (text if isinstance(text, str) else ""), tuple(issues)


def read_create(status: int, content: bytes, secrets: Iterable[str] = ()) -> Accepted:
    """The accepted task in the answer to a create.

    Raises `Rejected` or a kind of it, or `ProviderConfig`, when the answer proves that nothing was made, and
    `NoClearAnswer` for everything else.
    """
    raw = keep(content, secrets)
    answer = _object(content)
    if 200 <= status < 300:
        task_id = answer.get("id") if answer is not None else None
        if answer is None or not isinstance(task_id, str) or not is_task_id(task_id):
            what = "no JSON object" if answer is None else "no task id"
            raise NoClearAnswer(f"Runway answered {status} with {what} in it", raw)
        return Accepted(task_id, _credits(answer.get("estimatedCost")), raw)
    # 408 comes from whatever stands between, and does not prove that the request went no further.
    if not 400 <= status < 500 or status == 408:
        raise NoClearAnswer(f"Runway answered {status}, which does not say whether the task was made", raw)
    raise _refusal(status, answer, raw)


def _refusal(status: int, answer: Mapping[str, object] | None, raw: str) -> Rejected | ProviderConfig:
    text, issues = _words(answer)
    text = redact(text)
    reason = f": {text}" if text else ""
    if status in (401, 403):
        return ProviderConfig(
            f"Runway refused the API key (HTTP {status}{reason}). Nothing was made or charged. "
            "Check RUNWAYML_API_SECRET."
        )
    if status == 402 or (status == 400 and _NO_CREDITS.search(text)):
        return OutOfCredits(
            f"The Runway account has too few credits for this. Nothing was charged. {_BUY}", status, raw
        )
    if status == 429:
        return DailyCap(
            f"Runway takes no more generations of this model from this account today (HTTP 429{reason}). Nothing was "
            "charged. The limit counts a rolling 24 hours: try again in some hours, or raise the account's tier.",
            status,
            raw,
        )
    listed = "".join(f"\n  {redact(issue)}" for issue in issues)
    return BadRequest(
        f"Runway refused the request (HTTP {status}{reason}). Nothing was made or charged.{listed}",
        status,
        raw,
        tuple(Issue(redact(issue)) for issue in issues),
    )


def _unusable(doing: str, status: int, content: bytes, secrets: Iterable[str]) -> ProviderUnavailable:
    excerpt = " ".join(keep(content, secrets).split())[:160]
    return ProviderUnavailable(
        f"Runway gave no usable answer while {doing} (HTTP {status}: {excerpt!r}). Nothing was bought by that; try "
        "again later."
    )


def _refused_key(status: int) -> ProviderConfig:
    return ProviderConfig(
        f"Runway refused the API key (HTTP {status}). Nothing was bought by that, and what was asked for before goes "
        "on. Check RUNWAYML_API_SECRET."
    )


def read_task(task_id: str, status: int, content: bytes, secrets: Iterable[str] = ()) -> Task:
    """Where a task stands, from the answer to a look.

    A status nobody knows yet counts as pending. Raises `ProviderConfig` for a refused key and
    `ProviderUnavailable` for an answer that says nothing about the task.
    """
    answer = _object(content)
    if status in (401, 403):
        raise _refused_key(status)
    # A 404 that is not the service's own comes from a proxy or a wrong address, and proves nothing.
    if status == 404 and answer is not None and isinstance(answer.get("error"), str):
        return Gone(task_id)
    unusable = _unusable(f"looking at task {task_id}", status, content, secrets)
    if not 200 <= status < 300 or answer is None or answer.get("id", task_id) != task_id:
        raise unusable
    status_text = answer.get("status")
    if not isinstance(status_text, str) or not status_text:
        raise unusable
    task = _read_state(task_id, status_text, answer, secrets)
    if isinstance(task, Succeeded) and not task.urls:
        raise unusable
    return task


def _read_state(task_id: str, state: str, answer: Mapping[str, object], secrets: Iterable[str]) -> Task:
    cost = _credits(answer.get("cost"))
    match state.upper():
        case "PENDING":
            return Pending(task_id)
        case "THROTTLED":
            return Throttled(task_id)
        case "RUNNING":
            return Running(task_id, _progress(answer.get("progress")))
        case "SUCCEEDED":
            output = answer.get("output")
            urls = tuple(url for url in output if isinstance(url, str)) if isinstance(output, list) else ()
            return Succeeded(task_id, urls, cost)
        case "FAILED":
            code, text = answer.get("failureCode"), answer.get("failure")
            return Failed(
                task_id,
                code if isinstance(code, str) and code else None,
                redact(text, secrets)[:_KEPT] if isinstance(text, str) else "",
                cost,
            )
        case "CANCELLED" | "CANCELED":
            return Cancelled(task_id, cost)
        case _:
            return Pending(task_id, state[:64])


def _progress(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return min(Fraction(1), max(Fraction(0), Fraction(str(value))))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def read_account(status: int, content: bytes, secrets: Iterable[str] = ()) -> Account:
    """Balance and limits, from the answer about the organization. Raises as `read_task`."""
    if status in (401, 403):
        raise _refused_key(status)
    answer = _object(content)
    balance = answer.get("creditBalance") if answer is not None else None
    # An overdrawn account has a balance below zero.
    if not 200 <= status < 300 or answer is None or type(balance) is not int:
        raise _unusable("asking for the balance", status, content, secrets)
    tier, usage = _part(answer, "tier"), _part(_part(answer, "usage"), "models")
    limits: dict[str, ModelLimits] = {}
    for model, model_limits in _part(tier, "models").items():
        model_limits = model_limits if isinstance(model_limits, Mapping) else {}
        used = usage.get(model)
        limits[model] = ModelLimits(
            _count(model_limits.get("maxConcurrentGenerations")),
            _count(model_limits.get("maxDailyGenerations")),
            _count(used.get("dailyGenerations")) if isinstance(used, Mapping) else None,
        )
    return Account(balance, _count(tier.get("maxMonthlyCreditSpend")), limits)


def _part(whole: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = whole.get(name)
    return part if isinstance(part, Mapping) else {}


def read_placeholder(
    status: int, content: bytes, secrets: Iterable[str] = ()
) -> tuple[str, Mapping[str, str], str]:
    """Storage address, form fields and the upload's own address, from the answer to an upload request.

    Raises `ProviderConfig`, `Rejected` (which is final) or `ProviderUnavailable` (which is not; 429 is one).
    """
    answer = _object(content)
    if 400 <= status < 500 and status not in (408, 429):
        raise _refusal(status, answer, keep(content, secrets))
    if 200 <= status < 300 and answer is not None:
        address, uri, fields = answer.get("uploadUrl"), answer.get("runwayUri"), answer.get("fields")
        if isinstance(address, str) and isinstance(uri, str) and uri.startswith("runway://"):
            given = fields if isinstance(fields, Mapping) else {}
            return address, {str(name): str(value) for name, value in given.items()}, uri
    raise _unusable("asking for an upload", status, content, secrets)
