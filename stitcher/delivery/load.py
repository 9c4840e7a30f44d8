"""Presets and loudness rows from their files. Later folders win: the package's, the user's, the project's.

package   `presets/delivery` of a checkout, `stitcher/_presets/delivery` of an installed wheel
user      `delivery` in the folder of `STITCHER_PRESETS`, else `presets/delivery` in the user's config folder
project   `presets/delivery` and `.stitcher/presets/delivery` of the project's folder
"""

from __future__ import annotations

import os
import re
import threading
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from stitcher.delivery.loudness import LoudnessRow
from stitcher.delivery.preset import Citation, Preset
from stitcher.errors import PresetError
from stitcher.storyboard.suggest import nearest

if TYPE_CHECKING:
    from stitcher.sound.loudness import LoudnessTarget

    Model = TypeVar("Model", Preset, LoudnessRow)

Origin = Literal["package", "user", "project"]
MAX_BYTES = 256 * 1024
_GUESSES = 4

_building = threading.Lock()
"""Validators are made at first use, and older pydantics do not expect two threads to begin with that."""


@dataclass(frozen=True, slots=True)
class Found:
    """One preset file that counts: no later folder has the same name."""

    name: str
    origin: Origin
    path: Path
    overrides: tuple[Path, ...] = ()
    """Files of the same name it hides, nearest first."""


def package_folder() -> Path:
    """The folder of shipped data: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_presets"
    return installed if installed.is_dir() else package.parent / "presets"


def folders(
    section: str, *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[tuple[Origin, Path], ...]:
    """Where presets of a section (`delivery`, `loudness`) are looked for, lowest precedence first."""
    given = (os.environ if environ is None else environ).get("STITCHER_PRESETS")
    if given:
        user = Path(given)
    else:
        import platformdirs

        user = Path(platformdirs.user_config_dir("stitcher")) / "presets"
    places: list[tuple[Origin, Path]] = [("package", package_folder() / section), ("user", user / section)]
    if project is not None:
        places += [
            ("project", project / "presets" / section),
            ("project", project / ".stitcher" / "presets" / section),
        ]
    return tuple(places)


def find(
    section: str, *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> dict[str, Found]:
    """Every preset file of a section by name, sorted; none is read."""
    found: dict[str, Found] = {}
    for origin, folder in folders(section, project=project, environ=environ):
        try:
            paths = sorted(path for path in folder.glob("*.toml") if path.is_file())
        except OSError as exc:
            raise PresetError(f"{folder}: cannot be listed ({exc.strerror}).") from exc
        for path in paths:
            hidden = found.get(path.stem)
            overrides = (hidden.path, *hidden.overrides) if hidden else ()
            found[path.stem] = Found(path.stem, origin, path, overrides)
    return dict(sorted(found.items()))


def read_toml(path: Path) -> dict[str, object]:
    """The tables of a small TOML file. Raises `PresetError` naming the file, and the line where it breaks."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise PresetError(f"{path}: cannot be read ({exc.strerror}).") from exc
    if len(raw) > MAX_BYTES:
        raise PresetError(f"{path}: is over {MAX_BYTES // 1024} KiB, which is no preset.")
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as exc:
        raise PresetError(f"{path}: is not UTF-8 text (byte {exc.start}).") from exc
    except tomllib.TOMLDecodeError as exc:
        raise PresetError(f"{path}: is not valid TOML: {exc}.") from exc


def parse_preset(path: Path) -> Preset:
    """The preset in one file. Raises `PresetError` with file, key and, for an unknown key, the nearest known one."""
    return _parse(path, Preset)


def parse_row(path: Path) -> LoudnessRow:
    """The loudness row in one file. Raises `PresetError` as `parse_preset` does."""
    return _parse(path, LoudnessRow)


