"""Models, what each takes and costs: dated files in `presets/models`, checked and frozen.

Models come and go by the month, so none is named in code: a user's or a project's file of the same name
overrides, and a name that was retired says what took its place.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from stitcher.errors import PresetError
from stitcher.generation.model_facts import (
    Choice,
    Duration,
    Facts,
    InputSound,
    InputVideo,
    Keyframes,
    Languages,
    Length,
    Makes,
    Moderation,
    Output,
    PriceRule,
    Prompt,
    Range,
    Ratios,
    References,
    Seed,
    Source,
    StartImageRule,
    VoicePresets,
)
from stitcher.preset_files import find_presets, read_preset, unknown_name

SECTION = "models"
RETIRED = "retired"


class Model(Facts):
    """One model, as its file says."""

    model: Literal[1]
    """Version of this format."""
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    title: str
    summary: str = ""
    makes: Makes
    is_default: Annotated[bool, Field(alias="default")] = False
    """Whether it is the one for what it makes where none is named."""
    endpoint: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    """Last part of the path, as in `/v1/image_to_video`."""
    text_endpoint: Annotated[str, Field(pattern=r"^[a-z_]+$")] | None = None
    """Where a request without a start image goes; `None` when there can be none."""
    checked: datetime.date
    """When its numbers were last compared with their sources."""
    duration: Duration | None = None
    ratios: Ratios | None = None
    start_image: StartImageRule | None = None
    prompt: Prompt | None = None
    seed: Seed | None = None
    moderation: Moderation | None = None
    references: References | None = None
    keyframes: Keyframes | None = None
    input_video: InputVideo | None = None
    input_sound: InputSound | None = None
    length: Length | None = None
    voices: VoicePresets | None = None
    languages: Languages | None = None
    neighbours: bool = False
    """Whether it is told what is said before and after."""
    loops: bool = False
    """Whether it can be asked for a sound whose end leads into its beginning."""
    fixed: dict[str, Choice] = Field(default_factory=dict)
    """Further fields that every request has, with their values."""
    output: Output = Output()
    options: dict[str, tuple[str, ...] | Range] = Field(default_factory=dict)
    """Further fields of the request, with the values they take."""
    resolutions: dict[str, int] = Field(default_factory=dict)
    """For upscales: the names the request uses, and the height in pixels each means."""
    price: PriceRule
    sources: dict[str, Source] = Field(default_factory=dict)

    def resolution_for(self, height: str) -> str | None:
        """The request's own name for `2160p`, `4k` or a name it knows itself; `None` when there is none."""
        if height in self.resolutions:
            return height
        lines = int(height[:-1]) if height.endswith("p") and height[:-1].isdecimal() else None
        return next((name for name, high in self.resolutions.items() if high == lines), None)

    @model_validator(mode="after")
    def _sources_exist(self) -> Model:
        for key in type(self).model_fields:
            part = getattr(self, key)
            if isinstance(part, Facts) and part.source is not None and part.source not in self.sources:
                raise ValueError(f"{key} cites {part.source!r}, which is not in [sources]")
        return self


class Retired(BaseModel):
    """A name that is gone, and what to write instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    replaced_by: tuple[str, ...]
    note: str = ""


class _RetiredFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    checked: datetime.date
    source: str = ""
    retired: dict[str, Retired]


@dataclass(frozen=True, slots=True)
class Models:
    """Every model known, and every name known to be gone."""

    known: Mapping[str, Model]
    retired: Mapping[str, Retired]

    def get(self, name: str, makes: Makes | None = None) -> Model:
        """The model of a name. Raises `PresetError` for an unknown, retired or unfit one, naming those there are."""
        model = self.known.get(name)
        if model is None:
            raise PresetError(self._missing(name, makes))
        if makes is not None and model.makes != makes:
            raise PresetError(
                f"The model {name} makes {_MADE[model.makes]}, not {_MADE[makes]}; "
                f"for that there {self._list(makes)}."
            )
        return model

    def default(self, makes: Makes) -> str:
        """The model for one kind of thing where none is named: the one whose file says so, else the first."""
        of_kind = [model for model in self.known.values() if model.makes == makes]
        chosen = next((model for model in of_kind if model.is_default), next(iter(of_kind), None))
        return chosen.name if chosen is not None else ""

    def names(self, makes: Makes | None = None) -> tuple[str, ...]:
        """The names of all models, or of those that make one kind of thing."""
        return tuple(name for name, model in self.known.items() if makes in (None, model.makes))

    def _missing(self, name: str, makes: Makes | None) -> str:
        retired = self.retired.get(name)
        if retired is None:
            others = dict.fromkeys(self.names(makes))
            return unknown_name("model", name, others)
        note = f" {retired.note}" if retired.note else ""
        return f"The model {name} is retired; use {' or '.join(retired.replaced_by)}.{note}"

    def _list(self, makes: Makes) -> str:
        names = self.names(makes)
        return f"{'is' if len(names) == 1 else 'are'} {', '.join(names)}" if names else "is none"


_MADE: Mapping[Makes, str] = MappingProxyType(
    {
        "video": "a take from a picture or a prompt",
        "image": "a still",
        "edit": "a take from a take",
        "upscale": "a larger take",
        "retime": "a clip at another rate",
        "performance": "a performed character",
        "speech": "speech from words",
        "effect": "a sound from words",
        "picture-sound": "the sound of a picture",
        "isolation": "a voice alone",
        "dubbing": "speech in another language",
    }
)


def parse_model(path: Path) -> Model:
    """The model in one file. Raises `PresetError` with the file, the key and the reason."""
    return read_preset(path, Model)


def load_models(*, project: Path | None = None, environ: Mapping[str, str] | None = None) -> Models:
    """Every model of the package, the user and the project. Raises `PresetError` at the first bad file."""
    files = find_presets(SECTION, project=project, environ=environ)
    retired: Mapping[str, Retired] = {}
    models = {}
    for name, entry in files.items():
        if name == RETIRED:
            retired = _parse_retired(entry.path)
        else:
            models[name] = parse_model(entry.path)
    return Models(MappingProxyType(models), MappingProxyType(dict(retired)))


def _parse_retired(path: Path) -> Mapping[str, Retired]:
    return read_preset(path, _RetiredFile).retired
