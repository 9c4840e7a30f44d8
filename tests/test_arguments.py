"""Arguments that cannot be right: an `InputError` with the argument's name, and help that shows the signature."""

from __future__ import annotations

import inspect
import pydoc
from collections.abc import Callable
from typing import Any

import pytest

import stitcher
from stitcher.arguments import checked
from stitcher.errors import InputError

untyped: Any = stitcher
"""As programs without types call it."""


def _board() -> stitcher.Storyboard:
    return stitcher.assemble(["a.mp4"])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        pytest.param(lambda: untyped.render(), "missing a required argument: 'film'", id="nothing"),
        pytest.param(lambda: untyped.render(_board()), "render(film, out, *, preset=None", id="no place"),
        pytest.param(lambda: untyped.render(_board(), "f.mp4", prset="draft"), "'prset'", id="misspelt"),
        pytest.param(
            lambda: untyped.render("b.yaml", "f.mp4"), "stitcher.load('b.yaml') reads one", id="a path"
        ),
        pytest.param(lambda: untyped.render(None, "f.mp4"), "and not a NoneType", id="nothing for a film"),
        pytest.param(lambda: untyped.render(_board(), 3), "out must be Path or str", id="no path"),
        pytest.param(lambda: untyped.plan(_board(), preset=7), "preset must be str, Preset or", id="number"),
        pytest.param(lambda: untyped.load(7), "path must be Path or str", id="no file"),
        pytest.param(
            lambda: untyped.generate(_board(), shots="s1"),
            "shots must be Sequence[str]",
            id="a word as a list",
        ),
        pytest.param(
            lambda: untyped.generate(_board(), confirm=True), "confirm must be Callable", id="no function"
        ),
        pytest.param(
            lambda: untyped.render(_board(), "f.mp4", options=untyped.RenderOptions(cache="c")),
            "options.cache must be Path or None",
            id="in options",
        ),
        pytest.param(
            lambda: untyped.render(_board(), "f.mp4", options=untyped.RenderOptions(verify="ful")),
            "verify",
            id="a choice in options",
        ),
        pytest.param(lambda: untyped.assemble([3]), "clip", id="no clip in the row"),
        pytest.param(
            lambda: untyped.circle_take(_board(), "s1", "two"), "number must be int", id="no number"
        ),
        pytest.param(
            lambda: untyped.sound_file([0.0]),
            "sound must be pydub AudioSegment or numpy array, and not a list.",
            id="no sound",
        ),
        pytest.param(lambda: untyped.probe(None), "path must be Path or str", id="nothing to probe"),
    ],
)
def test_a_wrong_argument_is_an_input_error_that_names_it(call: Callable[[], object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert said in str(caught.value)


def test_help_shows_signature_and_docstring() -> None:
    # Long signatures are broken into lines by newer Pythons.
    text = " ".join(pydoc.plain(pydoc.render_doc(stitcher.render)).split()).replace("( ", "(")
    assert "render(film: 'Storyboard | Timeline | Plan', out: 'Path | str', *, preset:" in text
    assert "whole or not at all" in text


@pytest.mark.parametrize(
    "name", [name for name in stitcher.__all__ if name[0].islower() and name != "errors"]
)
def test_no_promised_function_takes_more_than_seven_arguments_or_is_vague_about_them(name: str) -> None:
    parameters = inspect.signature(getattr(stitcher, name)).parameters.values()
    assert len(parameters) <= 7
    assert all(one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in parameters)
    assert all(one.annotation is not one.empty for one in parameters)


def test_what_fits_the_signature_arrives_as_it_is() -> None:
    @checked
    def function(a: int, *, c: float | None = None, d: list[int] | str = "") -> object:
        return a, c, d

    assert function(1, c=2, d=[3]) == (1, 2, [3])


def test_errors_of_the_function_itself_stay_what_they_are() -> None:
    @checked
    def function() -> None:
        raise TypeError("a bug")

    with pytest.raises(TypeError, match="a bug"):
        function()
