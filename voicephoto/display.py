"""What somebody at the terminal sees of a conversation: the turns with their photos, and below them how it stands."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rich.console import Console, RenderableType
from rich.text import Text

from voicephoto import output
from voicephoto.assistant import Event, Heard, Replied, Said, SpeechEnded, SpeechStarted, TurnEnded
from voicephoto.audio import Frame
from voicephoto.dialogue import Reply
from voicephoto.library import Photo, UnreadablePhoto, load_image
from voicephoto.speech import dbfs

_BAR = 24
_SIDE, _GAP = 220, 12
"""Pixels of a photo in the strip."""
_MOST = 6
_STRIP_COLUMNS = 14
"""Characters of the terminal that a photo in the strip is wide."""


class Display:
    """Prints what happens, one turn below the other, and is itself the line that says how it stands."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._state = "listening"
        self._level = -120.0
        self._shown: Sequence[tuple[int, Photo]] = ()
        self._picture = _picture_of(console)
        # Photos are decoded beside the turn, which must not wait for that.
        self._printing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="print")

    def close(self) -> None:
        """Print what is left to print."""
        self._printing.shutdown()

    def hear(self, frame: Frame, *, audible: bool = False, awake: bool = True) -> None:
        """Take a frame of the microphone; a reply may be `audible` long after its turn is over."""
        self._level = dbfs(frame.samples)
        if self._state in ("listening", "speaking", "asleep"):
            self._state = "speaking" if audible else "listening" if awake else "asleep"

    def happened(self, event: Event) -> None:
        match event:
            case SpeechStarted():
                self._state = "hearing"
            case SpeechEnded():
                self._state = "thinking"
            case Heard() if event.transcript.reason is not None:
                self._state = "listening"
                self._print(Text(f"({event.transcript.reason})", style="dim"))
            case Heard():
                self._print(Text(f"> {event.transcript.text}", style="bold"))
            case Replied():
                self._state = "answering"
                self._print(Text(event.reply.say))
                self._show(event.reply)
            case Said():
                self._state = "speaking"
            case TurnEnded() if event.turn.reply is not None:
                self._state = "listening"
                self._print(Text(_times(event.turn.ms), style="dim"))
            case TurnEnded():
                self._state = "listening"

    def tell(self, line: str) -> None:
        self._print(Text(line, style="yellow"))

    def _show(self, reply: Reply) -> None:
        """The photos with their numbers, where others are on display than before."""
        numbered = enumerate(reply.photos, 1)
        shown = tuple((number, photo) for number, photo in numbered if reply.focus in (None, photo))
        if shown == self._shown:
            return
        self._shown = shown
        for number, photo in shown:
            name = f"{photo.path.parent.name}/{photo.path.name}"
            self._print(Text.assemble(f"{number:4}  ", (name, "cyan"), f"  {output.facts(photo)}"))
        self._printing.submit(self._print_pictures, shown)

    def _print(self, line: Text) -> None:
        self._printing.submit(self._console.print, line)

    def _print_pictures(self, shown: Sequence[tuple[int, Photo]]) -> None:
        pictures = strip(shown) if self._picture else None
        if self._picture and pictures is not None:
            columns = min(self._console.width - 2, _STRIP_COLUMNS * min(len(shown), _MOST))
            self._console.print(self._picture(pictures, width=columns, height="auto"))

    def __rich__(self) -> Text:
        filled = int(np.clip((self._level + 60) / 60, 0, 1) * _BAR)
        return Text.assemble(
            (f" {self._state:10}", "bold green" if self._state == "listening" else "bold magenta"),
            ("█" * filled + "·" * (_BAR - filled), "green"),
            (f" {max(self._level, -99):4.0f} dBFS    Ctrl-C ends", "dim"),
        )


def _times(ms: Mapping[str, float]) -> str:
    stages = ", ".join(
        f"{stage} {ms[stage]:.0f}" for stage in ms if stage not in ("first_photo", "first_sound", "total")
    )
    return f"      first photo {ms['first_photo'] / 1000:.2f} s ({stages} ms)"


def _picture_of(console: Console) -> Callable[..., RenderableType] | None:
    """What the terminal can show pictures with: its own protocol, else half a character a pixel; None where it is none."""
    if not console.is_terminal or console.is_dumb_terminal:
        return None
    # It asks the terminal when it is imported, and so takes what is typed meanwhile: now nobody types yet.
    from textual_image.renderable import Image as Picture

    return Picture


def strip(shown: Sequence[tuple[int, Photo]]) -> Image.Image | None:
    """The first photos side by side, each with its number, as one RGB picture; None where none can be read."""
    tiles = []
    for number, photo in shown[:_MOST]:
        try:
            image = load_image(photo.path, side=_SIDE)
        except UnreadablePhoto:
            continue
        image.thumbnail((_SIDE, _SIDE))
        pen = ImageDraw.Draw(image)
        pen.rectangle((0, 0, 34 if number < 10 else 52, 34), fill="black")
        pen.text((9, 3), str(number), "white", ImageFont.load_default(26))
        tiles.append(image)
    if not tiles:
        return None
    whole = Image.new("RGB", (len(tiles) * (_SIDE + _GAP) - _GAP, _SIDE))
    for place, tile in enumerate(tiles):
        whole.paste(tile, (place * (_SIDE + _GAP) + (_SIDE - tile.width) // 2, (_SIDE - tile.height) // 2))
    return whole
