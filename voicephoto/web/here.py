"""This machine's own microphone and speaker, as a conversation that pages may look at."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from voicephoto.assembly import Assembly
from voicephoto.audio import Happening, Lost
from voicephoto.room import devices, heard
from voicephoto.web.conversations import Conversations
from voicephoto.web.messages import Notice


@contextmanager
def listening(parts: Assembly, conversations: Conversations) -> Iterator[None]:
    """Listen and answer at this machine while the block runs. Raises MissingError where it cannot hear or speak."""

    def told(happening: Happening) -> None:
        if isinstance(happening, Lost):
            conversation.tell(Notice(kind="microphone lost", text=f"{happening.why}. It is being looked for."))
        else:
            conversation.tell(Notice(kind="microphone back", text=f"{happening.name} is back."))
            conversation.live.found_microphone()

    with devices(parts, told) as (microphone, speaker):
        conversation = conversations.listen_here(speaker)

        def hear() -> None:
            for frame in heard(microphone, speaker):
                conversation.hear(frame)

        thread = threading.Thread(target=hear, name="listen", daemon=True)
        thread.start()
        try:
            yield
        finally:
            microphone.close()
            thread.join()
