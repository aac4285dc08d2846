"""What the top floor reads for its own pages."""

from allmende.portal.queries.desk import (
    Origin,
    Waiting,
    module_switches,
    number_at_the_desk,
    portals_at_the_desk,
    schemes,
    the_admitted,
    waiting_numbers,
    who_entered,
)
from allmende.portal.queries.front import on_the_front, topics_with_counts
from allmende.portal.queries.invitations import (
    of_the_desk,
    page_of_invitations,
    page_of_waiting_accounts,
    profile_urls,
    unclaimed_organisations,
)
from allmende.portal.queries.leaving import before_leaving, goes_anyway, written_alone
from allmende.portal.queries.log import LogFilter, actors, edits_since_check, known_names, log_of, titles_of
from allmende.portal.queries.mails import MailFilter, last_secret_mails, mail_server_rests, mails_of, open_invitation_to
from allmende.portal.queries.mine import my_organisations, my_threads, returned_notes
from allmende.portal.queries.paging import newer, older
from allmende.portal.queries.search import Hits, search

__all__ = [
    "Hits",
    "LogFilter",
    "MailFilter",
    "Origin",
    "Waiting",
    "actors",
    "before_leaving",
    "edits_since_check",
    "goes_anyway",
    "known_names",
    "last_secret_mails",
    "log_of",
    "mail_server_rests",
    "mails_of",
    "module_switches",
    "my_organisations",
    "my_threads",
    "newer",
    "number_at_the_desk",
    "of_the_desk",
    "older",
    "on_the_front",
    "open_invitation_to",
    "page_of_invitations",
    "page_of_waiting_accounts",
    "portals_at_the_desk",
    "profile_urls",
    "returned_notes",
    "schemes",
    "search",
    "the_admitted",
    "titles_of",
    "topics_with_counts",
    "unclaimed_organisations",
    "waiting_numbers",
    "who_entered",
    "written_alone",
]
