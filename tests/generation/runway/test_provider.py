"""One request is one request: everything a service, a proxy or a network can do to it, against the stand-in."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from stitcher.errors import (
    BadRequest,
    DailyCap,
    NoClearAnswer,
    NotSent,
    OutOfCredits,
    ProviderConfig,
    ProviderUnavailable,
    Rejected,
    StitcherError,
)
from stitcher.generation.provider import (
    Asset,
    Cancelled,
    Expected,
    Failed,
    Gone,
    Pending,
    Provider,
    Running,
    Submission,
    Succeeded,
    Throttled,
)
from stitcher.generation.runway.provider import RunwayProvider
from stitcher.generation.runway.settings import make_settings
from stitcher.standin import Fault, StandIn
from tests.generation.following import follow
from tests.standin_kit import KEY, Clock, stand_in

URL = "https://example.com/start.png"
BODY: dict[str, Any] = {
    "model": "gen4_turbo",
    "promptImage": URL,
    "promptText": "a dog",
    "ratio": "1280:720",
    "duration": 5,
}
TAKE = Submission("image_to_video", BODY, label="shot harbour take 1")


def picture_file(folder: Path, *, padding: int = 0) -> Asset:
    """A start picture, as large as wanted: what follows the end of a PNG is ignored by who reads it."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 36), (10, 90, 160)).save(buffer, "PNG")
    content = buffer.getvalue() + bytes(padding)
    path = folder / "start.png"
    path.write_bytes(content)
    return Asset(path, hashlib.sha256(content).hexdigest(), "image/png")


def until_ended(provider: RunwayProvider, task_id: str) -> Any:
    return follow(task_id, provider.look, pace=provider.pace, jitter=lambda: 0.0)


def test_it_is_a_provider(provider: RunwayProvider) -> None:
    assert isinstance(provider, Provider)


def test_a_take_is_made_fetched_and_billed_once(
    provider: RunwayProvider, server: StandIn, tmp_path: Path, gen4_clip: Path
) -> None:
    accepted = provider.submit(TAKE)
    assert accepted.estimated_credits == 25
    task = until_ended(provider, accepted.task_id)
    assert isinstance(task, Succeeded)
    assert task.cost_credits == 25
    fetched = provider.fetch(task, tmp_path / "1.mp4", Expected("video", frames=121, size=(160, 90)))
    assert fetched.path.read_bytes() == gen4_clip.read_bytes()
    assert fetched.sha256 == hashlib.sha256(gen4_clip.read_bytes()).hexdigest()
    assert fetched.frames == 121
    assert fetched.path.stat().st_mode & 0o222 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["1.mp4"]
    assert len(server.books.creates) == 1
    assert server.books.leaks == ()


def test_the_body_is_sent_as_it_was_written_also_where_the_sdk_does_not_know_a_field(
    provider: RunwayProvider, server: StandIn
) -> None:
    body = {
        "model": "magnific_video_upscaler_creative",
        "videoUri": "https://example.com/a.mp4",
        "resolution": "1k",
        "smartGrain": 3,
    }
    provider.submit(Submission("video_upscale", body))
    with pytest.raises(BadRequest, match="brandNew"):
        provider.submit(Submission("video_upscale", body | {"brandNew": {"deepKey": [1]}}))
    assert [create.body for create in server.books.creates] == [body, body | {"brandNew": {"deepKey": [1]}}]


def test_an_endpoint_the_sdk_has_no_method_for_is_still_reached(
    provider: RunwayProvider, server: StandIn
) -> None:
    provider.submit(Submission("recipes/multi_shot_video", {"anything": 1}))
    assert server.books.creates[0].endpoint == "recipes/multi_shot_video"


