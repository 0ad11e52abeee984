"""All settings. What can be set comes from an environment variable of the same name; with nothing set, this
is a working local product on SQLite. checks.py says what is wrong or missing for production."""

import base64
import hashlib
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import font_source_sans_pro
from celery.schedules import crontab
from csp.constants import NONE, SELF

from helpdesk.environment import Environment, host_of, is_own_machine

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
SETTINGS_PROBLEMS = env.problems

# --- Where it runs ------------------------------------------------------------------------------------------

DEBUG = env.flag("DEBUG")
HELPDESK_DATA = env.folder("HELPDESK_DATA", BASE_DIR / "data")
PORT = env.number("PORT", 8000, at_least=1, at_most=65535)
SITE_URL = env.site_url("SITE_URL", f"http://localhost:{PORT}")
HTTPS = SITE_URL.startswith("https://")
WEB_BIND = env.text("WEB_BIND", f"127.0.0.1:{PORT}")
# Others can reach it, or are told that they can.
PUBLIC = not (is_own_machine(urlsplit(SITE_URL).hostname) and is_own_machine(host_of(WEB_BIND)))
# Nobody sets one of these for a try on the own machine, so whoever does gets the checks for production.
PRODUCTION = (
    PUBLIC
    or HTTPS
    or env.given("DATABASE_URL")
    or env.given("REDIS_URL")
    or env.given("ALLOWED_HOSTS")
    or env.text("EMAIL_URL").startswith("smtp")
)
# What is given, for the checks: a default is right for a try and wrong for a shop.
SETTINGS_GIVEN = {name for name in ("SITE_URL", "SECRET_KEY", "FIELD_KEYS", "EMAIL_URL") if env.given(name)}

if "SECRET_KEY" in SETTINGS_GIVEN:
    SECRET_KEY = env.text("SECRET_KEY")
elif PRODUCTION:
    # Each process would have its own: helpdesk.E003 stops them before anybody can notice.
    SECRET_KEY = secrets.token_urlsafe(50)
else:
    SECRET_KEY = env.secret_kept_in(HELPDESK_DATA / "secret.key")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Keys for what is encrypted in the database (customers/secrets.py), derived from SECRET_KEY by default.
FIELD_KEYS = env.fernet_keys("FIELD_KEYS") or [
    base64.urlsafe_b64encode(hashlib.sha256(f"field-keys:v1:{key}".encode()).digest()).decode()
    for key in (SECRET_KEY, *SECRET_KEY_FALLBACKS)
]

_site_host = urlsplit(SITE_URL).hostname or "localhost"
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [_site_host, "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")

# Only a proxy that overwrites these headers may be believed; without one, anybody could send them.
BEHIND_PROXY = env.flag("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

WEB_PROCESSES = env.number("WEB_PROCESSES", 1, at_least=1, at_most=256)
WEB_THREADS = env.number("WEB_THREADS", 8, at_least=1, at_most=256)
ACCESS_LOG = env.flag("ACCESS_LOG")

# --- Applications -------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "helpdesk",
    "sla",
    "tickets",
    "customers",
    "helpdesk.admin_site.HelpdeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "lucide",
]

MIDDLEWARE = [
    "helpdesk.middleware.private_links",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "helpdesk.middleware.health_for_any_host",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database -----------------------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_database = env.database("DATABASE_URL") or {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(HELPDESK_DATA / "helpdesk.sqlite3"),
}
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        # IMMEDIATE takes the write lock when a transaction begins: a later upgrade would fail at once with
        # "database is locked", however long the timeout.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, not memory: threads and processes of a test must meet in the same database.
    _database["TEST"] = {"NAME": str(HELPDESK_DATA / "test.sqlite3")}
else:
    _database["CONN_MAX_AGE"] = env.number("CONN_MAX_AGE", 60)
    _database["CONN_HEALTH_CHECKS"] = True
    # A server that does not answer would hold each page for minutes, and /healthz with them.
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
DATABASES = {"default": _database}

# --- Background work ----------------------------------------------------------------------------------------

# A message is only a wake-up: what is to be done stands in the database, and the sweeps below find what no
# message announced. So no result backend, and losing the broker's content loses time, never work.
REDIS_URL = env.broker("REDIS_URL")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "global_keyprefix": env.text("REDIS_PREFIX", "helpdesk:"),
        "visibility_timeout": 3600,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
        # Kombu's own way, three tries with pauses, would keep a customer waiting for six seconds when Redis
        # is away.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
    }
