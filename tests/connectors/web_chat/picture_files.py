"""Pictures of every kind, and what pretends to be one."""

import hashlib
import io
import struct
import zlib

from PIL import Image

_COLOURS: dict[str, object] = {
    "RGBA": (255, 0, 0, 128),
    "LA": (128, 128),
    "CMYK": (0, 255, 255, 0),
    **dict.fromkeys(("L", "P", "1", "I;16"), 1),
}


def picture(
    kind: str = "PNG",
    *,
    size: tuple[int, int] = (8, 4),
    mode: str = "RGB",
    **save: object,
) -> bytes:
    """Return the bytes of a red picture."""
    colour: object = _COLOURS.get(mode, (255, 0, 0))
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **save)  # type: ignore[arg-type]
    return out.getvalue()


def noise(kind: str = "PNG", *, side: int, mode: str = "RGB", **save: object) -> bytes:
    """Return a picture that nothing can make small without losing some of it."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    pixels = hashlib.shake_128(b"noise").digest(side * side * bands)
    out = io.BytesIO()
    Image.frombytes(mode, (side, side), pixels).save(out, kind, **save)
    return out.getvalue()


def as_rgba(raw: bytes) -> bytes:
    """Return a PNG with a way to see through that nothing makes use of."""
    out = io.BytesIO()
    opened(raw).convert("RGBA").save(out, "PNG")
    return out.getvalue()


def opened(raw: bytes) -> Image.Image:
    """Return the decoded picture."""
    image = Image.open(io.BytesIO(raw))
    image.load()
    return image


def with_exif(*, orientation: int, secret: bytes) -> bytes:
    """Return a JPEG whose camera told how it was held, and where it was."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = secret.decode()
    return picture("JPEG", exif=exif, comment=secret)


def animated() -> bytes:
    """Return a GIF of three frames."""
    frames = [Image.new("RGB", (8, 4), (n * 80, 0, 0)) for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def bomb(*, side: int = 50_000) -> bytes:
    """Return a PNG of a few bytes that says it has very many pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
