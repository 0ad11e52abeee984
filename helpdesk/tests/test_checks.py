"""Each wrong setting of production is found, with a hint; a machine for a try is left in peace."""

import pytest
from cryptography.fernet import Fernet

from helpdesk import checks

pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")

SOUND = {
    "PRODUCTION": True,
    "SETTINGS_GIVEN": {"SITE_URL", "SECRET_KEY", "FIELD_KEYS", "EMAIL_URL"},
    "SETTINGS_PROBLEMS": [],
    "SECRET_KEY": "k3y-0f-a-sh0p-that-is-l0ng-enough-for-everyb0dy-here-and-now",
    "FIELD_KEYS": [Fernet.generate_key().decode()],
    "SITE_URL": "https://help.example.com",
    "HTTPS": True,
    "PUBLIC": True,
    "BEHIND_PROXY": True,
    "DEBUG": False,
    "ALLOWED_HOSTS": ["help.example.com"],
    "REDIS_URL": "redis://localhost:6379/0",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
}
CHECKS = [
    checks.well_formed,
    checks.data_folder,
    checks.secrets_of_production,
    checks.addresses_of_production,
    checks.servers_of_production,
]


@pytest.fixture
def found(settings, tmp_path):
    """Ids of what the checks find in sound settings with these changes."""

    def found(**changes) -> list[str]:
        for name, value in {**SOUND, "HELPDESK_DATA": tmp_path, "MEDIA_ROOT": tmp_path, **changes}.items():
            setattr(settings, name, value)
        messages = [message for check in CHECKS for message in check()]
        assert all(message.hint for message in messages)
        return [message.id for message in messages]

    return found


def given_without(name: str) -> set[str]:
    return SOUND["SETTINGS_GIVEN"] - {name}


def test_sound_settings_of_production_pass(found):
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "message_id"),
    [
        ({"SETTINGS_GIVEN": given_without("SECRET_KEY")}, "helpdesk.E003"),
        ({"SECRET_KEY": "short"}, "helpdesk.E004"),
        ({"SECRET_KEY": "x" * 60}, "helpdesk.E004"),
        ({"SETTINGS_GIVEN": given_without("FIELD_KEYS")}, "helpdesk.W001"),
        ({"SETTINGS_GIVEN": given_without("SITE_URL")}, "helpdesk.E005"),
        ({"SITE_URL": "http://help.example.com", "HTTPS": False}, "helpdesk.W002"),
        ({"ALLOWED_HOSTS": ["*"]}, "helpdesk.E006"),
        ({"ALLOWED_HOSTS": ["example.org"]}, "helpdesk.E007"),
        ({"BEHIND_PROXY": False}, "helpdesk.E011"),
        ({"DEBUG": True}, "helpdesk.E008"),
        ({"REDIS_URL": ""}, "helpdesk.E009"),
        ({"EMAIL_BACKEND": "helpdesk.mail_folder.EmailBackend"}, "helpdesk.E010"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "helpdesk.E010"),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}, "helpdesk.W003"),
    ],
)
def test_each_fault_is_named_alone(found, changes, message_id):
    assert found(**changes) == [message_id]


def test_a_subdomain_pattern_counts_as_the_host(found):
    assert found(ALLOWED_HOSTS=[".example.com"]) == []


def test_a_try_with_nothing_set_is_left_in_peace(found):
    nothing_set = {
        "PRODUCTION": False,
        "PUBLIC": False,
        "BEHIND_PROXY": False,
        "SETTINGS_GIVEN": set(),
        "SITE_URL": "http://localhost:8000",
        "HTTPS": False,
        "ALLOWED_HOSTS": ["localhost"],
        "REDIS_URL": "",
        "EMAIL_BACKEND": "helpdesk.mail_folder.EmailBackend",
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}},
    }
    assert found(**nothing_set) == []


def test_a_data_folder_that_is_a_file_is_refused(found, tmp_path):
    file = tmp_path / "file"
    file.touch()
    assert found(HELPDESK_DATA=file / "below") == ["helpdesk.E002"]


def test_a_data_folder_that_does_not_exist_yet_is_fine(found, tmp_path):
    assert found(HELPDESK_DATA=tmp_path / "not" / "yet") == []


def test_processes_that_check_nothing_themselves_refuse_to_start(settings, monkeypatch):
    problem = checks.Error(
        "SITE_URL has a value that cannot be used.", hint="Give scheme and host.", id="helpdesk.E001"
    )
    monkeypatch.setattr(checks, "run_checks", lambda: [problem])
    with pytest.raises(SystemExit, match="SITE_URL"):
        checks.refuse_wrong_settings()


def test_warnings_do_not_keep_them_from_starting(monkeypatch):
    monkeypatch.setattr(checks, "run_checks", lambda: [checks.Warning("Careful.", id="helpdesk.W001")])
    checks.refuse_wrong_settings()
