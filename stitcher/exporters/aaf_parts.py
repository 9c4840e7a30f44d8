"""Objects of AAF files: the operations and parameters that we use, values that change, clips and gaps.

Everything goes through pyaaf2, which is there with the extra `aaf` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from aaf2.auid import AUID
from aaf2.misc import LinearInterp
from aaf2.mobid import MobID
from aaf2.rational import AAFRational

MediaKind = Literal["picture", "sound"]
Operation = Literal["dissolve", "speed", "gain", "pan"]

_OPERATIONS: Mapping[Operation, tuple[str, str, MediaKind, int]] = {
    "dissolve": ("0c3bea40-fc05-11d2-8a29-0050040ef7d2", "Video Dissolve", "picture", 2),
    "speed": ("9d2ea890-0968-11d3-8a38-0050040ef7d2", "Video Speed Control", "picture", 1),
    "gain": ("9d2ea894-0968-11d3-8a38-0050040ef7d2", "Audio Gain", "sound", 1),
    "pan": ("9d2ea893-0968-11d3-8a38-0050040ef7d2", "Audio Pan", "sound", 1),
}
"""Identifier, name, what it works on, how many inputs."""
_PARAMETERS: Mapping[Operation, tuple[str, str]] = {
    "dissolve": ("e4962320-2267-11d3-8a4c-0050040ef7d2", "Level"),
    "speed": ("72559a80-24d7-11d3-8a50-0050040ef7d2", "SpeedRatio"),
    "gain": ("e4962321-2267-11d3-8a4c-0050040ef7d2", "Amplitude"),
    "pan": ("e4962322-2267-11d3-8a4c-0050040ef7d2", "Pan"),
}
_FINE = 1_000_000
"""Numerators and denominators of AAF are 32 bits."""


def mob_id(of: str) -> MobID:
    """An identifier that is the same whenever it is asked for of the same text."""
    made = MobID.new()
    made.material = AUID(uuid5(NAMESPACE_URL, f"stitcher:{of}"))
    return made


def fixed_uuid(of: str) -> UUID:
    """A UUID that is the same whenever it is asked for of the same text."""
    return uuid5(NAMESPACE_URL, f"stitcher:{of}")


def rational(value: Fraction) -> AAFRational:
    """A number as AAF holds it."""
    near = value.limit_denominator(_FINE)
    return AAFRational(f"{near.numerator}/{near.denominator}")


@dataclass(slots=True)
class Parts:
    """Makes objects of one file."""

    file: Any
    operations: Mapping[Operation, Any]
    parameters: Mapping[Operation, Any]
    linear: Any

    @classmethod
    def of(cls, file: Any) -> Parts:
        """Register what we use in a new file."""
        dictionary = file.dictionary
        linear = file.create.InterpolationDef(LinearInterp, "LinearInterp", "Linear keyframe interpolation")
        dictionary.register_def(linear)
        parameters: dict[Operation, Any] = {}
        operations: dict[Operation, Any] = {}
        for kind, (identifier, name) in _PARAMETERS.items():
            typedef = dictionary.lookup_typedef("Rational")
            parameters[kind] = file.create.ParameterDef(AUID(identifier), name, "", typedef)
            dictionary.register_def(parameters[kind])
        for kind, (identifier, name, media, inputs) in _OPERATIONS.items():
            operation = file.create.OperationDef(AUID(identifier), name)
            dictionary.register_def(operation)
            operation.media_kind = media
            operation["IsTimeWarp"].value = kind == "speed"
            operation["Bypass"].value = 0
            operation["NumberInputs"].value = inputs
            operation["OperationCategory"].value = "OperationCategory_Effect"
            operation["ParametersDefined"].extend([parameters[kind]])
            operations[kind] = operation
        return cls(file, operations, parameters, linear)

    def filler(self, kind: MediaKind, length: int) -> Any:
        """Nothing, for so many frames."""
        return self.file.create.Filler(kind, length)

    def clip(self, kind: MediaKind, start: int, length: int, source: tuple[MobID, int] | None) -> Any:
        """A part of a slot of a mob; of nothing where a chain of sources ends."""
        mob, slot = source or (MobID(), 0)
        return self.file.create.SourceClip(start, length, mob, slot, kind)

    def constant(self, kind: Operation, value: Fraction) -> Any:
        """A parameter that stays."""
        made = self.file.create.ConstantValue()
        made.parameterdef = self.parameters[kind]
        made.value = rational(value)
        return made

    def varying(self, kind: Operation, points: Iterable[tuple[Fraction, Fraction]]) -> Any:
        """A parameter in straight lines between points, whose times are from 0 to 1 of its operation."""
        made = self.file.create.VaryingValue()
        made.parameterdef = self.parameters[kind]
        made["Interpolation"].value = self.linear
        controls = []
        for time, value in points:
            control = self.file.create.ControlPoint()
            control["EditHint"].value = "Proportional"
            control["Time"].value = rational(time)
            control["Value"].value = rational(value)
            controls.append(control)
        made["PointList"].extend(controls)
        return made

    def group(self, kind: Operation, length: int, parameter: Any, inputs: Iterable[Any] = ()) -> Any:
        """An operation on its inputs."""
        made = self.file.create.OperationGroup(self.operations[kind], length)
        made.media_kind = _OPERATIONS[kind][2]
        made.parameters.append(parameter)
        made.segments.extend([*inputs])
        return made

    def dissolve(self, length: int, cut: int) -> Any:
        """A transition over the end of what comes before it and the beginning of what comes after."""
        level = self.varying("dissolve", ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))))
        made = self.file.create.Transition("picture", length)
        made["OperationGroup"].value = self.group("dissolve", length, level)
        made["CutPoint"].value = cut
        return made

    def slot(self, mob: Any, number: int, rate: Fraction, *, name: str = "", track: int = 0) -> Any:
        """A new slot of a mob, empty as yet."""
        made = mob.create_timeline_slot(rational(rate), number)
        made.name = name
        if track:
            made["PhysicalTrackNumber"].value = track
        return made

    def tagged(self, where: Any, texts: Mapping[str, str]) -> None:
        """Named texts of an object."""
        where.extend([self.file.create.TaggedValue(name, text) for name, text in texts.items() if text])
