"""Pictures with Content Credentials (C2PA) that go into takes, which cannot carry them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from stitcher.generation.preflight import ProbedFiles
from stitcher.generation.start_crop import Still
from stitcher.generation.start_images import shot_stills
from stitcher.storyboard.model import Storyboard


def signed_stills(board: Storyboard, files: ProbedFiles, shots: Collection[str]) -> Iterator[str]:
    """Each signed picture that takes of these shots are made from, in a sentence."""
    for path, still in files.stills.items():
        if not isinstance(still, Still) or not still.has_credentials:
            continue
        into = [shot.id for shot in board.shots if shot.id in shots and path in shot_stills(shot)]
        if into:
            yield (
                f"Content Credentials (C2PA) of {path.name} are not carried over into takes (shot "
                f"{', '.join(into)}), as they are signed over the picture's own bytes."
            )
