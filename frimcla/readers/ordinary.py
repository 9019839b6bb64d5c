"""Ordinary image files, by Pillow: header first, then pixels; nothing crushed in silence.

Pillow reads 16-bit colour PNG and TIFF as 8 bits without a word, so bit depths are taken from
the headers themselves.
"""

from __future__ import annotations

import io
import warnings

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from frimcla.contracts import Array
from frimcla.errors import ImageError
from frimcla.readers.formats import HEAD, foreign_format, format_of

BITS, SAMPLES, FORMAT, EXTRA = 258, 277, 339, 338
"""TIFF tags: bits per sample, samples per pixel, sample format, kinds of extra samples."""
ALPHA = {1, 2}
"""Kinds of extra samples that mean transparency."""
FIRST_FRAME = {"GIF", "MPO"}
"""Animations and cameras' preview pairs: the first frame is the image."""
LATER = "a later version will read it; until then save it as 8-bit RGB"


def read_rgb(content: bytes, name: str, *, max_megapixels: float) -> Array:
    """Return the pixels of an image file.

    EXIF orientation is applied, transparency is laid over white, grey and palettes and CMYK
    become RGB, of an animated GIF the first frame is taken.

    Args:
        content: The file's bytes.
        name: What to call it in messages; its suffix matters to messages only.
        max_megapixels: Larger images are refused before their pixels are read.

    Returns:
        ``uint8``, shape (height, width, 3), read-only.

    Raises:
        ImageError: It is no image, truncated, too large, or holds more than 8 bits, several
            pages, or more than four channels.
    """
    kind = format_of(content[:HEAD])
    if not kind:
        raise ImageError(_not_an_image(content, name))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged metadata is no matter: pixels decide
            image: Image.Image = Image.open(io.BytesIO(content), formats=[kind])
            _check_header(image, max_megapixels)
            pixels = np.asarray(_to_rgb(image))
    except ImageError as error:
        raise ImageError(str(error)) from None
    except UnidentifiedImageError:
        raise ImageError(
            f"is {kind}, but damaged or of a rare kind; save it again as 8-bit RGB"
        ) from None
    except Image.DecompressionBombError:
        raise ImageError(f"is {_too_large(max_megapixels)}") from None
    except MemoryError:
        raise ImageError("needs more memory than there is to be decoded") from None
    except Exception as error:  # Pillow reports damage in a dozen ways
        raise ImageError(f"is damaged or truncated ({_short(error)}); replace it") from None
    pixels.setflags(write=False)
    return pixels


def _check_header(image: Image.Image, max_megapixels: float) -> None:
    if image.width * image.height > max_megapixels * 1e6:
        raise ImageError(f"is {image.width} x {image.height}: {_too_large(max_megapixels)}")
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format not in FIRST_FRAME:
        raise ImageError(f"has {frames} pages; save the one you mean as an image of its own")
    if image.format == "PNG" and ";16" in str(
        getattr(image, "tile", "")
    ):  # how Pillow will unpack it
        raise ImageError(f"has 16 bits per channel; {LATER}")
    if image.format == "TIFF":
        _check_tiff(image)
    if image.mode in {"I", "F"} or image.mode.startswith("I;"):
        raise ImageError(f"has more than 8 bits per channel (mode {image.mode}); {LATER}")


def _check_tiff(image: Image.Image) -> None:
    tags = image.tag_v2  # type: ignore[attr-defined]
    bits = _numbers(tags.get(BITS, 1))
    samples = int(tags.get(SAMPLES, 1))
    if max(bits) > 8:
        raise ImageError(f"has {max(bits)} bits per channel; {LATER}")
    if set(_numbers(tags.get(FORMAT, 1))) != {1}:
        raise ImageError(f"has signed or floating numbers; {LATER}")
    unknown = samples in {2, 4} and image.mode != "CMYK"
    if samples > 4 or (unknown and not ALPHA & set(_numbers(tags.get(EXTRA, ())))):
        raise ImageError(f"has {samples} channels; {LATER}")


def _numbers(value: object) -> tuple[int, ...]:
    return tuple(map(int, value)) if isinstance(value, tuple) else (int(value),)  # type: ignore[call-overload]


def _to_rgb(image: Image.Image) -> Image.Image:
    image.load()
    upright = _upright(image)  # first: laying over white forgets the EXIF block
    if upright.has_transparency_data:
        over = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
    return upright if upright.mode == "RGB" else upright.convert("RGB")


def _upright(image: Image.Image) -> Image.Image:
    """Apply EXIF orientation; a damaged EXIF block says nothing about it."""
    try:
        if image.getexif().get(ExifTags.Base.Orientation, 1) not in range(2, 9):
            return image  # Pillow would copy it
        return ImageOps.exif_transpose(image)
    except Exception:  # whatever is in there, the pixels are fine
        return image


def _not_an_image(content: bytes, name: str) -> str:
    if foreign := foreign_format(name, content[:HEAD]):
        known = "PNG, JPEG, BMP, GIF, WebP or TIFF"
        return f"is {foreign}, which is not read yet; save it as {known}"
    if not content:
        return "is empty; replace it"
    text = "text" if content[:512].isascii() else "something else"
    return f"is no image: it holds {text}; remove or replace it"


def _too_large(max_megapixels: float) -> str:
    return f"more than {max_megapixels:g} megapixels; cut or shrink it"


def _short(error: Exception) -> str:
    text = str(error).splitlines()
    return text[0][:80] if text and text[0] else type(error).__name__
