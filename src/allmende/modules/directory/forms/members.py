"""The forms by which people come to belong to an organisation."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Membership, Organisation, User
from allmende.accounts.permissions import can_manage_members
from allmende.core.fields import MailField, TextField
from allmende.modules.directory.models import OrganisationProfile
from allmende.regions.actions import apply, invite

MOST_USES = 200
MAIL_LIFETIME = timedelta(days=14)
ROLES = [Membership.Role.MEMBER, Membership.Role.MODERATOR, Membership.Role.ADMIN]


class _OfOrganisation(forms.Form):
    def __init__(self, *args: Any, profile: OrganisationProfile, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profile, self.by = profile, by

    @property
    def organisation(self) -> Organisation:
        found = self.profile.organisation
        assert found is not None  # noqa: S101  # the view looked
        return found


class MailInvitationForm(_OfOrganisation):
    """Invite one person; whether the address has an account shows nowhere."""

    mail = MailField(
        label=_("E-Mail-Adresse"),
        help_text=_("Die Person bekommt eine E-Mail und nimmt mit einem Knopf an. Ein Konto braucht sie noch nicht."),
    )
    role = forms.ChoiceField(label=_("Aufgabe"), initial="member")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = ROLES if can_manage_members(self.by, self.organisation) else ROLES[:1]
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]  # ChoiceField

    def clean_mail(self) -> str:
        mail: str = self.cleaned_data["mail"]
        if self.organisation.members.filter(email=mail).exists():
            raise ValidationError(_("Diese Person gehört schon dazu."), code="member")
        return mail

    def save(self) -> str:
        """Send the invitation; return what to say about it."""
        mail = self.cleaned_data["mail"]
        invite(
            self.profile.region,
            label=gettext("E-Mail an ein neues Mitglied"),
            by=self.by,
            mail=mail,
            organisation=self.organisation,
            membership=self.cleaned_data["role"],
            expires_at=timezone.now() + MAIL_LIFETIME,
        )
        return gettext("Die Einladung ist unterwegs an %(mail)s.") % {"mail": mail}


class MemberLinkForm(_OfOrganisation):
    """A link to hand around; by it one becomes a member, nothing more."""

    DAYS: ClassVar = [("7", _("eine Woche")), ("30", _("einen Monat")), ("90", _("drei Monate"))]

    uses_allowed = forms.IntegerField(label=_("Für wie viele Menschen?"), min_value=1, max_value=MOST_USES, initial=10)
    days = forms.ChoiceField(label=_("Wie lange gilt er?"), choices=DAYS, initial="30")

    def save(self) -> str:
        """Make the link; return what to say about it."""
        invite(
            self.profile.region,
            label=gettext("Link für neue Mitglieder"),
            by=self.by,
            organisation=self.organisation,
            membership=Membership.Role.MEMBER,
            uses_allowed=self.cleaned_data["uses_allowed"],
            expires_at=timezone.now() + timedelta(days=int(self.cleaned_data["days"])),
        )
        return gettext("Der Link gilt. Er steht unter „Einladungen“.")


class ApplicationForm(_OfOrganisation):
    text = TextField(label=_("Wer sind Sie dort?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, way: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claims = way == "claim"
        self.fields["text"].help_text = (
            _("Zum Beispiel: „Ich bin seit 2019 Kassenwart.“ Nennen Sie uns am besten eine Telefonnummer.")
            if self.claims
            else _("Zum Beispiel: „Ich turne dienstags mit und helfe beim Sommerfest.“")
        )

    def save(self) -> str:
        """Ask; return what to say about it. Raises what ``apply`` does."""
        region, profile = self.profile.region, self.profile
        link = region.url("portal:claims") if self.claims else region.url("directory:members", profile.pk)
        facts = {"region": region, "text": self.cleaned_data["text"], "claims": self.claims, "link": link}
        apply(self.organisation, self.by, **facts)
        if self.claims:
            return gettext("Danke! Die Redaktion prüft Ihre Anfrage. Sie bekommen eine E-Mail.")
        return gettext("Ihre Anfrage ist bei der Organisation. Sie bekommen eine E-Mail.")
