"""Cross-references of sounds that are bought, checked: their names, what they are made from, no circle among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stitcher.errors import Issue
from stitcher.storyboard.bought_sound import MadeFrom
from stitcher.storyboard.cue import Cue
from stitcher.storyboard.shot import Shot
from stitcher.storyboard.suggest import unknown_name


def check_bought_sounds(
    cues: Sequence[tuple[int, Cue]], shots: Sequence[tuple[int, Shot]], ids: Mapping[str, int]
) -> Iterator[Issue]:
    """Issues of names that something else has, of shots and sounds that do not exist, and of what is made of itself.

    `ids` are the numbers of all shots by name, those that are not right on their own among them.
    """
    named = {cue.name: cue for _, cue in cues if cue.name is not None}
    taken = {shot.casefold(): f"the shot {shot!r} has it" for shot in ids}
    of_shots = dict(shots)
    for index, cue in cues:
        if cue.generate is None or cue.name is None:
            continue
        if (reason := taken.get(cue.name.casefold())) is not None:
            yield Issue.at(
                ("sound", index, "name"),
                f"{reason} already: a sound that is bought needs a name of its own.",
            )
        taken[cue.name.casefold()] = f"sound {index + 1} has it"
        source = cue.generate.source
        if source is None:
            continue
        where = ("sound", index, "generate", cue.generate.kind)
        if source.shot is not None:
            yield from _shot(source.shot, where, of_shots, ids)
        elif source.sound is not None:
            if source.sound not in named:
                yield Issue.at((*where, "sound"), unknown_name("sound", source.sound, named))
            elif _comes_back(cue.name, named):
                yield Issue.at((*where, "sound"), f"the sound {cue.name!r} is made from itself.")


def _shot(
    name: str, where: tuple[str | int, ...], shots: Mapping[int, Shot], ids: Mapping[str, int]
) -> Iterator[Issue]:
    index = ids.get(name)
    if index is None:
        yield Issue.at((*where, "shot"), unknown_name("shot", name, ids))
        return
    shot = shots.get(index)
    if shot is None:
        return
    if shot.title is not None:
        yield Issue.at((*where, "shot"), f"{name!r} is a title, of which no sound can be made.")
    elif where[-1] == "picture" and shot.speed not in (None, 1):
        yield Issue.at(
            (*where, "shot"),
            f"the shot {name!r} plays at {shot.speed} times its speed, and its sound would not keep step with it: "
            "name a 'file' that plays as it is shown, or remove 'speed'.",
        )


def _comes_back(name: str, named: Mapping[str, Cue]) -> bool:
    """Whether what a sound is made from leads to the sound itself."""
    seen: set[str] = set()
    here: str | None = name
    while here is not None and here in named and here not in seen:
        seen.add(here)
        asked = named[here].generate
        source: MadeFrom | None = asked.source if asked is not None else None
        here = source.sound if source is not None else None
    return here == name
