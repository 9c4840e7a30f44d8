"""`stitcher presets`: the ways a film can be delivered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher.cli import options
from stitcher.cli.output import show, table

if TYPE_CHECKING:
    from stitcher.delivery.load import Found
    from stitcher.delivery.preset import Preset

app = typer.Typer(
    help="List the delivery presets, or show one with where its numbers come from.",
    rich_markup_mode=None,
    invoke_without_command=True,
    no_args_is_help=False,
)


@app.callback()
def presets(context: typer.Context, as_json: options.Json = False) -> None:
    """List the delivery presets; 'presets show NAME' explains one."""
    if context.invoked_subcommand is not None:
        return
    from stitcher.cli.board import project_here
    from stitcher.delivery.load import list_presets

    found = list_presets(project=project_here())
    show(
        {
            "presets": [
                {
                    "name": preset.name,
                    "title": preset.title,
                    "summary": preset.summary,
                    "container": preset.container.value,
                    "codec": preset.picture.codec.value,
                    "origin": entry.origin,
                    "path": str(entry.path),
                    "overrides": [str(path) for path in entry.overrides],
                }
                for entry, preset in found
            ]
        },
        lambda: table(
            ("preset", "picture", "in", "from", "for"),
            [
                (
                    preset.name,
                    str(preset.picture.codec.value),
                    str(preset.container.value),
                    entry.origin,
                    preset.title,
                )
                for entry, preset in found
            ],
        ),
        as_json=as_json,
    )


@app.command("show")
def show_preset(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The preset's name.")],
    as_json: options.Json = False,
) -> None:
    """Show one preset: each value, whether it is a specification or a choice, and its source."""
    from stitcher.cli.board import project_here
    from stitcher.delivery.load import find, load_preset

    preset = load_preset(name, project=project_here())
    entry = find("delivery", project=project_here())[name]
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


def _lines(entry: Found, preset: Preset) -> Iterator[str]:
    yield f"{preset.name}: {preset.title}"
    if preset.summary:
        yield preset.summary
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
        rows.append((key, value, cited.kind, cited.source or ""))
    yield from table(("value", "is", "kind", "source"), rows)
    for note in preset.notes:
        yield f"Note: {note}"
    for key, source in preset.sources.items():
        yield f"{key}: {source.title}, {source.url or 'no address'}, read {source.checked}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(_said(part) for part in value)
    return str(value)
