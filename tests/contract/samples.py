"""Entries of any kind, written by the kind's own form: a new module's entries are made without knowing it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.urls import get_resolver
from django.utils import timezone

from allmende.accounts.actions import add_member
from allmende.accounts.models import Organisation, User
from allmende.core.fields import DateField, MailField, PhoneField, TimeField, UrlField
from allmende.core.modules import module_of
from allmende.entries import actions
from allmende.entries.kinds import kinds, module_for, url_name
from allmende.entries.models import Entry
from allmende.entries.pages import Kind
from allmende.regions.models import LegalText, Region

# Planted in every entry; nobody may read them but its people.
SECRET_STREET, SECRET_LAT, SECRET_LON = "Geheimweg 77a", 49.981237, 11.604563
SECRET_MAIL = "verborgen@geheim.example"
SECRETS = ["Geheimweg", "49.98123", "11.60456", SECRET_MAIL]


def kind_of(slug: str) -> Kind:
    """What the kind's module says of its pages, as its urls hand it to them."""
    found = [given for name, given in named_patterns() if name == url_name(slug, "list")]
    return found[0]["kind"]


def named_patterns(patterns: Any = None, spaces: tuple[str, ...] = ()):
    """(name, what the pattern hands to its view) of every address of the project."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            yield from named_patterns(pattern.url_patterns, (*spaces, *filter(None, [pattern.namespace])))
        else:
            yield ":".join([*spaces, pattern.name or ""]), pattern.default_args


def make(
    slug: str,
    title: str,
    *,
    region: Region,
    by: User,
    organisation: Organisation,
    public: bool = True,
    private: bool = True,
) -> Entry:
    """A filled entry; with ``private`` its exact place is hidden.

    Of what people write about themselves everybody has one: further ones come from others and pass to ``by``.
    """
    person = User.objects.get(pk=by.pk)  # without remembered roles
    if kinds()[slug].personal:
        person = newcomer(organisation)
    form = filled(kind_of(slug).form, title, region=region, person=person, organisation=organisation)
    entry = form.save(by=person)
    if kinds()[slug].personal:
        Entry.objects.filter(pk=entry.pk).update(user=by)
    actions.place(entry, street=SECRET_STREET, lat=SECRET_LAT, lon=SECRET_LON, private=private)
    actions.relist([entry.pk])
    if public:
        actions.publish(entry, by=None)
    return fresh(entry)


def newcomer(organisation: Organisation) -> User:
    """An account that has nothing here but belongs to the organisation."""
    user = User.objects.create_user(f"neu-{User.objects.count()}@lindach.example", name="Neu")
    add_member(organisation, user, by=None)
    return user


def fresh(entry: Entry) -> Entry:
    return kinds()[entry.kind]._default_manager.select_related("region").get(pk=entry.pk)


def filled(form_class: Any, title: str, *, region: Region, person: User, organisation: Organisation) -> Any:
    """A valid form with something in every field; what a kind cannot take there is left empty."""
    data = plausible(form_class(region=region, person=person), title, organisation)
    for _ in range(5):
        form = form_class(data, region=region, person=person)
        if form.is_valid():
            return form
        data = {name: value for name, value in data.items() if name not in form.errors or form.fields[name].required}
    raise AssertionError(f"{form_class.__name__} cannot be filled in: {form.errors.as_json()}")


def plausible(form: Any, title: str, organisation: Organisation) -> dict[str, Any]:
    hours = iter(range(10, 24))
    data = {field.name: plausible_value(field, title, organisation, hours) for field in form}
    return {name: value for name, value in data.items() if value not in (None, "")}


def plausible_value(bound: Any, title: str, organisation: Organisation, hours: Any) -> Any:
    field, day = bound.field, timezone.localdate() + timedelta(days=3)
    by_name = {
        "title": title,
        "acting_as": str(organisation.pk),
        "street": SECRET_STREET,
        "lat": SECRET_LAT,
        "lon": SECRET_LON,
        "version": None,
    }
    if bound.name in by_name:
        return by_name[bound.name]
    if isinstance(field, forms.FileField) or (
        isinstance(field, forms.ChoiceField | forms.ModelChoiceField) and bound.value()
    ):
        return bound.value() if not isinstance(field, forms.FileField) else None
    if isinstance(field, forms.BooleanField):
        return "on" if field.required or "private" in bound.name else None
    by_type: list[tuple[Any, Any]] = [
        (DateField, day.isoformat),
        (TimeField, lambda: f"{next(hours)}:00"),
        (MailField, lambda: SECRET_MAIL),
        (UrlField, lambda: "https://www.verein.example/"),
        (PhoneField, lambda: "0921 12345"),
        (forms.ModelMultipleChoiceField, lambda: [str(row.pk) for row in field.queryset[:1]]),
        (forms.MultipleChoiceField, lambda: [field.choices[0][0]]),
        (forms.ModelChoiceField, lambda: str(field.queryset[0].pk) if field.queryset else None),
        (forms.ChoiceField, lambda: next((key for key, _label in field.choices if key), None)),
        (forms.IntegerField, lambda: field.min_value or 1),
        (forms.CharField, lambda: f"{bound.name} von {title}"),
    ]
    return next((value() for kind, value in by_type if isinstance(field, kind)), None)


def guest_pages(kind: str) -> list[str]:
    """Pages that show many entries: those of the kind's module that need no key, home, search and further channels.

    Found in the resolver, so that a new list, feed or embed is asked as well.
    """
    endings = {"ending": ["csv", "xlsx", "json"], "kind": [kind]}
    pages = [page for route in routes() for page in filled_in(route, endings) if "<" not in page]
    return sorted({f"/{page}" for page in pages if not page.startswith(NOT_FOR_GUESTS) and not page.endswith("neu/")})


def own_lists(kind: str) -> list[str]:
    """Those of the kind itself: a module's further kind lies below the address of the first."""
    mine = kind_of(kind).url("list")
    others = [kind_of(other).url("list") for other in kinds() if other != kind]
    below = tuple(other for other in others if other.startswith(mine))
    return [page for page in guest_pages(kind) if page.startswith(mine) and not page.startswith(below)]


