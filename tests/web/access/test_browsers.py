import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voicephoto.errors import MissingError, VoicephotoError
from voicephoto.web.access import VALID_FOR, Browsers
from voicephoto.web.access.browsers import ALPHABET, WRONG_TRIES

NOON = datetime(2026, 11, 25, 12)
SECOND = timedelta(seconds=1)

shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)


@pytest.fixture
def browsers(tmp_path: Path) -> Iterator[Browsers]:
    kept = Browsers(tmp_path / "data" / "access.sqlite")
    yield kept
    kept.close()


def test_a_code_lets_one_browser_in(browsers: Browsers) -> None:
    code = browsers.invite(NOON)
    token = browsers.admit(code, "Safari on iPhone", NOON + SECOND)
    assert token
    browser = browsers.who(token, NOON + 2 * SECOND)
    assert browser
    assert (browser.id, browser.name, browser.paired) == (1, "Safari on iPhone", NOON + SECOND)
    assert browsers.all() == (browser,)


def test_a_code_counts_once(browsers: Browsers) -> None:
    code = browsers.invite(NOON)
    assert browsers.invites(code, NOON)
    assert browsers.admit(code, "the first", NOON)
    assert not browsers.invites(code, NOON)
    assert browsers.admit(code, "the second", NOON) is None
    assert len(browsers.all()) == 1


def test_a_code_counts_for_ten_minutes(browsers: Browsers) -> None:
    early, late = browsers.invite(NOON), browsers.invite(NOON)
    assert browsers.invites(late, NOON + VALID_FOR - SECOND)
    assert browsers.admit(early, "in time", NOON + VALID_FOR - SECOND)
    assert not browsers.invites(late, NOON + VALID_FOR)
    assert browsers.admit(late, "too late", NOON + VALID_FOR) is None


def test_after_twenty_wrong_codes_none_counts_that_was_given_out(browsers: Browsers) -> None:
    code, other = browsers.invite(NOON), browsers.invite(NOON)
    for _ in range(WRONG_TRIES - 1):
        assert browsers.admit("AAAA-AAAA", "a guess", NOON) is None
    assert browsers.admit(other, "the last moment", NOON)
    assert browsers.admit("AAAA-AAAA", "a guess", NOON) is None
    assert not browsers.invites(code, NOON)
    assert browsers.admit(code, "somebody honest", NOON) is None
    assert browsers.admit(browsers.invite(NOON), "with a new code", NOON)


def test_codes_are_easy_to_read_and_none_comes_twice(browsers: Browsers) -> None:
    codes = [browsers.invite(NOON) for _ in range(200)]
    assert len(set(codes)) == 200
    for code in codes:
        assert [len(half) for half in code.split("-")] == [4, 4]
        assert set(code) <= set(ALPHABET) | {"-"}
    assert not set(ALPHABET) & set("IO01")


@shared
@given(data=st.data())
def test_case_dashes_and_spaces_of_a_code_do_not_matter(browsers: Browsers, data: st.DataObject) -> None:
    code = browsers.invite()
    said = "".join(
        data.draw(st.sampled_from(["", " ", "-", "\t"])) + data.draw(st.sampled_from([letter, letter.lower()]))
        for letter in code.replace("-", "")
    )
    assert browsers.admit(said, "somebody")


@shared
@given(guess=st.text(max_size=20) | st.text(ALPHABET, min_size=8, max_size=8))
def test_no_other_text_is_a_code(browsers: Browsers, guess: str) -> None:
    browsers.invite()
    assert browsers.admit(guess, "a guess") is None
    assert browsers.all() == ()


@shared
@given(guess=st.text(max_size=60), flips=st.integers(0, 42))
def test_no_other_text_is_a_token(browsers: Browsers, guess: str, flips: int) -> None:
    token = browsers.admit(browsers.invite(), "somebody")
    assert token
    nearly = token[:flips] + ("A" if token[flips] != "A" else "B") + token[flips + 1 :]
    for wrong in (guess, nearly, token[:-1], token + "A", token.swapcase(), ""):
        assert browsers.who(wrong) is None
    assert browsers.who(token)


