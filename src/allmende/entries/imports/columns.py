"""The columns of a table: how each is called, cleaned, and written again by an export."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import LineField, TextField, UrlField
from allmende.entries.imports.cells import LANGUAGES, ListCell, NumberCell, WordCell, WordsCell, YesNoCell, unknown
from allmende.entries.models import Accessible, Entry, EntryTopic, Topic
from allmende.entries.queries import topics_of
from allmende.entries.target_groups import TARGET_GROUPS
from allmende.regions.models import District, Region
from allmende.regions.queries import districts


@dataclass(frozen=True)
class Column:
    """``read`` gives what an export writes (text, number, bool, list of texts); None: the column is never given out.

    ``find`` makes rows of the region of what the field gives, such as a district of its name.
    """

    name: str
    label: Any
    field: forms.Field
    synonyms: tuple[str, ...] = ()
    example: Any = ""
    read: Callable[[Any], Any] | None = None
    find: Callable[[Any, Region], Any] | None = None

    @property
    def required(self) -> bool:
        return self.field.required

    def words(self) -> list[str]:
        """What the column may be called in a file: its label in each language, its name, its synonyms."""
        labels = []
        for language in LANGUAGES:
            with translation.override(language):
                labels.append(str(self.label))
        return [*labels, self.name, *self.synonyms]

    def clean(self, cell: str, region: Region) -> Any:
        """The value of a cell. Raises ValidationError."""
        value = self.field.clean(cell)
        return self.find(value, region) if self.find else value


def attribute(name: str) -> Callable[[Entry], Any]:
    return lambda entry: getattr(entry, name)


def text_column(name: str, label: Any, *synonyms: str, most: int, lines: bool = False, **options: Any) -> Column:
    """A column of plain text that is stored under its name."""
    field = (TextField if lines else LineField)(required=False, max_length=most)
    return Column(name, label, field, synonyms, **{"read": attribute(name), **options})


def url_column(name: str, label: Any, *synonyms: str, most: int = 500, **options: Any) -> Column:
    field = UrlField(required=False, max_length=most)
    return Column(name, label, field, synonyms, **{"read": attribute(name), **options})


def title_column(label: Any, missing: Any, *synonyms: str, example: Any) -> Column:
    """What the entry is called; ``missing`` says that it is not."""
    field = LineField(max_length=200, error_messages={"required": missing})
    return Column("title", label, field, ("title", *synonyms), example, attribute("title"))


def find_district(name: str, region: Region) -> District | None:
    if not name:
        return None
    known = districts(region)
    return _named(name, known, lambda district: [district.name, district.slug])


def find_topics(names: list[str], region: Region) -> list[Topic]:
    return [_named(name, topics_of(region), _words_of_topic) for name in names]


def find_topic(name: str, region: Region) -> Topic | None:
    return _named(name, topics_of(region), _words_of_topic) if name else None


def _words_of_topic(topic: Topic) -> list[str]:
    return [topic.name, topic.name_en, topic.slug]


def _named(name: str, rows: Iterable[Any], words: Callable[[Any], list[str]]) -> Any:
    wanted = LineField().clean(name).casefold()
    found = next((row for row in rows if wanted in [word.casefold() for word in words(row) if word]), None)
    if found is None:
        raise unknown(name, [str(row) for row in rows])
    return found


def _other_topics(entry: Entry) -> list[str]:
    return [row.topic.name for row in _topic_rows(entry) if not row.main]


def _main_topic(entry: Entry) -> str:
    return next((row.topic.name for row in _topic_rows(entry) if row.main), "")


def _topic_rows(entry: Any) -> Iterable[EntryTopic]:
    """Of an entry of ``in_lots`` they are read already."""
    return entry.all_topic_rows if hasattr(entry, "all_topic_rows") else entry.topic_rows.all()


ACCESSIBLE = WordCell(
    Accessible.choices,
    empty=Accessible.UNKNOWN,
    words={"ja": "yes", "nein": "no", "teilweise": "partly", "zum teil": "partly", "unbekannt": "unknown"},
)

# What entries of every kind may have.
FOREIGN_ID = Column(
    "foreign_id", _("Kennung"), LineField(required=False, max_length=255),
    ("id", "event_id", "uid", "uuid", "nummer", "key", "externe kennung"), read=attribute("foreign_id"),
)  # fmt: skip
# Where the entry stands here; an export gives it, so that its lines are known again. Not stored.
PAGE = Column("page", _("Seite auf dieser Plattform"), LineField(required=False, max_length=2000), ("page url",))
SUMMARY = text_column("summary", _("Kurz gesagt"), "kurzbeschreibung", "untertitel", "teaser", "slogan", most=300)
BODY = text_column(
    "body",
    _("Beschreibung"),
    "description",
    "short_description",
    "text",
    "langtext",
    "details",
    most=20_000,
    lines=True,
)
DISTRICT = Column(
    "district", _("Teil des Ortes"), LineField(required=False), ("ortsteil", "stadtteil", "bezirk", "quartier"),
    read=lambda entry: entry.district.name if entry.district else "", find=find_district,
)  # fmt: skip
MAIN_TOPIC = Column(
    "main_topic", _("Wichtigstes Thema"), LineField(required=False), ("thema", "topic", "hauptthema"),
    read=_main_topic, find=find_topic,
)  # fmt: skip
TOPICS = Column(
    "topics", _("Weitere Themen"), ListCell(LineField(), most=20, pattern=r"[;\n|]"), ("themen", "topics"),
    read=_other_topics, find=find_topics,
)  # fmt: skip
GROUPS = Column(
    "target_groups", _("Für wen?"), WordsCell(TARGET_GROUPS), ("zielgruppe", "zielgruppen", "target group"),
    read=attribute("target_groups"),
)  # fmt: skip
ACCESS = Column(
    "accessible",
    _("Barrierefrei?"),
    ACCESSIBLE,
    ("barrierefreiheit", "rollstuhlgerecht"),
    _("ja"),
    attribute("accessible"),
)
ACCESS_TEXT = text_column("accessible_text", _("Hinweise zur Barrierefreiheit"), most=500)
FREE = Column(
    "free_of_charge", _("Kostenlos"), YesNoCell(required=False), ("eintritt frei", "free", "gratis"),
    read=attribute("free_of_charge"),
)  # fmt: skip
LAT = Column("lat", _("Breitengrad"), NumberCell(-90, 90), ("latitude", "breite"), read=attribute("lat"))
LON = Column("lon", _("Längengrad"), NumberCell(-180, 180), ("longitude", "lng", "länge"), read=attribute("lon"))


def cleaned(columns: Iterable[Column], cells: dict[str, str], region: Region) -> tuple[dict[str, Any], list[str]]:
    """The values of the cells that are there, and what is wrong with the others, one sentence each."""
    values, problems = {}, []
    for column in columns:
        if column.name in cells or column.required:
            try:
                values[column.name] = column.clean(cells.get(column.name, ""), region)
            except ValidationError as error:
                problems += [_about(column, one) for one in error.error_list]
    return values, problems


def _about(column: Column, error: ValidationError) -> str:
    (message,) = error.messages
    # Where nothing stands, the sentence itself says what is missing.
    return message if error.code == "required" else f"{str(column.label).rstrip('?')}: {message}"
