from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.accounts.actions import confirm_guest, erase_expired_guests, welcome_guest
from allmende.accounts.models import Guest, fold_mail
from allmende.accounts.queries import guest
from allmende.core.models import Mail
from allmende.notifications.actions import notify

pytestmark = pytest.mark.django_db


def test_a_guest_begins_unconfirmed_and_for_sixty_days():
    dora = welcome_guest(" Dora@Gast.example ", name="Dora")

    assert (dora.mail, dora.is_confirmed) == ("dora@gast.example", False)
    assert timedelta(days=59, hours=23) < dora.expires_at - timezone.now() <= timedelta(days=60)


def test_confirming_twice_keeps_the_first_time():
    dora = welcome_guest("dora@gast.example")
    confirm_guest(dora)
    first = Guest.objects.get().confirmed_at

    confirm_guest(guest(dora.pk))

    assert Guest.objects.get().confirmed_at == first


def test_when_the_time_is_over_name_and_address_are_erased():
    over, still = welcome_guest("over@gast.example", name="Over"), welcome_guest("still@gast.example", name="Still")
    Guest.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    counts = [erase_expired_guests(), erase_expired_guests()]

    assert counts == [1, 0]
    assert list(Guest.objects.order_by("pk").values_list("mail", "name")) == [("", ""), ("still@gast.example", "Still")]
    assert str(guest(over.pk)) == "Gast"
    assert guest(still.pk).name == "Still"


def test_nothing_is_sent_to_an_erased_guest(region):
    erased = Guest.objects.create(mail="")

    assert notify(erased, "moderation/received", region=region) is None
    assert Mail.objects.count() == 0


@pytest.mark.parametrize("address", ["A@B.example", " a@b.example\n", "a@B.EXAMPLE"])
def test_addresses_are_folded_alike(address):
    assert fold_mail(address) == "a@b.example"
