from allmende.entries.pages import Kind
from allmende.entries.urls import entry_urls
from allmende.modules.notices.forms import NoticeForm
from allmende.modules.notices.models import Notice

urlpatterns = entry_urls(Kind(Notice, NoticeForm))
