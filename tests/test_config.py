import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from voicephoto.config import checked, keep, load_settings
from voicephoto.errors import UsageError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing has been set yet."""
    for name in os.environ:
        if name.startswith(("VOICEPHOTO_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def refused(file: Path | None = None, **flags: object) -> str:
    with pytest.raises(UsageError) as caught:
        load_settings(file, **flags)
    message = str(caught.value)
    assert "\n" not in message
    assert "nothing was changed" in message
    return message


def test_without_any_setting_everything_has_a_default(home: Path) -> None:
    found = load_settings()
    assert found.data.is_relative_to(home)
    assert found.catalog.parent == found.cache.parent == found.data
    assert (found.hemisphere, found.country, found.voice) == ("auto", "US", "auto")
    assert found.session_minutes == 10
    assert found.named_days == {}


def test_the_file_sets_everything(file: Path) -> None:
    file.write_text(
        """
        data = "/photos/about"
        hemisphere = "south"
        country = "AU"
        recognizer = "whisper-base.en"
        voice = "en-gb"
        voice_rate = 1.2
        voice_volume = 0.8
        encoder = "vit-b-32-laion2b"
        answerer = "http://192.168.1.20:11434/v1#moondream"
        session_minutes = 2.5
        microphone = "USB"
        speaker = "kitchen"
        interruption = "stop"
        listening = "wake word"
        wake_word = "alexa"
        follow_up_seconds = 3
        earcons = false
        offline = true
        port = 8443
        web_hosts = ["Photos.example.org", "kitchen"]
        named_days = {"anna's birthday" = "03-14"}
        """
    )
    assert load_settings(file).model_dump() == {
        "data": Path("/photos/about"),
        "hemisphere": "south",
        "country": "AU",
        "recognizer": "whisper-base.en",
        "voice": "en-gb",
        "voice_rate": 1.2,
        "voice_volume": 0.8,
        "encoder": "vit-b-32-laion2b",
        "answerer": "http://192.168.1.20:11434/v1#moondream",
        "session_minutes": 2.5,
        "microphone": "USB",
        "speaker": "kitchen",
        "interruption": "stop",
        "listening": "wake word",
        "wake_word": "alexa",
        "follow_up_seconds": 3,
        "earcons": False,
        "offline": True,
        "port": 8443,
        "web_hosts": ("photos.example.org", "kitchen"),
        "named_days": {"anna's birthday": "03-14"},
    }


def test_the_file_of_the_platform_is_found_by_itself(home: Path) -> None:
    file = home / ".config" / "voicephoto" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text('hemisphere = "south"')
    assert load_settings().hemisphere == "south"


def test_a_variable_wins_over_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('voice = "de"\ncountry = "DE"')
    monkeypatch.setenv("VOICEPHOTO_VOICE", "en-gb")
    assert load_settings(file).voice == "en-gb"
    assert load_settings(file).country == "DE"


def test_a_flag_wins_over_the_variable_and_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('voice = "de"')
    monkeypatch.setenv("VOICEPHOTO_VOICE", "en-gb")
    assert load_settings(file, voice="en-us").voice == "en-us"


def test_a_flag_that_was_not_given_does_not_count(file: Path) -> None:
    file.write_text('data = "/photos/about"')
    assert load_settings(file, data=None).data == Path("/photos/about")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(sources=st.lists(st.sampled_from(["file", "variable", "flag"]), unique=True))
def test_the_later_of_file_variable_and_flag_wins(
    file: Path, monkeypatch: pytest.MonkeyPatch, sources: list[str]
) -> None:
    minutes = {"file": 1.0, "variable": 2.0, "flag": 3.0}
    file.write_text("session_minutes = 1" if "file" in sources else "")
    with monkeypatch.context() as environment:
        if "variable" in sources:
            environment.setenv("VOICEPHOTO_SESSION_MINUTES", "2")
        found = load_settings(file, session_minutes=3 if "flag" in sources else None)
    assert found.session_minutes == max((minutes[source] for source in sources), default=10.0)


def test_named_days_can_be_a_variable_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPHOTO_NAMED_DAYS", '{"name day": "12-06"}')
    assert load_settings().named_days == {"name day": "12-06"}


@pytest.mark.parametrize("where", ["file", "variable", "flag"])
def test_a_tilde_is_the_home_folder(where: str, home: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('data = "~/about"' if where == "file" else "")
    if where == "variable":
        monkeypatch.setenv("VOICEPHOTO_DATA", "~/about")
    found = load_settings(file, data=Path("~/about") if where == "flag" else None)
    assert found.data == home / "about"


def test_an_empty_variable_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_settings().model_dump()
    for name in ("DATA", "VOICE", "SESSION_MINUTES", "NAMED_DAYS"):
        monkeypatch.setenv(f"VOICEPHOTO_{name}", "")
    assert load_settings().model_dump() == before


def test_a_birthday_may_be_the_29th_of_february(file: Path) -> None:
    file.write_text('named_days = {anna = "02-29"}')
    assert load_settings(file).named_days == {"anna": "02-29"}


def test_other_variables_are_none_of_our_business(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_settings().model_dump()
    monkeypatch.setenv("VOICE", "de")
    monkeypatch.setenv("DATA", "/elsewhere")
    assert load_settings().model_dump() == before


@pytest.mark.parametrize(
    ("line", "setting"),
    [
        ('hemisphere = "up"', "hemisphere"),
        ('country = "Germany"', "country"),
        ("session_minutes = 0", "session_minutes"),
        ('session_minutes = "long"', "session_minutes"),
        ("voice = [1]", "voice"),
        ("data = 5", "data"),
        ('named_days = "03-14"', "named_days"),
        ("[named_days]\nanna = 314", "named_days.anna"),
        ('[named_days]\nanna = "31-12"', "named_days"),
        ('[named_days]\nanna = "02-30"', "named_days"),
        ('[named_days]\nanna = "in march"', "named_days"),
        ('colour = "blue"', "colour"),
    ],
)
def test_a_wrong_setting_in_the_file_is_named(file: Path, line: str, setting: str) -> None:
    file.write_text(line)
    message = refused(file)
    assert f"the setting {setting!r} is wrong" in message
    assert str(file) in message


@pytest.mark.parametrize(
    ("name", "value"),
    [("HEMISPHERE", "up"), ("SESSION_MINUTES", "long"), ("COUNTRY", "Germany"), ("NAMED_DAYS", "{anna")],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"VOICEPHOTO_{name}", value)
    message = refused()
    assert name.lower() in message
    assert "VOICEPHOTO_" in message


def test_a_wrong_flag_is_named() -> None:
    assert "the setting 'session_minutes' is wrong" in refused(session_minutes=-1)


@pytest.mark.parametrize("content", [b"voice = [", b"voice", b'voice = "\xff"', b'voice = "a"\nvoice = "b"'])
def test_a_file_that_is_not_toml_is_said_to_be_none(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert f"{file} is not valid TOML" in refused(file)


def test_a_file_that_was_named_but_is_missing_is_refused(file: Path) -> None:
    assert f"{file} does not exist" in refused(file)


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    assert str(tmp_path) in refused(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=60))
def test_any_file_is_either_settings_or_refused_in_one_line(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    outcome = "settings"
    try:
        load_settings(file)
    except UsageError as error:
        outcome = str(error)
    assert len(outcome.splitlines()) == 1


def test_settings_stay_as_they_are() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().voice = "de"  # type: ignore[misc]


@pytest.mark.parametrize(
    "host", ["https://photos.example.org", "photos.example.org:443", "photos/", "two words", "*.example.org", ""]
)
def test_a_name_of_the_page_is_a_name_alone(host: str, file: Path) -> None:
    file.write_text(f'web_hosts = ["{host}"]')
    assert "without https:// and port" in refused(file)


# Changing them


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    lines=st.lists(
        st.sampled_from(
            [
                "# mine",
                "",
                "earcons = true # loud",
                "voice_rate=1.5",
                "  port = 8443",
                "voice = 'a # b'",
                'country = "DE"',
            ]
        ),
        unique=True,
    ),
    days=st.sampled_from(["", '[named_days]\nanna = "03-14" # born', "[named_days]\n# nobody yet\n"]),
    end=st.sampled_from(["", "\n", "\n\n"]),
    newline=st.sampled_from(["\n", "\r\n"]),
    changes=st.fixed_dictionaries(
        {}, optional={"earcons": st.booleans(), "voice_rate": st.floats(0.5, 2), "session_minutes": st.integers(1, 99)}
    ),
)
def test_a_change_changes_nothing_else_in_the_file(
    file: Path, lines: list[str], days: str, end: str, newline: str, changes: dict[str, object]
) -> None:
    before = newline.join([*lines, *days.split("\n")]) + end
    file.write_bytes(before.encode())
    keep(load_settings(file), checked(changes))
    after = file.read_bytes().decode()
    assert tomllib.loads(after) == tomllib.loads(before) | changes
    for comment in ("# mine", "# loud", "# born", "# nobody yet"):
        assert (comment in after) == (comment in before)


def test_where_there_was_no_file_there_is_one_for_its_owner(home: Path) -> None:
    keep(load_settings(), {"earcons": False})
    file = home / ".config" / "voicephoto" / "config.toml"
    assert file.read_text() == "earcons = false\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert not load_settings().earcons


def test_a_file_that_lies_elsewhere_is_changed_there(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.toml"
    elsewhere.write_text("")
    file.symlink_to(elsewhere)
    keep(load_settings(file), {"earcons": False})
    assert file.is_symlink()
    assert elsewhere.read_text() == "earcons = false\n"


def test_a_country_is_taken_however_it_is_written(file: Path) -> None:
    file.write_text('country = "gb"')
    assert load_settings(file).country == "GB"
    assert checked({"country": "fr"}) == {"country": "FR"}
