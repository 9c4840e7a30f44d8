"""Languages by the names containers have for them."""

from __future__ import annotations

import pytest

from stitcher.formats.languages import THREE_LETTERS, container_language


@pytest.mark.parametrize(
    ("tag", "three", "quicktime"),
    [
        ("en", "eng", "eng"),
        ("pt-BR", "por", "por"),
        ("de", "deu", "ger"),
        ("cy", "cym", "wel"),
        ("fa", "fas", "per"),
        ("fo", "fao", "fo "),
        ("gsw", "gsw", "gsw"),
        ("und", "und", "und"),
    ],
)
def test_two_letters_become_three(tag: str, three: str, quicktime: str) -> None:
    assert container_language(tag) == three
    assert container_language(tag, quicktime=True) == quicktime


def test_codes_are_told_apart() -> None:
    assert len(THREE_LETTERS) == len(set(THREE_LETTERS.values())) == 183
