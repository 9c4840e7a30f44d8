"""What all readers share: files read with bounds, XML without entities, rates from decimals, paths from URLs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import NoReturn, get_args
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.parsers import expat

from stitcher.errors import InputError
from stitcher.media.files import opened_file
from stitcher.storyboard.choices import Conform, Fit
from stitcher.storyboard.transition_kinds import CUT, DISSOLVE

MAX_BYTES = 128 * 1024 * 1024
"""Of a cut's text: 5,000 shots in the wordiest format are a tenth of it."""
_MAX_DEPTH = 200
_NTSC = (24, 30, 48, 60, 120)
_NEAR = Fraction(1, 100)


def read_bytes(path: Path) -> bytes:
    """A file's bytes. Raises `MediaMissing`, and `InputError` for one that is too large for a cut."""
    with opened_file(path) as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise refused(path, f"is larger than {MAX_BYTES // 1024**2} MB, which no cut is: it was not read.")
    return data


def refused(path: Path | str, why: str) -> InputError:
    """The error for a cut that cannot be read; `why` follows its name."""
    return InputError(f"{str(path)!r} {why}")


def parse_xml(data: bytes, name: str) -> ET.Element:
    """The root of a document. Raises `InputError` for what is no XML, declares entities, or is nested too deep."""
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate()
    depth = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise refused(name, f"is nested more than {_MAX_DEPTH} deep, which no cut is: it was not read.")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def entity(*_: object) -> NoReturn:
        raise refused(
            name, "declares entities, which no editor writes and which can grow without end: it was not read."
        )

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = entity
    parser.ExternalEntityRefHandler = entity
    parser.buffer_text = True
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as exc:
        if isinstance(exc, InputError):
            raise
        raise refused(name, f"is not XML that can be read: {exc}.") from exc
    root: ET.Element = builder.close()
    return root


def exact_rate(written: float | str | Fraction) -> Fraction:
    """Frames a second as they are meant: 24000/1001 for 23.976, 23.98 and 23.976023976."""
    value = Fraction(str(written))
    for nominal in _NTSC:
        exact = Fraction(nominal * 1000, 1001)
        if abs(value - exact) < _NEAR and value != nominal:
            return exact
    return Fraction(round(value)) if abs(value - round(value)) < Fraction(1, 10_000) else value


def address_of(url: str) -> str:
    """The path that a `file:` URL, a Windows path or a plain path names, with `/`."""
    text = url.strip()
    if text.lower().startswith("file:"):
        parts = urlsplit(text)
        path = unquote(parts.path)
        host = unquote(parts.netloc)
        # `file://C:/…` is written too, with the drive where the host should be.
        if re.fullmatch(r"[A-Za-z]:?", host):
            return f"{host[0]}:{path}"
        if host.lower() not in ("", "localhost", "127.0.0.1"):
            return f"//{host}{path}"
        return path[1:] if re.match(r"/[A-Za-z]:", path) else path
    if re.match(r"[A-Za-z]:[\\/]", text) or text.startswith("\\\\"):
        return text.replace("\\", "/")
    return text


def file_name(address: str) -> str:
    """The last part of an address."""
    return address.replace("\\", "/").rstrip("/").rpartition("/")[2]


_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("cross dissolve", "dissolve", "fade", "smpte_dissolve", "film dissolve"), DISSOLVE.name),
    **dict.fromkeys(("additive dissolve", "smooth cut", "morph cut", "flow"), ""),
    **dict.fromkeys(
        ("dip to black", "fade to black", "dip to color dissolve", "fade through black"), "fadeblack"
    ),
    **dict.fromkeys(("dip to white", "fade through white"), "fadewhite"),
    **dict.fromkeys(("edge wipe", "wipe"), "wiperight"),
    "cut": CUT.name,
}


def transition_kind_of(name: str) -> str | None:
    """The storyboard's word for an editor's transition, `None` where it has none."""
    return _KINDS.get(name.strip().lower()) or None


def fit_of(word: str) -> Fit | None:
    """How a picture fills the film's, as our own metadata say it; `None` where they do not."""
    known: tuple[Fit, ...] = get_args(Fit)
    return next((fit for fit in known if fit == word), None)


def conform_of(word: str) -> Conform | None:
    """How another rate becomes the film's, as our own metadata say it; `None` where they do not."""
    known: tuple[Conform, ...] = get_args(Conform)
    return next((conform for conform in known if conform == word), None)
