"""Addresses: those of the house, then one prefix a module, found by its folder."""

from django.urls import URLPattern, URLResolver, include, path

from allmende.core.health import live, ready
from allmende.core.modules import has_part, modules

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", live, name="live"),
    path("health/ready", ready, name="ready"),
    path("", include("allmende.accounts.urls")),
    path("", include("allmende.regions.urls")),
    path("", include("allmende.correspondence.urls")),
    path("", include("allmende.entries.urls")),
    path("", include("allmende.moderation.urls")),
    path("", include("allmende.interfaces.urls")),
    *(
        path(f"{module.prefix}/", include((f"{module.name}.urls", module.slug)))
        for module in modules()
        if has_part(module, "urls")
    ),
    path("", include("allmende.portal.urls")),
]

handler400 = "allmende.core.errors.bad_request"
handler403 = "allmende.core.errors.permission_denied"
handler404 = "allmende.core.errors.not_found"
handler500 = "allmende.core.errors.server_error"
