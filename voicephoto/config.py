"""Settings: config.toml, then VOICEPHOTO_* variables, then flags; the later wins."""

import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from voicephoto.errors import UsageError


class Settings(BaseSettings):
    """Everything a person may set; each field is a key of config.toml."""

    model_config = SettingsConfigDict(env_prefix="VOICEPHOTO_", env_ignore_empty=True, extra="forbid", frozen=True)

    data: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("voicephoto"),
        description="folder of the catalog, the index and downloaded models",
    )
    hemisphere: Literal["auto", "north", "south"] = Field(
        default="auto", description="whose summer is meant; auto looks where your photos were taken"
    )
    country: str = Field(
        default="US",
        min_length=2,
        max_length=2,
        description="two letters; its holidays and its order of dates",
    )
    named_days: dict[str, str] = Field(
        default_factory=dict,
        description='your own days as "MM-DD", for instance {"anna\'s birthday" = "03-14"}',
    )
    recognizer: str = Field(
        default="auto",
        description='what hears: the best model that is here ("auto"), "starter", a model by its name or its folder, '
        'or a Wyoming server on your network ("wyoming://host:port")',
    )
    voice: str = Field(
        default="auto",
        description="what replies: as for the recognizer, or an espeak-ng voice such as en-us or en-gb+f3",
    )
    voice_rate: float = Field(default=1.0, ge=0.5, le=2.0, description="how fast it speaks, 1 as it is made for")
    voice_volume: float = Field(default=1.0, gt=0.0, le=2.0, description="how loud it speaks, 1 as it is made for")
    encoder: str = Field(
        default="starter",
        description="what compares photos with words: starter, or a model by its name or its folder; it takes over when it has "
        "looked at all photos, and has a cut-off (voicephoto models calibrate)",
    )
    answerer: str = Field(
        default="auto",
        description='what looks at a photo: the best model that is here ("auto"), "starter", a model by its name or its folder, '
        'or a chat server on your network, with its model ("http://host:port/v1#model")',
    )
    microphone: str | None = Field(
        default=None, description="its name or a part of it; the system's default where unset"
    )
    speaker: str | None = Field(default=None, description="its name or a part of it; the system's default where unset")
    interruption: Literal["full", "stop", "off"] = Field(
        default="full",
        description='what speaking over a reply does: stops it, only with words such as "stop", or nothing',
    )
    listening: Literal["always", "wake word", "key"] = Field(
        default="always",
        description="when it listens: always, after the wake word, or after Enter is pressed (or another program says so)",
    )
    wake_word: Literal["hey jarvis", "okay nabu", "hey mycroft", "alexa"] = Field(
        default="hey jarvis", description='what wakes it where listening = "wake word"'
    )
    follow_up_seconds: float = Field(
        default=8, ge=0, description="how long it goes on listening after a reply, before it has to be woken again"
    )
    earcons: bool = Field(default=True, description="short sounds that say heard, working and not understood")
    offline: bool = Field(default=False, description="never open a network connection")
    port: int = Field(default=8150, ge=0, le=65535, description="on which the page is served; 0 takes one that is free")
    web_hosts: tuple[str, ...] = Field(
        default=(), description="names under which a reverse proxy serves the page, such as photos.example.org"
    )
    session_minutes: float = Field(default=10, gt=0, description="silence after which a conversation starts afresh")

    @field_validator("data")
    @classmethod
    def _at_home(cls, data: Path) -> Path:
        return data.expanduser()

    @field_validator("web_hosts")
    @classmethod
    def _without_more(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", host, re.ASCII):
                raise ValueError(f"{host!r} wants to be a name alone, without https:// and port")
        return tuple(host.lower() for host in hosts)

    @field_validator("named_days")
    @classmethod
    def _of_a_calendar(cls, days: dict[str, str]) -> dict[str, str]:
        for name, day in days.items():
            try:
                # A leap year, as a birthday may be the 29th of February.
                datetime.strptime(f"2000-{day}", "%Y-%m-%d")
            except ValueError:
                raise ValueError(f"{name!r} wants its month and day, such as 03-14, not {day!r}") from None
        return days

    @property
    def catalog(self) -> Path:
        return self.data / "catalog.sqlite"

    @property
    def models(self) -> Path:
        return self.data / "models"

    @property
    def cache(self) -> Path:
        return self.data / "cache"


def load_settings(file: Path | None = None, **flags: Any) -> Settings:
    """Read the settings from `file` (default: config.toml of the platform's configuration folder).

    Flags that are None do not count. Raises UsageError for a file that is missing though named, or wrong.
    """
    path = file or platformdirs.user_config_path("voicephoto") / "config.toml"
    if file is not None and not file.is_file():
        raise UsageError(f"the settings file {file} does not exist; nothing was changed; check --config")

    class _Sources(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=path)

    try:
        return _Sources(**{name: value for name, value in flags.items() if value is not None})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML ({error}); nothing was changed; mend or move it") from None
    except SettingsError as error:
        raise UsageError(f"a VOICEPHOTO_ variable is wrong: {error}; nothing was changed; write it as JSON") from None
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"the setting {name!r} is wrong: {first['msg'].lower()}; nothing was changed; "
            f"look at {path} and the VOICEPHOTO_ variables"
        ) from None
