"""The one table of the environment variables that count; a test holds the docs against it."""

from typing import NamedTuple


class Setting(NamedTuple):
    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        "ALLMENDE_DATA",
        "/var/lib/allmende if it exists, else ./data",
        "Folder for the database, the files and the pictures; it belongs to the account that runs Allmende.",
    ),
    Setting(
        "ALLMENDE_DATABASE_URL",
        "SQLite: allmende.sqlite3 in the data folder",
        "postgres://user:password@host:5432/name, when the town outgrows one machine; sqlite:////path: another file.",
    ),
    Setting(
        "ALLMENDE_SECRET_KEY",
        "the file `secret` in the data folder, made on first use",
        "At least 50 random characters. Whoever has it can sign in as anybody; several servers share one.",
    ),
    Setting(
        "ALLMENDE_MAIL_URL",
        "none: owed, except in the demo",
        "Mail server: smtp+tls://user:password@host:587 (STARTTLS), smtp+ssl://…:465, smtp://localhost:25 without "
        "encryption. Special characters in user and password are percent-encoded.",
    ),
    Setting(
        "ALLMENDE_MAIL_FROM",
        "the user of ALLMENDE_MAIL_URL, if that is an address",
        "Sender of all mails, such as post@town.example; its domain stands in their Message-ID.",
    ),
    Setting("ALLMENDE_DEMO", "false", "Demo: mails become files, the second factor is off. Never for real data."),
    Setting(
        "ALLMENDE_SECURE",
        "true, in the demo false",
        "Sign-in cookies over https alone, and browsers are told to stay with https (HSTS).",
    ),
    Setting(
        "ALLMENDE_TRUSTED_PROXIES",
        "none",
        "Addresses or networks of the proxies in front, with commas: 127.0.0.1,10.0.0.0/8. "
        "X-Forwarded-For and X-Forwarded-Proto are believed from them alone.",
    ),
    Setting(
        "ALLMENDE_LOG_LEVEL",
        "INFO, in the demo WARNING",
        "How much is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL.",
    ),
    Setting(
        "ALLMENDE_SECOND_FACTOR",
        "staff, in the demo off",
        "Who signs in with a second factor besides the code or password: staff (whoever has a role), or off (whoever "
        "wants to).",
    ),
    Setting("ALLMENDE_WORKERS", "one a processor core, in the demo at most 2", "Processes that answer requests."),
)
FOR_TESTS = ("ALLMENDE_TEST_DATABASE_URL", "ALLMENDE_SHOTS")
