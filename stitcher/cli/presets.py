"""`stitcher presets`: the ways a film can be delivered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher.cli import options
from stitcher.cli.output import show, table

if TYPE_CHECKING:
    from stitcher.delivery.loudness import LoudnessRow
    from stitcher.delivery.preset import Preset
    from stitcher.preset_files import PresetFile

app = typer.Typer(
    help="List the delivery presets and loudness targets, or show one with where its numbers come from.",
    rich_markup_mode=None,
    invoke_without_command=True,
    no_args_is_help=False,
)


@app.callback()
def presets(context: typer.Context, as_json: options.Json = False) -> None:
    """List the delivery presets and loudness targets; 'presets show NAME' explains one."""
    if context.invoked_subcommand is not None:
        return
    from stitcher.cli.storyboard_args import project_here
    from stitcher.delivery.load import list_loudness, list_presets

    found = list_presets(project=project_here())
    rows = list_loudness(project=project_here())
    show(
        {
            "presets": [
                {
                    "name": preset.name,
                    "title": preset.title,
                    "summary": preset.summary,
                    "container": preset.container.value,
                    "codec": preset.picture_name,
                    "origin": entry.origin,
                    "path": str(entry.path),
                    "overrides": [str(path) for path in entry.overrides],
                }
                for entry, preset in found
            ],
            "loudness": [
                {
                    "name": row.name,
                    "title": row.title,
                    "integrated_lufs": row.integrated_lufs.value if row.integrated_lufs else None,
                    "true_peak_dbtp": row.true_peak_dbtp.value,
                    "insist": row.insist,
                    "origin": entry.origin,
                    "path": str(entry.path),
                    "overrides": [str(path) for path in entry.overrides],
                }
                for entry, row in rows
            ],
        },
        lambda: _listed(found, rows),
        as_json=as_json,
    )


def _listed(
    presets: Sequence[tuple[PresetFile, Preset]], rows: Sequence[tuple[PresetFile, LoudnessRow]]
) -> Iterator[str]:
    yield from table(
        ("preset", "picture", "in", "from", "for"),
        [
            (
                preset.name,
                preset.picture_name,
                str(preset.container.value),
                entry.origin,
                preset.title,
            )
            for entry, preset in presets
        ],
    )
    yield ""
    yield from table(
        ("loudness", "LUFS", "peak at most", "from", "for"),
        [
            (
                row.name,
                _said(row.integrated_lufs.value) if row.integrated_lufs else "as mixed",
                f"{_said(row.true_peak_dbtp.value)} dBTP" if row.integrated_lufs else "",
                entry.origin,
                row.title,
            )
            for entry, row in rows
        ],
    )


@app.command("show")
def show_preset(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The preset's or the loudness target's name.")],
    as_json: options.Json = False,
) -> None:
    """Show one preset or loudness target: each value, whether it is a specification or a choice, and its source."""
    from stitcher.cli.storyboard_args import project_here
    from stitcher.delivery.load import load_preset
    from stitcher.delivery.loudness import LoudnessRow
    from stitcher.preset_files import find_presets, read_preset

    project = project_here()
    delivery, loudness = find_presets("delivery", project=project), find_presets("loudness", project=project)
    preset: Preset | LoudnessRow
    if name in loudness and name not in delivery:
        entry, preset = loudness[name], read_preset(loudness[name].path, LoudnessRow)
    else:
        preset = load_preset(name, project=project)
        entry = delivery[name]
    show(
        {
            "path": str(entry.path),
            "origin": entry.origin,
            "overrides": [str(path) for path in entry.overrides],
            "preset": preset.model_dump(mode="json", exclude_unset=True),
        },
        lambda: _lines(entry, preset),
        as_json=as_json,
    )


def _lines(entry: PresetFile, preset: Preset | LoudnessRow) -> Iterator[str]:
    yield f"{preset.name}: {preset.title}"
    if summary := getattr(preset, "summary", None) or getattr(preset, "measured", None):
        yield summary
    yield f"{entry.path} ({entry.origin}), checked {preset.checked}"
    for hidden in entry.overrides:
        yield f"instead of {hidden}"
    yield ""
    rows = []
    for key, cited in preset.cited():
        value = _said(cited.value)
        if cited.hfr is not None:
            value += f" (above 30 a second: {_said(cited.hfr)})"
        for rate, other in cited.at.items():
            value += f" (at {rate}: {_said(other)})"
        rows.append((key, value, cited.kind, cited.source or "", cited.note))
    yield from table(("value", "is", "kind", "source", "note"), rows)
    for note in getattr(preset, "notes", None) or filter(None, [getattr(preset, "note", "")]):
        yield f"Note: {note}"
    for key, source in preset.sources.items():
        yield f"{key}: {source.title}, {source.url or 'no address'}, read {source.checked}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(_said(part) for part in value)
    return str(value)
