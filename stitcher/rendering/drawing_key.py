"""Cache keys of what is drawn for a film: titles, stills, captions, overlays. Pure."""

from __future__ import annotations

from functools import lru_cache

from stitcher.content_key import Exclusions, all_but, content_key
from stitcher.media.clip import Clip
from stitcher.media.font_file import FontFile
from stitcher.rendering.encode import tool_name
from stitcher.timeline.look import Lut
from stitcher.timeline.picture import StillPicture, Title

_SCHEMA = 2

NOT_IN_KEY: Exclusions = {
    Clip: all_but(Clip, "sha256"),
    # When a lower third appears does not change its pictures, and a font counts by its content.
    Title: frozenset({"start"}),
    FontFile: frozenset({"path"}),
    # So do a still and a table of colours.
    StillPicture: frozenset({"path"}),
    Lut: frozenset({"path"}),
}


def drawing_key(*values: object) -> str:
    """The cache key of what is drawn of these values."""
    return content_key(_SCHEMA, tool_name(), _library_versions(), *values, excluded=NOT_IN_KEY)


@lru_cache(maxsize=1)
def _library_versions() -> list[str]:
    from importlib.metadata import version

    return [version("pillow"), version("moviepy"), version("av")]
