"""Run by test_new_module.py in a copy of the product that has one folder more: a person uses the new module."""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "allmende.config.settings"
django.setup()

from django.core.management import call_command  # noqa: E402  # needs the settings
from django.test import Client  # noqa: E402

from allmende.accounts.models import User  # noqa: E402
from allmende.regions.actions import add_region  # noqa: E402
from allmende.regions.models import Region  # noqa: E402

call_command("makemigrations", "notices", verbosity=0)
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
region = add_region(
    "lindach", name="Lindach", land="DE-BY", contact_mail="a@lindach.example", by=None, host="testserver", scheme="http"
)
Region.objects.filter(pk=region.pk).update(stage=Region.Stage.OPEN)
alice = User.objects.create_user("alice@lindach.example", name="Alice")

browser = Client()
empty = browser.get("/aushaenge/")
browser.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
made = browser.post("/aushaenge/neu/", {"title": "Roter Schal gefunden", "acting_as": "me", "visibility": "public"})
preview = browser.get(made["Location"])
sent = browser.post("/aushaenge/1/einreichen/", {"form_token": "one"})
waiting = browser.get("/aushaenge/1/")
pages = {"empty": empty, "preview": preview, "waiting": waiting, "home": browser.get("/")}
codes = {name: page.status_code for name, page in pages.items()}
shown = {name: "Roter Schal gefunden" in page.content.decode() for name, page in pages.items()}
in_menu = "Aushänge" in pages["home"].content.decode()
print(codes, shown, sent.status_code, in_menu)
fine = set(codes.values()) == {200} and shown["preview"] and shown["waiting"] and sent.status_code == 302 and in_menu
sys.exit(0 if fine else 1)
