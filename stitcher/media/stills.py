"""Still pictures: PNG, JPEG and WebP files opened with Pillow, and pixels written as PNG."""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.errors import MediaBroken, MediaMissing, MediaRefused
from stitcher.media.files import check_regular, write_whole
from stitcher.media.sniff import sniff

if TYPE_CHECKING:
    from PIL.Image import Image

    from stitcher.media.frames import Picture

_FORMATS = ("PNG", "JPEG", "WEBP")
_ORIENTATION = 0x0112


def open_still(path: Path | str, *, max_pixels: int = 64_000_000) -> Image:
    """A PNG, JPEG or WebP picture, loaded, turned as its EXIF says; other kinds are refused.

    Raises `MediaMissing`, `MediaRefused` (another kind, or too many pixels) or `MediaBroken`.
    """
    return open_upright(path, max_pixels=max_pixels)[0]


def open_upright(path: Path | str, *, max_pixels: int = 64_000_000) -> tuple[Image, bool]:
    """The picture that `open_still` gives, and whether its EXIF had it turned or mirrored. Raises as that does."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    check_regular(path)
    kind = sniff(path)
    if kind.holds != "still":
        raise MediaRefused(path, f"is {kind.label}, not a picture; name a PNG, JPEG or WebP file.")
    too_large = f"has more than {max_pixels:,} pixels; make it smaller."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            with Pillow.open(path, formats=_FORMATS) as image:
                if image.width * image.height > max_pixels:
                    raise MediaRefused(path, too_large)
                image.load()
                turned = image.getexif().get(_ORIENTATION, 1) not in (0, 1)
                return ImageOps.exif_transpose(image), turned
    except Pillow.DecompressionBombError as exc:
        raise MediaRefused(path, too_large) from exc
    except PermissionError as exc:
        raise MediaMissing(path, f"cannot be read ({exc.strerror}); check its permissions.") from exc
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, struct.error) as exc:
        raise MediaBroken(path, f"cannot be read as {kind.label} ({exc}); save it again.") from exc


def over_black(image: Image) -> Image:
    """A picture as RGB in 8 bits, laid over black where it is transparent."""
    from PIL import Image as Pillow

    if image.mode.startswith("I"):
        # Pillow cuts 16 bits off at 255 instead of scaling them.
        image = image.convert("I").point(lambda level: level / 257).convert("L")
    if image.has_transparency_data:
        ground = Pillow.new("RGBA", image.size, (0, 0, 0, 255))
        image = Pillow.alpha_composite(ground, image.convert("RGBA"))
    return image.convert("RGB")


def png_bytes(rgb: Picture) -> bytes:
    """RGB pixels as a PNG file, without loss."""
    import numpy as np
    from PIL import Image as Pillow

    png = io.BytesIO()
    Pillow.fromarray(np.ascontiguousarray(rgb)).save(png, "PNG")
    return png.getvalue()


def jpeg_bytes(rgb: Picture, *, quality: int = 90) -> bytes:
    """RGB pixels as a JPEG with full chroma."""
    from PIL import Image as Pillow

    held = io.BytesIO()
    Pillow.fromarray(rgb).save(held, "JPEG", quality=quality, subsampling=0)
    return held.getvalue()


def write_png(path: Path | str, rgb: Picture) -> None:
    """Write RGB pixels as a PNG, whole or not at all. Raises `DiskFull` or `OutputError`."""
    write_whole(path, png_bytes(rgb))
