"""Values told in one line of at most 200 characters, with what says most about them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from fractions import Fraction
from pathlib import Path

import pytest

import stitcher
from stitcher.one_line import LONGEST, one_line, shortened

_WHEN = datetime(2026, 1, 2, tzinfo=UTC)


class _State(Enum):
    DONE = "done"


@dataclass(frozen=True, slots=True)
class _Value:
    name: str = ""
    path: Path | None = None
    rate: Fraction = Fraction(24)
    state: _State | None = None
    when: datetime | None = None
    rows: tuple[object, ...] = ()
    table: Mapping[str, int] | None = None
    bits: bytes = b""
    other: object = None

    __repr__ = one_line


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param(_Value(), "_Value()", id="nothing but defaults"),
        pytest.param(_Value("a", rate=Fraction(24)), "_Value(name='a')", id="what is as by default is left out"),
        pytest.param(_Value(rate=Fraction(24000, 1001)), "_Value(rate=24000/1001)", id="a rate"),
        pytest.param(_Value(path=Path("/a/b.mp4")), "_Value(path='/a/b.mp4')", id="a path"),
        pytest.param(_Value(state=_State.DONE), "_Value(state='done')", id="a state"),
        pytest.param(_Value(when=_WHEN), "_Value(when=2026-01-02 00:00:00+00:00)", id="a date"),
        pytest.param(_Value(rows=(1,)), "_Value(rows=(1,))", id="a short row"),
        pytest.param(_Value(rows=(*range(500),)), "_Value(rows=<500 items>)", id="a long row"),
        pytest.param(_Value(rows=("x" * 99,)), "_Value(rows=<1 item>)", id="a row of something long"),
        pytest.param(_Value(table={"a": 1, "b": 2}), "_Value(table=<2 items>)", id="a table"),
        pytest.param(_Value(bits=bytes(9)), "_Value(bits=<9 bytes>)", id="bytes"),
        pytest.param(_Value("a\nb"), r"_Value(name='a\nb')", id="two lines"),
        pytest.param(_Value(other=[range(9)] * 9), "_Value(other=<9 items>)", id="another list"),
        pytest.param(_Value(other=type("Odd", (), {"__repr__": lambda _: "a\nb"})()), "_Value(other=<Odd>)", id="odd"),
    ],
)  # fmt: skip
def test_a_value_is_told_by_what_is_not_as_by_default(value: _Value, told: str) -> None:
    assert repr(value) == told


def test_a_long_text_keeps_both_its_ends() -> None:
    assert shortened("/films/" + "x" * 200 + "/take.mp4", 30) == "'/films/xxxxxx…xxxx/take.mp4'"


def test_what_does_not_fit_is_left_out_and_said_to_be() -> None:
    line = repr(
        _Value("n" * 99, Path("p" * 99), Fraction(1, 3), _State.DONE, rows=("r" * 40,), other="o" * 99)
    )
    assert line.startswith("_Value(name='nnn")
    assert line.endswith(", …)")
    assert len(line) <= LONGEST


@pytest.mark.parametrize("name", [name for name in stitcher.__all__ if is_dataclass(getattr(stitcher, name))])
def test_no_public_value_is_told_with_all_that_is_in_it(name: str) -> None:
    kind = getattr(stitcher, name)
    generated = "_recursive_repr" in kind.__repr__.__qualname__ or hasattr(kind.__repr__, "__wrapped__")
    assert not generated, f"{name} has {len(fields(kind))} fields; give it `__repr__ = one_line`"


def test_every_public_class_but_errors_is_a_value_or_tells_itself() -> None:
    kinds = [getattr(stitcher, name) for name in stitcher.__all__]
    others = [kind for kind in kinds if inspect.isclass(kind) and not is_dataclass(kind)]
    assert [kind.__name__ for kind in others if "__repr__" not in vars(kind)] == ["StitcherError"]


def test_a_film_of_five_hundred_shots_is_told_in_a_line() -> None:
    board = stitcher.assemble(
        [f"{'long' * 20}/{number}.mp4" for number in range(500)],
        options=stitcher.AssembleOptions(title="A title that goes on and on " * 20),
    )
    assert repr(board).endswith(": 500 shots, 0 placed sounds>")
    assert len(repr(board)) <= LONGEST
