"""What a storyboard names and nobody has: files, fonts, presets; no file is opened, and mistakes are no hindrance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from stitcher.errors import Issue, MediaMissing, StitcherError, StoryboardError
from stitcher.inputs.fonts import font_fault
from stitcher.storyboard.load import Written, sorted_issues
from stitcher.storyboard.source_map import Location
from stitcher.storyboard.values import is_font_name

_FILES = {
    "shots": (
        ("clip",),
        ("still",),
        ("title", "font"),
        ("overlays", "font"),
        ("overlays", "picture"),
        ("grade", "lut"),
    ),
    "overlays": (("picture",),),
    "sound": (
        ("file",),
        ("captions",),
        *(("dubs", "*", *keys) for keys in ((), ("file",), ("captions",))),
        *(("generate", kind, *keys) for kind in ("picture", "isolate", "dub") for keys in ((), ("file",))),
    ),
    "captions": (("file",), ("style", "font")),
}
"""Where lists of a storyboard name files; `*` stands for every key."""


def with_unusable(error: StoryboardError) -> StoryboardError:
    """The error, with what the storyboard names and nobody has among what is wrong with it, in the file's order."""
    written = error.written
    if not isinstance(written, Written):
        return error
    found = [written.placed(issue) for issue in _unusable(written)]
    return StoryboardError(sorted_issues([*error.issues, *found]))


def _unusable(written: Written) -> Iterator[Issue]:
    from stitcher.media.files import check_regular

    for location, text in _named(written.data):
        if _is_name(location, text):
            if fault := font_fault(text):
                yield Issue.at(location, fault)
            continue
        try:
            path = Path(written.base, text)
            check_regular(path)
        except MediaMissing as exc:
            yield Issue.at(location, str(exc))
        except (StitcherError, ValueError):
            # What is no name of a file at all was refused as it was read.
            continue
    for number, delivery in enumerate(_list(written.data.get("deliver"))):
        name = delivery.get("preset") if isinstance(delivery, dict) else None
        if isinstance(name, str) and (message := preset_fault(name, written.base)):
            yield Issue.at(("deliver", number, "preset"), message)


def preset_fault(name: str, project: Path | None) -> str | None:
    """Why there is no delivery preset of that name, where there is none."""
    from stitcher.preset_files import find_presets, unknown_name

    try:
        known = find_presets("delivery", project=project)
    except StitcherError:
        return None
    return None if name in known else unknown_name("preset", name, known)


def _named(data: Mapping[str, object]) -> Iterator[tuple[Location, str]]:
    """Every text that stands where a storyboard names a file or a font, right or not in what else it says there."""
    for section, places in _FILES.items():
        for number, part in enumerate(_list(data.get(section))):
            for keys in places:
                yield from _texts(part, keys, (section, number))
    defaults = data.get("defaults")
    logo = defaults.get("logo") if isinstance(defaults, dict) else None
    yield from _texts(logo, ("picture",) if isinstance(logo, dict) else (), ("defaults", "logo"))


def _is_name(location: Location, text: str) -> bool:
    """Whether it is a font's name, and no file's."""
    return location[-1] == "font" and is_font_name(text)


def _texts(value: object, keys: tuple[str, ...], here: Location) -> Iterator[tuple[Location, str]]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _texts(one, keys, (*here, number))
    elif not keys:
        if isinstance(value, str) and "${" not in value:
            yield here, value
    elif isinstance(value, dict) and keys[0] == "*":
        for key, one in value.items():
            yield from _texts(one, keys[1:], (*here, key))
    elif isinstance(value, dict) and keys[0] in value:
        yield from _texts(value[keys[0]], keys[1:], (*here, keys[0]))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
