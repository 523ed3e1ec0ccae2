"""Whether only pixels get through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidPayloadError
from connectors.chat import EncodedPicture
from connectors.web_chat.images import MOST_BYTES, encode
from tests.connectors.web_chat.picture_files import (
    animated,
    as_rgba,
    bomb,
    noise,
    opened,
    picture,
    with_exif,
)

MOST = 40_000_000


def encoded(raw: bytes) -> EncodedPicture:
    return encode(raw, most_pixels=MOST)


class TestEncode:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
    def test_every_known_kind_is_taken(self, kind: str) -> None:
        taken = encoded(picture(kind))

        assert (taken.content_type, taken.suffix) == ("image/jpeg", ".jpg")
        assert (taken.width, taken.height) == (8, 4)
        assert opened(taken.content).format == "JPEG"

    @pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "I;16", "LA"])
    def test_every_way_to_keep_pixels_is_taken(self, mode: str) -> None:
        kind = {"CMYK": "JPEG"}.get(mode, "PNG")

        assert encoded(picture(kind, mode=mode)).width == 8

    def test_what_one_can_see_through_stays_so(self) -> None:
        taken = encoded(picture(mode="RGBA"))

        assert taken.content_type == "image/png"
        assert opened(taken.content).getpixel((0, 0)) == (255, 0, 0, 128)

    def test_nothing_but_pixels_is_kept(self) -> None:
        taken = encoded(with_exif(orientation=1, secret=b"31.2304N 121.4737E"))

        assert b"31.23" not in taken.content
        assert not opened(taken.content).getexif()

    def test_it_is_turned_as_the_camera_was_held(self) -> None:
        taken = encoded(with_exif(orientation=6, secret=b""))

        assert (taken.width, taken.height) == (4, 8)

    def test_an_animation_is_its_first_picture(self) -> None:
        taken = encoded(animated())

        assert getattr(opened(taken.content), "n_frames", 1) == 1

    def test_a_script_behind_the_pixels_is_lost(self) -> None:
        taken = encoded(picture("GIF") + b"<script>alert(1)</script>PK\x03\x04")

        assert b"script" not in taken.content
        assert b"PK\x03\x04" not in taken.content

    def test_a_very_long_side_is_made_shorter(self) -> None:
        taken = encoded(picture(size=(8192, 16)))

        assert (taken.width, taken.height) == (2560, 5)

    def test_what_nobody_can_see_through_is_no_png(self) -> None:
        taken = encoded(noise(side=64, mode="RGB"))
        opaque = encoded(as_rgba(noise(side=64, mode="RGB")))

        assert taken.content_type == opaque.content_type == "image/jpeg"

    @pytest.mark.parametrize("mode", ["RGB", "RGBA"])
    def test_even_noise_takes_few_bytes(self, mode: str) -> None:
        taken = encoded(noise("WEBP", side=2700, mode=mode, quality=20, method=0))

        assert len(taken.content) <= MOST_BYTES
        assert taken.content_type == "image/jpeg"
        assert max(taken.width, taken.height) <= 2560

    def test_what_must_be_decoded_whole_has_fewer_pixels(self) -> None:
        with pytest.raises(InvalidPayloadError, match="24000000 pixels"):
            encoded(bomb(side=5000))

    @pytest.mark.parametrize(
        ("raw", "reason"),
        [
            (b"\0" * 1000, "JPEG, PNG, WebP or GIF"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG, PNG, WebP or GIF"),
            (b"%PDF-1.7", "JPEG, PNG, WebP or GIF"),
            (picture("BMP"), "JPEG, PNG, WebP or GIF"),
            (picture("TIFF"), "JPEG, PNG, WebP or GIF"),
            (picture(size=(64, 64))[:-30], "whole picture"),
            (picture("JPEG", size=(640, 640))[:400], "whole picture"),
            (bomb(), "pixels"),
            (bomb(side=6400), "pixels"),
        ],
    )
    def test_anything_else_is_refused_by_name(self, raw: bytes, reason: str) -> None:
        with pytest.raises(InvalidPayloadError, match=reason) as caught:
            encoded(raw)

        assert caught.value.field == "picture"

    @given(st.binary(max_size=60), st.integers(0, 60))
    def test_a_broken_one_never_breaks_us(self, noise: bytes, at: int) -> None:
        raw = picture("PNG")
        broken = raw[:at] + noise + raw[at + len(noise) :]
        try:
            taken = encode(broken, most_pixels=1000)
        except InvalidPayloadError as error:
            told = str(error)
        else:
            told = taken.content_type

        assert told
