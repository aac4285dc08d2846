"""Which topics a form asks for: the region's and those of its portals, or in a portal its own."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from allmende.entries.forms.rows import RowsChoice, offer
from allmende.entries.models import Topic
from allmende.entries.queries import portal_topics, topics_of


def offer_topics(form: Any) -> list[Topic]:
    """Fill the fields ``main_topic``, ``topics`` and ``portal_topics`` and drop those that have nothing to ask.

    Returns all topics that the form decides about.
    """
    own = topics_of(form.region)
    if form.region.portal:
        _ask_for_the_portals(form, own)
        return own
    for name in ("main_topic", "topics"):
        offer(form, name, own)
    further = portal_topics(form.region)
    if not further:
        del form.fields["portal_topics"]
        return own
    offer(form, "portal_topics", further)
    _name_the_portals(form.fields["portal_topics"], further)
    form.groups = [
        part._replace(names=_instead(part.names, "topics", "topics", "portal_topics")) for part in form.groups
    ]
    return [*own, *further]


def _name_the_portals(field: RowsChoice, topics: list[Topic]) -> None:
    """A single one stands in the question, several behind their topics."""
    names = {str(topic.scheme.portal) for topic in topics}
    if len(names) == 1:
        field.label = _("Auch in „%(name)s“ zeigen?") % {"name": names.pop()}
    else:
        field.choices = [(str(topic.pk), f"{topic} ({topic.scheme.portal})") for topic in topics]


def _ask_for_the_portals(form: Any, own: list[Topic]) -> None:
    """At least one of its topics, where the most important one is asked otherwise; a single one goes without saying."""
    del form.fields["main_topic"], form.fields["portal_topics"]
    if len(own) <= 1:
        del form.fields["topics"]
        return
    field: RowsChoice = form.fields["topics"]
    field.label, field.required = _("Themen"), True
    field.error_messages["required"] = _("Bitte wählen Sie mindestens ein Thema. So findet man Ihren Eintrag hier.")
    offer(form, "topics", own)
    without = [part._replace(names=_instead(part.names, "topics")) for part in form.groups]
    form.groups = [part._replace(names=_instead(part.names, "main_topic", "topics")) for part in without]


def _instead(names: list[str], name: str, *others: str) -> list[str]:
    return [one for given in names for one in (others if given == name else (given,))]


def chosen_topics(form: Any) -> dict[str, Any]:
    """What the action takes: the chosen topics, the main one, and the schemes that the form decides about."""
    data, offered = form.cleaned_data, form.offered_topics
    chosen = [*data.get("topics", []), *data.get("portal_topics", [])]
    if form.region.portal and "topics" not in form.fields:
        chosen = offered
    main = data.get("main_topic") or _kept_main(form, chosen)
    if form.region.portal and main is None:
        main = next(iter(chosen), None)
    return {"topics": chosen, "main_topic": main, "topic_schemes": {topic.scheme_id for topic in offered}}


def _kept_main(form: Any, chosen: list[Topic]) -> Topic | None:
    """The present main topic, if this form does not ask for it and does not take it away."""
    rows = form.instance.topic_rows.all() if form.instance.pk else []
    main = next((row.topic for row in rows if row.main), None)
    asked = "main_topic" in form.fields and main in topics_of(form.region)
    return main if main is not None and not asked and (main in chosen or main not in form.offered_topics) else None
