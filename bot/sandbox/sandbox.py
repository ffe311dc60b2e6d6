"""The local workspace's parts, put together."""

import logging
import time

from bot.sandbox.clock import WorkspaceClock
from bot.sandbox.config import SandboxConfig
from bot.sandbox.delivery import Delivery
from bot.sandbox.events import EventSender
from bot.sandbox.faults import Faults
from bot.sandbox.http_delivery import HttpDelivery
from bot.sandbox.manifest import read_manifest
from bot.sandbox.rate_limits import RateLimits
from bot.sandbox.refusals import PageError
from bot.sandbox.response_urls import ResponseUrls
from bot.sandbox.seed import APP_ID, read_seed
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.stream import Hub
from bot.sandbox.triggers import Triggers
from bot.sandbox.views import ViewStore
from bot.sandbox.workspace import Channel, Workspace


class Sandbox:
    """
    Everything one running local workspace holds; it lives and dies with the process.

    Raises:
        ManifestError: Slack would refuse the manifest.
        SeedError: the seed file does not describe a workspace.
    """

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.log = logging.getLogger("bot.sandbox")
        self.manifest = read_manifest(config.manifest)
        self.clock = WorkspaceClock(config.clock_file)
        self.workspaces = read_seed(
            config.seed, self.manifest, config.bot_token, int(self.clock.now())
        )
        self.faults = Faults()
        self.limits = RateLimits(config.tiers)
        self.triggers = Triggers(config.trigger_life_s)
        self.response_urls = ResponseUrls(config.response_url_life_s, config.response_url_uses)
        self.hub = Hub()
        self.sockets = SocketMode(APP_ID, config.ack_timeout_s)
        self.sockets.on_change = lambda: self.hub.tell_all({"type": "state"})
        self.delivery: Delivery = self.sockets
        if config.request_url is not None:
            self.delivery = HttpDelivery(
                config.request_url, config.signing_secret, config.ack_timeout_s, self.faults
            )
        self.events = EventSender(
            self.delivery, self.manifest.events, config.event_retry_delays_s, self.faults
        )
        self.views = {one.team.id: ViewStore(one) for one in self.workspaces}
        self.started = time.time()

    @property
    def base_url(self) -> str:
        """Return where the server listens, such as "http://127.0.0.1:8150"."""
        return self.workspaces[0].base_url

    def listen_at(self, base_url: str) -> None:
        """Set where the server listens, for the addresses it gives away."""
        for workspace in self.workspaces:
            workspace.base_url = base_url

    def views_of(self, workspace: Workspace) -> ViewStore:
        """Return the views of a workspace."""
        return self.views[workspace.team.id]

    def workspace_of(self, member_id: str) -> Workspace:
        """
        Return the workspace a member belongs to.

        Raises:
            PageError: there is no such person.
        """
        for workspace in self.workspaces:
            member = workspace.members.get(member_id)
            if member is not None and not member.is_bot:
                return workspace
        raise PageError(f"There is no member {member_id}.", 404)

    def channel_for(self, member_id: str, channel_id: str) -> Channel:
        """
        Return a channel a member can see.

        Raises:
            PageError: there is none, or it is private and without them.
        """
        channel = self.workspace_of(member_id).channels.get(channel_id)
        if channel is None or (channel.kind != "channel" and member_id not in channel.members):
            raise PageError(f"There is no channel {channel_id}.", 404)
        return channel

    async def close(self) -> None:
        """Let go of sockets and deliveries."""
        await self.events.close()
        await self.delivery.close()
        await self.sockets.close()
