"""Environment variables in, checked settings out; ``variables.py`` has the table of them."""

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from allmende.config.variables import FOR_TESTS, SETTINGS

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_SQLITE = {
    "timeout": 30,
    "transaction_mode": "IMMEDIATE",  # whoever may write waits at the start, instead of failing in the middle
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-20000;PRAGMA journal_size_limit=67108864;"
    ),
}


@dataclass(frozen=True)
class Environment:
    data: Path
    demo: bool
    secret_key: str = field(repr=False)
    database: dict[str, Any] = field(repr=False)
    mail: dict[str, Any] = field(repr=False)
    mail_from: str
    secure: bool
    trusted_proxies: tuple[Network, ...]
    log_level: str
    workers: int
    second_factor: bool
    warnings: list[str]


def read_environment(environ: Mapping[str, str] = os.environ) -> Environment:
    """All settings, from the environment variables of ``SETTINGS``.

    Makes the data folder and, unless one is given, the secret key in it. Raises ImproperlyConfigured with a sentence
    for the operator when a value cannot be read or a combination is not safe.
    """
    given = {name: value.strip() for name, value in environ.items() if name.startswith("ALLMENDE_") and value.strip()}
    demo = _boolean(given, "ALLMENDE_DEMO", default=False)
    secure = _boolean(given, "ALLMENDE_SECURE", default=not demo)
    proxies = _proxies(given.get("ALLMENDE_TRUSTED_PROXIES", ""))
    mail_url = given.get("ALLMENDE_MAIL_URL", "")
    _refuse_mail(mail_url, demo=demo)
    _refuse_proxies(proxies, secure=secure, demo=demo)
    data = _data_folder(given.get("ALLMENDE_DATA", ""))
    mail = _mail(mail_url, data, demo=demo)
    return Environment(
        data=data,
        demo=demo,
        secret_key=_secret_key(given.get("ALLMENDE_SECRET_KEY", ""), data),
        database=_database(given.get("ALLMENDE_DATABASE_URL", ""), data),
        mail=mail,
        mail_from=_mail_from(given.get("ALLMENDE_MAIL_FROM", ""), mail, demo=demo),
        secure=secure,
        trusted_proxies=proxies,
        log_level=_level(given, demo=demo),
        workers=_workers(given, demo=demo),
        second_factor=_second_factor(given, demo=demo),
        warnings=[*_unknown(given), *_doubtful(given, mail_url, demo=demo, secure=secure)],
    )


