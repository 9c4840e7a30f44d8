"""What a shot makes of its picture, drawn for previews: contact sheets, MoviePy. Films are drawn by ffmpeg."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stitcher.pictures.cube import read_cube
from stitcher.timeline.look import ColourGrade, Look, luma_weights

if TYPE_CHECKING:
    from PIL.Image import Image

Rgb = NDArray[np.uint8]


def with_look(picture: Callable[[int], Rgb], look: Look, matrix: str | None = None) -> Callable[[int], Rgb]:
    """Pictures, 8-bit RGB of any size, as a shot shows them; `matrix` is that of the film."""
    if not look.changes:
        return picture
    regrade = _grading(look.grade, matrix)

    def shown(frame: int) -> Rgb:
        drawn = seen(picture(frame), look) if look.moves else picture(frame)
        return drawn if regrade is None else regrade(drawn)

    return shown


def seen(picture: Rgb, look: Look) -> Rgb:
    """What a look shows of a picture, before it is fitted."""
    from PIL import Image as Pillow

    return np.array(seen_of(Pillow.fromarray(picture), look))


def seen_of(image: Image, look: Look) -> Image:
    """The same of a picture of Pillow's."""
    from PIL import Image as Pillow

    if not look.moves:
        return image
    size, way = look.seen(image.size), look.to_source(image.size)
    return image.transform(size, Pillow.Transform.AFFINE, way, Pillow.Resampling.BICUBIC)


def _grading(grade: ColourGrade, matrix: str | None) -> Callable[[Rgb], Rgb] | None:
    if grade.is_neutral:
        return None
    weights = luma_weights(matrix)
    gains = np.array(grade.temperature_gains(weights)) * grade.exposure_gain
    cube = None if grade.lut is None else read_cube(grade.lut.path)

    def graded(picture: Rgb) -> Rgb:
        colours = (picture / 255 * gains - 0.5) * grade.contrast + 0.5
        grey = (colours @ np.array(weights))[..., None]
        colours = grey + (colours - grey) * grade.saturation
        if cube is not None:
            colours = cube.applied(colours)
        return np.asarray(np.clip(colours, 0, 1) * 255 + 0.5, np.uint8)

    return graded
