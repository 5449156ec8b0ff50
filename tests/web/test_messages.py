"""The messages, and the page of the documentation that is made of them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scripts.write_protocol import protocol
from voicephoto.web.messages import Listen, from_page, sound_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "protocol.md"


def test_the_page_is_made_from_the_messages() -> None:
    assert PAGE.read_text(encoding="utf-8") == protocol(), "run: python -m scripts.write_protocol"


def test_a_message_is_told_by_its_type() -> None:
    assert from_page.validate_json('{"type": "listen", "on": true}') == Listen(on=True)


@given(st.text() | st.binary())
def test_anything_else_is_refused_and_nothing_worse(said: str | bytes) -> None:
    with pytest.raises(ValidationError):
        from_page.validate_json(said)


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=300))
def test_sound_comes_as_it_was_sent(offset: int, samples: list[int]) -> None:
    data = offset.to_bytes(4, "little") + np.array(samples, "<i2").tobytes()
    there, heard = sound_of(data)
    assert (there, heard.tolist()) == (offset, samples)


@given(st.binary(max_size=64).filter(lambda data: len(data) < 6 or len(data) % 2))
def test_bytes_that_are_no_sound_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no number and samples"):
        sound_of(data)
