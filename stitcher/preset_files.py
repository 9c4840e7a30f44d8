"""Preset files: where TOML presets are found (package, user, project), and read into pydantic models.

package   `presets/SECTION` of a checkout, `stitcher/_presets/SECTION` of an installed wheel
user      `SECTION` in the folder of `STITCHER_PRESETS`, else `presets/SECTION` in the user's config folder
project   `presets/SECTION` and `.stitcher/presets/SECTION` of the project's folder

Later folders win. Sections are `delivery`, `loudness`, `editors`, `models` and `accounts`.
"""

from __future__ import annotations

import os
import re
import threading
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, get_args, get_origin

from stitcher.errors import PresetError
from stitcher.storyboard.suggest import nearest

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

    Model = TypeVar("Model", bound=BaseModel)

Origin = Literal["package", "user", "project"]
MAX_BYTES = 256 * 1024
_GUESSES = 4

_building = threading.Lock()
"""Validators are made at first use, and older pydantics do not expect two threads to begin with that."""


@dataclass(frozen=True, slots=True)
class PresetFile:
    """One preset file that counts: no later folder has the same name."""

    name: str
    origin: Origin
    path: Path
    overrides: tuple[Path, ...] = ()
    """Files of the same name it hides, nearest first."""


@lru_cache(maxsize=1)
def package_folder() -> Path:
    """The folder of shipped data: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(__file__).resolve().parent
    installed = package / "_presets"
    return installed if installed.is_dir() else package.parent / "presets"


def _folders(
    section: str, *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[tuple[Origin, Path], ...]:
    """Where presets of a section are looked for, lowest precedence first."""
    own = (os.environ if environ is None else environ).get("STITCHER_PRESETS")
    if own:
        user = Path(own)
    else:
        import platformdirs

        user = Path(platformdirs.user_config_dir("stitcher")) / "presets"
    chain: list[tuple[Origin, Path]] = [("package", package_folder() / section), ("user", user / section)]
    if project is not None:
        own_folders = [project / "presets", project / ".stitcher" / "presets"]
        # In stitcher's own checkout the first is the package's, which would be told to override itself.
        chain += [
            ("project", folder / section) for folder in own_folders if folder.resolve() != package_folder()
        ]
    return tuple(chain)


def find_presets(
    section: str, *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> dict[str, PresetFile]:
    """Every preset file of a section by name, sorted; none is read."""
    files: dict[str, PresetFile] = {}
    for origin, folder in _folders(section, project=project, environ=environ):
        try:
            paths = sorted(path for path in folder.glob("*.toml") if path.is_file())
        except OSError as exc:
            raise PresetError(f"{folder}: cannot be listed ({exc.strerror}).") from exc
        for path in paths:
            hidden = files.get(path.stem)
            overrides = (hidden.path, *hidden.overrides) if hidden else ()
            files[path.stem] = PresetFile(path.stem, origin, path, overrides)
    return dict(sorted(files.items()))


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


def read_preset(path: Path, model: type[Model]) -> Model:
    """One preset file as a model. Raises `PresetError` with file, key and, for an unknown key, the nearest known one.

    Where the model has a name, it must be the file's.
    """
    from pydantic import ValidationError

    data = read_toml(path)
    with _building:
        model.model_rebuild()
    try:
        parsed = model.model_validate(data)
    except ValidationError as exc:
        raise PresetError("\n".join(dict.fromkeys(_explained(path, model, exc)))) from exc
    name = getattr(parsed, "name", path.stem)
    if name != path.stem:
        raise PresetError(f"{path}: name: says {name!r}, but the file is called {path.stem!r}.")
    return parsed


def unknown_name(what: str, name: str, known: Mapping[str, object]) -> str:
    """A message for a name that does not exist, with those it is a word of, or the one it is misspelt from."""
    word = name.casefold()
    near = [one for one in known if word and word in re.split(r"[-_.]", one.casefold())]
    if not near and (meant := nearest(name, known)) is not None:
        near = [meant]
    hint = f" Did you mean {' or '.join(near[:_GUESSES])}?" if near else f" There are: {', '.join(known)}."
    return f"There is no {what} named {name!r}.{hint}"


def _explained(path: Path, model: type[BaseModel], error: ValidationError) -> Iterator[str]:
    """All that is wrong with a file, one line each: file, dotted key, reason, and the nearest known key."""
    for issue in error.errors(include_url=False, include_context=False):
        keys = [str(part) for part in issue["loc"] if not _is_branch(str(part))]
        key = ".".join(keys) or "(whole file)"
        if issue["type"] == "extra_forbidden":
            near = nearest(keys[-1], _known_keys(model, keys[:-1]))
            hint = f"did you mean {near!r}?" if near else "remove it"
            yield f"{path}: {key}: there is no such key; {hint}"
        else:
            yield f"{path}: {key}: {issue['msg'][0].lower()}{issue['msg'][1:]}"


def _is_branch(part: str) -> bool:
    """Whether pydantic put a type's name, and not a key, into the path of an error."""
    return "[" in part or part in ("int", "str", "float", "bool")


def _known_keys(model: type[BaseModel], path: list[str]) -> list[str]:
    """The keys that a model, or a table inside it, may have; `path` are the keys that lead there."""
    from pydantic import BaseModel

    current: type[BaseModel] = model
    for number, part in enumerate(path, start=1):
        field = current.model_fields.get(part)
        options = list(_types(field.annotation)) if field else []
        tables = [option for option in options if isinstance(option, type) and is_dataclass(option)]
        if number == len(path) and tables:
            return [field.name for field in fields(tables[0])]
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