else:
    CELERY_BROKER_URL = "folder://"  # file_broker.py
    CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": str(HELPDESK_DATA / "broker")}
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 360
CELERY_TASK_DEFAULT_QUEUE = "helpdesk"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "helpdesk.heartbeat:BeatingScheduler"
CELERY_BEAT_SCHEDULE = {
    # A wake-up that nobody took before the next one comes is worth nothing, hence `expires`.
    "worker is alive": {
        "task": "helpdesk.tasks.worker_is_alive",
        "schedule": 10,
        "options": {"expires": 30},  # not sooner: a worker that is busy for a while is alive
    },
    "send due mail": {
        "task": "tickets.tasks.send_due_mail",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "read stored mail": {
        "task": "tickets.tasks.read_stored_mail",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "look at received files": {
        "task": "tickets.tasks.look_at_received_files",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "fetch mail": {
        "task": "tickets.tasks.fetch_mail",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "sweep promises": {
        "task": "sla.tasks.sweep_promises",
        "schedule": 30,
        "options": {"expires": 30},
    },
    "repair promises": {
        "task": "sla.tasks.repair_promises",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 900},
    },
    "discard old drafts": {
        "task": "tickets.tasks.discard_old_drafts",
        "schedule": crontab(hour="3", minute="10"),
        "options": {"expires": 3600},
    },
    "close solved tickets": {
        "task": "tickets.tasks.close_solved_tickets",
        "schedule": crontab(minute="20"),
        "options": {"expires": 3600},
    },
    "clear sessions": {
        "task": "helpdesk.tasks.clear_sessions",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"expires": 3600},
    },
}

# --- Mail ---------------------------------------------------------------------------------------------------

EMAIL_FILE_PATH = ""
globals().update(env.mail("EMAIL_URL", HELPDESK_DATA / "mail"))  # EMAIL_BACKEND, EMAIL_HOST, ...
EMAIL_TIMEOUT = 30
# Notification addresses of SLA types (SMS, chat, webhooks) may lead into the own network.
NOTIFY_PRIVATE_HOSTS = env.flag("NOTIFY_PRIVATE_HOSTS", not PRODUCTION)
# A worker that has not told the outcome after so long is believed dead. Far above EMAIL_TIMEOUT: each step of
# a mail may take that long.
DELIVERY_LEASE_SECONDS = env.number("DELIVERY_LEASE_SECONDS", 300, at_least=1)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"Helpdesk <help@{_site_host}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Files --------------------------------------------------------------------------------------------------

MEDIA_ROOT = str(env.folder("MEDIA_ROOT", HELPDESK_DATA / "media"))
STATIC_URL = "/static/"
STATIC_ROOT = str(env.folder("STATIC_ROOT", HELPDESK_DATA / "static"))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("fonts", Path(font_source_sans_pro.font_directory)),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MAIL_FILES_MB = env.number(
    "MAIL_FILES_MB", 15, at_least=0, at_most=100
)  # files of an answer in its mail, in all
UPLOAD_MAX_MB = env.number("UPLOAD_MAX_MB", 20, at_least=1, at_most=500)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # a text of 1 MB, percent-encoded, still fits
DATA_UPLOAD_MAX_NUMBER_FILES = 60
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Links in mails -----------------------------------------------------------------------------------------

ORDER_LINK_DAYS = env.number("ORDER_LINK_DAYS", 730, at_least=1)
TICKET_LINK_DAYS = env.number("TICKET_LINK_DAYS", 365, at_least=1)

# --- Tickets ------------------------------------------------------------------------------------------------

REOPEN_DAYS = env.number("REOPEN_DAYS", 14, at_least=1)  # a solved ticket reopens on an answer for so long
SEND_DELAY_SECONDS = env.number(
    "SEND_DELAY_SECONDS", 10, at_least=0, at_most=300
)  # an answer can be taken back
# The breaker: so many people we do not know, who are not verified, are thanked by mail in an hour, and then none.
UNKNOWN_THANKED_PER_HOUR = env.number("UNKNOWN_THANKED_PER_HOUR", 8, at_least=0)
DRAFT_DAYS = env.number("DRAFT_DAYS", 30, at_least=1)  # what was typed and not sent is kept for so long

# --- Language and time --------------------------------------------------------------------------------------

USE_I18N = True
# What customers may speak, and reply templates be written in.
CUSTOMER_LANGUAGES = [
    ("en", "English"),
    ("et", "eesti"),
    ("fi", "suomi"),
    ("sk", "slovenčina"),
    ("cs", "čeština"),
    ("pl", "polski"),
]
# What pages and mails are written in: a language without a catalogue of ours would have Django's words, such as the
# days of the week, in the middle of English sentences.
LANGUAGES = [
    (code, name)
    for code, name in CUSTOMER_LANGUAGES
    if code == "en" or (BASE_DIR / "locale" / code / "LC_MESSAGES" / "django.mo").exists()
]
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", "en", {code for code, _name in LANGUAGES})
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "helpdesk.formats"
USE_TZ = True
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/Tallinn")

# --- Who may enter ------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "tickets.Agent"
LOGIN_URL = "desk:login"
LOGIN_REDIRECT_URL = "desk:queue"
LOGOUT_REDIRECT_URL = "desk:login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "tickets.desk.backend.AgentBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Address and network together: a stranger who knows an agent's address cannot lock the agent out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"  # of the login form; the model's field has another name
AXES_USERNAME_CALLABLE = "helpdesk.sign_in.typed_address"
AXES_CLIENT_IP_CALLABLE = "helpdesk.sign_in.client_address"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_ALLOWED_CORS_ORIGINS = "null"  # its default lets every site read the answer
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # a lock ends by itself; `manage.py axes_reset` ends it at once

SESSION_COOKIE_AGE = env.number("SESSION_COOKIE_AGE", 14 * 24 * 3600, at_least=60)
SESSION_COOKIE_NAME = "helpdesk_session"
CSRF_COOKIE_NAME = "helpdesk_csrf"
LANGUAGE_COOKIE_NAME = "helpdesk_language"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True  # our scripts read the token from the form
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS

# --- Headers ------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
# The tokens of customers stand in paths, so no other site may get one as a referrer. "same-origin" sends
# nothing to other origins. "no-referrer" would be no safer there and would break our own forms: browsers then
# send the header "Origin: null" with a POST, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 365 * 24 * 3600 if HTTPS else 0)
# What else lives under the shop's domain is not ours to decide on.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_SSL_REDIRECT = HTTPS and BEHIND_PROXY
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, past the proxy

# --- Log ----------------------------------------------------------------------------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"})
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "helpdesk.access_log.Formatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        "axes": {"level": "WARNING"},
        # They write the addresses that they talk to, and those of notifications are secret.
        "apprise": {"level": "CRITICAL"},
        "urllib3": {"level": "CRITICAL"},
        # Strangers try names of hosts all day; each was a traceback.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # A line per wake-up would bury the rest.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
