import pytest

from voicephoto.errors import MissingError
from voicephoto.memory import require_memory


def test_what_fits_is_let_through() -> None:
    require_memory(1, "the model")


def test_what_does_not_fit_is_refused_with_what_it_needs_and_what_there_is() -> None:
    with pytest.raises(MissingError, match=r"^the model needs 1,000,000,000 MB of memory and [\d,]+ MB are free; .+$"):
        require_memory(10**9, "the model")
