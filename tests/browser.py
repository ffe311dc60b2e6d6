"""A real browser for tests: the machine's Chromium, else Playwright's own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# No sandbox inside a container, and no traffic of the browser's own.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = (1280, 800)
PHONE = (390, 844)
PATIENCE_MS = 60_000  # a machine that is busy with other things is no failure


def chromium_path() -> str | None:
    """Return the Chromium to start: BQX_CHROMIUM, one on the PATH, or None for Playwright's."""
    asked = os.environ.get("BQX_CHROMIUM")
    return asked or next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start one browser; a session of tests shares it."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_page(
    browser: Browser, url: str, size: tuple[int, int] = DESKTOP, scheme: str = "light"
) -> Iterator[Page]:
    """
    Open `url` in a window of its own.

    Args:
        browser: From `running_browser`.
        url: Where to go first.
        size: Width and height in pixels; the phone's width also gets touch and no hover.
        scheme: "light" or "dark", as the system prefers.

    Raises:
        AssertionError: a script of the page failed meanwhile.
    """
    window = new_window(browser, size, scheme)
    try:
        with open_tab(window, url) as page:
            yield page
    finally:
        window.close()


@contextmanager
def open_tab(window: BrowserContext, url: str) -> Iterator[Page]:
    """
    Open `url` in a tab of `window`, which keeps what it has read of the server.

    Raises:
        AssertionError: a script of the page failed meanwhile.
    """
    page = window.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.set_default_timeout(PATIENCE_MS)
    try:
        page.goto(url)
        yield page
    finally:
        page.close()
    assert not failures, failures


def new_window(browser: Browser, size: tuple[int, int], scheme: str = "light") -> BrowserContext:
    """Return a window without history or storage."""
    phone = size[0] <= PHONE[0]
    width, height = size
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=phone,
        is_mobile=phone,
        permissions=["clipboard-read", "clipboard-write"],
    )
