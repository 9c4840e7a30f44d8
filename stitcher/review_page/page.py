"""The page as HTML: fixed text and fixed code, with what it says as JSON beside it.

Nothing that people or files are called is ever written into markup: it is in the JSON, and the page's code puts it
where it is shown as text. The policy lets the page run that one script and no other, and load nothing from elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path

from stitcher.media.files import opened_file
from stitcher.review_page.contents import PageContents, ShownPicture

_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".mp4": "video/mp4"}


def page_text(contents: PageContents) -> str:
    """The whole page."""
    style, script = (_part(name) for name in ("page.css", "page.js"))
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src 'self' data:",
            "media-src 'self' blob:",
            *(("connect-src 'self'",) if contents.served else ()),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    slots = {
        "POLICY": html.escape(policy),
        "TITLE": html.escape(contents.title),
        "STYLE": style,
        "DATA": script_data(asdict(contents)),
        "SCRIPT": script,
    }
    # Cut at the slots first, so that nothing in one is taken for another.
    first, *rest = _part("page.html").split("{{")
    return first + "".join(slots[name] + after for name, after in (piece.split("}}", 1) for piece in rest))


def script_data(document: object) -> str:
    """A value as JSON that ends no script element and begins no comment, whatever texts are in it."""
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def inlined(contents: PageContents, folder: Path) -> PageContents:
    """The same with every file it names inside of it. Raises `MediaMissing`."""

    def held(name: str) -> str:
        with opened_file(folder / name) as file:
            content = base64.b64encode(file.read()).decode()
        return f"data:{_TYPES[Path(name).suffix]};base64,{content}"

    def picture(shown: ShownPicture) -> ShownPicture:
        return replace(shown, file=held(shown.file))

    return replace(
        contents,
        film=held(contents.film),
        shots=tuple(
            replace(
                shot,
                picture=picture(shot.picture),
                takes=tuple(
                    take if take.film is None else replace(take, film=held(take.film)) for take in shot.takes
                ),
            )
            for shot in contents.shots
        ),
        seams=tuple(
            replace(
                seam,
                last=picture(seam.last),
                first=picture(seam.first),
                difference=held(seam.difference),
                unmended=None if seam.unmended is None else held(seam.unmended),
            )
            for seam in contents.seams
        ),
    )


def _part(name: str) -> str:
    return (files("stitcher.review_page") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
