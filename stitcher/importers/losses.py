"""What is lost on the way back from an editor: a fixed list of names, so that reports can be compared and searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from stitcher.exporters.losses import told

UnreadKind = Literal[
    "automation",
    "before-media",
    "channels",
    "conform",
    "crossing",
    "disabled-sound",
    "drawn",
    "drawn-source",
    "effect",
    "fit",
    "freeze",
    "gain-range",
    "generator",
    "layers",
    "media",
    "metadata",
    "multicam",
    "name",
    "nested",
    "overlay",
    "pan",
    "past-film",
    "past-media",
    "picture-size",
    "replaced",
    "reverse",
    "role",
    "sequences",
    "shot-marker",
    "short-transition",
    "sound-speed",
    "source-time",
    "speed-ramp",
    "stills",
    "transition",
    "version",
]

MEANINGS: Mapping[UnreadKind, str] = {
    "automation": "its volume moves by key frames; gain and fades were taken over, the moves between them were not",
    "before-media": "it begins before its file does; black stands there until the file begins",
    "channels": "which channels are heard was not taken over",
    "conform": "it plays at another rate or speed, and the cut does not say how its pictures become the film's; the "
    "nearest is seen",
    "crossing": "picture and sound are joined differently; its sound crosses as its picture does",
    "disabled-sound": "the sound is switched off in the cut, and comes muted",
    "drawn": "it is drawn with effects or held, and what was trimmed or slipped of it could not be taken over",
    "drawn-source": "it was drawn for the editor, and the cut does not say from which picture on; whether it was "
    "slipped cannot be told",
    "effect": "an effect or a move of the picture was left out",
    "fit": "its picture has another shape than the film, and the cut does not say how it fills it; it is cropped",
    "freeze": "the frame is frozen; the clip runs instead",
    "gain-range": "the gain is beyond what a storyboard allows, and was limited",
    "generator": "what the editor generates there is not known; black stands in its place",
    "layers": "it lies over other clips, and is taken to fill the picture",
    "media": "the file is not where the cut says, nor beside the cut; name its folder with --media",
    "metadata": "keys under stitcher's metadata that are none of its own were left out",
    "multicam": "of a multicam clip the angle that is seen was taken, and no other",
    "name": "a storyboard cannot have this name for a shot; it has another",
    "nested": "a nested or compound clip could not be taken apart; black stands in its place",
    "overlay": "what lies over the picture was left out",
    "pan": "where it sits between left and right was left out",
    "past-film": "the sound goes on after the last picture; it ends with it",
    "past-media": "it goes on after its file has ended; its last picture is held",
    "picture-size": "the cut does not say how large its picture is",
    "replaced": "another file stands for a shot that is generated; the storyboard keeps its take",
    "reverse": "it runs backwards in the cut; it runs forwards here",
    "role": "the cut does not say which role the sound has; it is among the effects",
    "sequences": "the file has further sequences; only the first was read",
    "shot-marker": "the marker belongs to its shot, and stays there",
    "short-transition": "there are not enough frames for the transition; it was shortened, or made a cut",
    "sound-speed": "the sound runs at a speed of its own in the cut; it runs as it is here",
    "source-time": "its source time is not on the file's own clock; the file is shown from its beginning",
    "speed-ramp": "its speed changes within the clip; it runs at the average of it",
    "stills": "a still or a row of pictures was left out; black stands in its place",
    "transition": "a storyboard has no such transition; a dissolve of the same length stands there",
    "version": "the file is of a version that this reader was not written for",
}


@dataclass(frozen=True, slots=True)
class Unread:
    """One thing that a cut has, and the storyboard made of it does not."""

    kind: UnreadKind
    where: str = ""
    """The clip, sound or track it is about; empty for the whole cut."""
    detail: str = ""

    def __str__(self) -> str:
        return told(MEANINGS[self.kind], where=self.where, detail=self.detail)
