"""Storyboards in every program that speaks OpenTimelineIO: an adapter named `stitcher`, found by entry point.

    otioconvert -i film.yaml -o film.otio -I stitcher
    otioconvert -i film.otio -o film.yaml -O stitcher

It is called by name only, because not every YAML file is a storyboard.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

_NAME = "stitcher"


def plugin_manifest() -> Any:
    """What OpenTimelineIO asks a package for: the adapters that it has."""
    import opentimelineio as otio

    adapter = otio.adapters.Adapter(name=_NAME, filepath=__file__, suffixes=[])
    manifest = otio.plugins.manifest.Manifest()
    manifest.adapters = [adapter]
    return manifest


def read_from_file(filepath: str) -> Any:
    """The timeline of a storyboard, with what has no schema under `metadata.stitcher`."""
    import opentimelineio as otio

    from stitcher.exporters.cut import handover_of
    from stitcher.exporters.otio import OtioExporter
    from stitcher.session import lay_out
    from stitcher.storyboard.load import load

    text = OtioExporter().export(handover_of(lay_out(load(filepath)))).files[0].content.decode()
    return otio.adapters.read_from_string(text, "otio_json")


def write_to_file(input_otio: Any, filepath: str, *, overwrite: bool = False) -> None:
    """The storyboard of a timeline; one that is there already is replaced where `overwrite` says so.

    Raises what `stitcher.import_cut` raises.
    """
    from stitcher.editor_import.new_board import write_board
    from stitcher.importers.otio_json import read_otio

    cut = read_otio(input_otio.to_json_string().encode(), input_otio.name or "the timeline")
    write_board(cut, Path(filepath), overwrite=overwrite)
