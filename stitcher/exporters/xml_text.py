"""XML documents as text: elements with children in a line of Python, written the same way every time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import quote
from xml.etree import ElementTree as ET

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no document may hold, escaped or not."""

Value = str | int


def add(
    parent: ET.Element, tag: str, text: Value | None = None, attributes: Mapping[str, Value] | None = None
) -> ET.Element:
    """A new last child of `parent`."""
    child = ET.SubElement(
        parent, tag, {name: clean(str(value)) for name, value in (attributes or {}).items()}
    )
    if text is not None:
        child.text = clean(str(text))
    return child


def add_all(parent: ET.Element, **texts: Value) -> None:
    """A child with a text for each keyword, in their order."""
    for tag, text in texts.items():
        add(parent, tag, text)


def clean(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", text)


def document(root: ET.Element, doctype: str = "") -> bytes:
    """The document, indented, in UTF-8."""
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    kind = f"<!DOCTYPE {doctype}>\n" if doctype else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{kind}{body}\n'.encode()


def file_url(address: str, host: str = "") -> str:
    """An absolute path as a `file:` URL; a relative one as a relative URL."""
    path = quote(address, safe="/:")
    if not PurePosixPath(address).is_absolute() and not re.match(r"[A-Za-z]:/", address):
        return path
    return f"file://{host}{path if path.startswith('/') else f'/{path}'}"
