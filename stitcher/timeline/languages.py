"""The languages of a film: which is heard, which are further sound tracks, which captions it has. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stitcher.errors import PlanError
from stitcher.timeline.model import FurtherSound, Timeline


def with_languages(timeline: Timeline, languages: Sequence[str] | None) -> Timeline:
    """A film in these languages: the first is heard, each other is a further sound track, and captions are theirs.

    With `None` the film is as it is, and has the captions of all its languages. Raises `PlanError` for a language that
    nothing of the film is in, and where one needs a film of another length.
    """
    if languages is None:
        more = (track for version in timeline.versions for track in version.captions)
        own = {(track.language, track.name) for track in timeline.captions}
        further = tuple(
            track
            for track in more
            if (track.language, track.name) not in own and track.language != timeline.language
        )
        return replace(timeline, captions=(*timeline.captions, *further))
    versions = {one.language: one for one in (timeline, *timeline.versions)}
    for language in languages:
        if language not in versions:
            known = ", ".join(filter(None, versions)) or "none: the storyboard has no 'language'"
            raise PlanError(f"A delivery asks for the language {language!r}, and the film's are {known}.")
    first, *others = (versions[language] for language in languages)
    for other in others:
        if other.frames != first.frames:
            raise PlanError(
                f"The film has {first.frames} frames in {first.language} and {other.frames} in {other.language}: make "
                "a film of each, or give its shots lengths that are not those of their lines."
            )
    captions = tuple(
        track
        for version in (first, *others)
        for track in version.captions
        if track.language == version.language
    )
    tracks = tuple(FurtherSound(one.language, one.cues, language=one.language) for one in others)
    return replace(first, captions=captions, versions=tuple(others), sound_tracks=tracks)
