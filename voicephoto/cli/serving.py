"""The page, and the browsers that may use it."""

from typing import Any

import click

from voicephoto.cli.options import as_json
from voicephoto.errors import UsageError


@click.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Where, 8150 unless the settings say otherwise; 0 takes one."
)
@click.option("--lan", is_flag=True, help="Let the network reach it; a code lets its browsers in.")
@click.option("--tls", is_flag=True, help="With a certificate of its own, so that browsers give their microphone.")
@click.option("--mic", "microphone", is_flag=True, help="Listen and speak at this machine, too.")
@click.option("--pair", is_flag=True, help="Show a code for one more browser, and end.")
@click.option("--paired", is_flag=True, help="List the browsers that are let in, and end.")
@click.option("--revoke", metavar="ID", type=int, help="Let this browser in no more, and end.")
@as_json
@click.pass_obj
def serve(
    assembly: Any,
    port: int | None,
    lan: bool,
    tls: bool,
    microphone: bool,
    pair: bool,
    paired: bool,
    revoke: int | None,
    as_json: bool,
) -> int:
    """Serve the page that shows, hears and answers, to browsers of this machine or (--lan) of its network."""
    from voicephoto.web import announcing, server

    if pair + paired + (revoke is not None) > 1:
        raise UsageError("--pair, --paired and --revoke go one at a time; nothing was changed")
    parts = assembly()
    if pair:
        server.pair(server.paired(parts.settings))
    elif paired:
        announcing.say_browsers(server.paired(parts.settings).all(), as_json)
    elif revoke is not None:
        server.paired(parts.settings).revoke(revoke)
    else:
        port = parts.settings.port if port is None else port
        server.serve(parts, port=port, lan=lan, tls=tls, microphone=microphone)
    return 0
