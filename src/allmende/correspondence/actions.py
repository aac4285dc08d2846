"""A message is stored, and the other side gets a mail with a link to the page where it answers."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import confirm_guest, keep_guest, welcome_guest
from allmende.accounts.models import Guest, Membership, Organisation, User
from allmende.accounts.queries import members_of
from allmende.core.log import record
from allmende.core.tokens import issue, use
from allmende.correspondence.models import Message, Side, Thread, side_name
from allmende.correspondence.permissions import may_send
from allmende.correspondence.queries import other_side
from allmende.notifications.actions import notify
from allmende.regions.models import Region
from allmende.regions.permissions import Name
from allmende.regions.queries import staff

LINK_LIFETIME = timedelta(days=90)
CONFIRM_WITHIN = timedelta(days=2)


@transaction.atomic
def write_to_organisation(
    organisation: Organisation, *, region: Region, relay: str, name: str, **letter: Any
) -> Message:
    """Begin a thread with an organisation; ``letter`` is what _begin() takes. Without ``relay`` the editors pass it on.

    Raises ValidationError where people only read.
    """
    to = {"organisation": organisation, "name": name, "relay": relay, "through_editors": not relay}
    return _begin(region, to, **letter)


@transaction.atomic
def write_to_person(user: User, *, region: Region, name: str, **letter: Any) -> Message:
    """Begin a thread with somebody who goes by ``name`` here; ``letter`` is what _begin() takes.

    Raises ValidationError where people only read, and for a letter to oneself.
    """
    if letter.get("by") == user:
        raise ValidationError(_("Das sind Sie selbst."), code="oneself")
    return _begin(region, {"user": user, "name": name}, **letter)


def _begin(  # the facts of a letter
    region: Region,
    to: dict[str, Any],
    *,
    subject: str,
    body: str,
    about: str = "",
    by: User | None = None,
    acting_for: Organisation | None = None,
    guest_mail: str = "",
    guest_name: str = "",
    language: str = "",
) -> Message:
    """By a person, in an organisation's name, or as a guest, whose message waits for the link in the mail."""
    _refuse_where_people_only_read(region, by)
    thread = Thread.objects.create(region=region, subject=subject, about=about)
    guest = None if by else welcome_guest(guest_mail, name=guest_name, language=language)
    user = None if acting_for else by
    sender = Side.objects.create(
        thread=thread,
        user=user,
        guest=guest,
        organisation=acting_for,
        name=side_name(user, guest, acting_for),
    )
    Side.objects.create(thread=thread, **to)
    message = Message.objects.create(
        thread=thread, side=sender, author=by, author_name=by.name if by else guest_name, body=body
    )
    if guest is not None:
        _ask_to_confirm(guest, message)
    else:
        _pass_on(message)
    record("message written", thread, by=by, region_id=region.pk)
    return message


def _refuse_where_people_only_read(region: Region, by: User | None) -> None:
    if not may_send(by, region):
        raise ValidationError(
            _("Diese Seite ist nur noch zum Lesen da: Nachrichten gehen nicht mehr hinaus."), code="read_only"
        )


def _ask_to_confirm(guest: Guest, message: Message) -> None:
    token = issue("message", str(message.pk), lifetime=CONFIRM_WITHIN)
    region = message.thread.region
    notify(
        guest,
        "correspondence/confirm",
        region=region,
        sensitive=True,
        message=message,
        to=other_side(message.side).name,
        link=region.url("correspondence:confirm", token),
    )


@transaction.atomic
def confirm(token: str) -> Message | None:
    """A guest pressed the button behind the mailed link: the message goes out. None if the link is used or over.

    Raises ValidationError where people only read; the link is then not used up.
    """
    used = use("message", token)
    message = used and Message.objects.filter(pk=used.subject).select_related("side__guest", "thread__region").first()
    if not message:
        return None
    _refuse_where_people_only_read(message.thread.region, None)
    if message.side.guest:
        confirm_guest(message.side.guest)
        keep_guest(message.side.guest, until=timezone.now() + LINK_LIFETIME)
    _pass_on(message)
    return message


