import io

import numpy as np
from rich.console import Console

from voicephoto.assembly import Assembly
from voicephoto.audio import Frame
from voicephoto.display import Display, strip


def played(parts: Assembly, *sentences: str, terminal: bool) -> str:
    """What somebody at a terminal 100 characters wide sees of a conversation."""
    colours = "truecolor" if terminal else None
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100, height=30, color_system=colours)  # type: ignore[arg-type]
    display = Display(console)
    with parts.assistant() as assistant:
        assistant.watch(display.happened)
        for sentence in sentences:
            assistant.typed(sentence)
    display.close()
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_a_turn_is_printed_as_it_happens(demo_parts: Assembly) -> None:
    said = played(demo_parts, "show me photos from bavaria", "when was the second one taken", terminal=False)
    lines = [line.strip() for line in said.splitlines()]
    assert lines[:2] == ["> show me photos from bavaria", "Three photos from Bavaria."]
    assert [line[:17] for line in lines[2:5]] == ["1  Bavaria/forest", "2  Bavaria/meadow", "3  Bavaria/autumn"]
    assert lines[5].startswith("first photo 0.")
    assert lines[6] == "> when was the second one taken"
    assert lines[8].startswith("2  Bavaria/meadow.jpg")


def test_photos_that_are_on_display_already_are_not_printed_again(demo_parts: Assembly) -> None:
    said = played(demo_parts, "show me photos from bavaria", "how many are there", terminal=False)
    assert said.count("Bavaria/forest.jpg") == 1


def test_a_terminal_shows_the_pictures_and_a_file_does_not(demo_parts: Assembly) -> None:
    blocks = set("▀░▒▓█")
    assert blocks & set(played(demo_parts, "show me photos from bavaria", terminal=True))
    assert not blocks & set(played(demo_parts, "show me photos from bavaria", terminal=False))


def test_the_strip_has_the_photos_side_by_side(demo_parts: Assembly) -> None:
    with demo_parts.assistant() as assistant:
        reply = assistant.typed("show me photos from bavaria").reply
    assert reply is not None
    picture = strip(list(enumerate(reply.photos, 1)))
    assert picture is not None
    assert picture.size == (3 * 220 + 2 * 12, 220)
    # The forest is green, the autumn is not.
    (_, green, _), (red, _, blue) = picture.getpixel((110, 110)), picture.getpixel((464 + 110, 110))  # type: ignore[misc]
    assert green > 60
    assert red > blue


def test_the_line_below_says_how_it_stands(demo_parts: Assembly) -> None:
    display = Display(Console(file=io.StringIO()))
    display.hear(Frame(np.full(320, 8000, np.int16), 0.0))
    assert "listening" in display.__rich__().plain
    assert "-12 dBFS" in display.__rich__().plain
    display.hear(Frame(np.zeros(320, np.int16), 0.02), awake=False)
    assert "asleep" in display.__rich__().plain
    display.close()
