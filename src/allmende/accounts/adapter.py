from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """allauth's hooks: mail goes through the outbox, names come from our form."""

    def populate_username(self, request: Any, user: Any) -> None:
        """There are no user names."""
