"""The settings that may be changed on the page, over HTTP."""

import asyncio
import logging
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Request
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from pydantic import BaseModel, ValidationError

from voicephoto import config
from voicephoto.assembly import Assembly, attention
from voicephoto.errors import MissingError, VoicephotoError
from voicephoto.web.conversations import Conversations

_OFTEN = RateLimitItemPerMinute(60)
"""Changes by one peer: each is written to the disk."""

log = logging.getLogger(__name__)


class Setting(BaseModel):
    """A setting that may be changed. What is changed is kept, and takes effect at once."""

    name: str
    """Also its key in config.toml."""
    value: bool | float | str
    accepts: dict[str, Any]
    """JSON Schema of the values that it may have; its description says in a line what it is."""
    fixed_by: str | None
    """The variable that sets it, so that it cannot be changed here."""


def settings(parts: Assembly, conversations: Conversations) -> APIRouter:
    """What may be set, and changing it."""
    router = APIRouter()
    often = FixedWindowRateLimiter(MemoryStorage())
    one_at_a_time = asyncio.Lock()
    accepts = config.Settings.model_json_schema()["properties"]

    def listed() -> list[Setting]:
        return [
            Setting(
                name=name,
                value=getattr(parts.settings, name),
                accepts=accepts[name],
                fixed_by=config.fixed_by(name),
            )
            for name in config.CHANGEABLE
        ]

    @router.get("/api/settings")
    def show() -> list[Setting]:
        """The settings that may be changed here; all others are for config.toml."""
        return listed()

    @router.patch("/api/settings")
    async def change(changes: Annotated[dict[str, Any], Body()], request: Request) -> list[Setting]:
        """Change one or several, {"earcons": false}: all of them, or none where one cannot be. Answers with all there are."""
        if not await often.hit(_OFTEN, request.client.host if request.client else ""):
            raise HTTPException(429, "too many changes at once; try again in a minute", {"Retry-After": "60"})
        try:
            wanted = config.checked(changes)
        except ValidationError as error:
            raise HTTPException(422, _why(error)) from None
        for name in wanted:
            if variable := config.fixed_by(name):
                raise HTTPException(
                    409, f"{name} is set by the variable {variable}; nothing was changed; change it there"
                )
        async with one_at_a_time:
            changed = parts.settings.model_copy(update=wanted)
            try:
                attention(changed)
            except MissingError as error:
                raise HTTPException(409, str(error)) from None
            try:
                await asyncio.to_thread(config.keep, changed, wanted)
            except VoicephotoError as error:
                # It names a folder of this machine.
                log.warning("%s", error)
                raise HTTPException(
                    503,
                    "the settings file cannot be used; nothing was changed; the output of voicephoto serve says why",
                ) from None
            conversations.adopt(changed)
        return listed()

    return router


def _why(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"{name} is no setting that can be changed here; nothing was changed; GET /api/settings lists them"
    return f"{name}: {first['msg'].lower()}; nothing was changed"