def _parse(path: Path, model: type[Model]) -> Model:
    data = read_toml(path)
    with _building:
        model.model_rebuild()
    try:
        parsed = model.model_validate(data)
    except ValidationError as exc:
        raise PresetError(explain(path, model, exc)) from exc
    if parsed.name != path.stem:
        raise PresetError(f"{path}: name: says {parsed.name!r}, but the file is called {path.stem!r}.")
    return parsed


def load_preset(
    name: str, *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> Preset:
    """The preset of a name. Raises `PresetError` with the nearest names when there is none."""
    found = find("delivery", project=project, environ=environ)
    if name not in found:
        raise PresetError(unknown("preset", name, found))
    return parse_preset(found[name].path)


def list_presets(
    *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[tuple[Found, Preset], ...]:
    """Every preset with the file it comes from, sorted by name. Raises `PresetError` at the first bad file."""
    found = find("delivery", project=project, environ=environ)
    return tuple((entry, parse_preset(entry.path)) for entry in found.values())


def load_loudness(
    name: str, *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> LoudnessTarget:
    """The loudness target of a name. Raises `PresetError` with the nearest names when there is none."""
    found = find("loudness", project=project, environ=environ)
    if name not in found:
        raise PresetError(unknown("loudness target", name, found))
    return parse_row(found[name].path).target()


def list_loudness(
    *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[tuple[Found, LoudnessRow], ...]:
    """Every loudness row with the file it comes from, sorted by name. Raises `PresetError` at the first bad file."""
    found = find("loudness", project=project, environ=environ)
    return tuple((entry, parse_row(entry.path)) for entry in found.values())


def unknown(what: str, name: str, known: Mapping[str, object]) -> str:
    """A message for a name that does not exist, with those it is a word of, or the one it is misspelt from."""
    word = name.casefold()
    near = [one for one in known if word and word in re.split(r"[-_.]", one.casefold())]
    if not near and (meant := nearest(name, known)) is not None:
        near = [meant]
    hint = f" Did you mean {' or '.join(near[:_GUESSES])}?" if near else f" There are: {', '.join(known)}."
    return f"There is no {what} named {name!r}.{hint}"


def explain(path: Path, model: type[BaseModel], error: ValidationError) -> str:
    """All that is wrong with a file, one line each: file, dotted key, reason, and the nearest known key."""
    return "\n".join(dict.fromkeys(_lines(path, model, error)))


def _lines(path: Path, model: type[BaseModel], error: ValidationError) -> Iterator[str]:
    for issue in error.errors(include_url=False, include_context=False):
        place = [str(part) for part in issue["loc"] if not _is_branch(str(part))]
        key = ".".join(place) or "(whole file)"
        if issue["type"] == "extra_forbidden":
            near = nearest(place[-1], _keys(model, place[:-1]))
            hint = f"did you mean {near!r}?" if near else "remove it"
            yield f"{path}: {key}: there is no such key; {hint}"
        else:
            yield f"{path}: {key}: {issue['msg'][0].lower()}{issue['msg'][1:]}"


def _is_branch(part: str) -> bool:
    """Whether pydantic put a type's name, and not a key, into the place of an error."""
    return "[" in part or part in ("int", "str", "float", "bool")


def _keys(model: type[BaseModel], place: list[str]) -> list[str]:
    """Known keys at a place of a model, following nested models."""
    current: type[BaseModel] = model
    for number, part in enumerate(place, start=1):
        field = current.model_fields.get(part)
        options = list(_types(field.annotation)) if field else []
        if number == len(place) and Citation in options:
            return [field.name for field in fields(Citation)]
        models = [option for option in options if isinstance(option, type) and issubclass(option, BaseModel)]
        if not models:
            return []
        current = models[0]
    return list(current.model_fields)


def _types(annotation: object) -> Iterator[object]:
    """An annotation's own types: what it is a union, a sequence or a citation of, and those of what that is."""
    yield get_origin(annotation) or annotation
    for part in get_args(annotation):
        yield from _types(part)