def test_a_browser_that_is_revoked_is_nobody_any_more(browsers: Browsers) -> None:
    first, second = (browsers.admit(browsers.invite(), name) for name in ("first", "second"))
    assert first
    assert second
    browsers.revoke(1)
    assert browsers.who(first) is None
    assert [browser.name for browser in browsers.all()] == ["second"]
    for nobody in (1, 0, -1, 2**64):
        with pytest.raises(VoicephotoError, match=f"no paired browser number {nobody}; nothing was changed"):
            browsers.revoke(nobody)
    browsers.revoke(2)
    assert browsers.admit(browsers.invite(), "third")
    assert [browser.id for browser in browsers.all()] == [3], "nobody gets the number of another one"


def test_when_it_was_last_seen_is_noted_to_the_minute(browsers: Browsers) -> None:
    token = browsers.admit(browsers.invite(NOON), "somebody", NOON)
    assert token

    def seen(at: datetime) -> datetime:
        browsers.who(token, at)
        return browsers.all()[0].seen

    assert seen(NOON + 59 * SECOND) == NOON
    assert seen(NOON + 60 * SECOND) == NOON + 60 * SECOND
    # A clock may be put back.
    assert seen(NOON - timedelta(days=1)) == NOON - timedelta(days=1)


def test_the_file_holds_no_secret_and_is_for_its_owner_alone(browsers: Browsers) -> None:
    code = browsers.invite()
    token = browsers.admit(browsers.invite(), "somebody")
    assert token
    content = browsers.path.read_bytes()
    for secret in (token, code, code.replace("-", "")):
        assert secret.encode() not in content
    assert browsers.path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_may_read_is_made_private(tmp_path: Path) -> None:
    (tmp_path / "access.sqlite").touch(mode=0o644)
    Browsers(tmp_path / "access.sqlite").close()
    assert (tmp_path / "access.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_name_stays_one_short_line(browsers: Browsers) -> None:
    browsers.admit(browsers.invite(), "two\nlines \x1b[31m" + "x" * 500)
    [browser] = browsers.all()
    assert browser.name.startswith("two\\nlines \\x1b[31m")
    assert len(browser.name) == 60


def test_another_process_sees_all_of_it_at_once(browsers: Browsers) -> None:
    script = """
import sys
from pathlib import Path
from voicephoto.web.access import Browsers
browsers = Browsers(Path(sys.argv[1]))
browsers.revoke(1)
print(browsers.address, browsers.invite(), end="")
"""
    browsers.address = "https://192.168.1.20:8150"
    token = browsers.admit(browsers.invite(), "somebody")
    assert token
    done = subprocess.run(
        [sys.executable, "-c", script, browsers.path], capture_output=True, text=True, timeout=60, check=True
    )
    address, code = done.stdout.split()
    assert address == "https://192.168.1.20:8150"
    assert browsers.who(token) is None
    assert browsers.admit(code, "somebody else")


def test_of_many_who_say_the_same_code_at_once_one_is_let_in(browsers: Browsers) -> None:
    code, tokens, start = browsers.invite(), list[str | None](), threading.Barrier(8)

    def knock() -> None:
        own = Browsers(browsers.path)
        start.wait()
        tokens.append(own.admit(code, "somebody"))
        own.close()

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(token is not None for token in tokens) == len(browsers.all()) == 1


def test_a_damaged_file_is_kept_and_lets_nobody_in(tmp_path: Path) -> None:
    file = tmp_path / "access.sqlite"
    file.write_bytes(b"these were browsers once " * 500)
    with pytest.raises(
        MissingError, match=r"is damaged; it was kept as access-damaged-.*pair your browsers anew"
    ) as told:
        Browsers(file)
    assert "\n" not in str(told.value)
    [kept] = tmp_path.iterdir()
    assert kept.read_bytes() == b"these were browsers once " * 500
    fresh = Browsers(file)
    assert fresh.all() == ()
    fresh.close()


def test_a_file_of_a_later_version_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "access.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    with pytest.raises(MissingError, match="another version of voicephoto; nothing was changed"):
        Browsers(file)
    assert file.read_bytes() == before


def test_a_file_that_somebody_holds_is_said(browsers: Browsers, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(browsers.path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr("voicephoto.web.access.browsers._BUSY_SECONDS", 0.01)
        with pytest.raises(VoicephotoError, match="in use by another voicephoto; nothing was changed"):
            Browsers(browsers.path)