UNKNOWN: dict[str, Fault] = {
    "dropped connection after booking": Fault.drop(),
    "500": Fault.http(500, booked=True),
    "502": Fault.http(502, booked=True),
    "503": Fault.http(503, booked=True),
    "504": Fault.http(504, booked=True),
    "408": Fault.http(408, booked=True),
    "web page with 200": Fault.html(),
    "empty object": Fault.empty_object(),
    "truncated JSON": Fault.truncated_json(),
    "redirect loop": Fault.redirect(),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unclear_outcome_is_said_to_be_one_and_nothing_is_sent_again(
    name: str, provider: RunwayProvider, server: StandIn
) -> None:
    server.script("create", UNKNOWN[name])
    with pytest.raises(NoClearAnswer):
        provider.submit(TAKE)
    assert [create.resend for create in server.books.creates] == [0]
    assert server.books.charged == 25


def test_an_answer_later_than_the_time_out_leaves_it_open(impatient: RunwayProvider, server: StandIn) -> None:
    server.script("create", Fault.delay(30))
    with pytest.raises(NoClearAnswer, match="ReadTimeout"):
        impatient.submit(TAKE)
    assert [create.resend for create in server.books.creates] == [0]
    assert server.books.charged == 25


def test_what_came_back_is_kept(provider: RunwayProvider, server: StandIn) -> None:
    server.script("create", Fault.html())
    with pytest.raises(NoClearAnswer) as caught:
        provider.submit(TAKE)
    assert "One moment, please" in caught.value.raw


REFUSALS: dict[str, tuple[Fault, type[StitcherError]]] = {
    "400": (Fault.http(400, "no"), BadRequest),
    "400 without credits": (
        Fault.http(400, "You do not have enough credits to run this task."),
        OutOfCredits,
    ),
    "401": (Fault.http(401, "no key"), ProviderConfig),
    "402": (Fault.http(402, "pay"), OutOfCredits),
    "403": (Fault.http(403, "no"), ProviderConfig),
    "404": (Fault.http(404, "no"), BadRequest),
    "409": (Fault.http(409, "no"), BadRequest),
    "413": (Fault.http(413, "large"), BadRequest),
    "422": (Fault.http(422, "no"), BadRequest),
    "429": (Fault.http(429, "daily limit"), DailyCap),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_final_and_free(name: str, provider: RunwayProvider, server: StandIn) -> None:
    fault, expected = REFUSALS[name]
    server.script("create", fault)
    with pytest.raises(expected) as caught:
        provider.submit(TAKE)
    assert type(caught.value) is expected
    if isinstance(caught.value, Rejected):
        assert caught.value.status == fault.status
        assert fault.text in caught.value.raw
    assert len(server.books.creates) == 1
    assert server.books.charged == 0


def test_a_bad_request_carries_the_services_issues(provider: RunwayProvider) -> None:
    with pytest.raises(BadRequest, match="ratio") as caught:
        provider.submit(Submission("image_to_video", BODY | {"ratio": "9:9", "duration": 99}))
    assert [issue.message.partition(":")[0] for issue in caught.value.issues] == ["ratio", "duration"]


def test_real_limits_of_the_account_are_told_apart(gen4_clip: Path) -> None:
    with stand_in(gen4_clip, credits_bought=30, daily={"video": 2}) as server:
        provider = RunwayProvider(make_settings(KEY, server.url))
        provider.submit(TAKE)
        with pytest.raises(OutOfCredits, match="Buy credits"):
            provider.submit(TAKE)
        server.books.grant(100)
        provider.submit(TAKE)
        with pytest.raises(DailyCap, match="24 hours"):
            provider.submit(TAKE)
        provider.close()


def test_a_missing_field_is_refused_without_being_sent(provider: RunwayProvider, server: StandIn) -> None:
    with pytest.raises(BadRequest, match="before sending"):
        provider.submit(Submission("image_to_video", {"model": "gen4_turbo"}))
    assert server.books.creates == ()


@pytest.mark.parametrize(
    "failure",
    [httpx.ConnectError("name not known"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full")],
    ids=["refused or no such name", "connect time-out", "pool time-out"],
)
def test_what_provably_never_left_is_not_sent(failure: httpx.HTTPError) -> None:
    def carry(request: httpx.Request) -> httpx.Response:
        raise failure

    provider = RunwayProvider(make_settings(KEY), transport=httpx.MockTransport(carry))
    with pytest.raises(NotSent):
        provider.submit(TAKE)
    provider.close()


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadTimeout("x"),
        httpx.WriteTimeout("x"),
        httpx.ReadError("x"),
        httpx.WriteError("x"),
        httpx.RemoteProtocolError("x"),
        ValueError("x"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_a_failure_after_the_connection_stood_leaves_it_open(failure: Exception) -> None:
    sent: list[httpx.Request] = []

    def carry(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        raise failure

    provider = RunwayProvider(make_settings(KEY), transport=httpx.MockTransport(carry))
    with pytest.raises(NoClearAnswer):
        provider.submit(TAKE)
    assert len(sent) == 1
    provider.close()


def test_a_refused_connection_is_not_sent() -> None:
    with RunwayProvider(make_settings(KEY, "http://127.0.0.1:9")) as provider, pytest.raises(NotSent):
        provider.submit(TAKE)


def test_a_throttled_task_is_waited_for_and_never_sent_again(
    provider: RunwayProvider, server: StandIn
) -> None:
    server.script("task", Fault.throttled(0.5))
    task_id = provider.submit(TAKE).task_id
    seen = []
    ended = follow(task_id, provider.look, pace=provider.pace, on_task=lambda task: seen.append(type(task)))
    assert isinstance(ended, Succeeded)
    assert seen.count(Throttled) >= 3
    assert len(server.books.creates) == 1


FAILURES = {
    "SAFETY.INPUT.TEXT": 25,
    "SAFETY.INPUT.IMAGE": 25,
    "SAFETY.OUTPUT.VIDEO": 25,
    "INPUT_PREPROCESSING.SAFETY.TEXT": 25,
    "INTERNAL.BAD_OUTPUT.01": 0,
    "INTERNAL.BAD_OUTPUT.CODE01": 0,
    "ASSET.INVALID": 0,
    "INPUT_PREPROCESSING.INTERNAL": 0,
    "THIRD_PARTY.UNAVAILABLE": 0,
    "INTERNAL": 0,
    "NEW.AND.UNHEARD.OF": 0,
    "": 0,
}


@pytest.mark.parametrize("code", FAILURES)
def test_a_failure_brings_its_code_its_words_and_its_cost(
    code: str, provider: RunwayProvider, server: StandIn
) -> None:
    server.script("task", Fault.fails(code or None, "The service's own words."))
    task_id = provider.submit(TAKE).task_id
    ended = until_ended(provider, task_id)
    assert ended == Failed(task_id, code or None, "The service's own words.", FAILURES[code])
    assert len(server.books.creates) == 1


def test_a_cancelled_task_ends(provider: RunwayProvider, server: StandIn) -> None:
    server.script("task", Fault.cancelled())
    assert until_ended(provider, provider.submit(TAKE).task_id).status == "cancelled"


def test_the_other_spelling_of_cancelled_ends_too(provider: RunwayProvider, server: StandIn) -> None:
    task_id = provider.submit(TAKE).task_id
    server.script("look", Fault.says("CANCELED"))
    assert isinstance(provider.look(task_id), Cancelled)


def test_a_vanished_task_is_gone(provider: RunwayProvider, server: StandIn) -> None:
    server.script("task", Fault.vanishes())
    assert until_ended(provider, provider.submit(TAKE).task_id).status == "gone"


def test_a_status_nobody_knows_counts_as_pending(provider: RunwayProvider, server: StandIn) -> None:
    task_id = provider.submit(TAKE).task_id
    server.script("look", Fault.says("IN_REVIEW"))
    assert provider.look(task_id) == Pending(task_id, "IN_REVIEW")


def test_a_success_without_a_cost_is_a_success(provider: RunwayProvider, server: StandIn) -> None:
    task_id = provider.submit(TAKE).task_id
    time.sleep(0.1)
    server.script("look", Fault.without_cost())
    task = provider.look(task_id)
    assert isinstance(task, Succeeded)
    assert task.cost_credits is None


def test_progress_is_a_fraction(gen4_clip: Path, clock: Clock) -> None:
    with (
        stand_in(gen4_clip, clock=clock, pending_s=0.0, running_s=10.0) as server,
        RunwayProvider(make_settings(KEY, server.url)) as provider,
    ):
        task_id = provider.submit(TAKE).task_id
        clock.now += 5
        assert provider.look(task_id) == Running(task_id, Fraction(1, 2))


LOOKS = {
    "dropped connection": Fault.drop(),
    "500": Fault.http(500),
    "503": Fault.http(503),
    "429": Fault.http(429),
    "web page with 200": Fault.html(),
    "web page with 404": Fault.html(404),
    "empty object": Fault.empty_object(),
    "truncated JSON": Fault.truncated_json(),
    "redirect": Fault.redirect(),
}


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_without_an_answer_says_nothing_about_the_task(
    name: str, provider: RunwayProvider, server: StandIn
) -> None:
    task_id = provider.submit(TAKE).task_id
    server.script("look", LOOKS[name])
    with pytest.raises(ProviderUnavailable):
        provider.look(task_id)
    assert provider.look(task_id).task_id == task_id


def test_a_look_that_times_out_says_nothing_about_the_task(
    provider: RunwayProvider, impatient: RunwayProvider, server: StandIn
) -> None:
    task_id = provider.submit(TAKE).task_id
    server.script("look", Fault.delay(30))
    with pytest.raises(ProviderUnavailable, match="ReadTimeout"):
        impatient.look(task_id)


@pytest.mark.parametrize("hostile", ["", "../organization", "a/b", "x" * 200, "a?b", "a\nb"])
def test_what_cannot_be_a_task_id_is_gone_without_a_request(hostile: str) -> None:
    provider = RunwayProvider(make_settings(KEY, "http://127.0.0.1:9"))
    assert provider.look(hostile) == Gone(hostile)


def test_cancelling_twice_is_no_error(provider: RunwayProvider, server: StandIn) -> None:
    task_id = provider.submit(TAKE).task_id
    provider.cancel(task_id)
    provider.cancel(task_id)
    assert provider.look(task_id) == Gone(task_id)


def test_the_account_tells_balance_and_limits(provider: RunwayProvider) -> None:
    provider.submit(TAKE)
    account = provider.account()
    assert account.balance_credits == 9975
    turbo = account.models["gen4_turbo"]
    assert (turbo.concurrent, turbo.daily, turbo.used_today, turbo.left_today) == (3, 1000, 1, 999)


def test_no_limit_is_none(gen4_clip: Path) -> None:
    with (
        stand_in(gen4_clip, concurrent={"video": None}, daily={"video": None}) as server,
        RunwayProvider(make_settings(KEY, server.url)) as provider,
    ):
        turbo = provider.account().models["gen4_turbo"]
        assert (turbo.concurrent, turbo.daily, turbo.left_today) == (None, None, None)


@pytest.mark.parametrize("fault", [Fault.html(), Fault.empty_object(), Fault.http(500)])
def test_an_account_that_says_nothing_is_unavailable(
    fault: Fault, provider: RunwayProvider, server: StandIn
) -> None:
    server.script("account", fault)
    with pytest.raises(ProviderUnavailable):
        provider.account()


def test_a_small_file_travels_inside_the_request(
    provider: RunwayProvider, server: StandIn, tmp_path: Path
) -> None:
    asset = picture_file(tmp_path)
    provider.submit(Submission("image_to_video", BODY | {"promptImage": asset}))
    assert str(server.books.creates[0].body["promptImage"]).startswith("data:image/png;base64,iVBOR")
    assert server.books.tasks[0].inputs["promptImage"].read_bytes() == asset.path.read_bytes()


def test_a_large_file_is_uploaded_once_for_several_requests(
    provider: RunwayProvider, server: StandIn, tmp_path: Path
) -> None:
    asset = picture_file(tmp_path, padding=3_400_000)
    assert asset.path.stat().st_size > 3_300_000
    for seed in (1, 2):
        provider.submit(Submission("image_to_video", BODY | {"promptImage": asset, "seed": seed}))
    addresses = {create.body["promptImage"] for create in server.books.creates}
    assert len(addresses) == 1
    assert str(addresses.pop()).startswith("runway://")
    assert server.books.leaks == ()


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("upload", Fault.http(503)),
        ("upload", Fault.http(429)),
        ("upload", Fault.html()),
        ("storage", Fault.http(500, booked=True)),
        ("storage", Fault.http(403)),
        ("storage", Fault.drop()),
        ("storage", Fault.redirect()),
    ],
    ids=lambda value: f"{value.what} {value.status}" if isinstance(value, Fault) else value,
)
def test_an_upload_that_breaks_off_asks_for_a_new_place(
    kind: Any, fault: Fault, provider: RunwayProvider, server: StandIn, tmp_path: Path
) -> None:
    server.script(kind, fault)
    provider.submit(
        Submission("image_to_video", BODY | {"promptImage": picture_file(tmp_path, padding=3_400_000)})
    )
    assert server.books.tasks[0].inputs["promptImage"].suffix == ".png"
    assert len(server.books.creates) == 1


def test_an_upload_that_never_works_sends_nothing(
    provider: RunwayProvider, server: StandIn, tmp_path: Path
) -> None:
    server.script("storage", *[Fault.http(500)] * 4)
    with pytest.raises(NotSent):
        provider.submit(
            Submission("image_to_video", BODY | {"promptImage": picture_file(tmp_path, padding=3_400_000)})
        )
    assert server.books.creates == ()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.http(400, "You do not have enough credits to run this task."), OutOfCredits),
        (Fault.http(401), ProviderConfig),
        (Fault.http(413), BadRequest),
    ],
    ids=["no credits", "key", "too large"],
)
def test_an_upload_that_is_refused_is_a_refusal(
    fault: Fault, expected: type[StitcherError], provider: RunwayProvider, server: StandIn, tmp_path: Path
) -> None:
    server.script("upload", fault)
    with pytest.raises(expected):
        provider.submit(
            Submission("image_to_video", BODY | {"promptImage": picture_file(tmp_path, padding=3_400_000)})
        )
    assert server.books.creates == ()


def test_a_file_that_changed_since_is_not_sent(
    provider: RunwayProvider, server: StandIn, tmp_path: Path
) -> None:
    asset = picture_file(tmp_path)
    asset.path.write_bytes(b"something else")
    with pytest.raises(NotSent, match="has changed"):
        provider.submit(Submission("image_to_video", BODY | {"promptImage": asset}))
    assert server.books.creates == ()


def test_preparing_does_not_change_what_a_request_is(provider: RunwayProvider, tmp_path: Path) -> None:
    request = Submission("image_to_video", BODY | {"promptImage": picture_file(tmp_path)})
    prepared = provider.prepare(request)
    assert prepared.sha256 == request.sha256
    assert prepared.wire() != request.canonical
    with pytest.raises(ValueError, match="no address"):
        request.wire()


def test_what_a_request_is_does_not_depend_on_where_its_files_are(tmp_path: Path) -> None:
    asset = picture_file(tmp_path)
    moved = Asset(tmp_path / "elsewhere.png", asset.sha256, asset.media_type)
    bodies: list[Mapping[str, object]] = [BODY | {"promptImage": one} for one in (asset, moved)]
    assert len({Submission("image_to_video", body).sha256 for body in bodies}) == 1
    assert Submission("image_to_video", BODY).sha256 != Submission("image_to_video", bodies[0]).sha256
