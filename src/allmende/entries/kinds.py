"""Which kinds of entries there are: told by the modules' configs, found by the kind's slug.

It stands below the models, which ask it for addresses; hence the loose types.
"""

from functools import cache
from typing import Any

from allmende.core.modules import ModuleConfig, modules


@cache
def kinds() -> dict[str, type[Any]]:
    """Kind slug -> model, in the order of the modules."""
    return {model.kind_slug: model for module in modules() for model in module.kind_models()}


def model_of(kind: str) -> type[Any]:
    """Raises KeyError for an unknown kind."""
    return kinds()[kind]


def module_for(kind: str) -> ModuleConfig:
    return next(module for module in modules() if kind in module.kind_slugs())


def url_name(kind: str, page: str) -> str:
    """Name of a page of the kind: "events:list", for a module's further kinds "directory:person-list"."""
    module = module_for(kind)
    own = page if module.kind_slugs()[0] == kind else f"{kind}-{page}"
    return f"{module.slug}:{own}"


def kind_by_word(word: str) -> type[Any] | None:
    """The kind by its slug, its plural, or its module's slug: the command line takes them all."""
    for slug, model in kinds().items():
        if word in {slug, f"{slug}s", module_for(slug).slug, module_for(slug).prefix}:
            return model
    return None
