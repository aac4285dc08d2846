from dataclasses import dataclass, field
from typing import Any

from allmende.core.modules import ModuleConfig, module_of, modules
from allmende.regions.models import ModuleSwitch, Region


@dataclass(frozen=True)
class Face:
    """How a region calls a module."""

    slug: str
    title: Any
    summary: Any
    icon: str
    prefix: str


@dataclass
class Switchboard:
    """Which modules a region has on, in its order."""

    on: list[ModuleConfig] = field(default_factory=list)
    options: dict[str, dict[str, Any]] = field(default_factory=dict)

    def has(self, slug: str) -> bool:
        return any(module.slug == slug for module in self.on)

    def face(self, module: ModuleConfig) -> Face:
        """The region's own words for the module, else the delivered ones."""
        own = self.options.get(module.slug, {})
        title, summary = own.get("title") or module.title, own.get("summary") or module.summary
        return Face(module.slug, title, summary, module.icon, module.prefix)

    def kinds(self) -> list[str]:
        """Slugs of the kinds that may be seen."""
        return [kind for module in self.on for kind in module.kind_slugs()]


def switchboard(region: Region) -> Switchboard:
    """Read once per region object."""
    known: Switchboard | None = getattr(region, "_switchboard", None)
    if known is None:
        rows = {row.module: row for row in ModuleSwitch.objects.filter(region=region)}
        on = [m for m in modules() if (rows[m.slug].on if m.slug in rows else m.on_by_default)]
        on.sort(key=lambda m: (rows[m.slug].position if m.slug in rows else m.position, m.slug))
        known = Switchboard(on, {slug: row.options for slug, row in rows.items()})
        region._switchboard = known  # type: ignore[attr-defined]  # a request's memory, not a field  # noqa: SLF001
    return known


def is_on(region: Region, module: str) -> bool:
    return module_of(module) is not None and switchboard(region).has(module)
