"""Storyboard files and texts, parsed and validated, with every issue told at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from stitcher.errors import Issue, StoryboardError
from stitcher.storyboard import cross_checks
from stitcher.storyboard.base import StoryboardModel
from stitcher.storyboard.bought_sound_checks import check_bought_sounds
from stitcher.storyboard.captions import Captions
from stitcher.storyboard.choices import ROLES, Role
from stitcher.storyboard.cue import Cue
from stitcher.storyboard.levels import RoleLevel
from stitcher.storyboard.loudness import Loudness
from stitcher.storyboard.model import Defaults, Delivery, Marker, Storyboard
from stitcher.storyboard.overlay import FilmOverlay, Logo
from stitcher.storyboard.picture import OwnSound, Transition
from stitcher.storyboard.shot import Shot
from stitcher.storyboard.source_map import ListNode, Location, MapNode, Node, ScalarNode, SourceMap
from stitcher.storyboard.validation_errors import validation_issues
from stitcher.storyboard.values import plain_value
from stitcher.storyboard.variables import load_variables, names_in, substitute
from stitcher.storyboard.yaml_reader import parse_document, read_document

__all__ = ["load", "load_variables", "parse"]

MAX_SHOWN = 100
"""Issues told of one file; the rest is counted."""

MAX_SUBSTITUTED = 4_000_000
"""Characters all texts with variables may have together."""

_Model = TypeVar("_Model", bound=BaseModel)


def load(
    path: Path | str,
    *,
    variables: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    transitions: Collection[str] | None = None,
    effects: Collection[str] | None = None,
    loudness: Collection[str] | None = None,
) -> Storyboard:
    """The storyboard in a file; paths in it are counted from its folder.

    `variables` fill `${name}`, `environment` fills `${env.NAME}`. Where the names of transitions (xfade kinds),
    MoviePy effects or loudness targets at hand are given, others are refused. Raises `StoryboardError` with every
    issue, and `MediaMissing` for a file that cannot be read.
    """
    return read_template(path).filled(
        variables, environment, transitions=transitions, effects=effects, loudness=loudness
    )


def read_template(path: Path | str) -> Template:
    """The storyboard in a file as it is written, its variables open; raises as `load`."""
    where = Path(path).absolute()
    return Template.of(read_document(where), where)


def parse(
    text: str,
    *,
    path: Path | str | None = None,
    variables: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    transitions: Collection[str] | None = None,
    effects: Collection[str] | None = None,
    loudness: Collection[str] | None = None,
) -> Storyboard:
    """The storyboard in a text, as `load` reads it; `path` is only used in messages and for its folder."""
    template = Template.of(text, Path(path).absolute() if path is not None else None)
    return template.filled(
        variables, environment, transitions=transitions, effects=effects, loudness=loudness
    )


@dataclass(frozen=True, slots=True)
class Template:
    """A storyboard as it is written, read once: every filling of its variables makes a storyboard of it."""

    source_map: SourceMap
    path: Path | None
    issues: tuple[Issue, ...]
    """What is wrong with it however it is filled."""

    @classmethod
    def of(cls, text: str, path: Path | None) -> Template:
        """The template in a text. Raises `StoryboardError` for text that is no YAML."""
        source_map, issues = parse_document(text, path)
        return cls(source_map, path, tuple(issues))

    def filled(
        self,
        variables: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        *,
        transitions: Collection[str] | None = None,
        effects: Collection[str] | None = None,
        loudness: Collection[str] | None = None,
    ) -> Storyboard:
        """The storyboard with its variables put in. Arguments and errors are those of `load`."""
        source_map, where = self.source_map, self.path
        reader = _Reader(source_map, where, variables or {}, environment or {})
        data = reader.read()
        context = {"base": where.parent if where is not None else Path.cwd()}
        issues = [*self.issues, *_placed(reader.issues, source_map, where, set())]
        settled = {source_map.find(issue.location)[:2] for issue in reader.issues}
        unplaced: list[Issue] = []
        board: Storyboard | None = None
        if not isinstance(data, dict):
            written = (
                "is empty: 'stitcher new' writes one to start from"
                if data is None
                else "must be a mapping of keys"
            )
            unplaced.append(Issue.at((), f"this storyboard {written}."))
        else:
            try:
                board = Storyboard.model_validate(data, context=context)
            except ValidationError as exc:
                unplaced += validation_issues(exc)
            parts = _ValidParts.of(board) if board is not None else _ValidParts.valid(data, context)
            # Looking for the nearest name of thousands is not worth it once there is more than can be shown.
            unplaced += islice(_references(parts, transitions, effects, loudness), 2 * MAX_SHOWN)
        issues += _placed(unplaced, source_map, where, settled)
        if issues or board is None:
            error = StoryboardError(sorted_issues(issues))
            error.written = Written(data, source_map, where) if isinstance(data, dict) else None
            raise error
        board._path = where
        board._source_map = source_map
        return board

    def references(self, location: Location = ()) -> Iterator[tuple[str, ScalarNode]]:
        """The variables of the texts at a location and in it, each with the text that asks for it."""
        for node in self.source_map.scalars(location):
            for name in names_in(node.text):
                yield name, node


@dataclass(frozen=True, slots=True)
class Written:
    """What is written in a storyboard with mistakes, for whoever looks for more of them."""

    data: Mapping[str, Any]
    source_map: SourceMap
    path: Path | None

    @property
    def base(self) -> Path:
        """The folder that its paths are counted from."""
        return self.path.parent if self.path is not None else Path.cwd()

    def placed(self, issue: Issue) -> Issue:
        """The issue with its line."""
        return self.source_map.placed(issue, self.path)


class _Reader:
    """Nodes to plain values, variables put in. What aliases share is read once."""

    def __init__(
        self,
        source_map: SourceMap,
        path: Path | None,
        variables: Mapping[str, str],
        environment: Mapping[str, str],
    ) -> None:
        self.root = source_map.root
        self.variables = variables
        self.environment = environment
        self.issues: list[Issue] = []
        self.substituted = 0
        self.done: dict[int, Any] = {}

    def read(self) -> Any:
        return self._read(self.root, ())

    def _read(self, node: Node, location: tuple[str | int, ...]) -> Any:
        if id(node) not in self.done:
            self.done[id(node)] = self._value(node, location)
        return self.done[id(node)]

    def _value(self, node: Node, location: tuple[str | int, ...]) -> Any:
        match node:
            case MapNode():
                return {
                    key: self._read(value, (*location, key))
                    for key, (_, value) in node.entries.items()
                    if not self._empty(value, (*location, key))
                }
            case ListNode():
                return [
                    None if self._empty(item, (*location, number)) else self._read(item, (*location, number))
                    for number, item in enumerate(node.items)
                ]
            case ScalarNode():
                return self._scalar(node, location)
            case _:
                return None

    def _empty(self, node: Node, location: tuple[str | int, ...]) -> bool:
        """Whether a value was left out, which is told: most likely it was forgotten."""
        if not (isinstance(node, ScalarNode) and node.plain and plain_value(node.text) is None):
            return False
        key = location[-1]
        what = f"{key!r} has no value" if isinstance(key, str) else f"entry {key + 1} of this list is empty"
        self.issues.append(Issue.at(location, f"{what}: write one or remove the line.", on_key=True))
        return True

    def _scalar(self, node: ScalarNode, location: tuple[str | int, ...]) -> Any:
        if "${" not in node.text:
            return plain_value(node.text) if node.plain else node.text
        try:
            value = substitute(node.text, self.variables, self.environment)
            self.substituted += len(value)
            if self.substituted > MAX_SUBSTITUTED:
                raise ValueError("the texts of this storyboard are too long once their variables are in")
        except ValueError as exc:
            message = str(exc)
            self.issues.append(Issue.at(location, message if message.endswith("?") else f"{message}."))
            return _Unknown(node.text)
        return value


class _Unknown(str):
    """Text whose variables are not known: reported already, so nothing else is said of it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _ValidParts:
    """The parts that are right on their own, each with its number, and every shot name, right or not."""

    names: list[tuple[int, str]]
    shots: list[tuple[int, Shot]]
    cues: list[tuple[int, Cue]]
    captions: list[tuple[int, Captions]]
    overlays: list[tuple[int, FilmOverlay]]
    markers: list[tuple[int, Marker]]
    deliveries: list[tuple[int, Delivery]]
    default: Transition | None
    loudness: Loudness | None
    own_sound: OwnSound | None
    roles: Mapping[str, Role]
    levels: Mapping[str, RoleLevel]
    logo: Logo | None

    @property
    def made_of(self) -> Iterator[StoryboardModel]:
        """What names files that the film is made of."""
        for parts in (self.shots, self.cues, self.captions, self.overlays):
            yield from (part for _, part in parts)
        if self.logo is not None:
            yield self.logo

    @property
    def marker_names(self) -> frozenset[str] | None:
        """Of the film's and of the shots' markers; `None` where some shot is not right, and its markers not known."""
        if len(self.shots) < len(self.names):
            return None
        of_shots = {marker.name for _, shot in self.shots for marker in shot.markers}
        return frozenset(of_shots | {marker.name for _, marker in self.markers})

    @classmethod
    def of(cls, board: Storyboard) -> _ValidParts:
        return cls(
            names=[(index, shot.id) for index, shot in enumerate(board.shots)],
            shots=list(enumerate(board.shots)),
            cues=list(enumerate(board.sound)),
            captions=list(enumerate(board.captions)),
            overlays=list(enumerate(board.overlays)),
            markers=list(enumerate(board.markers)),
            deliveries=list(enumerate(board.deliver)),
            default=board.defaults.transition,
            loudness=board.loudness,
            own_sound=board.defaults.sound,
            roles=board.roles,
            levels=board.levels,
            logo=board.defaults.logo,
        )

    @classmethod
    def valid(cls, data: dict[str, Any], context: dict[str, Any]) -> _ValidParts:
        raw_shots = _list(data.get("shots"))
        names = [
            (index, raw["id"])
            for index, raw in enumerate(raw_shots)
            if isinstance(raw, dict)
            and isinstance(raw.get("id"), str)
            and not isinstance(raw["id"], _Unknown)
        ]
        defaults = [part for _, part in _valid(Defaults, [data.get("defaults")], context)]
        loudness = [part for _, part in _valid(Loudness, [_loudness(data.get("loudness"))], context)]
        return cls(
            names=names,
            shots=list(_valid(Shot, raw_shots, context)),
            cues=list(_valid(Cue, _list(data.get("sound")), context)),
            captions=list(_valid(Captions, _list(data.get("captions")), context)),
            overlays=list(_valid(FilmOverlay, _list(data.get("overlays")), context)),
            markers=list(_valid(Marker, _list(data.get("markers")), context)),
            deliveries=list(_valid(Delivery, _list(data.get("deliver")), context)),
            default=defaults[0].transition if defaults else None,
            loudness=loudness[0] if loudness else None,
            own_sound=defaults[0].sound if defaults else None,
            # A name whose role is wrong is a name all the same.
            roles=dict.fromkeys(map(str, _mapping(data.get("roles"))), ROLES[0]),
            levels={},
            logo=defaults[0].logo if defaults else None,
        )


