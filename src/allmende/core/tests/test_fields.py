import io
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from allmende.core.fields import (
    DateField,
    LineField,
    MailField,
    NameField,
    PhoneField,
    PictureField,
    TextField,
    TimeField,
    UrlField,
    local_midnight,
    local_moment,
)

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _german():
    with translation.override("de"):
        yield


def refusal(field, value):
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    return refused.value.error_list[0].code


def test_a_line_is_cleaned():
    assert LineField().clean("  Turn\u200bverein\nLindach ") == "Turnverein Lindach"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "required"),
        ("\u200b\u2066", "required"),
        ("x" * 201, "max_length"),
        ("a\ud800", "surrogate"),
        ("Caf\ufffd", "damaged"),
        ("a\0", "nul"),
    ],
)
def test_a_line_has_bounds(value, code):
    assert refusal(LineField(), value) == code


def test_the_error_of_a_long_text_tells_how_long_it_is():
    with pytest.raises(ValidationError) as refused:
        LineField().clean("x" * 201)

    assert refused.value.messages == ["Das ist zu lang: 201 Zeichen, höchstens 200 sind möglich. Bitte kürzen Sie."]


def test_lines_of_a_text_stay():
    assert TextField().clean("eins\r\nzwei\t3\n") == "eins\nzwei 3"


def test_five_megabytes_of_text_are_refused():
    assert refusal(TextField(), "x" * 5_000_000) == "max_length"


def test_a_mail_address_is_folded():
    assert MailField().clean(" Info@Verein.Example ") == "info@verein.example"


@pytest.mark.parametrize("value", ["info", "a@b", "a@b.example\nBcc: c@d.example", "a b@c.example", "@b.example"])
def test_what_is_no_mail_address(value):
    assert refusal(MailField(), value) == "invalid"


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("https://www.verein.example/a?b=1#c", "https://www.verein.example/a?b=1#c"),
        ("verein.example", "https://verein.example"),
        ("verein.example:8080/x", "https://verein.example:8080/x"),
        ("HTTP://Verein.Example/Aa", "http://verein.example/Aa"),
        ("https://münchen.example/ä", "https://xn--mnchen-3ya.example/ä"),
        ("https://bаnk.example", "https://xn--bnk-6cd.example"),  # the а is Cyrillic
    ],
)
def test_the_address_of_a_page(value, address):
    assert UrlField().clean(value) == address


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("javascript:alert(1)", "scheme"),
        ("ftp://verein.example", "scheme"),
        ("data:text/html,x", "scheme"),
        ("mailto:a@b.example", "scheme"),
        ("https://verein.example@evil.example/", "userinfo"),
        ("https://", "invalid"),
        ("https://localhost", "invalid"),
        ("https://[::1", "invalid"),
        ("https://verein.example:x/", "invalid"),
        ("https://127.0.0.1/", "invalid"),
        ("https://a..example/", "invalid"),
        ("https://ein verein.example", "invalid"),
        ("https://verein.example/ a", "invalid"),
        ("https://" + "a" * 500 + ".example", "invalid"),
    ],
)
def test_what_is_no_address_of_a_page(value, code):
    assert refusal(UrlField(), value) == code


@pytest.mark.parametrize("value", ["115", "09201 / 123-45", "+49 (0) 921 12345", "0921–12345", "0921.12345"])
def test_a_telephone_number_stays_as_written(value):
    assert PhoneField().clean(value) == value


@pytest.mark.parametrize("value", ["12", "anrufen", "0921 12345 (Anna)", "٠١٢٣٤٥", "1" * 30])
def test_what_is_no_telephone_number(value):
    assert refusal(PhoneField(), value) == "invalid"


@pytest.mark.parametrize("value", ["2026-12-24", "24.12.2026", "24.12.26", " 24. 12. 2026"])
def test_a_day_may_be_typed(value):
    assert DateField().clean(value) == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("0001-01-01", "range"),
        ("1899-12-31", "range"),
        ("31.12.9999", "range"),
        ("30.02.2026", "invalid"),
        ("99999-01-01", "invalid"),
        ("morgen", "invalid"),
        ("\ud800", "invalid"),
        ("2026-12-24\0", "invalid"),
    ],
)
def test_what_is_no_day(value, code):
    assert refusal(DateField(), value) == code


