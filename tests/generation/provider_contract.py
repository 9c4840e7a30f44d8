"""What every provider keeps to, whoever wrote it. Subclass `ProviderContract` and give it the three fixtures."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from stitcher.errors import DownloadFailed, OutputError
from stitcher.generation.provider import (
    Account,
    Expected,
    Gone,
    Provider,
    Submission,
    Succeeded,
    has_ended,
)
from stitcher.generation.runway.poll import Pace
from tests.generation.following import follow

FAST = Pace(interval_s=0.02)


class ProviderContract:
    """Fixtures to give: `provider`, `take` (a request for one video) and `expected` (what it must give)."""

    def made(self, provider: Provider, take: Submission) -> Succeeded:
        ended = follow(provider.submit(take).task_id, provider.look, pace=FAST)
        assert isinstance(ended, Succeeded)
        return ended

    def test_it_keeps_to_the_protocol(self, provider: Provider) -> None:
        assert isinstance(provider, Provider)
        assert provider.name == provider.name.lower().strip()

    def test_preparing_keeps_what_the_request_is_and_may_be_repeated(
        self, provider: Provider, take: Submission
    ) -> None:
        prepared = provider.prepare(take)
        assert provider.prepare(prepared).sha256 == prepared.sha256 == take.sha256

    def test_a_request_is_accepted_and_its_task_can_be_looked_at(
        self, provider: Provider, take: Submission
    ) -> None:
        accepted = provider.submit(take)
        assert accepted.task_id
        assert provider.look(accepted.task_id).task_id == accepted.task_id

    def test_two_requests_are_two_tasks(self, provider: Provider, take: Submission) -> None:
        assert provider.submit(take).task_id != provider.submit(take).task_id

    def test_what_is_free_costs_nothing_and_says_so(self, provider: Provider, take: Submission) -> None:
        accepted = provider.submit(take)
        ended = follow(accepted.task_id, provider.look, pace=FAST)
        assert isinstance(ended, Succeeded)
        if not provider.paid:
            assert accepted.estimated_credits in (None, 0)
            assert ended.cost_credits == 0

    def test_an_ended_task_stays_ended(self, provider: Provider, take: Submission) -> None:
        ended = self.made(provider, take)
        again = provider.look(ended.task_id)
        assert has_ended(again)
        assert again.status == "succeeded"

    def test_the_take_arrives_whole_counted_and_read_only(
        self, provider: Provider, take: Submission, expected: Expected, tmp_path: Path
    ) -> None:
        target = tmp_path / "takes" / "1.mp4"
        fetched = provider.fetch(self.made(provider, take), target, expected)
        content = target.read_bytes()
        assert (fetched.path, fetched.size) == (target, len(content))
        assert fetched.sha256 == hashlib.sha256(content).hexdigest()
        assert fetched.frames == expected.frames
        assert target.stat().st_mode & 0o222 == 0
        assert [path.name for path in target.parent.iterdir()] == ["1.mp4"]

    def test_fetching_again_gives_the_same_file(
        self, provider: Provider, take: Submission, expected: Expected, tmp_path: Path
    ) -> None:
        task = self.made(provider, take)
        first, second = (provider.fetch(task, tmp_path / "1.mp4", expected) for _ in range(2))
        assert first == second

    def test_nothing_is_ever_overwritten(
        self, provider: Provider, take: Submission, expected: Expected, tmp_path: Path
    ) -> None:
        target = tmp_path / "1.mp4"
        target.write_bytes(b"somebody's")
        with pytest.raises(OutputError):
            provider.fetch(self.made(provider, take), target, expected)
        assert target.read_bytes() == b"somebody's"

    @pytest.mark.parametrize("more", [-1, 1])
    def test_a_take_of_nearly_the_expected_length_is_the_expected_one(
        self, provider: Provider, take: Submission, expected: Expected, tmp_path: Path, more: int
    ) -> None:
        assert expected.frames is not None
        other = Expected(expected.kind, expected.frames + more, expected.size)
        fetched = provider.fetch(self.made(provider, take), tmp_path / "1.mp4", other)
        assert not fetched.otherwise
        assert fetched.frames is not None

    def test_a_take_that_is_not_the_expected_one_is_never_taken_for_it(
        self, provider: Provider, take: Submission, expected: Expected, tmp_path: Path
    ) -> None:
        assert expected.frames is not None
        other = Expected(expected.kind, 2 * expected.frames, expected.size)
        task = self.made(provider, take)
        # One that is made here is thrown away; one that was paid for is kept, and said to be another.
        if provider.paid:
            assert str(expected.frames) in provider.fetch(task, tmp_path / "1.mp4", other).otherwise
        else:
            with pytest.raises(DownloadFailed):
                provider.fetch(task, tmp_path / "1.mp4", other)
            assert not (tmp_path / "1.mp4").exists()

    def test_a_task_nobody_knows_is_gone(self, provider: Provider) -> None:
        assert isinstance(provider.look("11111111-2222-4333-8444-555555555555"), Gone)

    def test_cancelling_what_nobody_knows_is_no_error(self, provider: Provider) -> None:
        provider.cancel("11111111-2222-4333-8444-555555555555")

    def test_an_account_is_told_where_there_is_one(self, provider: Provider) -> None:
        account = provider.account()
        assert account is None or isinstance(account, Account)
        assert (account is not None) == provider.paid