def _references(
    parts: _ValidParts,
    transitions: Collection[str] | None,
    effects: Collection[str] | None,
    loudness: Collection[str] | None,
) -> Iterator[Issue]:
    """What the parts that are right on their own say wrongly of each other."""
    ids: dict[str, int] = {}
    for index, name in parts.names:
        ids.setdefault(name, index)
    yield from cross_checks.check_ids(parts.names)
    yield from cross_checks.check_starts(parts.shots, ids)
    yield from cross_checks.check_joins(parts.shots, parts.default, transitions)
    yield from cross_checks.check_effects(parts.shots, effects)
    yield from cross_checks.check_loudness(parts.loudness, parts.deliveries, loudness)
    used = cross_checks.roles_used(parts.shots, parts.cues, parts.own_sound, parts.levels)
    yield from cross_checks.check_roles(used, parts.roles)
    yield from cross_checks.check_levels(parts.levels)
    if ids:
        yield from cross_checks.check_sound(parts.cues, ids, parts.marker_names)
        yield from check_bought_sounds(parts.cues, parts.shots, ids)
        yield from cross_checks.check_markers(parts.markers, ids)
        yield from cross_checks.check_overlays(parts.overlays, ids, parts.marker_names)
        yield from cross_checks.check_captions(parts.captions, ids, parts.marker_names)
    yield from cross_checks.check_deliveries(parts.deliveries, parts.made_of, ids)


