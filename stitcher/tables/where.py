"""Conditions on rows: `lang == "de" and (price < 10 or kind in ["short", "teaser"])`, parsed by hand.

    condition   = both { "or" both }
    both        = single { "and" single }
    single      = "not" single | "(" condition ")" | comparison
    comparison  = value ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) value | value [ "not" ] "in" list
    list        = "[" value { "," value } "]"
    value       = column | text in quotes | number

Nothing of it is Python's, and nothing is evaluated but comparisons. What a row does not have counts as an empty text.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from stitcher.errors import InputError
from stitcher.storyboard.suggest import meant_or_known

Condition = Callable[[Mapping[str, str]], bool]
"""Whether a row's cells fulfil it. Raises `ValueError` with a sentence for a cell that cannot be compared."""

_MAX_TEXT = 2000
_MAX_DEPTH = 40
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>-?\d+(?:\.\d+)?)(?![\w.])
      | (?P<text>"[^"]*"|'[^']*')
      | (?P<name>[^\W\d][\w.-]*)
      | (?P<sign>==|!=|<=|>=|[<>()\[\],])
    )""",
    re.VERBOSE,
)
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_WORDS = frozenset(("and", "or", "not", "in"))
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """`number`, `text`, `name`, `sign`, `word` or `end`."""
    text: str
    column: int
    """1-based."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A column's, or one that is written."""

    written: str
    column: str | None
    is_number: bool

    def text(self, cells: Mapping[str, str]) -> str:
        return self.written if self.column is None else cells.get(self.column, "")


def parse_condition(text: str, columns: Sequence[str]) -> Condition:
    """The condition that a text says of rows with these columns. Raises `InputError` saying at which column what is
    not understood."""
    if len(text) > _MAX_TEXT:
        raise InputError(f"A condition has at most {_MAX_TEXT} characters, and this one {len(text)}.")
    return _Parser(text, columns).parse()


class _Parser:
    def __init__(self, text: str, columns: Sequence[str]) -> None:
        self.text = text
        self.columns = columns
        self.tokens = self._tokens()
        self.at = 0
        self.depth = 0

    def parse(self) -> Condition:
        condition = self._condition()
        if self._next.kind != "end":
            self._refuse("'and' or 'or' is missing here")
        return condition

    def _tokens(self) -> list[_Token]:
        tokens, at = list[_Token](), 0
        while self.text[at:].strip():
            match = _TOKEN.match(self.text, at)
            if match is None:
                at += len(self.text[at:]) - len(self.text[at:].lstrip())
                self._refuse_at(at + 1, _unreadable(self.text[at:]))
            kind = match.lastgroup or ""
            if kind == "name" and match[kind] in _WORDS:
                tokens.append(_Token("word", match[kind], match.start(kind) + 1))
            else:
                tokens.append(_Token(kind, match[kind], match.start(kind) + 1))
            at = match.end()
        return [*tokens, _Token("end", "", len(self.text) + 1)]

    @property
    def _next(self) -> _Token:
        return self.tokens[self.at]

    def _takes(self, *texts: str) -> _Token | None:
        """The next token, gone past, if it is one of these signs and words."""
        token = self._next
        if token.kind not in ("sign", "word") or token.text not in texts:
            return None
        self.at += 1
        return token

    def _refuse(self, why: str) -> NoReturn:
        self._refuse_at(self._next.column, why)

    def _refuse_at(self, column: int, why: str) -> NoReturn:
        raise InputError(
            f"The condition is not understood at column {column}: {why}.\n    {self.text}\n    {' ' * (column - 1)}^"
        )

    def _condition(self) -> Condition:
        either = [self._both()]
        while self._takes("or"):
            either.append(self._both())
        return either[0] if len(either) == 1 else lambda cells: any(one(cells) for one in either)

    def _both(self) -> Condition:
        all_of = [self._single()]
        while self._takes("and"):
            all_of.append(self._single())
        return all_of[0] if len(all_of) == 1 else lambda cells: all(one(cells) for one in all_of)

    def _single(self) -> Condition:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            self._refuse(f"it is nested more than {_MAX_DEPTH} deep")
        try:
            if self._takes("not"):
                other = self._single()
                return lambda cells: not other(cells)
            if self._takes("("):
                inner = self._condition()
                if not self._takes(")"):
                    self._refuse("a ')' is missing")
                return inner
            return self._comparison()
        finally:
            self.depth -= 1

    def _comparison(self) -> Condition:
        left = self._value()
        if sign := self._takes(*_ORDER):
            right = self._value()
            return lambda cells: _compared(left, sign.text, right, cells)
        negated = self._takes("not") is not None
        if not self._takes("in"):
            self._refuse("a comparison is missing: ==, !=, <, <=, >, >= or in")
        values = self._list()
        return lambda cells: negated != any(_compared(left, "==", one, cells) for one in values)

    def _list(self) -> list[_Value]:
        if not self._takes("["):
            self._refuse('after \'in\' comes a list, such as ["de", "fr"]')
        values = [self._value()]
        while self._takes(","):
            values.append(self._value())
        if not self._takes("]"):
            self._refuse("a ']' is missing")
        return values

    def _value(self) -> _Value:
        token = self._next
        if token.kind == "name":
            if token.text not in self.columns:
                hint = meant_or_known(token.text, self.columns)
                known = f"no column is called {token.text!r}{hint}".rstrip(".?")
                self._refuse(f'{known}; a text stands in quotes: "{token.text}"')
            self.at += 1
            return _Value("", token.text, is_number=False)
        if token.kind not in ("text", "number"):
            self._refuse("a column, a text in quotes or a number is missing here")
        self.at += 1
        is_number = token.kind == "number"
        return _Value(token.text if is_number else token.text[1:-1], None, is_number=is_number)


def _unreadable(rest: str) -> str:
    if rest[0] in "\"'":
        return f"the {rest[0]} is never closed"
    if rest[0] == "=":
        return "'=' compares nothing; write '=='"
    if rest[0] in "&|":
        return "write 'and' and 'or'"
    if rest[0] == "!":
        return "write 'not', or '!='"
    return f"{rest.split()[0][:20]!r} is no column, no text in quotes, no number and no comparison"


def _compared(left: _Value, sign: str, right: _Value, cells: Mapping[str, str]) -> bool:
    one, other = left.text(cells), right.text(cells)
    compare = _ORDER[sign]
    if not (left.is_number or right.is_number):
        return compare(one, other)
    numbers = [_number(one), _number(other)]
    if None not in numbers:
        return compare(*numbers)
    if sign in ("==", "!="):
        return sign == "!="
    wrong = left if numbers[0] is None else right
    named = f"{wrong.text(cells)[:60]!r}" + ("" if wrong.column is None else f" under {wrong.column!r}")
    raise ValueError(f"{named} is no number, and is compared with one by {sign!r}")


def _number(text: str) -> Decimal | None:
    return Decimal(text.strip()) if _NUMBER.fullmatch(text.strip()) else None