# What shows no entries to guests: the way in and out, the desk, one's own things, the installation, texts of the law.
NOT_FOR_GUESTS = (
    *(f"{kind}/" for kind in LegalText.Kind.values),
    "amt/",
    "anmelden/",
    "abmelden/",
    "konto/",
    "registrieren/",
    "health/",
    "demo/",
    "einladung/",
    "sprache/",
)


def routes(patterns: Any = None, prefix: str = "") -> list[str]:
    """Every address of the project as it is written in the urls."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        found += routes(pattern.url_patterns, route) if hasattr(pattern, "url_patterns") else [route]
    return found


def filled_in(route: str, values: dict[str, list[Any]]) -> list[str]:
    """The route with every value that its arguments may have; others stay as they are written."""
    pages = [route]
    for name, choices in values.items():
        for form in (f"<slug:{name}>", f"<str:{name}>", f"<int:{name}>"):
            pages = [
                page.replace(form, str(choice)) for page in pages for choice in (choices if form in page else [""])
            ]
    return pages


def own_pages(entry: Entry) -> list[str]:
    """Every address of the kind's module that is about one entry."""
    values = {"pk": [entry.pk], "step": ["freigeben", "verbergen", "einreichen"]}
    prefix = f"{module_for(entry.kind).prefix}/"
    return [
        f"/{page}"
        for route in routes()
        if route.startswith(prefix) and "<int:pk>" in route
        for page in filled_in(route, values)
    ]


def module_pages(slug: str, entry: Entry) -> list[str]:
    """Every address below the module's prefix."""
    values = {"pk": [entry.pk], "step": ["freigeben"], "ending": ["csv"]}
    return [
        f"/{page}"
        for route in routes()
        if route.startswith(f"{module_of(slug).prefix}/")
        for page in filled_in(route, values)
    ]


def body(answer: Any) -> str:
    """All that an answer says, also what is streamed or packed."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:4] == b"PK\3\4":
        import io
        import zipfile

        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            content = b"\n".join(packed.read(name) for name in packed.namelist())
    return content.decode(errors="replace")


GUEST = AnonymousUser()
