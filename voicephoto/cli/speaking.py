"""Questions that are spoken, and what hears and says them."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from voicephoto.cli.options import NOTHING, a_file, as_json
from voicephoto.errors import UsageError, VoicephotoError, one_line


@click.command()
@click.argument("files", nargs=-1, required=True, type=a_file)
@as_json
@click.pass_obj
def transcribe(assembly: Any, files: tuple[Path, ...], as_json: bool) -> int:
    """Write down what is said in sound FILES (wav or FLAC, any rate)."""
    from voicephoto import output

    parts = assembly()
    worst = 0
    for file in files:
        transcription = parts.transcribe(file)
        output.print_transcription(transcription, as_json)
        worst = max(worst, 0 if transcription.text else NOTHING)
    return worst


@click.command()
@click.argument("text")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), help="Wav file to write.")
@click.pass_obj
def say(assembly: Any, text: str, target: Path) -> int:
    """Speak TEXT into a wav file with the voice of the replies."""
    assembly().say(text, target)
    return 0


@click.command()
@click.option(
    "--wav", "files", multiple=True, type=a_file, help="Recording to hear instead of a microphone; repeat it."
)
@click.argument("more", nargs=-1, type=a_file)
@click.option("--mic", metavar="NAME", help="Microphone, by its name or a part of it.")
@click.option("--speaker", metavar="NAME", help="Speaker, by its name or a part of it.")
@click.option("--play", is_flag=True, help="Play the replies to recordings on the speaker.")
@as_json
@click.pass_obj
def talk(
    assembly: Any,
    files: tuple[Path, ...],
    more: tuple[Path, ...],
    mic: str | None,
    speaker: str | None,
    play: bool,
    as_json: bool,
) -> int:
    """Talk to your photos at this machine's microphone, or let recordings talk to them."""
    from voicephoto import output

    if not files:
        from voicephoto.talking import talk as talk_live

        if more:
            raise UsageError(f"{more[0]} is no option; recordings are named with --wav")
        talk_live(
            assembly(),
            microphone=mic,
            speaker=speaker,
            each=partial(output.print_turn, as_json=True) if as_json else None,
        )
        return 0
    from voicephoto.audio import DeviceSpeaker, PortAudio, read_sound

    player = DeviceSpeaker(PortAudio(), speaker) if play else None
    parts = assembly()
    parts.warm_up()
    worst = 0
    with parts.assistant() as assistant:
        for file in (*files, *more):
            try:
                sound = read_sound(file)
            except VoicephotoError as error:
                click.echo(f"voicephoto: {one_line(str(error))}", err=True)
                worst = max(worst, NOTHING)
                continue
            turns = 0
            for turn in assistant.listen(sound):
                turns += 1
                output.print_turn(turn, as_json)
                for reply in turn.sounds if player else ():
                    player.play(reply)  # type: ignore[union-attr]
                worst = max(worst, NOTHING if turn.reply is None else 0)
            if not turns:
                click.echo(f"voicephoto: heard nobody speak in {file}; the conversation goes on", err=True)
                worst = max(worst, NOTHING)
    if player:
        player.finish()
    return worst


@click.command()
@click.option("--meter", "metered", is_flag=True, help="Show how loud the microphone is.")
@click.option("--test", "tested", is_flag=True, help="Record and play it back.")
@click.option("--mic", metavar="NAME", help="Microphone, by its name or a part of it.")
@click.option("--speaker", metavar="NAME", help="Speaker, by its name or a part of it.")
@click.option("--seconds", type=click.FloatRange(0.5, 600), default=5.0, show_default=True, help="How long.")
@as_json
def devices(metered: bool, tested: bool, mic: str | None, speaker: str | None, seconds: float, as_json: bool) -> int:
    """List the microphones and speakers of this machine, or try them."""
    from voicephoto import output
    from voicephoto.audio import PortAudio

    portaudio = PortAudio()
    if tested:
        from voicephoto.talking import record_and_play

        output.print_level("recorded and played back", record_and_play(portaudio, mic, speaker, seconds))
    elif metered:
        from voicephoto.talking import meter

        output.print_level("heard", meter(portaudio, mic, seconds))
    else:
        output.print_devices(portaudio.devices, as_json)
    return 0