@pytest.mark.parametrize("value", ["19:30", "19.30", "19:30 Uhr", "19:30:59"])
def test_a_time_may_be_typed(value):
    assert TimeField().clean(value) == time(19, 30)


def test_a_full_hour_may_be_typed():
    assert TimeField().clean("9 Uhr") == time(9)


@pytest.mark.parametrize("value", ["24:00", "19:60", "abends", "-1"])
def test_what_is_no_time(value):
    assert refusal(TimeField(), value) == "invalid"


@pytest.mark.parametrize(("day", "offset"), [("2026-07-01", 2), ("2026-12-01", 1)])
def test_a_moment_is_on_the_clock_of_the_zone(day, offset):
    moment = local_moment(date.fromisoformat(day), time(12), BERLIN)

    assert moment == datetime.combine(date.fromisoformat(day), time(12 - offset), UTC)


def test_the_hour_that_spring_leaves_out_is_explained():
    with pytest.raises(ValidationError) as refused:
        local_moment(date(2026, 3, 29), time(2, 30), BERLIN)

    assert "".join(refused.value.messages) == (
        "Am 29.03.2026 gibt es 02:30 Uhr nicht: In dieser Nacht wird die Uhr vorgestellt. "
        "Bitte wählen Sie eine andere Uhrzeit, zum Beispiel 03:30 Uhr."
    )


def test_the_hour_that_autumn_has_twice_means_the_first():
    moment = local_moment(date(2026, 10, 25), time(2, 30), BERLIN)

    assert moment.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def moment_or_code(day, clock):
    try:
        return local_moment(day, clock, BERLIN)
    except ValidationError as refused:
        return refused.code


@given(st.dates(date(1900, 1, 2), date(2200, 12, 30)), st.times())
def test_every_wall_clock_is_a_moment_or_missing(day, clock):
    moment = moment_or_code(day, clock)

    again = None if isinstance(moment, str) else moment.astimezone(UTC).astimezone(BERLIN)
    assert moment == "missing_hour" or (again.date(), again.time()) == (day, clock)


@pytest.mark.parametrize(("hour", "minute"), [(2, 0), (2, 59)])
def test_the_whole_hour_is_missing(hour, minute):
    assert moment_or_code(date(2026, 3, 29), time(hour, minute)) == "missing_hour"


@pytest.mark.parametrize(("hour", "minute"), [(1, 59), (3, 0)])
def test_beside_the_missing_hour_all_is_well(hour, minute):
    assert moment_or_code(date(2026, 3, 29), time(hour, minute)).hour == hour


@given(
    st.dates(date(1900, 1, 2), date(2200, 12, 30)),
    st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut"]),
)
def test_a_day_begins_with_its_first_moment(day, name):
    zone = ZoneInfo(name)

    midnight = local_midnight(day, zone)

    before = (midnight.astimezone(UTC) - timedelta(seconds=1)).astimezone(zone)
    assert midnight.date() == day
    assert before.date() < day


def test_midnight_that_is_left_out_is_one_o_clock():
    assert local_midnight(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo")).hour == 1


def uploaded(content, name="foto.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_a_picture_is_taken():
    content = io.BytesIO()
    Image.new("RGB", (10, 10)).save(content, "PNG")

    assert PictureField().clean(uploaded(content.getvalue())).name == "foto.jpg"


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b"<svg/>", "picture_type"), (b"\xff\xd8\xff\xe0", "picture_broken")]
)
def test_what_is_no_picture(content, code):
    assert refusal(PictureField(), uploaded(content)) == code


@pytest.mark.parametrize("name", ["www.gewinn.example", "Dora https://x.example", "x.de/1", "a@b.example"])
def test_a_name_is_no_advertisement(name):
    with pytest.raises(ValidationError) as refused:
        NameField().clean(name)

    assert refused.value.code == "name"


@pytest.mark.parametrize("name", ["Dr. Anna M. Groß", "Jean-Luc O’Neill", "Familie Meier & Co.", "St.Martin e.V."])
def test_names_have_dots_and_signs(name):
    assert NameField().clean(name) == name