def _loudness(value: object) -> object:
    return {"target": value} if isinstance(value, str) else value


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _valid(model: type[_Model], raw: list[Any], context: dict[str, Any]) -> Iterator[tuple[int, _Model]]:
    for index, value in enumerate(raw):
        if not isinstance(value, dict):
            continue
        try:
            yield index, model.model_validate(value, context=context)
        except ValidationError:
            continue


def _placed(
    unplaced: list[Issue], source_map: SourceMap, path: Path | None, settled: set[tuple[int, int]]
) -> list[Issue]:
    """Each issue once, with its line; of values that were refused while reading nothing else is said."""
    placed = (
        source_map.placed(issue, path)
        for issue in unplaced
        if source_map.find(issue.location)[:2] not in settled
    )
    return list({(issue.line, issue.column, issue.message): issue for issue in placed}.values())


def sorted_issues(issues: list[Issue]) -> list[Issue]:
    """Issues in the file's order, each once; of very many the first."""
    once = dict.fromkeys(issues)
    ordered = sorted(once, key=lambda issue: (issue.line or 0, issue.column or 0))
    if len(ordered) > MAX_SHOWN:
        rest = len(ordered) - MAX_SHOWN
        ordered = [*ordered[:MAX_SHOWN], Issue(f"… and {rest} or more other issues.", path=ordered[0].path)]
    return ordered
