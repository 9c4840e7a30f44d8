"""What can be refused of a prompt before a credit is spent. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stitcher.generation.models import Model
from stitcher.storyboard.source_map import Location

_HALF = re.compile("[\ud800-\udfff]")


def check_prompt(
    where: Location, text: str | None, model: Model, *, from_text: bool = False
) -> Iterator[tuple[Location, str]]:
    """What is wrong with a prompt; `from_text` for a take that has no start frame."""
    rule = model.prompt
    if rule is None:
        return
    required = rule.text_required if from_text and rule.text_required is not None else rule.required
    if text is None or not text.strip():
        if required or text is not None:
            yield where, f"{model.name} needs a prompt with something in it."
        return
    if _HALF.search(text):
        yield where, "the prompt holds half of a character (a lone \\ud800 to \\udfff): write it out."
        return
    length = utf16_length(text)
    if rule.max_utf16 is not None and length > rule.max_utf16:
        wide = " (an emoji counts as 2)" if length > len(text) else ""
        over = length - rule.max_utf16
        yield (
            where,
            f"the prompt has {length} characters{wide}, {over} more than {model.name} takes: shorten it.",
        )


def utf16_length(text: str) -> int:
    """How long a text is as the services count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
