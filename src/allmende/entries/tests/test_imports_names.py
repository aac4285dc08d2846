"""Which organisation a name means: the same, doubtful, or new."""

import pytest

from allmende.entries.imports.names import doubtful, meant, settle, settle_profiles
from allmende.entries.imports.queries import known_organisations

KNOWN = [("TSV Lindach 1921", 7), ("Gartenfreunde Lindach e. V.", 8), ("Ev. Kirchengemeinde Lindach", 9)]


def decide(*names, known=KNOWN, mode="propose", answered=None, earlier=None):
    return settle(names, known, mode, answered or {}, earlier or {})


@pytest.mark.parametrize(
    ("name", "organisation"),
    [
        ("TSV Lindach 1921", 7),
        ("tsv  lindach 1921", 7),
        ("TSV Lindach 1921 e.V.", 7),
        ("Gartenfreunde Lindach", 8),
        ("Evangelische Kirchengemeinde Lindach", 9),
    ],
)
def test_the_same_once_folded_and_without_legal_form(name, organisation):
    assert decide(name) == {name: {"do": "link", "organisation": organisation}}


@pytest.mark.parametrize("name", ["TSV Lindach", "Gartenfreude Lindach"])
def test_what_resembles_is_doubtful(name):
    (candidates,) = doubtful(decide(name)).values()

    assert len(candidates) == 1


@pytest.mark.parametrize("mode", ["propose", "match"])
def test_what_is_new(mode):
    assert decide("Schachclub", mode=mode) == {"Schachclub": {"do": "new" if mode == "propose" else "text"}}


def test_ignored_names_stay_texts():
    assert decide("TSV Lindach 1921", "TSV Lindach", mode="ignore") == {
        "TSV Lindach 1921": {"do": "text"},
        "TSV Lindach": {"do": "text"},
    }


def test_two_known_organisations_of_one_name_are_doubtful():
    decided = decide("Chor", known=[("Chor", 1), ("Chor", 2)])

    assert decided["Chor"]["candidates"] == [["Chor", 1], ["Chor", 2]]


def test_new_names_of_one_file_are_held_against_each_other():
    decided = decide("Kulturinitiative e. V.", "Kulturinitiative e.V.", "Kulturinitiativen", known=[])

    assert decided["Kulturinitiative e.V."] == {"do": "alias", "of": "Kulturinitiative e. V."}
    assert decided["Kulturinitiativen"] == {"do": "doubt", "candidates": [["Kulturinitiative e. V.", 0]]}


def test_answers_stay():
    answer = {"TSV Lindach": {"do": "new", "answered": True}}

    assert decide("TSV Lindach", answered=answer) == answer


@pytest.mark.parametrize(
    ("earlier", "now"),
    [
        ({"do": "link", "organisation": 7}, {"do": "link", "organisation": 7}),
        ({"do": "new"}, {"do": "new"}),
        ({"do": "text"}, {"do": "text"}),
        ({"do": "alias", "of": "TSV Lindach 1921 e. V."}, None),  # no name of this file
        ({"do": "alias", "of": "tsv lindach 1921"}, {"do": "link", "organisation": 7}),  # in the directory by now
        ({"do": "link", "organisation": 99}, None),  # gone
    ],
)
def test_what_was_decided_for_an_earlier_file_settles_a_doubt(earlier, now):
    decided = decide("TSV Lindach", earlier={"tsv lindach": earlier})

    doubt = {"do": "doubt", "candidates": [["TSV Lindach 1921", 7]]}
    assert decided["TSV Lindach"] == (doubt | now | {"remembered": True} if now else doubt)


def test_it_settles_nothing_that_is_no_doubt():
    earlier = {"schachclub": {"do": "text"}, "tsv lindach 1921": {"do": "text"}}

    assert decide("Schachclub", "TSV Lindach 1921", earlier=earlier) == {
        "Schachclub": {"do": "new"},
        "TSV Lindach 1921": {"do": "link", "organisation": 7},
    }


def test_another_name_of_the_file_is_meant_again():
    earlier = {"kulturinitiativen": {"do": "alias", "of": "Kulturinitiative"}}

    decided = decide("Kulturinitiative", "Kulturinitiativen", known=[], earlier=earlier)

    assert decided["Kulturinitiativen"] == {
        "do": "alias",
        "of": "Kulturinitiative",
        "candidates": [["Kulturinitiative", 0]],
        "remembered": True,
    }


def test_who_was_chosen_is_offered_however_little_the_names_resemble():
    decided = decide("TSV Lindach", earlier={"tsv lindach": {"do": "link", "organisation": 8}})

    assert decided["TSV Lindach"]["candidates"] == [["Gartenfreunde Lindach e. V.", 8], ["TSV Lindach 1921", 7]]


def test_a_line_of_a_table_of_organisations_is_left_out_again():
    decided = settle_profiles(["TSV Lindach"], KNOWN, {}, {"tsv lindach": {"do": "text"}})

    assert decided["TSV Lindach"]["do"] == "text"


def test_lines_of_a_table_of_organisations_are_not_held_against_each_other():
    assert settle_profiles(["Kulturinitiative", "Kulturinitiativen", "TSV Lindach 1921"], KNOWN, {}, {}) == {}


def test_a_table_of_organisations_asks_about_what_resembles():
    decided = settle_profiles(["TSV Lindach", "Gartenfreunde Lindach"], KNOWN, {}, {})

    assert decided == {
        "TSV Lindach": {"do": "doubt", "candidates": [["TSV Lindach 1921", 7]]},
        "Gartenfreunde Lindach": {"do": "link", "organisation": 8},
    }


def test_a_name_leads_to_its_organisation():
    names = {
        "A": {"do": "link", "organisation": 7},
        "B": {"do": "alias", "of": "A"},
        "C": {"do": "new"},
        "D": {"do": "text"},
        "E": {"do": "doubt", "candidates": []},
    }

    assert [meant(name, names, len) for name in "ABCDEF"] == [7, 7, 1, None, None, None]


def test_names_of_the_region_are_known(region, other_region, make_profile, tsv):
    profile = make_profile("TSV 1921", organisation=tsv)
    make_profile("Entwurf", public=False)

    assert known_organisations(region) == [
        ("TSV 1921", profile.organisation_id),
        ("TSV Lindach", profile.organisation_id),
    ]
    assert known_organisations(other_region) == []
