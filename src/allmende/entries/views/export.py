"""Downloads of a list: what its filters show, as a table or as JSON."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from allmende.core.errors import BadInput
from allmende.entries.exports import Export
from allmende.entries.pages import Kind
from allmende.entries.queries import browsable_entries, filtered, in_lots, mark_of, topic_names, with_dates_in
from allmende.entries.views.known import WHOLE, unless_known
from allmende.regions.models import Region

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@require_safe
def download(request: Any, kind: Kind, ending: str) -> HttpResponseBase:
    if ending not in TYPES:
        raise Http404
    region, entries = request.region, chosen(request, kind)
    mark = mark_of(region, entries, topic_names(region))
    return unless_known(request, mark, lambda: _file(region, kind, entries, ending), limit=WHOLE)


def _file(region: Region, kind: Kind, entries: Any, ending: str) -> HttpResponseBase:
    order = "name" if kind.model.list_order == "name" else "newest"
    lots = in_lots(region, entries, kind.model, order=order)
    content: Any = getattr(Export(kind.slug, region), ending)(lots)
    name = f"{kind.word}-{region.slug}-{timezone.localdate():%Y-%m-%d}.{ending}"
    if ending == "xlsx":
        return FileResponse(content, as_attachment=True, filename=name, content_type=TYPES[ending])
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(content, content_type=TYPES[ending], headers=headers)


def chosen(request: Any, kind: Kind) -> Any:
    """Entries under the filters of the list. Without ``from`` and ``to`` those of all times: a list begins today so
    that people find what is coming, a file is for keeping.
    """
    form = kind.filters(request.GET, region=request.region)
    if not form.is_valid():
        raise BadInput("a filter that means nothing")
    criteria = form.criteria()
    entries = filtered(browsable_entries(request.region, request.user, kind.slug), criteria)
    return with_dates_in(entries, criteria.start, criteria.end) if kind.model.has_dates else entries
