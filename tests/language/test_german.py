"""Whole pages in German keep to the word list, whoever wrote their texts: allauth's say "du"."""

import pytest
from django.urls import reverse
from reading import crawl, read
from word_list import Text, complaints


@pytest.mark.parametrize("name", [None, "alice", "editor", "admin"])
def test_every_page_keeps_to_the_word_list(name, request, town, sign_in):
    client = sign_in(request.getfixturevalue(name) if name else None)

    pages = dict(crawl(client, "de"))

    shown = [(path, text) for path, page in pages.items() for text in page.texts]
    # One of the people is called Admin.
    texts = [Text(path, text.replace("Admin", "Anna"), at_home=True) for path, text in shown]
    assert [what for text in texts for what in complaints(text)] == []
    assert {page.language for page in pages.values()} == {"de"}


@pytest.mark.parametrize(
    "page", ["account_login", "account_signup", "account_request_login_code", "account_reset_password"]
)
def test_errors_keep_to_the_word_list(page, region, client):
    response = client.post(
        reverse(page), {"login": "x", "email": "x", "password": "x"}, headers={"accept-language": "de"}
    )

    texts = read(response.text).texts
    assert [what for text in texts for what in complaints(Text(page, text, at_home=True))] == []


def test_who_signs_out_is_told_so_formally(region, alice, sign_in):
    response = sign_in(alice).post(reverse("account_logout"), follow=True, headers={"accept-language": "de"})

    assert "Sie sind abgemeldet. Bis bald!" in [text.strip() for text in read(response.text).texts]
