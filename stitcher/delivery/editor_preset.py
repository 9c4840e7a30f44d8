"""What an editor's preset file says: which timelines it opens, how media are named, each trait with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from stitcher.delivery.preset import Checked, Citation, Cited, CitedSource
from stitcher.errors import PresetError
from stitcher.preset_files import PresetFile, find_presets, read_preset, unknown_name

MediaPolicy = Literal["link", "copy", "transcode"]
Wrapper = Literal["mov", "mxf"]
SoundFiles = Literal["media", "wav"]
PartName = Literal["stems", "captions", "poster", "reference", "other-size"]
"""What may lie in a hand-over beside timelines, media and lists: the sound by roles, captions and chapters, a still,
the film small with its timecode burnt in, and shots in the size that timelines do not refer to."""
PART_NAMES: tuple[PartName, ...] = get_args(PartName)
PathStyle = Literal["absolute", "relative"]
Format = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class EditorPreset(BaseModel):
    """What a hand-over to one editor is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    preset: Literal[1]
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    title: str
    summary: str = ""
    checked: Checked
    tried: Cited[bool]
    """Whether hand-overs were ever opened in the editor itself."""
    timelines: Cited[Annotated[tuple[Format, ...], Field(min_length=1)]]
    """Formats, the one to open first."""
    optional: Cited[tuple[Format, ...]] = Citation(())
    """Those of `timelines`, but for the first, that are left out, and told of, where what writes them is not there."""
    lists: Cited[tuple[Format, ...]] = Citation(("shotlist", "markers"))
    """Formats beside it."""
    paths: Cited[PathStyle]
    """How timelines name media."""
    media: Cited[MediaPolicy] = Citation("link")
    """`link` gives files a second name where the disk allows it, and copies them where not; `transcode` makes them
    again as `transcode` says."""
    decodes: Cited[tuple[str, ...]] | None = None
    """Codecs of pictures and sound by FFmpeg's names, and `pcm` for all of those: what has others is made again as
    `transcode` says, however media are handed over. `None` where everything is decoded."""
    transcode: Cited[str] = Citation("media-prores-422")
    """The delivery preset whose pictures clips have when they are made again; their sound is PCM."""
    wrapper: Cited[Wrapper] = Citation("mov")
    """What clips that are made again lie in: MOV, or MXF (OP1a) with a mono track for each channel."""
    sound: Cited[SoundFiles] = Citation("media")
    """Where sounds lie: in their `media`, beside a clip's pictures, or each in a `wav` file of its own (PCM)."""
    handles: Cited[Annotated[int, Field(ge=0, le=1000)]] = Citation(24)
    """Frames that shots drawn because of their effects have on either side, as far as their clips go."""
    parts: Cited[tuple[PartName, ...]] = Citation(PART_NAMES)
    """What lies beside timelines, media and lists."""
    open: Annotated[tuple[str, ...], Field(min_length=1)]
    """What a person does, step by step."""
    notes: tuple[str, ...] = ()
    sources: dict[str, CitedSource] = Field(default_factory=dict)

    def cited(self) -> Iterator[tuple[str, Citation[Any]]]:
        """Every trait that the file states, with its key."""
        for key in type(self).model_fields:
            value = getattr(self, key)
            if key in self.model_fields_set and isinstance(value, Citation):
                yield key, value


@dataclass(frozen=True, slots=True)
class EditorEntry:
    """An editor's preset and its file."""

    file: PresetFile
    preset: EditorPreset


def find_editor(
    name: str, *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> EditorEntry:
    """The preset of an editor. Raises `PresetError` with the nearest names when there is none."""
    files = find_presets("editors", project=project, environ=environ)
    if name not in files:
        raise PresetError(unknown_name("editor", name, files))
    return EditorEntry(files[name], read_preset(files[name].path, EditorPreset))


def editor_names(*, project: Path | None = None) -> tuple[str, ...]:
    """The editors that there are presets for, sorted."""
    return tuple(find_presets("editors", project=project))


def list_editors(
    *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[EditorEntry, ...]:
    """Every editor's preset, sorted by name. Raises `PresetError` at the first bad file."""
    files = find_presets("editors", project=project, environ=environ)
    return tuple(EditorEntry(file, read_preset(file.path, EditorPreset)) for file in files.values())
