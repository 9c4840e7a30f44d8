"""`stitcher presets`: the ways a film can be delivered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher import api
from stitcher.cli import options
from stitcher.cli.help import Command, Group
from stitcher.cli.output import pick, show, table

if TYPE_CHECKING:
    from stitcher.delivery.catalogue import LoudnessEntry, PresetCatalogue, PresetEntry
    from stitcher.delivery.editor_preset import EditorEntry

app = typer.Typer(
    cls=Group,
    help="List presets, loudness targets and editors, or explain one.",
    rich_markup_mode=None,
    invoke_without_command=True,
    no_args_is_help=False,
)


@app.callback()
def presets(context: typer.Context, as_json: options.Json = False) -> None:
    """List presets, loudness targets and editors, or explain one.

    'presets show NAME' says where its numbers come from.
    """
    if context.invoked_subcommand is not None:
        return
    found = api.presets(project=Path.cwd())
    document = {
        "presets": [
            {
                **pick(entry.preset, "name title summary"),
                "container": entry.preset.container.value,
                "codec": entry.preset.picture_name,
                **pick(entry.file, "origin path overrides"),
            }
            for entry in found.delivery
        ],
        "loudness": [
            {
                **pick(row.preset, "name title"),
                "integrated_lufs": row.preset.integrated_lufs and row.preset.integrated_lufs.value,
                "true_peak_dbtp": row.preset.true_peak_dbtp.value,
                "insist": row.preset.insist,
                **pick(row.file, "origin path overrides"),
            }
            for row in found.loudness
        ],
        "editors": [
            {
                **pick(entry.preset, "name title summary"),
                "timelines": entry.preset.timelines.value,
                "tried": entry.preset.tried.value,
                **pick(entry.file, "origin path overrides"),
            }
            for entry in found.editors
        ],
    }
    show(document, lambda: _listed(found), as_json=as_json)


def _listed(found: PresetCatalogue) -> Iterator[str]:
    rows = [
        (
            entry.preset.name,
            entry.preset.picture_name,
            str(entry.preset.container.value),
            entry.file.origin,
            entry.preset.title,
        )
        for entry in found.delivery
    ]
    yield from table(("preset", "picture", "in", "from", "for"), rows)
    yield ""
    rows = []
    for entry in found.loudness:
        row, target = entry.preset, entry.preset.integrated_lufs
        loud = _text(target.value) if target else "as mixed"
        peak = f"{_text(row.true_peak_dbtp.value)} dBTP" if target else ""
        rows.append((row.name, loud, peak, entry.file.origin, row.title))
    yield from table(("loudness", "LUFS", "peak at most", "from", "for"), rows)
    yield ""
    editors = [
        (
            entry.preset.name,
            ", ".join(entry.preset.timelines.value),
            "yes" if entry.preset.tried.value else "no",
            entry.file.origin,
            entry.preset.title,
        )
        for entry in found.editors
    ]
    yield from table(("editor", "timelines", "tried", "from", "for"), editors)


@app.command("show", cls=Command)
def show_preset(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The preset's, loudness target's or editor's name.")
    ],
    as_json: options.Json = False,
) -> None:
    """Show a preset, loudness target or editor with its sources.

    Each value, whether it is a specification or a choice, and where it was read.
    """
    found = api.find_preset(name, project=Path.cwd())
    document = {
        **pick(found.file, "path origin overrides"),
        "preset": found.preset.model_dump(mode="json", exclude_unset=True),
    }
    show(document, lambda: _lines(found), as_json=as_json)


def _lines(found: PresetEntry | LoudnessEntry | EditorEntry) -> Iterator[str]:
    entry, preset = found.file, found.preset
    yield f"{preset.name}: {preset.title}"
    if summary := getattr(preset, "summary", None) or getattr(preset, "measured", None):
        yield summary
    yield f"{entry.path} ({entry.origin}), checked {preset.checked}"
    for hidden in entry.overrides:
        yield f"instead of {hidden}"
    yield ""
    rows = []
    for key, cited in preset.cited():
        value = _text(cited.value)
        if cited.hfr is not None:
            value += f" (above 30 a second: {_text(cited.hfr)})"
        for rate, other in cited.at.items():
            value += f" (at {rate}: {_text(other)})"
        rows.append((key, value, cited.kind, cited.source or "", cited.note))
    yield from table(("value", "is", "kind", "source", "note"), rows)
    for number, step in enumerate(getattr(preset, "open", ()), start=1):
        yield f"{number}. {step}"
    for note in getattr(preset, "notes", None) or filter(None, [getattr(preset, "note", "")]):
        yield f"Note: {note}"
    for key, source in preset.sources.items():
        yield f"{key}: {source.title}, {source.url or 'no address'}, read {source.checked}"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(part) for part in value)
    return str(value)
