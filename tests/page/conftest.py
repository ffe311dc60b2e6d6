"""One browser, one workspace and one app for the page's tests; a fresh window for each."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bot.sandbox.config import SandboxConfig
from bot.sandbox.remote import RemoteSandbox
from bot.sandbox.server import running_sandbox
from tests.browser import DESKTOP, new_window, open_page, open_tab, running_browser
from tests.page.metronome import Metronome, running_metronome

ANA, BEN, CHEN = "U0ANA0001", "U0BEN0002", "U0CHEN003"
PLANS = "C0BQXML01"
OFTEN = 100_000
# On a machine that is busy with other things three seconds of Slack's are no measure of the app.
PATIENCE_S, HASTE_S = 30.0, 1.0

Opener = Callable[..., AbstractContextManager[Page]]


# For a module and no longer: while Playwright runs, its event loop runs in the main thread, and
# whatever else is tested in this process could not start one of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as started:
        yield started


@pytest.fixture(scope="session")
def config() -> SandboxConfig:
    # Its limits have tests of their own: here nothing should wait for them.
    tiers = dict.fromkeys(SandboxConfig(Path()).tiers, OFTEN)
    manifest = Path(__file__).with_name("manifest.yml")
    return SandboxConfig(
        manifest,
        port=0,
        ack_timeout_s=PATIENCE_S,
        trigger_life_s=PATIENCE_S,
        post_interval_s=0.0,
        tiers=tiers,
    )


@pytest.fixture(scope="session")
def box(config: SandboxConfig) -> Iterator[RemoteSandbox]:
    with running_sandbox(config) as running:
        yield running


@pytest.fixture(scope="session")
def connected(box: RemoteSandbox, config: SandboxConfig) -> Iterator[Metronome]:
    with running_metronome(box.api_url, config) as metronome:
        box.member(ANA).wait_for(lambda: box.get("state")["sockets"])
        yield metronome


@pytest.fixture
def metronome(connected: Metronome, box: RemoteSandbox) -> Iterator[Metronome]:
    """The app, with nothing left over from another test."""
    for member in (box.member(ANA), box.member(BEN)):
        if view := member.modal():
            member.close_modal(view["id"], everything=True)
    while not connected.sent.empty():
        connected.sent.get_nowait()
    yield connected
    connected.silent = False


@pytest.fixture
def hasty(
    browser: Browser, config: SandboxConfig
) -> Iterator[tuple[Page, RemoteSandbox, Metronome]]:
    """The page as Ana sees it, of a workspace that waits for the app a second only, and both."""
    short = replace(config, ack_timeout_s=HASTE_S)
    with (
        running_sandbox(short) as box,
        running_metronome(box.api_url, short) as metronome,
        open_page(browser, f"{box.base_url}/?as={ANA}#c/{PLANS}") as shown,
    ):
        shown.locator(".composer-box").first.wait_for()
        yield shown, box, metronome


@pytest.fixture
def channel(box: RemoteSandbox, metronome: Metronome) -> Iterator[str]:
    """A channel of the test's own with Ana and the app in it."""
    number = len(box.member(ANA).state()["channels"])
    made = box.post("channel", {"as": ANA, "do": "create", "name": f"room-{number}"})["channel"]
    box.member(ANA).change_channel(made, "invite_bot")
    box.member(BEN).change_channel(made, "join")
    return str(made)


@pytest.fixture
def opened(browser: Browser, box: RemoteSandbox, metronome: Metronome) -> Opener:
    """Open the page: `opened(place, as_member=…, size=…, scheme=…)`."""

    def open_at(
        place: str, as_member: str = ANA, size: tuple[int, int] = DESKTOP, scheme: str = "light"
    ) -> AbstractContextManager[Page]:
        url = f"{box.base_url}/?as={as_member}#{place}"
        return open_page(browser, url, size, scheme)

    return open_at


@pytest.fixture(scope="module")
def window(browser: Browser) -> BrowserContext:
    return new_window(browser, DESKTOP)


@pytest.fixture
def page(window: BrowserContext, box: RemoteSandbox, channel: str) -> Iterator[Page]:
    """The page as Ana sees it, in the test's own channel."""
    with open_tab(window, f"{box.base_url}/?as={ANA}#c/{channel}") as shown:
        shown.locator(".composer-box").first.wait_for()
        yield shown
