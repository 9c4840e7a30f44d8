"""Parts of a hand-over that are made of the whole film: stems, captions, poster and reference."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from stitcher.editor_export.reference import make_reference
from stitcher.exporters.names import UniqueNames
from stitcher.exporters.parts import Part, PartFile
from stitcher.rendering.film import prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.sidecars import sidecars
from stitcher.stems.make import MixOrder
from stitcher.timeline.model import Timeline


def film_parts(
    timeline: Timeline, wanted: Collection[str], scratch: Path, options: RenderOptions
) -> Iterator[Part]:
    """The parts that are wanted and that the film has, made in `scratch`. Raises what making a film raises."""
    if "stems" in wanted and timeline.cues:
        yield _stems(timeline, scratch / "stems", options)
    if "captions" in wanted and (captions := _captions(timeline, options)).files:
        yield captions
    if "poster" in wanted:
        poster = scratch / "poster.jpg"
        render(prepare(timeline, preset="poster", project=options.project), poster, options)
        yield Part("poster.jpg", "a picture of the film", (PartFile("poster.jpg", poster),))
    if "reference" in wanted:
        film = PartFile("reference.mp4", make_reference(timeline, scratch, options), track="Reference")
        about = "the film, small, with its timecode and shots' names: hold the cut against it"
        yield Part("reference.mp4", about, (film,))


def _stems(timeline: Timeline, folder: Path, options: RenderOptions) -> Part:
    from stitcher import session

    folder.mkdir()
    made = session.mix(timeline, MixOrder(stems=folder), options)
    names, files = UniqueNames(), []
    for path in made.stems:
        files.append(PartFile(f"stems/{names.file_name(path.name)}", path, track=f"Stem: {path.stem}"))
    timecode = "24 bit, as long as the film, with its start timecode"
    return Part("stems/", f"the film's sound by roles, without gain or limiter ({timecode})", tuple(files))


def _captions(timeline: Timeline, options: RenderOptions) -> Part:
    plan = prepare(timeline, preset="draft", project=options.project)
    names = UniqueNames()
    film = Path(names.file_name(f"{timeline.title or 'film'}.mp4"))
    files = [
        PartFile(f"captions/{names.file_name(path.name)}", content) for path, content in sidecars(plan, film)
    ]
    return Part("captions/", "captions and chapters, timed from the film's first frame", tuple(files))
