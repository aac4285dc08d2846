import pytest

GUEST_SEARCH = 10


def found(answer):
    return {str(group["title"]): [card["title"] for card in group["cards"]] for group in answer.context["groups"]}


@pytest.mark.parametrize("number", [1, 3])
def test_a_search_costs_the_same_for_1_and_3_hits(client, make_profile, make_event, django_assert_num_queries, number):
    for one in range(number):
        make_profile(f"Chor {one}")
        make_event(f"Chorprobe {one}")

    with django_assert_num_queries(GUEST_SEARCH):
        answer = client.get("/suche/?q=chor")

    assert found(answer) == {
        "Organisationen": [f"Chor {one}" for one in range(number)],
        "Veranstaltungen": [f"Chorprobe {one}" for one in range(number)],
    }


def test_all_words_have_to_be_there_in_title_or_summary(client, make_profile):
    make_profile("Gesangverein", summary="Wir singen in der Schule.")
    make_profile("Schule")

    assert found(client.get("/suche/?q=schule+singen")) == {"Organisationen": ["Gesangverein"]}


def test_umlauts_are_found_without_them(client, make_profile):
    make_profile("Bürgerbus")

    assert found(client.get("/suche/?q=buergerbus")) == {"Organisationen": ["Bürgerbus"]}


def test_drafts_and_what_is_over_are_not_found(client, make_profile, make_event):
    make_profile("Chor", public=False)
    make_event("Chorfest", days=-3)

    assert found(client.get("/suche/?q=chor")) == {}


def test_more_than_six_hits_lead_to_the_list(client, make_profile):
    for number in range(7):
        make_profile(f"Chor {number}")

    group = client.get("/suche/?q=chor").context["groups"][0]

    assert (len(group["cards"]), group["more"], group["url"]) == (6, True, "/verzeichnis/?q=chor")


def test_an_empty_search_asks_for_a_word(client, region):
    answer = client.get("/suche/")

    assert (answer.status_code, answer.context["groups"]) == (200, [])


def test_a_question_that_is_too_long_is_told(client, region):
    answer = client.get("/suche/", {"q": "a" * 81})

    assert answer.status_code == 400
    assert found(answer) == {}


def test_another_region_s_entries_are_not_found(client, make_profile, other_region):
    make_profile("Chor")

    assert found(client.get("/auenstedt/suche/?q=chor")) == {}
