import io
import struct
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, ImageCms

from allmende.core.pictures import MAX_BYTES, check_picture, reencode

HEIC_WITH_GPS = Path(__file__).parent / "data" / "gps.heic"  # 64 × 48, left half blue, right half red
ORIENTATION, GPS = 0x0112, 0x8825


def file_of(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    file.seek(0)
    return file


def halves(width=600, height=400, left="blue", right="red", mode="RGB"):
    picture = Image.new(mode, (width, height), right)
    picture.paste(left, (0, 0, width // 2, height))
    return picture


def with_gps(orientation=1):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Invented Camera"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (49.0, 58.0, 30.0)
    return exif


def shown(rendition):
    return Image.open(io.BytesIO(rendition.data)).convert("RGBA")


def colour_at(picture, x, y):
    return "".join("1" if channel > 127 else "0" for channel in picture.getpixel((x, y))[:3])


def png(width, height, rows=b""):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + content)


def refusal(file, act=reencode):
    with pytest.raises(ValidationError) as refused:
        act(file)
    return refused.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_every_usual_kind_is_read(kind):
    (rendition, *_others) = reencode(file_of(halves(), kind))

    picture = shown(rendition)
    assert picture.size == (480, 320)
    assert (colour_at(picture, 60, 160), colour_at(picture, 420, 160)) == ("001", "100")


def test_a_picture_of_an_iphone_is_read():
    with HEIC_WITH_GPS.open("rb") as file:
        (rendition,) = reencode(file)

    picture = shown(rendition)
    assert picture.size == (64, 48)
    assert (colour_at(picture, 16, 24), colour_at(picture, 48, 24)) == ("001", "100")


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (300, [("small", 300)]),
        (480, [("small", 480)]),
        (700, [("small", 480), ("medium", 700)]),
        (1600, [("small", 480), ("medium", 960), ("large", 1600)]),
        (3000, [("small", 480), ("medium", 960), ("large", 1600)]),
    ],
)
def test_no_picture_is_enlarged(width, expected):
    renditions = reencode(file_of(halves(width, 100), "JPEG"))

    assert [(rendition.name, rendition.width) for rendition in renditions] == expected
    assert [shown(rendition).size for rendition in renditions] == [(each.width, each.height) for each in renditions]


def test_a_tall_picture_becomes_narrower():
    (rendition, *_others) = reencode(file_of(halves(500, 10_000), "JPEG"))

    assert (rendition.width, rendition.height) == (48, 960)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_the_place_where_it_was_taken_is_gone(kind):
    sent = file_of(halves(), kind, exif=with_gps())

    (rendition, *_others) = reencode(sent)

    assert b"Invented Camera" in sent.getvalue()
    assert b"Invented Camera" not in rendition.data
    assert dict(Image.open(io.BytesIO(rendition.data)).getexif()) == {}
    assert set(Image.open(io.BytesIO(rendition.data)).info) <= {"loop", "background", "timestamp", "duration"}


def test_the_place_in_a_heic_is_gone():
    (rendition,) = reencode(io.BytesIO(HEIC_WITH_GPS.read_bytes()))

    assert b"Invented Camera" in HEIC_WITH_GPS.read_bytes()
    assert b"Invented Camera" not in rendition.data


def test_a_picture_held_sideways_stands_upright():
    (rendition, *_others) = reencode(file_of(halves(), "JPEG", exif=with_gps(orientation=6)))  # turn clockwise

    picture = shown(rendition)
    assert picture.size == (400, 600)
    assert (colour_at(picture, 200, 100), colour_at(picture, 200, 500)) == ("001", "100")


def test_a_colour_profile_is_applied_and_dropped():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    (rendition, *_others) = reencode(file_of(halves(), "JPEG", icc_profile=profile))

    assert "icc_profile" not in Image.open(io.BytesIO(rendition.data)).info
    assert colour_at(shown(rendition), 60, 160) == "001"


def test_a_broken_colour_profile_does_no_harm():
    (rendition, *_others) = reencode(file_of(halves(), "JPEG", icc_profile=b"x" * 200))

    assert colour_at(shown(rendition), 60, 160) == "001"


def test_what_is_transparent_becomes_white():
    picture = halves(left=(0, 0, 0, 0), right=(255, 0, 0, 255), mode="RGBA")

    (rendition, *_others) = reencode(file_of(picture, "PNG"))

    assert colour_at(shown(rendition), 60, 160) == "111"


def test_a_logo_stays_transparent():
    picture = halves(left=(0, 0, 0, 0), right=(255, 0, 0, 255), mode="RGBA")

    (rendition, *_others) = reencode(file_of(picture, "PNG"), keep_alpha=True)

    assert shown(rendition).getpixel((60, 160))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_every_way_to_store_colours_is_read(mode):
    if mode == "I;16":
        picture = Image.new(mode, (100, 100), 65535)
    else:
        picture = Image.new("RGB", (100, 100), "white").convert(mode)

    (rendition,) = reencode(file_of(picture, "JPEG" if mode == "CMYK" else "PNG"))

    assert colour_at(shown(rendition), 50, 50) == "111"


def test_of_an_animation_the_first_picture_is_taken():
    animation = file_of(halves(left="blue"), "GIF", save_all=True, append_images=[halves(left="green")])

    (rendition, *_others) = reencode(animation)

    assert colour_at(shown(rendition), 60, 160) == "001"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"II*\0" + b"\0" * 100,
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg/>',
        b"<html><script>alert(1)</script>",
        b"GIF89 is no picture",
        b"BM" + b"\0" * 100,
        b"",
    ],
)
def test_what_is_no_picture_is_refused(content):
    assert refusal(io.BytesIO(content)) == "picture_type"


def test_a_wrong_kind_is_called_by_its_name():
    with pytest.raises(ValidationError) as refused:
        check_picture(io.BytesIO(b"%PDF-1.7\n"))

    assert refused.value.messages == [
        "Dies ist eine Datei der Art PDF. Bitte senden Sie ein Foto als JPEG, PNG, WebP, GIF, HEIC oder AVIF."
    ]


@pytest.mark.parametrize("size", [(50_000, 50_000), (10_000, 9_500), (8000, 7000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_header(size):
    assert refusal(png(*size), act=check_picture) == "picture_pixels"


def test_a_small_header_before_much_data_is_harmless():
    bomb = png(10, 10, rows=b"\0" * 100_000_000)

    (rendition,) = reencode(bomb)

    assert (rendition.width, rendition.height) == (10, 10)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("part", [0.05, 0.5, 0.9])
def test_a_truncated_picture_is_refused(kind, part):
    whole = file_of(Image.effect_noise((300, 200), 80), kind).getvalue()

    assert refusal(io.BytesIO(whole[: int(len(whole) * part)])) == "picture_broken"


def test_a_truncated_heic_is_refused():
    whole = HEIC_WITH_GPS.read_bytes()

    assert refusal(io.BytesIO(whole[:-40])) == "picture_broken"


def test_a_script_behind_a_picture_is_dropped():
    polyglot = io.BytesIO(file_of(halves(), "GIF").getvalue() + b"<script>alert(1)</script>")

    (rendition, *_others) = reencode(polyglot)

    assert b"script" not in rendition.data


def test_a_file_that_is_too_big_is_refused():
    assert refusal(io.BytesIO(b"\xff\xd8\xff" + b"\0" * MAX_BYTES)) == "picture_too_big"


def test_checking_leaves_the_file_at_its_start():
    file = file_of(halves(), "JPEG")

    assert check_picture(file) == (600, 400)
    assert file.tell() == 0
