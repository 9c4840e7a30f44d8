"""The price of what is missing, whether it can be paid, and by whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from stitcher.errors import BudgetExceeded, DailyCap, OutOfCredits, StitcherError
from stitcher.generation.budget import allowed_credits, check_account, check_budget
from stitcher.generation.estimate import Estimate, estimate
from stitcher.generation.ledger import Ledger
from stitcher.generation.models import Models
from stitcher.generation.need import Need
from stitcher.generation.needs import needs_under_way, plan_needs
from stitcher.generation.paths import ledger_path
from stitcher.generation.provider import Account, ModelLimits
from stitcher.generation.retake_scope import Scope
from stitcher.generation.take import Spending
from stitcher.generation.tiers import load_tiers
from stitcher.timeline.media_index import MediaIndex
from tests.generation.boards import make_board, make_clip
from tests.generation.making import make_request

CHAIN = "  - {id: s1, start: s.png, prompt: x}\n" + "".join(
    f"  - {{id: s{number}, start: previous, prompt: x}}\n" for number in range(2, 7)
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(ledger_path(tmp_path)) as opened:
        yield opened


def stored(ledger: Ledger, shot: str, take: int = 1, **kind: str) -> None:
    made = ledger.intend(make_request(shot, take, **kind))  # type: ignore[arg-type]  # the purpose is a literal
    ledger.sending(made.id)
    ledger.accepted(made.id, f"t{made.id}")
    ledger.succeeded(made.id, cost_credits=25)
    ledger.stored(made.id, file=f"{made.id}.mp4", sha256="0", size=1, frames=121)
    ledger.framed(made.id, frame_file=f"{made.id}.png", frame_sha256="1")


def test_six_chained_takes_of_five_seconds_cost_150(models: Models) -> None:
    found = estimate(make_board(CHAIN), models)
    assert (found.credits, found.ceiling_credits, found.dollars) == (150, 150, "$1.50")
    assert [line.shot for line in found.lines] == ["s1", "s2", "s3", "s4", "s5", "s6"]
    assert found.requests == {"gen4_turbo": 6}


def test_the_same_film_to_4k_costs_more_than_the_film(models: Models) -> None:
    found = estimate(
        make_board(CHAIN, 'format: {ratio: "1280:720"}\nupscale: {by: runway, to: 2160p}'), models
    )
    assert found.credits == 150 + 6 * 146


def test_titles_and_clips_cost_nothing(models: Models) -> None:
    shots = "  - {id: c, clip: c.mp4}\n  - {id: t, title: {text: End, duration: 2s}}\n"
    assert estimate(make_board(shots), models).lines == ()


def test_several_takes_and_a_start_image_are_counted(models: Models) -> None:
    shots = "  - {id: a, takes: 3, duration: 10, start: {image: {prompt: a door}}}\n"
    image, takes = estimate(make_board(shots), models).lines
    assert (image.purpose, image.price.credits) == ("start-image", 5)
    assert (takes.count, takes.takes, takes.price.credits) == (3, (1, 2, 3), 150)


def test_what_exists_or_is_under_way_is_not_missing(models: Models, ledger: Ledger) -> None:
    stored(ledger, "s1")
    sent = ledger.intend(make_request("s2"))
    ledger.sending(sent.id)
    ledger.accepted(sent.id, "running")
    ledger.intend(make_request("s3"))
    found = estimate(make_board(CHAIN), models, ledger.takes())
    assert [line.shot for line in found.lines] == ["s3", "s4", "s5", "s6"]
    assert (found.spent.total, found.spent.reserved) == (50, 25)


def test_a_failed_take_is_missing_again_under_its_number(models: Models, ledger: Ledger) -> None:
    made = ledger.intend(make_request("s1"))
    ledger.sending(made.id)
    ledger.accepted(made.id, "t")
    ledger.failed(made.id, "INTERNAL", "no", cost_credits=0)
    (line,) = estimate(make_board(CHAIN), models, ledger.takes(), Scope(shots=frozenset(["s1"]))).lines
    assert line.takes == (1,)


def test_an_animatic_take_does_not_stand_for_a_real_one(models: Models, ledger: Ledger) -> None:
    stored(ledger, "s1", provider="animatic")
    assert len(estimate(make_board(CHAIN), models, ledger.takes()).lines) == 6


def test_a_removed_take_is_replaced_under_a_new_number(models: Models, ledger: Ledger) -> None:
    stored(ledger, "s1")
    ledger.removed(ledger.takes("s1")[0].id)
    (line,) = estimate(make_board(CHAIN), models, ledger.takes(), Scope(shots=frozenset(["s1"]))).lines
    assert line.takes == (2,)


def test_a_number_that_an_edit_bears_is_not_used_again(models: Models, ledger: Ledger) -> None:
    stored(ledger, "a")
    stored(ledger, "a", 2, purpose="edit")
    shots = "  - {id: a, takes: 2, start: s.png, edit: {prompt: night}}\n"
    (line,) = estimate(make_board(shots), models, ledger.takes()).lines
    assert (line.purpose, line.takes) == ("take", (3,))


def test_a_retake_is_one_more(models: Models, ledger: Ledger) -> None:
    stored(ledger, "s1")
    found = estimate(
        make_board(CHAIN), models, ledger.takes(), Scope(shots=frozenset(["s1"]), retake=frozenset(["s1"]))
    )
    assert [line.takes for line in found.lines] == [(2,)]


def test_a_retake_that_is_on_its_way_is_the_one_more(models: Models, ledger: Ledger) -> None:
    stored(ledger, "s1")
    take = ledger.sending(ledger.intend(make_request("s1", 2)).id)
    ledger.accepted(take.id, "task-2")
    board = make_board(CHAIN)
    assert (
        estimate(
            board, models, ledger.takes(), Scope(shots=frozenset(["s1"]), retake=frozenset(["s1"]))
        ).lines
        == ()
    )
    assert plan_needs(board, ledger.takes(), Scope(shots=frozenset(["s1"]), retake=frozenset(["s1"]))) == ()
    assert needs_under_way(board, ledger.takes(), Scope(retake=frozenset(["s1"]))) == (
        Need("s1", 0, "take", 2),
    )


def test_an_edit_is_priced_by_the_length_its_take_will_have(models: Models) -> None:
    shots = "  - {id: a, start: s.png, edit: {prompt: night}}\n"
    edit = estimate(make_board(shots), models).lines[1]
    assert (edit.price.credits, edit.price.ceiling) == (142, 168)


def test_what_cannot_be_priced_yet_is_said(models: Models) -> None:
    shots = "  - {id: a, clip: c.mp4, edit: {prompt: night}}\n"
    found = estimate(make_board(shots), models)
    assert found.lines == ()
    assert found.unpriced == ("shot a: the edit, until the length of its clip is known",)
    media = MediaIndex(clips={Path("/project/c.mp4"): make_clip("c.mp4", frames=48)})
    assert estimate(make_board(shots), models, media=media).credits == 56


def test_pieces_that_were_enlarged_are_not_missing(models: Models, ledger: Ledger) -> None:
    shots = "  - {id: a, clip: c.mp4, upscale: {by: runway, to: 2160p}}\n"
    media = MediaIndex(clips={Path("/project/c.mp4"): make_clip("c.mp4", frames=721)})
    assert estimate(make_board(shots), models, media=media).credits == 432 + 434
    made = ledger.intend(make_request("a", purpose="upscale", variant="2160p", ceiling=432))
    ledger.sending(made.id)
    ledger.accepted(made.id, "t")
    (line,) = estimate(make_board(shots), models, ledger.takes(), media=media).lines
    assert (line.count, line.price.credits, line.amount) == (1, 434, "361 frames")


@pytest.mark.parametrize(
    ("size", "to", "price"),
    [
        ((1280, 720), "1080p", 85),
        ((1584, 672), "1080p", 109),
        ((1584, 672), "2160p", None),
        ((1920, 1080), "1080p", 0),
    ],
    ids=["fits", "needs the next size", "does not fit", "is that large"],
)
def test_an_upscale_is_priced_by_what_holds_the_picture(
    models: Models, size: tuple[int, int], to: str, price: int | None
) -> None:
    board = make_board(f"  - {{id: a, clip: c.mp4, upscale: {{by: runway, to: {to}}}}}\n")
    media = MediaIndex(clips={Path("/project/c.mp4"): make_clip("c.mp4", size=size)})
    found = estimate(board, models, media=media)
    assert (found.credits, bool(found.unpriced)) == (price or 0, price is None)


def test_the_table_is_also_json(models: Models) -> None:
    said = json.loads(json.dumps(estimate(make_board(CHAIN), models).as_json()))
    assert (said["credits"], said["dollars"], len(said["lines"])) == (150, "$1.50", 6)
    assert said["lines"][0] == {
        "shot": "s1",
        "purpose": "take",
        "model": "gen4_turbo",
        "count": 1,
        "amount": "5 s",
        "takes": [1],
        "credits": 25,
        "ceiling_credits": 25,
    }


# Paying.


@pytest.mark.parametrize(
    ("count", "seconds", "tier"),
    [(6, 5, "1"), (51, 2, "2"), (20, 10, "1"), (60, 10, "2")],
    ids=["six", "more than fifty a day", "ten dollars", "sixty"],
)
def test_the_lowest_tier_that_can_make_it_in_a_day_is_named(
    models: Models, count: int, seconds: int, tier: str
) -> None:
    shots = "".join(f"  - {{id: s{n}, start: s.png, duration: {seconds}}}\n" for n in range(count))
    tiers = load_tiers(environ={"STITCHER_PRESETS": "/nonexistent"})
    found = estimate(make_board(shots), models, tiers=tiers)
    assert found.tier is not None
    assert found.tier.name == tier


def needing(credits_: int, models: Models) -> Estimate:
    count = credits_ // 25
    return estimate(make_board("".join(f"  - {{id: s{n}, start: s.png}}\n" for n in range(count))), models)


@pytest.mark.parametrize(
    ("budget", "maximum", "spent", "allowed"),
    [
        (None, None, 0, None),
        (400, None, 100, 400),
        (None, 50, 100, 150),
        (400, 50, 100, 150),
        (120, 50, 100, 120),
    ],
)
def test_the_tighter_of_budget_and_maximum_holds(
    budget: int | None, maximum: int | None, spent: int, allowed: int | None
) -> None:
    head = 'format: {ratio: "1280:720"}' + (f"\nbudget: {{credits: {budget}}}" if budget is not None else "")
    board = make_board("  - {id: a, start: s.png}\n", head)
    assert allowed_credits(board, Spending(actual=spent), maximum) == allowed


def test_a_plan_above_the_budget_is_refused_whole(models: Models) -> None:
    check_budget(needing(150, models), 150)
    check_budget(needing(150, models), None)
    with pytest.raises(BudgetExceeded, match=r"up to 150 credits \(\$1\.50\)") as caught:
        check_budget(needing(150, models), 149)
    assert (caught.value.needed_credits, caught.value.allowed_credits) == (150, 149)


def test_nothing_to_do_needs_no_budget(models: Models) -> None:
    check_budget(estimate(make_board("  - {id: c, clip: c.mp4}\n"), models), 0)


@pytest.mark.parametrize(
    ("account", "kind", "message", "allowed"),
    [
        (Account(100, None, {}), OutOfCredits, "buy 50 more", None),
        (Account(1000, 100, {}), BudgetExceeded, "may spend 100 a month", 100),
        (
            Account(1000, None, {"gen4_turbo": ModelLimits(1, 50, 46)}),
            DailyCap,
            "6 generations of gen4_turbo and the account has 4",
            None,
        ),
    ],
    ids=["balance", "month", "day"],
)
def test_what_the_account_forbids_is_told_before(
    models: Models, account: Account, kind: type[StitcherError], message: str, allowed: int | None
) -> None:
    with pytest.raises(kind, match=message) as caught:
        check_account(needing(150, models), account)
    said = caught.value
    assert (said.needed_credits, said.allowed_credits, said.balance_credits) == (
        150,
        allowed,
        account.balance_credits,
    )


@pytest.mark.parametrize(
    "account",
    [None, Account(1000, None, {}), Account(1000, None, {"gen4_turbo": ModelLimits(3, None, None)})],
    ids=["no account", "enough", "no daily limit"],
)
def test_an_account_that_suffices_forbids_nothing(models: Models, account: Account | None) -> None:
    check_account(needing(150, models), account)
