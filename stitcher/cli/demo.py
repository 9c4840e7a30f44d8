"""`stitcher demo`: films from what comes with stitcher, without a key and without an account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher import api
from stitcher.cli import options

if TYPE_CHECKING:
    from stitcher.rendering.film import Film
    from stitcher.storyboard.model import Storyboard

_FILMS = 3
_SEAM_INTO = "channel"
_UPRIGHT, _UPRIGHT_SHOT = "reels", "dawn"


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="DIR", help="Where the film goes; made if it is not there.")
    ] = Path("demo"),
    preset: options.Preset = None,
    sheet: options.Sheet = None,
    as_json: options.Json = False,
) -> int:
    """Make three films: of clips that are shipped, upright, of prompts.

    One that fails does not keep the others from being made. Of the upright version only the first shot is made; prompts
    become animatics, which cost nothing.
    """
    from stitcher.cli.deliveries import Deliveries
    from stitcher.cli.film_output import making_films
    from stitcher.cli.output import tell_notes

    clips_path, prompts_path = api.demo_projects(folder)
    clips, prompts = api.load(clips_path), api.load(prompts_path)
    if sheet is not None:
        api.contact_sheet(clips, sheet)
    seam = api.seam_picture(clips, _SEAM_INTO, folder / "seam.png")
    films = Deliveries()
    takes: list[Path] = []
    notes = tuple(dict.fromkeys((*api.notes(clips), *api.notes(prompts))))
    tell_notes(notes)
    with making_films(clips_path.parent) as (render_options, _):
        film, upright = _targets(folder, clips)
        films.attempt(
            preset, film, lambda: api.render(clips, film, preset=preset, options=render_options), count=_FILMS
        )
        if not films.stopped:
            part = (_UPRIGHT_SHOT, _UPRIGHT_SHOT)
            films.attempt(
                _UPRIGHT,
                upright,
                lambda: api.render(clips, upright, preset=_UPRIGHT, part=part, options=render_options),
                count=_FILMS,
            )
    if not films.stopped:
        [animatic] = _targets(folder, prompts)
        films.attempt(
            preset, animatic, lambda: _animatic_film(prompts, animatic, preset, takes), count=_FILMS
        )
    return films.show(
        notes,
        as_json=as_json,
        lines=_origins(clips_path, prompts_path, seam, takes),
        storyboard=clips_path,
        animatic_storyboard=prompts_path,
        takes=takes,
        seam=seam,
    )


def _origins(clips: Path, prompts: Path, seam: Path, takes: list[Path]) -> list[str]:
    lines = [
        f"the first is made from {clips}: a lower third over 'dawn', music that steps back under the line",
        f"{seam} shows a seam of it: above with the frame that the second clip repeats, below as in the film",
        f"the second is its first shot for an upright screen ({_UPRIGHT}), cropped around its 'focus'",
    ]
    if takes:
        made = f"{len(takes)} takes made now, each from a still or from a last frame"
        lines.append(f"the third from {prompts}: {made}")
    return lines


def _animatic_film(board: Storyboard, out: Path, preset: str | None, takes: list[Path]) -> Film:
    """The film of prompts; its takes are made first, and added to `takes`."""
    from stitcher.cli.film_output import making_films
    from stitcher.cli.interaction import making_takes

    assert board.path is not None
    project = board.path.parent
    with making_takes() as run:
        made = api.generate(board, options=run.options)
    takes += [project / take.file for take in made.takes if take.file is not None]
    with making_films(project) as (render_options, _):
        return api.render(board, out, preset=preset, options=render_options)


def _targets(folder: Path, board: Storyboard) -> list[Path]:
    return [folder / delivery.file.name for delivery in board.deliver if delivery.file is not None]
