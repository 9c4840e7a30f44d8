"""Cross-references of a storyboard, checked: unique ids, starts without a cycle, names that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from stitcher.errors import Issue
from stitcher.storyboard.anchor import Anchor
from stitcher.storyboard.base import StoryboardModel, paths_in
from stitcher.storyboard.captions import Captions
from stitcher.storyboard.choices import Role
from stitcher.storyboard.cue import Cue
from stitcher.storyboard.generation import Start
from stitcher.storyboard.hints import value_hint
from stitcher.storyboard.levels import RoleLevel
from stitcher.storyboard.loudness import Loudness
from stitcher.storyboard.model import EDITORS, Delivery, Marker
from stitcher.storyboard.overlay import FilmOverlay
from stitcher.storyboard.picture import OwnSound, Transition
from stitcher.storyboard.roles import base_role, role_names
from stitcher.storyboard.shot import Shot
from stitcher.storyboard.source_map import Location
from stitcher.storyboard.suggest import did_you_mean, meant_or_known, unknown_name
from stitcher.storyboard.transition_kinds import DISSOLVE, OWN, transition_kind

Numbered = Sequence[tuple[int, Shot]]
"""Shots that are valid on their own, with their number in the storyboard."""


def check_ids(ids: Sequence[tuple[int, str]]) -> Iterator[Issue]:
    """Issues of shots named alike; names become folders, so capitals do not tell them apart."""
    first: dict[str, tuple[int, str]] = {}
    for index, name in ids:
        number, other = first.setdefault(name.casefold(), (index, name))
        if number == index:
            continue
        message = (
            f"shot {number + 1} is called {name!r} already"
            if other == name
            else f"{name!r} and {other!r} (shot {number + 1}) differ only in capitals"
        )
        yield Issue.at(("shots", index, "id"), f"{message}: every shot needs a name of its own.")


def check_starts(shots: Numbered, ids: Mapping[str, int]) -> Iterator[Issue]:
    """Issues of starts: shots that do not exist, nothing before, and shots that start from each other."""
    by_index = dict(shots)
    edges: dict[int, int] = {}
    for index, shot in shots:
        here = ("shots", index, "start")
        if shot.start is None:
            continue
        if shot.start.previous:
            before = by_index.get(index - 1)
            if index == 0:
                yield Issue.at(here, "the first shot has none before it to start from: give it a still.")
            elif before is not None and before.kind in ("title", "still"):
                instead = "name a shot" if before.still is None else f"write 'start: {before.still.name}'"
                yield Issue.at(
                    here,
                    f"the shot before is the {before.kind} {before.id!r}, which no take can start from: {instead}.",
                )
            else:
                edges[index] = index - 1
        elif shot.start.shot is not None:
            target = ids.get(shot.start.shot)
            if target is None:
                yield Issue.at((*here, "shot"), _no_shot(shot.start.shot, ids))
            elif (named := by_index.get(target)) is not None and named.kind in ("title", "still"):
                yield Issue.at(
                    (*here, "shot"), f"{named.id!r} is a {named.kind}, which no take can start from."
                )
            else:
                edges[index] = target
        yield from _doubled_tags(shot.start, here)
    yield from _cycles(edges, by_index)


def _doubled_tags(start: Start, here: tuple[str | int, ...]) -> Iterator[Issue]:
    tags = [reference.tag for reference in start.image.references] if start.image is not None else []
    for number, tag in enumerate(tags):
        if tag in tags[:number]:
            where = (*here, "image", "references", number, "tag")
            yield Issue.at(where, f"two references are called {tag!r}: give each a tag of its own.")


def _cycles(edges: Mapping[int, int], shots: Mapping[int, Shot]) -> Iterator[Issue]:
    done: set[int] = set()
    for begin in edges:
        trail: list[int] = []
        here: int | None = begin
        while here is not None and here not in done and here not in trail:
            trail.append(here)
            here = edges.get(here)
        if here is not None and here in trail:
            ring = trail[trail.index(here) :]
            names = " → ".join(repr(shots[index].id) for index in [*ring, here] if index in shots)
            yield Issue.at(
                ("shots", here, "start"),
                f"these shots start from each other ({names}): give one of them a still.",
            )
        done.update(trail)


def check_joins(
    shots: Numbered, default: Transition | None, kinds: Collection[str] | None
) -> Iterator[Issue]:
    """Issues of transitions: one before the first shot, and kinds nobody knows."""
    for index, shot in shots:
        if shot.transition is None:
            continue
        if index == 0:
            yield Issue.at(
                ("shots", 0, "transition"),
                "the first shot comes in from nothing: a transition stands on the later of two shots.",
            )
        yield from _unknown_kind(shot.transition, ("shots", index, "transition"), kinds)
    if default is not None:
        yield from _unknown_kind(default, ("defaults", "transition"), kinds)


def _unknown_kind(
    transition: Transition, where: tuple[str | int, ...], kinds: Collection[str] | None
) -> Iterator[Issue]:
    if kinds is not None and (message := unknown_transition(transition, kinds)):
        yield Issue.at((*where, "kind"), message)


def unknown_transition(transition: Transition, kinds: Collection[str]) -> str:
    """What is wrong with a transition that is not among the xfade `kinds`; empty for one that exists."""
    xfade = transition_kind(transition.kind).xfade
    if xfade is None or xfade in kinds:
        return ""
    known = (*(kind.name for kind in OWN), *kinds)
    hint = value_hint("kind", transition.kind, known) or f"; {DISSOLVE.name!r} is a plain one."
    return f"there is no transition {transition.kind!r}{hint}"


def check_effects(shots: Numbered, effects: Collection[str] | None) -> Iterator[Issue]:
    """Issues of effects that MoviePy does not have; `module:Class` is looked up when it is used."""
    for index, shot in shots:
        for number, effect in enumerate(shot.effects):
            where = ("shots", index, "effects", number, "name")
            if ":" in effect.name or effects is None or effect.name in effects:
                continue
            hint = did_you_mean(effect.name, effects) or "; write your own as 'module:Class'."
            yield Issue.at(where, f"MoviePy has no effect {effect.name!r}{hint}")


def check_loudness(
    board: Loudness | None, deliveries: Sequence[tuple[int, Delivery]], targets: Collection[str] | None
) -> Iterator[Issue]:
    """Issues of loudness targets that do not exist."""
    places: list[tuple[tuple[str | int, ...], Loudness | None]] = [(("loudness",), board)]
    places += [(("deliver", index, "loudness"), delivery.loudness) for index, delivery in deliveries]
    for where, loudness in places:
        if loudness is None or targets is None or loudness.target in targets:
            continue
        hint = meant_or_known(loudness.target, targets)
        yield Issue.at((*where, "target"), f"there is no loudness target {loudness.target!r}{hint}")


def check_sound(
    cues: Sequence[tuple[int, Cue]], ids: Mapping[str, int], markers: Collection[str] | None
) -> Iterator[Issue]:
    """Issues of sounds anchored to shots or markers that do not exist, or ending before they begin.

    `markers` is `None` where not all of them could be read.
    """
    for index, cue in cues:
        here = ("sound", index)
        for key, anchor in cue.anchors:
            yield from _anchor(anchor, (*here, key), ids, markers)
        for key, shot in (("from", cue.from_), ("to", cue.to)):
            if shot is not None and shot not in ids:
                yield Issue.at((*here, key), _no_shot(shot, ids))
        begin, end = ids.get(cue.from_ or ""), ids.get(cue.to or "")
        if begin is not None and end is not None and end < begin:
            yield Issue.at((*here, "to"), f"{cue.to!r} comes before {cue.from_!r} in the film.")


def roles_used(
    shots: Numbered,
    cues: Sequence[tuple[int, Cue]],
    default: OwnSound | None,
    levels: Mapping[str, RoleLevel],
) -> Iterator[tuple[Location, str]]:
    """Every role that is named, with where."""
    for index, shot in shots:
        if shot.sound is not None:
            yield ("shots", index, "sound", "role"), shot.sound.role
    if default is not None:
        yield ("defaults", "sound", "role"), default.role
    for index, cue in cues:
        yield ("sound", index, "role"), cue.role
        for number, rule in enumerate(cue.duck):
            for role in rule.under:
                yield ("sound", index, "duck", number, "under"), role
    for role, level in levels.items():
        yield ("levels", role), role
        if level.under is not None:
            yield ("levels", role), level.under


def check_roles(used: Iterable[tuple[Location, str]], roles: Mapping[str, Role]) -> Iterator[Issue]:
    """Issues of roles nobody knows."""
    names = role_names(roles)
    for where, name in used:
        if base_role(name, roles) is None:
            hint = value_hint("role", name, names)
            known = f"; there are {', '.join(names)}, and 'roles: {{{name}: dialogue}}' adds one of your own."
            yield Issue.at(where, f"there is no role {name!r}{hint or known}")


def check_levels(levels: Mapping[str, RoleLevel]) -> Iterator[Issue]:
    """Issues of levels that are given against each other in a ring."""
    for role in levels:
        trail = [role]
        while (level := levels.get(trail[-1])) is not None and level.under is not None:
            if level.under in trail:
                if level.under == role:
                    ring = " → ".join(map(repr, [*trail, role]))
                    yield Issue.at(
                        ("levels", role),
                        f"these levels are given against each other ({ring}): give one of them in LUFS.",
                    )
                break
            trail.append(level.under)


def check_markers(markers: Sequence[tuple[int, Marker]], ids: Mapping[str, int]) -> Iterator[Issue]:
    """Issues of markers anchored to shots that do not exist."""
    for index, marker in markers:
        where = ("markers", index, "at")
        if any(reading.base == "marker" for reading in marker.at.readings):
            yield Issue.at(where, "a marker is not anchored to a marker: name a shot, a seam or a time.")
            continue
        if marker.at.is_spoken:
            yield Issue.at(
                where, "a marker is not anchored to a word or a line: name a shot, a seam or a time."
            )
            continue
        yield from _anchor(marker.at, where, ids)


def check_overlays(
    overlays: Sequence[tuple[int, FilmOverlay]], ids: Mapping[str, int], markers: Collection[str] | None
) -> Iterator[Issue]:
    """Issues of pictures over the film anchored to what does not exist; `markers` as for `check_sound`."""
    for index, one in overlays:
        for key, anchor in (("at", one.at), ("until", one.until)):
            if anchor is not None and not anchor.is_spoken:
                yield from _anchor(anchor, ("overlays", index, key), ids, markers)


def check_captions(
    captions: Sequence[tuple[int, Captions]], ids: Mapping[str, int], markers: Collection[str] | None
) -> Iterator[Issue]:
    """Issues of caption files anchored to shots or markers that do not exist; `markers` as for `check_sound`."""
    for index, one in captions:
        if one.at is not None:
            yield from _anchor(one.at, ("captions", index, "at"), ids, markers)


def check_deliveries(
    deliveries: Sequence[tuple[int, Delivery]], made_of: Iterable[StoryboardModel], ids: Mapping[str, int]
) -> Iterator[Issue]:
    """Issues of deliveries to editors nobody knows, of unknown shots, to one place, or onto a file that the film, whose
    parts those are, is made of.
    """
    used = {path for part in made_of for path in paths_in(part)}
    first: dict[Path, int] = {}
    for index, delivery in deliveries:
        if delivery.editor is not None and delivery.editor not in EDITORS:
            hint = meant_or_known(delivery.editor, EDITORS)
            yield Issue.at(("deliver", index, "editor"), f"there is no editor {delivery.editor!r}{hint}")
        for shot in delivery.shots:
            if shot not in ids:
                yield Issue.at(("deliver", index, "shots", shot), _no_shot(shot, ids))
        places = (("file", delivery.file), ("folder", delivery.folder), ("stems", delivery.stems))
        for key, path in ((key, path) for key, path in places if path is not None):
            where = ("deliver", index, key)
            if path in used:
                yield Issue.at(
                    where, "the film is made of this file, which is never overwritten: name another."
                )
            if path not in first:
                first[path] = index
            else:
                yield Issue.at(
                    where, f"delivery {first[path] + 1} goes there already: give each a place of its own."
                )


def _anchor(
    anchor: Anchor,
    where: tuple[str | int, ...],
    ids: Mapping[str, int],
    markers: Collection[str] | None = None,
) -> Iterator[Issue]:
    if anchor.resolve(ids, markers or ()) is None:
        if markers is None and anchor.readings[-1].base == "marker":
            return
        yield Issue.at(where, anchor.missing(ids, markers or ()))


def _no_shot(name: str, ids: Mapping[str, int]) -> str:
    return unknown_name("shot", name, ids)
