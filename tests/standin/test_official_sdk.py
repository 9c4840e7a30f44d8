"""The plain official SDK, driven as its own manual says, accepts the stand-in unchanged."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import runwayml
import runwayml.lib.polling
from PIL import Image
from runwayml import RunwayML
from runwayml.types import task_retrieve_response

from stitcher.standin import Fault, StandIn
from tests.standin_kit import KEY, Clock, stand_in

IMAGE = "https://example.com/start.png"
VIDEO = "https://example.com/take.mp4"
SOUND = "https://example.com/line.wav"
VOICE: Any = {"type": "runway-preset", "presetId": "Maya"}


@pytest.fixture(autouse=True)
def _wait_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runwayml.lib.polling, "POLL_TIME", 0.03)
    monkeypatch.setattr(runwayml.lib.polling, "POLL_JITTER", 0.0)


@pytest.fixture
def sdk(server: StandIn) -> Iterator[RunwayML]:
    with RunwayML(api_key=KEY, base_url=server.url) as client:
        yield client


def noise(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


CREATES: dict[str, tuple[Callable[[RunwayML], Any], int]] = {
    "image_to_video": (
        lambda sdk: sdk.image_to_video.create(
            model="gen4_turbo", prompt_image=IMAGE, ratio="1280:720", duration=5, prompt_text="a dog", seed=7
        ),
        25,
    ),
    "image_to_video gen4.5 with a list": (
        lambda sdk: sdk.image_to_video.create(
            model="gen4.5",
            prompt_image=[{"uri": IMAGE, "position": "first"}],
            prompt_text="x",
            ratio="1280:720",
            duration=10,
            content_moderation={"public_figure_threshold": "low"},
        ),
        120,
    ),
    "text_to_video": (
        lambda sdk: sdk.text_to_video.create(model="gen4.5", prompt_text="x", ratio="720:1280", duration=2),
        24,
    ),
    "video_to_video": (
        lambda sdk: sdk.video_to_video.create(model="aleph2", video_uri=VIDEO, prompt_text="rain"),
        140,
    ),
    "video_upscale": (
        lambda sdk: sdk.video_upscale.create(
            model="magnific_video_upscaler_creative", video_uri=VIDEO, resolution="4k"
        ),
        144,
    ),
    "text_to_image": (
        lambda sdk: sdk.text_to_image.create(
            model="gen4_image",
            prompt_text="@hero in a field",
            ratio="1920:1080",
            reference_images=[{"uri": IMAGE, "tag": "hero"}],
        ),
        8,
    ),
    "image_upscale": (
        lambda sdk: sdk.image_upscale.create(model="magnific_precision_upscaler_v2", image_uri=IMAGE),
        25,
    ),
    "character_performance": (
        lambda sdk: sdk.character_performance.create(
            model="act_two",
            character={"type": "image", "uri": IMAGE},
            reference={"type": "video", "uri": VIDEO},
        ),
        25,
    ),
    "sound_effect": (
        lambda sdk: sdk.sound_effect.create(
            model="eleven_text_to_sound_v2", prompt_text="thunder", duration=4
        ),
        4,
    ),
    "text_to_speech": (
        lambda sdk: sdk.text_to_speech.create(
            model="eleven_multilingual_v2", prompt_text="Once upon a time, " * 6, voice=VOICE
        ),
        3,
    ),
    "speech_to_speech": (
        lambda sdk: sdk.speech_to_speech.create(
            model="eleven_multilingual_sts_v2", media={"type": "audio", "uri": SOUND}, voice=VOICE
        ),
        2,
    ),
    "voice_isolation": (
        lambda sdk: sdk.voice_isolation.create(model="eleven_voice_isolation", audio_uri=SOUND),
        1,
    ),
    "voice_dubbing": (
        lambda sdk: sdk.voice_dubbing.create(model="eleven_voice_dubbing", audio_uri=SOUND, target_lang="de"),
        3,
    ),
    "video_to_audio": (
        lambda sdk: sdk.video_to_audio.create(model="mirelo_sfx_2_0", video_uri=VIDEO, duration=5),
        5,
    ),
}


@pytest.mark.parametrize("name", CREATES)
def test_every_endpoint_makes_a_task_that_ends_with_an_output(
    name: str, sdk: RunwayML, server: StandIn
) -> None:
    create, price = CREATES[name]
    created = create(sdk)
    assert uuid.UUID(created.id).version == 4
    assert created.estimated_cost.credits == price
    task = created.wait_for_task_output(timeout=20)
    assert task.status == "SUCCEEDED"
    assert task.cost.credits == price
    answer = httpx.get(task.output[0])
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["Content-Length"]) > 100
    assert server.books.charged == price


def test_the_body_arrives_as_the_service_names_its_fields(sdk: RunwayML, server: StandIn) -> None:
    CREATES["image_to_video"][0](sdk)
    assert server.books.creates[0].body == {
        "model": "gen4_turbo",
        "promptImage": IMAGE,
        "ratio": "1280:720",
        "duration": 5,
        "promptText": "a dog",
        "seed": 7,
    }


def test_an_upload_becomes_a_start_image(sdk: RunwayML, server: StandIn) -> None:
    uploaded = sdk.uploads.create_ephemeral(file=("frame.png", noise(64, 36)))
    assert uploaded.uri.startswith("runway://")
    sdk.image_to_video.create(model="gen4_turbo", prompt_image=uploaded.uri, ratio="1280:720", duration=5)
    assert server.books.tasks[0].inputs["promptImage"].suffix == ".png"
    assert server.books.leaks == ()


def test_the_organization_tells_balance_and_limits(sdk: RunwayML) -> None:
    CREATES["image_to_video"][0](sdk)
    told = sdk.organization.retrieve()
    assert told.credit_balance == 9975
    assert told.tier.models["gen4_turbo"].max_concurrent_generations == 3
    assert told.usage.models["gen4_turbo"].daily_generations == 1


def test_usage_lists_what_was_spent_by_day_and_model(sdk: RunwayML) -> None:
    CREATES["image_to_video"][0](sdk)
    told = sdk.organization.retrieve_usage(start_date=date(2026, 1, 1), before_date=date(2026, 3, 1))
    assert [(spent.model, spent.amount) for day in told.results for spent in day.used_credits] == [
        ("gen4_turbo", 25)
    ]


def test_usage_over_more_than_90_days_is_refused(sdk: RunwayML) -> None:
    with pytest.raises(runwayml.BadRequestError):
        sdk.organization.retrieve_usage(start_date=date(2026, 1, 1), before_date=date(2026, 5, 1))


def test_a_deleted_task_is_unknown_afterwards(sdk: RunwayML) -> None:
    created = CREATES["image_to_video"][0](sdk)
    sdk.tasks.delete(created.id)
    with pytest.raises(runwayml.NotFoundError, match="Could not find Task"):
        sdk.tasks.retrieve(created.id)
    with pytest.raises(runwayml.NotFoundError):
        sdk.tasks.delete(created.id)


def test_a_failed_task_is_what_the_sdk_takes_for_one(sdk: RunwayML, server: StandIn) -> None:
    server.script("task", Fault.fails("SAFETY.INPUT.TEXT", "The prompt was moderated."))
    created = CREATES["image_to_video"][0](sdk)
    with pytest.raises(runwayml.TaskFailedError) as caught:
        created.wait_for_task_output(timeout=20)
    details = caught.value.task_details
    assert isinstance(details, task_retrieve_response.Failed)
    assert (details.status, details.failure_code) == ("FAILED", "SAFETY.INPUT.TEXT")
    assert details.cost.credits == 25


def test_statuses_come_in_order_with_rising_progress(gen4_clip: Path) -> None:
    clock = Clock()
    with (
        stand_in(gen4_clip, clock=clock, pending_s=2.0, running_s=20.0, concurrent={"video": 1}) as server,
        RunwayML(api_key=KEY, base_url=server.url) as sdk,
    ):
        first, second = (CREATES["image_to_video"][0](sdk).id for _ in range(2))
        seen: list[tuple[str, str]] = []
        progress: list[float] = []
        for _ in range(10):
            tasks = [sdk.tasks.retrieve(task_id) for task_id in (first, second)]
            seen.append((tasks[0].status, tasks[1].status))
            progress += [tasks[0].progress] if tasks[0].status == "RUNNING" else []
            clock.now += 5
        assert list(dict.fromkeys(seen)) == [
            ("PENDING", "THROTTLED"),
            ("RUNNING", "THROTTLED"),
            ("SUCCEEDED", "RUNNING"),
            ("SUCCEEDED", "SUCCEEDED"),
        ]
        assert progress == sorted(set(progress))
        assert all(isinstance(step, float) and 0 <= step < 1 for step in progress)


def test_every_status_parses_as_its_own_class(gen4_clip: Path) -> None:
    clock = Clock()
    with (
        stand_in(gen4_clip, clock=clock, pending_s=2.0, running_s=20.0, concurrent={"video": 1}) as server,
        RunwayML(api_key=KEY, base_url=server.url, _strict_response_validation=True) as sdk,
    ):
        server.script("task", Fault.cancelled(), Fault.fails("INTERNAL"))
        ids = [CREATES["image_to_video"][0](sdk).id for _ in range(2)]
        kinds = set()
        for _ in range(12):
            kinds |= {type(sdk.tasks.retrieve(task_id)).__name__.removeprefix("Awaitable") for task_id in ids}
            clock.now += 5
        assert kinds == {"Pending", "Throttled", "Running", "Cancelled", "Failed"}


def test_created_at_is_a_time_in_utc(sdk: RunwayML) -> None:
    task = sdk.tasks.retrieve(CREATES["image_to_video"][0](sdk).id)
    assert abs((datetime.now(UTC) - task.created_at).total_seconds()) < 60


def test_the_sdk_left_to_itself_pays_three_times_for_a_dropped_connection(
    sdk: RunwayML, server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runwayml._base_client.time.sleep", lambda _: None)
    server.script("create", Fault.drop(), Fault.drop(), Fault.drop())
    with pytest.raises(runwayml.APIConnectionError):
        CREATES["image_to_video"][0](sdk)
    assert [create.resend for create in server.books.creates] == [0, 1, 2]
    assert set(server.books.booked.values()) == {3}
