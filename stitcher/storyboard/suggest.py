"""Spelling suggestions: the name a person most likely meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

_LONGEST = 40
_SHORT = 4
_BEGINNING = 3
"""Letters two names must begin with alike for the longer to be a guess at the shorter."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` is a slip of the pen for, or the beginning of; `None` when there is none.

    Names that only share letters are no guess: a wrong hint costs more than none.
    """
    folded = name.casefold()[:_LONGEST]
    by_folded = {candidate.casefold(): candidate for candidate in known}
    near = get_close_matches(folded, list(by_folded), n=8, cutoff=0.6)
    good = [other for other in near if _is_slip(folded, other) or _begins_alike(folded, other)]
    return by_folded[min(good, key=lambda other: _slips(folded, other))] if good else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`": did you mean 'x'?"`, or an empty text."""
    candidate = nearest(name, known)
    return f": did you mean {candidate!r}?" if candidate else ""


def meant_or_known(name: str, known: Collection[str]) -> str:
    """`": did you mean 'x'?"`, or `"; there are x, y, z."`, or `"; there is none."`."""
    if hint := did_you_mean(name, known):
        return hint
    return (
        f"; there are {', '.join(known)}." if len(known) > 1 else f"; there is {next(iter(known), 'none')}."
    )


def unknown_name(what: str, name: str, known: Collection[str]) -> str:
    """That no `what` (shot, marker) has that name, and which one was meant, or some of those there are."""
    if hint := did_you_mean(name, known):
        return f"no {what} is called {name!r}{hint}"
    if not known:
        return f"no {what} is called {name!r}; there is none at all."
    some = ", ".join(list(known)[:8]) + (", …" if len(known) > 8 else "")
    return f"no {what} is called {name!r}; there are {some}."


def _is_slip(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    if shorter <= _SHORT and one[:1] != other[:1] and sorted(one) != sorted(other):
        # Nearly any short word is one letter away from another, but hardly anybody gets the first one wrong.
        return False
    most = max(1, shorter // 3)
    return abs(len(one) - len(other)) <= most and _slips(one, other) <= most


def _begins_alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _BEGINNING and longer.startswith(shorter)


def _slips(one: str, other: str) -> int:
    """Letters left out, put in, changed, or exchanged with their neighbour to make one word of the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, target in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != target))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == target:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