@transaction.atomic
def answer(side: Side, *, body: str, by: User | None = None) -> Message:
    """The side writes; the other one is told. A link in a mail proves a guest's address as well.

    Raises ValidationError if nothing reaches the other side any more, and where people only read.
    """
    _refuse_where_people_only_read(side.thread.region, by)
    if not other_side(side).is_reachable:
        raise ValidationError(_("Diese Seite des Gesprächs ist nicht mehr zu erreichen."), code="unreachable")
    if side.guest and not side.guest.is_confirmed:
        confirm_guest(side.guest)
    # Who writes for an organisation is named beside it; a person goes by the name that the other side knows.
    name = by.name if by and side.user_id is None else side.name
    message = Message.objects.create(thread=side.thread, side=side, author=by, author_name=name, body=body)
    _pass_on(message)
    return message


def _pass_on(message: Message) -> None:
    now = timezone.now()
    message.passed_on_at = now
    message.save(update_fields=["passed_on_at"])
    Thread.objects.filter(pk=message.thread_id).update(updated_at=now)
    Side.objects.filter(pk=message.side_id).update(read_at=now)
    _tell(other_side(message.side), message)


def _tell(side: Side, message: Message) -> None:
    if side.through_editors:
        for editor in staff(message.thread.region, Name.EDITOR, Name.REGION_ADMIN):
            _mail(editor, side, message, text="correspondence/for_editors")
        return
    for recipient in _readers(side):
        _mail(recipient, side, message, text="correspondence/message")


def _readers(side: Side) -> list[User | Guest | str]:
    """Whom the side's mail reaches: of an organisation that wrote, who wrote (while a member), else who runs it."""
    one = side.user or side.guest or side.relay
    if one or side.organisation is None:
        return [one] if one else []
    members = members_of(side.organisation)
    writers = [row.user for row in members if side.messages.filter(author=row.user).exists()]
    return list(writers or [row.user for row in members if row.role != Membership.Role.MEMBER])


def _mail(recipient: User | Guest | str, side: Side, message: Message, *, text: str) -> None:
    region = message.thread.region
    if isinstance(recipient, User):
        link = region.url("correspondence:thread", message.thread_id)
    else:
        link = region.url("correspondence:by_link", issue("thread", str(side.pk), lifetime=LINK_LIFETIME))
    if isinstance(recipient, Guest):
        keep_guest(recipient, until=timezone.now() + LINK_LIFETIME)
    notify(
        recipient,
        text,
        region=region,
        sensitive=not isinstance(recipient, User),
        message=message,
        side=side,
        sender=message.side.name,
        subject=message.thread.subject,
        link=link,
    )


@transaction.atomic
def mark_read(side: Side) -> None:
    """Reading counts for the whole side; it happens when a member of it opens the page."""
    Side.objects.filter(pk=side.pk).update(read_at=timezone.now())


@transaction.atomic
def provide_relay(side: Side, *, relay: str, by: User) -> None:
    """An editor learnt the address of an organisation: from now on it gets its mail itself.

    Raises ValidationError where people only read.
    """
    _refuse_where_people_only_read(side.thread.region, by)
    record("relay changed", side.thread, by=by, reason=_("Adresse nachgetragen"), region_id=side.thread.region_id)
    Side.objects.filter(pk=side.pk).update(relay=relay, through_editors=False)


def drop_unconfirmed() -> int:
    """Messages whose guests never confirmed vanish with their threads."""
    over = Thread.objects.filter(
        created_at__lt=timezone.now() - CONFIRM_WITHIN,
        messages__passed_on_at=None,
        sides__guest__confirmed_at=None,
        sides__guest__isnull=False,
    ).exclude(messages__passed_on_at__isnull=False)
    threads = set(over.values_list("pk", flat=True))
    guests = list(Guest.objects.filter(sides__thread__in=threads).values_list("pk", flat=True))
    Thread.objects.filter(pk__in=threads).delete()
    Guest.objects.filter(pk__in=guests, confirmed_at=None).delete()
    return len(threads)