def _boolean(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = given.get(name, "").lower()
    if value not in ("", *_TRUE, *_FALSE):
        raise ImproperlyConfigured(f"{name} is neither true nor false.")
    return value in _TRUE if value else default


def _proxies(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
    except ValueError as error:
        raise ImproperlyConfigured(f"ALLMENDE_TRUSTED_PROXIES: {error}.") from error


def _level(given: Mapping[str, str], *, demo: bool) -> str:
    level = given.get("ALLMENDE_LOG_LEVEL", "WARNING" if demo else "INFO").upper()
    if level not in _LEVELS:
        raise ImproperlyConfigured(f"ALLMENDE_LOG_LEVEL is none of {', '.join(_LEVELS)}.")
    return level


def _workers(given: Mapping[str, str], *, demo: bool) -> int:
    cores = os.cpu_count() or 1
    value = given.get("ALLMENDE_WORKERS", str(min(cores, 2) if demo else cores))
    if not re.fullmatch(r"[1-9]\d{0,2}", value):
        raise ImproperlyConfigured("ALLMENDE_WORKERS is not a number from 1 to 999.")
    return int(value)


def _second_factor(given: Mapping[str, str], *, demo: bool) -> bool:
    value = given.get("ALLMENDE_SECOND_FACTOR", "off" if demo else "staff").lower()
    if value not in ("staff", "off"):
        raise ImproperlyConfigured("ALLMENDE_SECOND_FACTOR is neither staff nor off.")
    return value == "staff"


def _data_folder(value: str) -> Path:
    installed = Path("/var/lib/allmende")
    folder = Path(value).expanduser() if value else installed if installed.is_dir() else Path("data")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        raise ImproperlyConfigured(f"ALLMENDE_DATA: the folder {folder} cannot be made ({error.strerror}).") from error
    return folder.resolve()


def _secret_key(value: str, data: Path) -> str:
    source = "ALLMENDE_SECRET_KEY" if value else f"The file {data / 'secret'}"
    key = value or _kept_secret(data / "secret")
    if len(key) < 50 or len(set(key)) < 5:  # what Django's own check asks for
        raise ImproperlyConfigured(f"{source} holds fewer than 50 random characters.")
    return key


def _kept_secret(path: Path) -> str:
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{path} can be neither read nor made ({error.strerror}).") from error


def _make_secret(path: Path) -> None:
    """A link appears whole or not at all, so two processes that start at once take the same secret."""
    draft = path.with_name(f"secret.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(64))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # the other process was faster
    finally:
        draft.unlink()


def _database(url: str, data: Path) -> dict[str, Any]:
    kept_open = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    scheme = _parts("ALLMENDE_DATABASE_URL", url).scheme
    if scheme in ("postgres", "postgresql"):
        return {**Env.db_url_config(url), **kept_open}
    if scheme not in ("", "sqlite") or (url and not scheme):
        raise ImproperlyConfigured("ALLMENDE_DATABASE_URL begins with neither sqlite:// nor postgres://.")
    return {
        **kept_open,
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Env.db_url_config(url)["NAME"] if url else str(data / "allmende.sqlite3"),
        "OPTIONS": _SQLITE,
        "TEST": {"NAME": str(data / "test.sqlite3")},  # a file, as in real life: threads of a test see one another
    }


def _parts(name: str, url: str) -> SplitResult:
    try:
        _port = (parts := urlsplit(url)).port  # looked at only when somebody asks
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} cannot be read; is the port a number?") from error
    return parts


def _refuse_proxies(proxies: tuple[Network, ...], *, secure: bool, demo: bool) -> None:
    if any(network.prefixlen == 0 for network in proxies):
        raise ImproperlyConfigured("ALLMENDE_TRUSTED_PROXIES trusts everybody; name the proxy's own address.")
    if proxies and not secure and not demo:
        raise ImproperlyConfigured(
            "ALLMENDE_SECURE is off although a proxy stands in front: let that speak https, and leave it on."
        )


def _refuse_mail(url: str, *, demo: bool) -> None:
    if demo and url:
        raise ImproperlyConfigured("The demo sends no mail out: take away ALLMENDE_MAIL_URL or ALLMENDE_DEMO.")


def _mail(url: str, data: Path, *, demo: bool) -> dict[str, Any]:
    """Django's settings for mail. The demo's mails become files in the folder ``post``.

    Without an address ``EMAIL_HOST`` is empty: tools such as ``allmende migrate`` work, ``serve`` refuses to start.
    """
    if demo:
        return {"EMAIL_BACKEND": "allmende.core.postbox.PostboxBackend", "EMAIL_FILE_PATH": str(data / "post")}
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "", "EMAIL_HOST_USER": ""}
    parts = _parts("ALLMENDE_MAIL_URL", url)
    if parts.scheme not in ("smtp", "smtp+tls", "smtps", "smtp+ssl"):
        raise ImproperlyConfigured("ALLMENDE_MAIL_URL begins with none of smtp://, smtp+tls:// and smtp+ssl://.")
    if parts.query:
        raise ImproperlyConfigured("ALLMENDE_MAIL_URL takes nothing after a '?': encryption is chosen by smtp+tls://.")
    config = Env.email_url_config(url.replace("smtps://", "smtp+ssl://", 1))
    if not config["EMAIL_HOST"]:
        raise ImproperlyConfigured("ALLMENDE_MAIL_URL names no mail server.")
    return {
        "EMAIL_BACKEND": config["EMAIL_BACKEND"],
        "EMAIL_HOST": config["EMAIL_HOST"],
        "EMAIL_PORT": config["EMAIL_PORT"] or _usual_port(config),
        "EMAIL_HOST_USER": config["EMAIL_HOST_USER"] or "",
        "EMAIL_HOST_PASSWORD": config["EMAIL_HOST_PASSWORD"] or "",
        "EMAIL_USE_TLS": bool(config.get("EMAIL_USE_TLS")),
        "EMAIL_USE_SSL": bool(config.get("EMAIL_USE_SSL")),
        "EMAIL_TIMEOUT": 10,
    }


def _usual_port(config: Mapping[str, Any]) -> int:
    return 465 if config.get("EMAIL_USE_SSL") else 587 if config.get("EMAIL_USE_TLS") else 25


def _mail_from(value: str, mail: Mapping[str, Any], *, demo: bool) -> str:
    fallback = "post@lindach.example" if demo else mail["EMAIL_HOST_USER"] if mail["EMAIL_HOST"] else "post@localhost"
    sender = value or fallback
    address = parseaddr(sender)[1]
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or not sender.isprintable():
        raise ImproperlyConfigured("ALLMENDE_MAIL_FROM is not a mail address, such as post@town.example.")
    return sender


def _unknown(given: Mapping[str, str]) -> list[str]:
    known = [setting.name for setting in SETTINGS]
    strange = sorted(set(given) - {*known, *FOR_TESTS})
    return [f"{name} is no setting of Allmende and has no effect.{_nearest(name, known)}" for name in strange]


def _nearest(name: str, known: list[str]) -> str:
    own_parts = {setting.removeprefix("ALLMENDE_"): setting for setting in known}
    near = get_close_matches(name.removeprefix("ALLMENDE_"), own_parts, n=1)
    return f" Do you mean {own_parts[near[0]]}?" if near else ""


def _doubtful(given: Mapping[str, str], url: str, *, demo: bool, secure: bool) -> list[str]:
    warnings = []
    host = urlsplit(url).hostname or ""
    if url.startswith("smtp://") and host not in ("localhost", "127.0.0.1", "::1"):
        warnings.append("ALLMENDE_MAIL_URL: mails and password go unencrypted over the network; take smtp+tls://.")
    if not secure and not demo:
        warnings.append("ALLMENDE_SECURE is off: sign-in cookies go unencrypted over the network.")
    if not demo and not _second_factor(given, demo=demo):
        warnings.append("ALLMENDE_SECOND_FACTOR is off: who reads an editor's mailbox signs in as that editor.")
    return warnings
