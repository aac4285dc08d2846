"""Which organisation a name in a file means.

Equal after folding and without legal forms is the same. A name that only resembles a known one is doubtful: a person
decides. What was decided stands in ``ImportRun.names``, name -> decision:

* ``{"do": "link", "organisation": 7}``  the known organisation 7
* ``{"do": "alias", "of": "TSV"}``       the same as another name of this file
* ``{"do": "new"}``                      a new one; once it is there, the decision is a link with ``"proposed": true``
* ``{"do": "text"}``                     stays a text, or, of a table of organisations, is left out
* ``{"do": "doubt", "candidates": [["TSV Lindach", 7]]}``  nobody has decided; id 0 is another name of this file

What a person has decided keeps its candidates, so that they may change their mind: ``"answered": true`` in this run,
``"remembered": true`` for an earlier file of the source (``ImportName``).
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from allmende.core.text import fold, resembles

Decision = dict[str, Any]
Known = list[tuple[str, int]]  # name and id of an organisation
Earlier = dict[str, Decision]  # folded name -> what was decided about it for an earlier file of the source
SAME = 100.0
MOST_CANDIDATES = 5


class Organisers(TextChoices):
    """What becomes of organisers that an import of something else names."""

    PROPOSE = "propose", _("Neue der Redaktion vorschlagen")
    MATCH = "match", _("Nur mit bekannten Organisationen verbinden")
    IGNORE = "ignore", _("Nur als Text übernehmen")


def settle(
    names: Iterable[str], known: Known, mode: str, answered: dict[str, Decision], earlier: Earlier
) -> dict[str, Decision]:
    """Decide for each name; what a person has answered stays, and what they answered earlier settles a doubt."""
    decided: dict[str, Decision] = {}
    by_fold: dict[str, set[int]] = {}
    for name, key in known:
        by_fold.setdefault(fold(name), set()).add(key)
    new: list[str] = []
    for name in names:
        if name in answered:
            decided[name] = answered[name]
        elif mode == Organisers.IGNORE:
            decided[name] = {"do": "text"}
        else:
            decided[name] = _recalled(name, _decide(name, known, by_fold, new, mode), earlier, known, new)
        if decided[name]["do"] == "new":
            new.append(name)
    return decided


def settle_profiles(
    names: Iterable[str], known: Known, answered: dict[str, Decision], earlier: Earlier
) -> dict[str, Decision]:
    """As settle(), for a table of organisations: its lines are not compared with each other, and new is the rule."""
    folded = {fold(name) for name, _key in known}
    decided = {}
    for name in names:
        if name in answered:
            decided[name] = answered[name]
        elif fold(name) not in folded:
            decided[name] = _recalled(name, _decide(name, known, {}, [], Organisers.PROPOSE), earlier, known, [])
    return {name: decision for name, decision in decided.items() if decision["do"] != "new" or "candidates" in decision}


def _decide(name: str, known: Known, by_fold: dict[str, set[int]], new: list[str], mode: str) -> Decision:
    if len(by_fold.get(fold(name), ())) == 1:
        return {"do": "link", "organisation": next(iter(by_fold[fold(name)]))}
    scores = dict(resembles(name, [*(other for other, _key in known), *new]))
    alike = {key: other for other, key in reversed(known) if other in scores}
    same = [key for key, other in alike.items() if scores[other] >= SAME]
    if len(same) == 1:
        return {"do": "link", "organisation": same[0]}
    alias = next((other for other in new if scores.get(other, 0) >= SAME), None)
    if alias is not None and not same:
        return {"do": "alias", "of": alias}
    if scores:
        found = [[other, key] for key, other in sorted(alike.items())] + [
            [other, 0] for other in new if other in scores
        ]
        return {"do": "doubt", "candidates": sorted(found, key=lambda pair: -scores[str(pair[0])])[:MOST_CANDIDATES]}
    return {"do": "new" if mode == Organisers.PROPOSE else "text"}


def _recalled(name: str, decision: Decision, earlier: Earlier, known: Known, new: list[str]) -> Decision:
    answer = earlier.get(fold(name)) if decision["do"] == "doubt" else None
    chosen = _still_there(answer, known, new) if answer else None
    if chosen is None:
        return decision
    return {**chosen, "candidates": _with_chosen(decision["candidates"], chosen, known), "remembered": True}


def _still_there(answer: Decision, known: Known, new: list[str]) -> Decision | None:
    """The answer as it holds for this file; None if what was chosen is gone, or another name that is not in it."""
    if answer["do"] == "link":
        return answer if any(key == answer["organisation"] for _name, key in known) else None
    if answer["do"] != "alias":
        return answer
    same = {key for other, key in known if fold(other) == fold(answer["of"])}
    if len(same) == 1:
        return {"do": "link", "organisation": same.pop()}
    return answer if answer["of"] in new else None


def _with_chosen(candidates: list[list[Any]], chosen: Decision, known: Known) -> list[list[Any]]:
    """What was chosen may resemble the name too little to be offered."""
    if chosen["do"] == "alias" and [chosen["of"], 0] not in candidates:
        return [[chosen["of"], 0], *candidates]
    if chosen["do"] == "link" and all(key != chosen["organisation"] for _name, key in candidates):
        return [next([name, key] for name, key in known if key == chosen["organisation"]), *candidates]
    return candidates


def asked(names: dict[str, Decision]) -> dict[str, Decision]:
    """Names on which a person decides or has decided -> decision, what is open first."""
    found = {name: decision for name, decision in names.items() if "candidates" in decision}
    return dict(sorted(found.items(), key=lambda pair: pair[1]["do"] != "doubt"))


def doubtful(names: dict[str, Decision]) -> dict[str, list[list[Any]]]:
    """Names that nobody has decided on -> candidates (name, organisation id or 0), the most alike first."""
    return {name: decision["candidates"] for name, decision in names.items() if decision["do"] == "doubt"}


def meant(name: str, names: dict[str, Decision], propose: Callable[[str], int | None]) -> int | None:
    """The organisation that the name means, or None; ``propose`` makes one where that was decided."""
    decision = names.get(name, {"do": "text"})
    if decision["do"] == "alias":
        return meant(decision["of"], names, propose)
    if decision["do"] == "link":
        return int(decision["organisation"])
    return propose(name) if decision["do"] == "new" else None
