"""Settings come from environment variables alone; ``docs/operators/settings.md`` has the table."""

from pathlib import Path

from allmende.config.environment import read_environment

PACKAGE = Path(__file__).resolve().parent.parent
environment = read_environment()

DATA = environment.data
DEMO = environment.demo
DEBUG = False
SECRET_KEY = environment.secret_key
ALLOWED_HOSTS = ["*"]  # regions.middleware lets in the hosts of the address table alone
DATABASES = {"default": environment.database}
TRUSTED_PROXIES = environment.trusted_proxies
ENVIRONMENT_WARNINGS = environment.warnings

MODULES = sorted(path.parent.name for path in (PACKAGE / "modules").glob("*/apps.py"))
INSTALLED_APPS = [
    "allmende.portal",
    "allmende.interfaces",
    *(f"allmende.modules.{name}" for name in MODULES),
    "allmende.moderation",
    "allmende.entries",
    "allmende.correspondence",
    "allmende.notifications",
    "allmende.regions",
    "allmende.accounts",
    "allmende.core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "allmende.core.middleware.RequestIdMiddleware",
    "allmende.core.middleware.SecurityHeadersMiddleware",
    "allmende.core.middleware.BadInputMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "allmende.regions.middleware.RegionMiddleware",
    "allmende.regions.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allmende.regions.middleware.StageMiddleware",
    "allmende.regions.middleware.PortalMiddleware",
    "allmende.regions.middleware.SecondFactorMiddleware",
    "allmende.regions.middleware.SuspensionMiddleware",
    "allmende.accounts.middleware.SessionMiddleware",
    "allmende.core.middleware.WriteLimitMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "allmende.config.urls"
WSGI_APPLICATION = "allmende.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.app_directories.Loader"]),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "allmende.regions.context.region",
                "allmende.portal.context.desk",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "allmende.core.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "allmende.core.forms.KernRenderer"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "portal:mine"
LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "allmende.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_SIGNUP_FORM_CLASS = "allmende.accounts.signup.SignupNames"
ACCOUNT_FORMS = {
    "login": "allmende.accounts.forms.AskForPassword",
    "request_login_code": "allmende.accounts.forms.AskForCode",
    "confirm_login_code": "allmende.accounts.forms.EnterCode",
    "confirm_password_reset_code": "allmende.accounts.forms.EnterCode",
    "confirm_email_verification_code": "allmende.accounts.forms.EnterCodeOfNewAddress",
    "reset_password": "allmende.accounts.forms.AskForReset",
    "reset_password_from_key": "allmende.accounts.forms.ResetPassword",
    "change_password": "allmende.accounts.forms.ChangePassword",
    "set_password": "allmende.accounts.forms.SetPassword",
    "reauthenticate": "allmende.accounts.forms.PasswordAgain",
    "signup": "allmende.accounts.forms.SignUp",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False  # core.limits counts in the database, so that it holds across processes
MFA_ADAPTER = "allmende.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "allmende.accounts.forms.SecondFactor",
    "authenticate_webauthn": "allmende.accounts.forms.PasskeyAsSecondFactor",
    "reauthenticate": "allmende.accounts.forms.SecondFactorAgain",
    "edit_webauthn": "allmende.accounts.forms.RenamePasskey",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # a telephone's clock goes 30 seconds wrong, or somebody types slowly
SECOND_FACTOR = environment.second_factor  # must staff have one?

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = environment.secure
CSRF_COOKIE_SECURE = environment.secure
CSRF_FAILURE_VIEW = "allmende.core.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.trusted_proxies else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 31536000 if environment.secure else 0
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # text of one form
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
FORMAT_MODULE_PATH = "allmende.config.formats"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False

vars().update(environment.mail)  # EMAIL_BACKEND, EMAIL_HOST …
EMAIL_FILE_PATH: str | None = environment.mail.get("EMAIL_FILE_PATH")  # of the demo's postbox
DEFAULT_FROM_EMAIL = environment.mail_from
SERVER_EMAIL = environment.mail_from

LOG_LEVEL = environment.log_level
WORKERS = environment.workers
LOGGING_CONFIG = None  # allmende.core.logs sets it up: JSON, with a request id, without personal data
