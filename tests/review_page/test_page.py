"""The page's HTML: what people write is never markup, and nothing but the page's own script may run."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import replace

import pytest

from stitcher.review_page.contents import MarkEntry, PageContents
from stitcher.review_page.page import page_text, script_data

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    "' onerror='alert(1)",
    '"><img src=x onerror=alert(1)>',
    "\u2028\u2029",
    "{{SCRIPT}}{{DATA}}",
    "&lt;b&gt;",
    "\ud800",
)
EMPTY = PageContents(
    key="0",
    storyboard="b.yaml",
    title="A film",
    rate=(24, 1),
    frames=24,
    start_frame=0,
    drop_frame=False,
    size=(160, 96),
    film="film.mp4",
    shots=(),
    seams=(),
    sounds=(),
    marks=(),
    hearing=None,
    notes=(),
)


def hostile(text: str) -> PageContents:
    return replace(EMPTY, title=text, marks=(MarkEntry(text, 0, text),), notes=(text,))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_makes_no_element_and_comes_back_whole(text: str) -> None:
    page, plain = page_text(hostile(text)), page_text(hostile("plain"))
    assert page.count("<") == plain.count("<")
    held = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert held is not None
    assert json.loads(held[1])["notes"] == [text]


@pytest.mark.parametrize("text", HOSTILE)
def test_data_ends_no_script_element(text: str) -> None:
    assert not re.search(r"[<>&\u2028\u2029]", script_data({text: text}))


def test_the_policy_allows_the_pages_own_script_and_style_and_no_other() -> None:
    page = page_text(EMPTY)
    policy = html.unescape(re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[0])
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    script = page.rsplit("<script>", 1)[1].split("</script>")[0]
    style = page.split("<style>")[1].split("</style>")[0]
    assert rules == {
        "default-src": "'none'",
        "script-src": hashed(script),
        "style-src": hashed(style),
        "img-src": "'self' data:",
        "media-src": "'self' blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_the_page_names_no_address_elsewhere_and_reads_nothing_as_markup() -> None:
    page = page_text(EMPTY)
    assert "://" not in page
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", page
    )


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
