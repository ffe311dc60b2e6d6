"""What the local workspace is started with."""

from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_PORT = 8150
DEFAULT_SEED = Path(__file__).with_name("seed.json")

# Calls a minute for Slack's tiers ("20+" is read as 20), and its special cases.
TIERS = {"t1": 1, "t2": 20, "t3": 50, "t4": 100, "auth": 600, "permalink": 600, "post": 300}


@dataclass(frozen=True)
class SandboxConfig:
    """
    Where the workspace listens, whom it trusts, and how strict its clocks are.

    Args:
        manifest: The app manifest (YAML): name, scopes, commands, shortcuts, events.
        port: On the loopback interface; 0 takes a free one.
        bot_token: Opens the Web API for the first team.
        app_token: Opens Socket Mode.
        signing_secret: Signs HTTP deliveries.
        seed: Teams, members and channels (JSON).
        request_url: Where signed HTTP deliveries go; None delivers by Socket Mode.
        clock_file: The file the clock's offset is written to.
        ack_timeout_s: How long the product may take to answer.
        trigger_life_s: How long a trigger_id can be used.
        response_url_life_s: How long a response_url can be used.
        response_url_uses: How often.
        event_retry_delays_s: Waits before the three retries of an event.
        post_interval_s: One chat.postMessage for each channel in this time.
        tiers: Calls a minute for each rate-limit tier.
        unlisted_app: Read history as slowly as Slack allows apps sold outside its Marketplace:
            one call a minute, 15 messages.
    """

    manifest: Path
    port: int = DEFAULT_PORT
    bot_token: str = "xoxb-local-workspace"  # noqa: S105 - opens nothing but this server
    app_token: str = "xapp-local-workspace"  # noqa: S105
    signing_secret: str = "local-workspace"  # noqa: S105
    seed: Path = DEFAULT_SEED
    request_url: str | None = None
    clock_file: Path | None = None
    ack_timeout_s: float = 3.0
    trigger_life_s: float = 3.0
    response_url_life_s: float = 1800.0
    response_url_uses: int = 5
    event_retry_delays_s: tuple[float, ...] = (1.0, 60.0, 300.0)
    post_interval_s: float = 1.0
    tiers: dict[str, int] = field(default_factory=lambda: dict(TIERS))
    unlisted_app: bool = False
