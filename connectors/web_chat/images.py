"""Is this a picture, and nothing else? Decoded, turned upright, encoded anew."""

import io
import warnings
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.errors import InvalidPayloadError
from connectors.chat import EncodedPicture
from connectors.web_chat.wire import NAME

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
"""Tried by content; what the sender calls it is not looked at."""
_LONGEST_SIDE = 4096
"""Pixels of the stored picture; a larger one is made smaller."""
_QUALITY = 85
_TRANSPARENT: Final = frozenset({"RGBA", "LA", "PA"})


def encode(raw: bytes, *, most_pixels: int) -> EncodedPicture:
    """Return the picture in these bytes as new bytes; an animation's first frame.

    Raises:
        InvalidPayloadError: it is no whole picture of a known kind, or too large.
    """
    try:
        with warnings.catch_warnings():
            # We have a limit of our own, which is checked before anything is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=_FORMATS) as image:
                _check_size(image, most_pixels)
                image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
                return _encoded(ImageOps.exif_transpose(image))
    except InvalidPayloadError:
        raise
    except UnidentifiedImageError as error:
        raise _refused("must be a JPEG, PNG, WebP or GIF picture") from error
    except Image.DecompressionBombError as error:
        raise _refused("has too many pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        # What Pillow raises on broken files depends on where they are broken.
        raise _refused("is not a whole picture") from error


def _check_size(image: Image.Image, most_pixels: int) -> None:
    width, height = image.size
    if width * height > most_pixels:
        raise _refused(f"has more than {most_pixels} pixels")


def _encoded(image: Image.Image) -> EncodedPicture:
    has_alpha = image.mode in _TRANSPARENT or "transparency" in image.info
    plain = image.convert("RGBA" if has_alpha else "RGB")
    # A copy of the pixels only: nothing of the file's other parts comes along.
    clean = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    out = io.BytesIO()
    if has_alpha:
        clean.save(out, "PNG", optimize=False)
    else:
        clean.save(out, "JPEG", quality=_QUALITY)
    return EncodedPicture(
        content=out.getvalue(),
        content_type="image/png" if has_alpha else "image/jpeg",
        suffix=".png" if has_alpha else ".jpg",
        width=clean.width,
        height=clean.height,
    )


def _refused(reason: str) -> InvalidPayloadError:
    return InvalidPayloadError(reason, connector=NAME, field="picture")
