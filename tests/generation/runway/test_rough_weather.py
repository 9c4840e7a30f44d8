"""Many takes through a service that fails, throttles, loses answers and lets addresses die."""

from __future__ import annotations

import contextlib
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stitcher.errors import DownloadFailed, NoClearAnswer, NotSent
from stitcher.generation.provider import Accepted, Expected, Gone, Submission, Succeeded
from stitcher.generation.run_policy import Timing
from stitcher.generation.runway.client import Network
from stitcher.generation.runway.download import Patience
from stitcher.generation.runway.provider import RunwayProvider
from stitcher.generation.runway.settings import make_settings
from stitcher.standin import Fault
from stitcher.standin.faults import Kind
from tests.generation.following import follow
from tests.standin_kit import KEY, stand_in

_WEATHER: dict[str, list[Fault]] = {
    "create": [Fault.drop(), Fault.http(502, booked=True), Fault.html(), Fault.truncated_json()],
    "task": [
        Fault.throttled(0.1),
        Fault.fails("INTERNAL"),
        Fault.fails("SAFETY.INPUT.TEXT"),
        Fault.cancelled(),
    ],
    "look": [Fault.drop(), Fault.http(503), Fault.html(), Fault.truncated_json()],
    "download": [Fault.cut_off(), Fault.expired(), Fault.http(500), Fault.short(), Fault.gzipped()],
}


def fetch_at_last(provider: RunwayProvider, task: Succeeded, target: Path) -> None:
    """As a person does who runs `rescue` again when a download has given up."""
    for _ in range(9):
        with contextlib.suppress(DownloadFailed):
            provider.fetch(task, target, Expected("video", frames=121))
            return


def test_every_credit_is_accounted_for_and_every_accepted_take_ends(gen4_clip: Path, tmp_path: Path) -> None:
    dice = random.Random(4)

    def choose(kind: Kind, nth: int) -> Fault | None:
        return dice.choice(_WEATHER[kind]) if kind in _WEATHER and dice.random() < 0.25 else None

    with (
        stand_in(gen4_clip, choose=choose, concurrent={"video": 5}) as server,
        RunwayProvider(
            make_settings(KEY, server.url, "0.02"),
            timeout_s=5,
            patience=Patience(stall_s=5, failures=9, fresh=9),
            network=Network(timing=Timing(sleep=lambda _: None)),
        ) as provider,
    ):
        takes = [
            Submission(
                "image_to_video",
                {
                    "model": "gen4_turbo",
                    "promptImage": "https://example.com/a.png",
                    "ratio": "1280:720",
                    "duration": 5,
                    "seed": seed,
                },
            )
            for seed in range(30)
        ]
        accepted: list[Accepted] = []
        unclear = 0
        for take in takes:
            try:
                accepted.append(provider.submit(take))
            except NoClearAnswer:
                unclear += 1
            except NotSent as exc:
                raise AssertionError("the server was there all the time") from exc

        def finish(one: Accepted) -> int:
            ended = follow(one.task_id, provider.look, pace=provider.pace)
            if isinstance(ended, Succeeded):
                target = tmp_path / f"{one.task_id}.mp4"
                fetch_at_last(provider, ended, target)
                assert target.read_bytes() == gen4_clip.read_bytes()
            assert not isinstance(ended, Gone)
            assert ended.cost_credits is not None
            return ended.cost_credits

        with ThreadPoolExecutor(4) as pool:
            told = sum(pool.map(finish, accepted))
        assert unclear > 0
        assert set(server.books.booked.values()) == {1}
        known = {one.task_id for one in accepted}
        assert told == sum(task.charged for task in server.books.tasks if task.id in known)
        lost = [task for task in server.books.tasks if task.id not in known]
        assert len(lost) == unclear
        assert server.books.leaks == ()
