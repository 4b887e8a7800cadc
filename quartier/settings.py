"""All settings, in one file. What an operator may set comes from the environment (see README.md, "Settings")."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from quartier import environment
from quartier.environment import env, read, switch

BASE_DIR = Path(__file__).resolve().parent.parent

# --- what the operator sets -------------------------------------------------------------------------------------------

DEBUG = switch("DEBUG", default=True)
SECRET_KEY = environment.secret_key(debug=DEBUG, folder=BASE_DIR)
SITE_URL = environment.origin("SITE_URL", default="http://localhost:8000")
ALLOWED_HOSTS = environment.hosts(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [str(urlsplit(SITE_URL).hostname)]
)
DATABASES = {"default": environment.database(folder=BASE_DIR)}
CACHES = {
    "default": read(
        "CACHE_URL", lambda: env.cache_url("CACHE_URL", default="locmemcache://"), example="redis://localhost:6379/0"
    )
}
WORKER = switch("WORKER", default=False)
MAILERS = environment.mailers("EMAIL_URL", patience=60 if WORKER else 10)
DEFAULT_FROM_EMAIL = environment.sender("MAIL_FROM", default="Quartier <quartier@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAP_TILE_URL = environment.tiles("MAP_TILE_URL")
MAP_TILE_ATTRIBUTION = env.str("MAP_TILE_ATTRIBUTION", default="© OpenStreetMap")
SIGNUP_OPEN = switch("SIGNUP_OPEN", default=False)
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")
SECURITY_CONTACT = environment.contact("SECURITY_CONTACT")

# --- the house --------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "quartier.apps.QuartierAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",  # its widgets are drawn by the templates below, see FORM_RENDERER
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "django_tasks_db",
    "partners",
    "projects",
    "quartier",
]

MIDDLEWARE = [
    "quartier.proxies.TrustedProxies",
    # Outside of all that can answer by itself (a redirect to https, a file, a refused host), so that every answer has them.
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "quartier.acting.ByWhom",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "quartier.urls"
WSGI_APPLICATION = "quartier.wsgi.application"
FORM_RENDERER = "quartier.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "quartier.templatetags.portal"],
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "partners.Person"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- mails and what is done outside of requests -----------------------------------------------------------------------

# Without a worker everything is done at once, in the request that causes it.
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend" if WORKER else "django.tasks.backends.immediate.ImmediateBackend"
    }
}
# Every kind of mail that the outbox sends, see `partners.actions.mail_kinds`.
MAIL_KINDS = [
    "partners.actions.invitations.InvitationMail",
    "partners.actions.contacts.ConsentMail",
    "partners.actions.quotations.QuotationMail",
    "partners.actions.agreement_reminders.AgreementEndMail",
    "partners.actions.agreement_reminders.ReviewMail",
    "partners.actions.next_step_reminders.NextStepMail",
    "partners.actions.handover_mails.HandoverMail",
    "partners.actions.handover_mails.HandoverLineMail",
    "projects.actions.handovers.ProjectHandoverMail",
    "projects.actions.handovers.ProjectHandoverLineMail",
    "projects.actions.inquiries.InquiryMail",
    "projects.actions.inquiries.InquiryAnswerMail",
    "projects.actions.asking.ConfirmationMail",
    "partners.actions.digests.DigestMail",
    "partners.actions.confirming.StillRightMail",
    "partners.actions.round_mails.RoundMailMail",
    "partners.actions.listing_reminders.OfferEndMail",
    "projects.actions.needs.NeedEndMail",
    "projects.actions.request_mails.RequestMail",
    "projects.actions.request_mails.RequestAnswerMail",
    "projects.actions.request_mails.RequestWithdrawnMail",
    "projects.actions.request_mails.RequestFreeMail",
    "projects.actions.request_mails.RequestOverMail",
    "projects.actions.request_mails.RequestConfirmMail",
    "projects.actions.request_mails.RequestContestedMail",
    "projects.actions.request_mails.RequestThankMail",
    "projects.actions.request_mails.RequestThanksMail",
]
# What other floors do when two actors have become one: `verb(book=, kept=, by=)` writes through the book, so that undoing
# the merge takes it back, see `partners.actions.merging`.
AFTER_MERGES = ["projects.actions.resource_requests.settle_merge"]
AFTER_PARTINGS = ["projects.actions.disseminations.settle_parting"]
# What `manage.py run_due` does in this order, see `partners.actions.due`.
DUE_JOBS = [
    "partners.actions.confirming.ASK_WHETHER_STILL_RIGHT",
    "partners.actions.agreement_reminders.REMIND_OF_ENDS",
    "partners.actions.agreement_reminders.REMIND_OF_REVIEWS",
    "partners.actions.next_step_reminders.REMIND_OF_NEXT_STEPS",
    "partners.actions.listing_reminders.REMIND_OF_OFFERS",
    "projects.actions.needs.REMIND_OF_NEEDS",
    "projects.actions.request_telling.REMIND_OF_REQUESTS",
    "partners.actions.digests.WRITE_DIGESTS",
    "partners.actions.sending.SEND_MAILS",
    "partners.actions.clearing.CLEAR_OLD_ROWS",
    "quartier.clearing.CLEAR_SESSIONS",
    "quartier.imports.uploads.CLEAR_UPLOADS",
    "quartier.tables.MEASURE_TABLES",
]

# --- language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "quartier" / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "quartier.finders.LeafletFinder",
]
MEDIA_URL = "/media/"
STORAGES = {
    "default": environment.storage(folder=BASE_DIR),
    "private": environment.private_storage(folder=BASE_DIR),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# --- log-in -----------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "quartier.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "quartier.accounts.SignupDetails"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_CHANGE_EMAIL = True  # one address for each person; a new one counts once its link was opened
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever takes over an account cannot do it unseen
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# No code by mail (offered from allauth 65.22 on): an open mailbox must not be enough to take the account over.
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_FORMS = {
    "login": "quartier.account_forms.LoginForm",
    "signup": "quartier.account_forms.SignupForm",
    "add_email": "quartier.account_forms.AddEmailForm",
    "change_password": "quartier.account_forms.ChangePasswordForm",
    "set_password": "quartier.account_forms.SetPasswordForm",
    "reset_password": "quartier.account_forms.ResetPasswordForm",
    "reset_password_from_key": "quartier.account_forms.ResetPasswordKeyForm",
    "reauthenticate": "quartier.account_forms.ReauthenticateForm",
}
MFA_ADAPTER = "quartier.accounts.MFAAdapter"
MFA_FORMS = {
    "authenticate": "quartier.account_forms.CodeForm",
    "reauthenticate": "quartier.account_forms.ReauthenticateCodeForm",
    "activate_totp": "quartier.account_forms.ActivateCodeAppForm",
    "add_webauthn": "quartier.account_forms.AddPasskeyForm",
    "edit_webauthn": "quartier.account_forms.EditPasskeyForm",
    "authenticate_webauthn": "quartier.account_forms.AuthenticatePasskeyForm",
    "login_webauthn": "quartier.account_forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "quartier.account_forms.ReauthenticatePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Quartier"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
USERSESSIONS_TRACK_ACTIVITY = False

# --- safety -----------------------------------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

if not DEBUG:
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # believed from trusted proxies only, see proxies.py
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    # The portal speaks for its own host alone. The names below it may belong to others who do not speak https yet, and
    # a preload list is hard to leave: whoever owns the whole domain replaces the header at the proxy (see README.md).
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
