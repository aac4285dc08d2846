"""The test town: alice (owner of the TSV), bob (member), beth (moderator of it), charlie (stranger), and the desk."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from allmende.accounts.actions import add_member, found_organisation
from allmende.accounts.models import Membership, Organisation, User
from allmende.core.calendars import DateSet
from allmende.entries import actions, imports
from allmende.entries.models import Entry, ImportRun
from allmende.modules.directory.actions import show_oneself
from allmende.modules.directory.models import Audience, ContactPerson, OrganisationProfile
from allmende.modules.events.dates import dated
from allmende.modules.events.models import Event
from allmende.regions.actions import add_region, give_role, set_districts
from allmende.regions.models import Region, Role

PASSWORD = "kein-geheimnis-4711"  # noqa: S105  # for the test town only


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def mid_hour() -> Iterator[None]:
    """The clock stands still at half past: no limit begins anew while a test counts."""
    with time_machine.travel(timezone.now().replace(minute=30), tick=False):
        yield


@pytest.fixture
def region(db: None) -> Region:
    """Lindach, the home region, open, with two districts and two topics."""
    region = add_region(
        "lindach",
        name="Lindach",
        land="DE-BY",
        contact_mail="rathaus@lindach.example",
        by=None,
        host="testserver",
        scheme="http",
    )
    region.stage = Region.Stage.OPEN
    region.lat, region.lon = 49.98, 11.6
    region.save()
    set_districts(
        region,
        [{"slug": "altstadt", "name": "Altstadt"}, {"slug": "auendorf", "name": "Auendorf", "position": 1}],
        by=None,
    )
    topics = [
        {"slug": "sport", "name": "Sport", "name_en": "Sports"},
        {"slug": "kultur", "name": "Kultur", "name_en": "Culture"},
    ]
    actions.add_scheme(region, slug="haupt", name="Themen", topics=topics, is_main=True, by=None)
    return region


@pytest.fixture
def other_region(region: Region) -> Region:
    """Auenstedt, under a path, open."""
    other = add_region("auenstedt", name="Auenstedt", land="DE-ST", contact_mail="rathaus@auenstedt.example", by=None)
    other.stage = Region.Stage.OPEN
    other.save()
    return other


def person(name: str) -> User:
    from allauth.account.models import EmailAddress  # noqa: PLC0415  # needs the apps

    user = User.objects.create_user(f"{name}@lindach.example", PASSWORD, name=name.title())
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def alice(region: Region) -> User:
    return person("alice")


@pytest.fixture
def bob(region: Region) -> User:
    return person("bob")


@pytest.fixture
def charlie(region: Region) -> User:
    return person("charlie")


@pytest.fixture
def editor(region: Region) -> User:
    user = person("editor")
    give_role(user, Role.Name.EDITOR, region=region, by=None)
    return user


@pytest.fixture
def moderator(region: Region) -> User:
    user = person("moderator")
    give_role(user, Role.Name.MODERATOR, region=region, by=None)
    return user


@pytest.fixture
def admin(region: Region) -> User:
    user = person("admin")
    give_role(user, Role.Name.REGION_ADMIN, region=region, by=None)
    return user


@pytest.fixture
def platform(region: Region) -> User:
    user = person("platform")
    give_role(user, Role.Name.PLATFORM_ADMIN, region=None, by=None)
    return user


@pytest.fixture
def tsv(alice: User, bob: User) -> Organisation:
    """A club: alice owns it, bob is a member."""
    club = found_organisation("TSV Lindach", by=alice)
    add_member(club, bob, by=alice)
    return club


@pytest.fixture
def beth(tsv: Organisation, alice: User) -> User:
    """Moderates the club: she changes whatever stands in its name."""
    user = person("beth")
    add_member(tsv, user, role=Membership.Role.MODERATOR, by=alice)
    return user


@pytest.fixture
def sign_in(client: Client) -> Callable[[User | None], Client]:
    """A browser of somebody; None is a guest."""

    def sign_in(user: User | None) -> Client:
        client.logout()
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def make_profile(region: Region) -> Callable[..., OrganisationProfile]:
    """A public profile; ``public=False`` leaves the draft."""

    def make(
        title: str = "TSV Lindach", *, organisation: Organisation | None = None, public: bool = True, **values: Any
    ) -> OrganisationProfile:
        organisation = organisation or found_organisation(title, by=None)
        entry = actions.create(
            OrganisationProfile, {"title": title, **values}, region=region, by=None, organisation=organisation
        )
        return _published(entry) if public else entry

    return make


@pytest.fixture
def make_person(region: Region) -> Callable[..., ContactPerson]:
    """A public profile of a contact person; with ``organisation`` they do something there."""

    def make(
        title: str, user: User, *, organisation: Organisation | None = None, public: bool = True, **values: Any
    ) -> ContactPerson:
        functions = {organisation.pk: "Trainerin"} if organisation else {}
        usual = {"title": title, "picture_for": Audience.SIGNED_IN}
        contact = show_oneself(usual | values, region=region, by=user, functions=functions)
        if public:
            actions.publish(contact, by=None)
        contact.refresh_from_db()
        return contact

    return make


@pytest.fixture
def make_event(region: Region) -> Callable[..., Event]:
    """A public event in ``days`` days at 19:00 for two hours; ``public=False`` leaves the draft."""

    def make(
        title: str = "Sommerfest",
        *,
        days: int = 3,
        start: datetime | None = None,
        organisation: Organisation | None = None,
        by: User | None = None,
        public: bool = True,
        **values: Any,
    ) -> Event:
        begin = start or (timezone.localtime(timezone.now(), region.zone) + timedelta(days=days)).replace(
            hour=19, minute=0, second=0, microsecond=0
        )
        dates = DateSet.of(begin, begin + timedelta(hours=2), region.zone)
        values = {"title": title, **dated(dates), **values}
        entry = actions.create(Event, values, region=region, by=by, organisation=organisation)
        return _published(entry) if public else entry

    return make


def _published(entry: Any) -> Any:
    actions.publish(entry, by=None)
    Entry.objects.filter(pk=entry.pk).update(checked_at=timezone.now())
    entry.refresh_from_db()
    return entry


@pytest.fixture
def bring_in(region: Region) -> Callable[..., ImportRun]:
    """An import from the upload to its end, as later work does it; ``before_run(run)`` may decide about names."""

    def bring_in(
        kind: str,
        content: str | bytes,
        *,
        name: str = "file",
        source: str = "probe",
        by: User | None = None,
        into: Region | None = None,
        columns: dict[str, str] | None = None,
        before_run: Any = None,
        **options: str,
    ) -> ImportRun:
        data = content.encode() if isinstance(content, str) else content
        run = imports.actions.begin_upload(
            into or region, kind, name=name, content=data, source=source, by=by, **options
        )
        imports.actions.choose_columns(run, run.columns if columns is None else columns, by=by)
        imports.go_on(run)
        if before_run:
            before_run(run)
        if run.state == ImportRun.State.READY:
            imports.actions.begin(run, by=by)
            imports.go_on(run)
        run.refresh_from_db()
        return run

    return bring_in


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """What each of the tasks gave, or the code of its refusal, when they began together."""
    start = Barrier(len(tasks))
    results: list[object] = [None] * len(tasks)

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = tasks[number]()
        except ValidationError as error:
            results[number] = error.code
        finally:
            connection.close()

    threads = [Thread(target=run, args=[number]) for number in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
