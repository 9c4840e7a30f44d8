"""A storyboard's file, filled with variables as often as there are films of it, and held against what is at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stitcher.errors import StoryboardError
from stitcher.inputs.registries import Effects, LoudnessTargets, Transitions
from stitcher.storyboard.load import Template, read_template
from stitcher.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class Boards:
    """The storyboards that a file makes."""

    template: Template
    transitions: Transitions
    effects: Effects
    loudness: LoudnessTargets

    @classmethod
    def read(cls, path: Path | str) -> Boards:
        """Those of a file. Raises `StoryboardError` for what is no YAML, and `MediaMissing`."""
        template = read_template(path)
        return cls(template, Transitions(), Effects(), LoudnessTargets(Path(path).absolute().parent))

    def filled(
        self, variables: Mapping[str, str], environment: Mapping[str, str] | None = None
    ) -> Storyboard:
        """The one with these variables. Raises `StoryboardError` with every issue, missing files among them."""
        try:
            return self.template.filled(
                variables,
                environment,
                transitions=self.transitions,
                effects=self.effects,
                loudness=self.loudness,
            )
        except StoryboardError as exc:
            from stitcher.inputs.unusable import with_unusable

            raise with_unusable(exc) from exc.__cause__
