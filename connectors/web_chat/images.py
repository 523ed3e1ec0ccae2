"""Is this a picture, and nothing else? Decoded, turned upright, encoded anew."""

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.errors import InvalidPayloadError
from connectors.chat import EncodedPicture
from connectors.web_chat.wire import NAME

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
"""Tried by content; what the sender calls it is not looked at."""
_LONGEST_SIDE = 2560
"""Pixels of the stored picture; a larger one is made smaller."""
MOST_BYTES: Final = 2 * 1024 * 1024
"""Of the stored picture."""
_MOST_WHOLE_PIXELS = 24_000_000
"""Of all but JPEG, which alone can be made smaller while it is decoded."""
_QUALITIES: Final = (85, 70, 50)
_SHRINKINGS: Final = (1.0, 0.7, 0.5)
"""Tried one after the other, each with every quality, until it is small enough."""
_OPAQUE = 255
_TRANSPARENT: Final = frozenset({"RGBA", "LA", "PA"})


def encode(raw: bytes, *, most_pixels: int) -> EncodedPicture:
    """Return the picture in these bytes as new bytes; an animation's first frame.

    What one can see through stays so while that takes few bytes, else it lies on white.

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
    if image.format != "JPEG":
        most_pixels = min(most_pixels, _MOST_WHOLE_PIXELS)
    if width * height > most_pixels:
        raise _refused(f"has more than {most_pixels} pixels")


class _TooLargeError(Exception):
    """The encoder has written more than is kept."""


class _Small(io.BytesIO):
    """Takes so many bytes and no more: an encoder ends early."""

    def write(self, data: "ReadableBuffer", /) -> int:
        if self.tell() + memoryview(data).nbytes > MOST_BYTES:
            raise _TooLargeError
        return super().write(data)


def _encoded(image: Image.Image) -> EncodedPicture:
    has_alpha = image.mode in _TRANSPARENT or "transparency" in image.info
    plain = image.convert("RGBA" if has_alpha else "RGB")
    # A copy of the pixels only: nothing of the file's other parts comes along.
    clean = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    if clean.mode == "RGBA" and _is_seen_through(clean):
        try:
            return _saved(clean, "PNG", ".png")
        except _TooLargeError:
            pass
    for smaller, quality in _tries(_on_white(clean)):
        try:
            return _saved(smaller, "JPEG", ".jpg", quality=quality)
        except _TooLargeError:
            continue
    raise _refused("cannot be made small enough")


def _is_seen_through(image: Image.Image) -> bool:
    lowest, _ = image.getchannel("A").getextrema()
    return lowest != _OPAQUE


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _tries(image: Image.Image) -> Iterator[tuple[Image.Image, int]]:
    for part in _SHRINKINGS:
        width, height = (max(1, round(side * part)) for side in image.size)
        smaller = image if part == 1 else image.resize((width, height))
        for quality in _QUALITIES:
            yield smaller, quality


def _saved(image: Image.Image, kind: str, suffix: str, **how: int) -> EncodedPicture:
    out = _Small()
    image.save(out, kind, **how)
    return EncodedPicture(
        content=out.getvalue(),
        content_type=f"image/{kind.lower()}",
        suffix=suffix,
        width=image.width,
        height=image.height,
    )


def _refused(reason: str) -> InvalidPayloadError:
    return InvalidPayloadError(reason, connector=NAME, field="picture")
