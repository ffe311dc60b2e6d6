"""Every setting, its unit and its default; the only reader of the environment."""

from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import click
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

SLACK_API_URL = "https://slack.com/api/"
CODE_HOST_URL = "https://api.github.com"
AIRTABLE_API_URL = "https://api.airtable.com"
LOCAL_FOLDER = Path(".bqx")  # all that `make run` leaves behind, in the working directory


class Settings(BaseSettings):
    """
    The settings, from the environment or a `.env` file beside the working directory.

    Raises:
        SettingsError: by `load`, naming the setting and what to write there.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field(
        default="", description="SQLite or PostgreSQL, as SQLAlchemy writes it."
    )
    slack_bot_token: SecretStr = Field(default=SecretStr(""), description="xoxb-…")
    slack_app_token: SecretStr = Field(
        default=SecretStr(""), description="xapp-…, for Socket Mode."
    )
    slack_signing_secret: SecretStr = Field(default=SecretStr(""), description="For signed HTTP.")
    slack_api_url: str = Field(default=SLACK_API_URL, description="Slack's Web API, ends in /api/.")
    slack_timeout_s: int = Field(default=10, ge=1, description="A call is lost after this, in s.")
    project_repo: str = Field(
        default="", description="Path of the project's git clone, several by “:”."
    )
    bqx_project_repos: str = Field(
        default="", description="Further projects' clones: “name=/path:/path;other=/path”."
    )
    bqx_project: str = Field(
        default="", description="The project a command line is about, where a team has several."
    )
    bqx_timezone: str = Field(default="", description="IANA zone of the cadences; UTC if unset.")
    bqx_channel: str = Field(default="bqx-ml", description="Channel of the Monday summary.")
    bqx_critical_channel: str = Field(
        default="bqx-ml-critical", description="Channel of Level 1 issues."
    )
    bqx_digest_at: str = Field(default="09:00", description="Local time of the Monday summary.")
    bqx_lead: str = Field(
        default="", description="Slack id of the tech lead: asked where no owner is known."
    )
    bqx_probes: Path | None = Field(
        default=None, description="YAML file that declares progress probes and watched logs."
    )
    bqx_report_branch: str = Field(
        default="",
        description="Branch of the project repo that reports are committed to; none if unset.",
    )
    airtable_api_key: SecretStr = Field(
        default=SecretStr(""), description="A personal access token, pat…"
    )
    airtable_base_id: str = Field(default="", description="The base of the plan, app….")
    airtable_api_url: str = Field(default=AIRTABLE_API_URL, description="Airtable's Web API.")
    airtable_monthly_calls: int = Field(
        default=100_000, ge=1, description="Calls a month of your Airtable plan (Team: 100,000)."
    )
    airtable_notify_url: str = Field(
        default="",
        description="Public https address of `bqx web` that Airtable's notifications reach.",
    )
    bqx_airtable_port: int = Field(
        default=8151, ge=1, le=65535, description="Port of the local Airtable."
    )
    code_host_kind: str = Field(default="github", description="What the code host speaks.")
    code_host_url: str = Field(default=CODE_HOST_URL, description="The code host's REST API.")
    code_host_token: SecretStr = Field(
        default=SecretStr(""), description="May read and write issues at the code host."
    )
    code_host_repo: str = Field(
        default="", description="“owner/name”; further projects: “owner/name;forecast=owner/other”."
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="Mail server: “smtp://user:password@host:587/?from=bqx@example.com”.",
    )
    bqx_stakeholders: str = Field(
        default="", description="E-mail addresses that issues reach, until the team names its own."
    )
    bqx_executor_id: str = Field(
        default="", description="Name of this replica; the host's if unset."
    )
    bqx_clock_file: Path | None = Field(
        default=None, description="File with seconds to add to the clock, for trying the cadences."
    )
    port: int = Field(default=3000, ge=1, le=65535, description="Port of signed HTTP.")
    bqx_sandbox_port: int = Field(
        default=8150, ge=1, le=65535, description="Port of the local workspace."
    )

    @classmethod
    def load(cls, **defaults: str) -> "Settings":
        """Return the settings; `defaults` stand in for what is not set."""
        try:
            settings = cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]).upper()
            reason = first["msg"].removeprefix("Value error, ")
            raise SettingsError(f"{name} can't be used: {reason}.") from error
        unset = {name: value for name, value in defaults.items() if not getattr(settings, name)}
        return settings.model_copy(update=unset)

    @field_validator("bqx_timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value and value not in available_timezones():
            raise ValueError(f"{value} is no IANA time zone; write one such as Europe/Berlin")
        return value

    @field_validator("bqx_digest_at")
    @classmethod
    def _wall_time(cls, value: str) -> str:
        time.fromisoformat(value)
        return value

    @field_validator(
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "airtable_api_key",
        "airtable_base_id",
        "code_host_token",
        "smtp_url",
        mode="before",
    )
    @classmethod
    def _bare(cls, value: object) -> object:
        # Copied with a line's end, a token looks to Slack's client like a broken header.
        return value.strip() if isinstance(value, str) else value

    @field_validator("slack_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("it has to begin with https:// (or http:// for a local workspace)")
        return value if value.endswith("/") else f"{value}/"

    @field_validator("bqx_project_repos")
    @classmethod
    def _named_paths(cls, value: str) -> str:
        if any("=" not in part for part in value.split(";") if part.strip()):
            raise ValueError("write “name=/path/to/clone”, several by “;”")
        return value

    @field_validator("code_host_repo")
    @classmethod
    def _owner_and_name(cls, value: str) -> str:
        for part in filter(None, map(str.strip, value.split(";"))):
            owner, slash, name = part.rpartition("=")[2].partition("/")
            if not (owner.strip() and slash and name.strip()) or " " in part:
                raise ValueError("write “owner/name”, further ones as “project=owner/name” by “;”")
        return value

    @field_validator("airtable_api_url", "airtable_notify_url", "code_host_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("it has to begin with https:// (or http:// for a local server)")
        return value.rstrip("/")

    @field_validator("bqx_channel", "bqx_critical_channel")
    @classmethod
    def _bare_name(cls, value: str) -> str:
        return value.strip().removeprefix("#")

    @property
    def zone(self) -> str:
        """The zone of the cadences."""
        return ZoneInfo(self.bqx_timezone or "UTC").key

    @property
    def url(self) -> str:
        """The plan database: in `./.bqx` where `make run` has made that, else with your data."""
        folder = LOCAL_FOLDER.resolve() if LOCAL_FOLDER.is_dir() else data_folder()
        return self.database_url or f"sqlite:///{folder / 'bqx.db'}"

    @property
    def repos(self) -> tuple[Path, ...]:
        """The project's clones; a path that is none is found out, and said, where it is read."""
        return tuple(Path(part).expanduser() for part in self.project_repo.split(":") if part)

    @property
    def repos_by_project(self) -> dict[str, tuple[Path, ...]]:
        """Every project's clones by its name; the first project's name is ""."""
        found = {"": self.repos}
        for part in filter(None, self.bqx_project_repos.split(";")):
            name, _, paths = part.partition("=")
            clones = (Path(path).expanduser() for path in paths.split(":") if path)
            found[name.strip().lower()] = tuple(clones)
        return found

    @property
    def code_host_repos(self) -> dict[str, str]:
        """Each project's repository at the code host; the first project's name is ""."""
        parts = (part.strip().rpartition("=") for part in self.code_host_repo.split(";"))
        return {name.strip().lower(): repo.strip() for name, _, repo in parts if repo.strip()}

    @property
    def outbox(self) -> Path:
        """Where mail is written while no server is set up: beside the plan's file."""
        kept = self.url.removeprefix("sqlite:///") if self.url.startswith("sqlite:///") else ""
        return (Path(kept).parent if kept else data_folder()) / "outbox"

    @property
    def has_airtable(self) -> bool:
        """Whether a token for Airtable (or a local one) is set."""
        return bool(self.airtable_api_key.get_secret_value())

    @property
    def has_slack(self) -> bool:
        """Whether real Slack (or a local workspace) is set up."""
        return bool(self.slack_bot_token.get_secret_value())


def data_folder() -> Path:
    """Return where a user's data goes on this system."""
    return Path(click.get_app_dir("bqx-cadence"))
