"""The local workspace as one loopback server."""

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox.background import in_background
from bot.sandbox.config import SandboxConfig
from bot.sandbox.file_methods import receive_upload, serve_private
from bot.sandbox.page_api import PageApi
from bot.sandbox.remote import RemoteSandbox
from bot.sandbox.responding import serve_response_url
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.web_api import WebApi

HOST = "127.0.0.1"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PAGE = Path(__file__).with_name("page")
# Messages are written by anyone; whatever the page makes of them, nothing but its modules runs.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' https: data:; style-src 'self' 'unsafe-inline';"
    " object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
BODY_BYTES = 60_000_000
SHUTDOWN_S = 0.2


def create_app(config: SandboxConfig) -> web.Application:
    """
    Build the server; its state begins afresh.

    Raises:
        ManifestError: Slack would refuse the manifest.
        SeedError: the seed file does not describe a workspace.
    """
    sandbox = Sandbox(config)
    sandbox.listen_at(f"http://{HOST}:{config.port}")
    return _application(sandbox)


def _application(sandbox: Sandbox) -> web.Application:
    app = web.Application(middlewares=[_refuse_strangers], client_max_size=BODY_BYTES)
    app.add_routes(
        [
            web.route("*", "/api/{method}", WebApi(sandbox).serve),
            web.get("/link/", sandbox.sockets.connect),
            web.post(
                "/response/{kind}/{team}/{secret}",
                partial(serve_response_url, sandbox),
            ),
            web.post("/upload/v1/{ticket}", partial(receive_upload, sandbox)),
            web.get("/files-pri/{file}/{name}", partial(serve_private, sandbox)),
            web.get("/archives/{channel}/{message}", _show_message),
            *PageApi(sandbox).routes(),
        ]
    )
    if PAGE.is_dir():
        app.router.add_get("/", _page)
        app.router.add_static("/page", PAGE)

    async def lifetime(_app: web.Application) -> AsyncIterator[None]:
        yield
        await sandbox.close()

    app.cleanup_ctx.append(lifetime)
    return app


@web.middleware
async def _refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """
    Serve this machine only.

    A web page elsewhere must not reach the workspace through a browser: neither by a name that
    resolves to loopback (Host) nor by posting across origins (Origin).
    """
    origin = request.headers.get("Origin")
    names = [urlsplit(f"//{request.host}").hostname]
    if origin is not None:
        names.append(urlsplit(origin).hostname)
    if any(name not in LOOPBACK for name in names):
        return web.json_response({"error": "Only this machine may ask."}, status=403)
    return await handler(request)


async def _page(_request: web.Request) -> web.StreamResponse:
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": PAGE_POLICY}
    return web.FileResponse(PAGE / "index.html", headers=headers)


async def _show_message(request: web.Request) -> web.StreamResponse:
    """Lead a permalink to the page."""
    digits = request.match_info["message"].removeprefix("p")
    ts = f"{digits[:-6]}.{digits[-6:]}"
    target = f"/?channel={request.match_info['channel']}&ts={ts}"
    if thread_ts := request.query.get("thread_ts"):
        target += f"&thread_ts={thread_ts}"
    raise web.HTTPFound(target)


def run(config: SandboxConfig) -> None:
    """Serve until interrupted."""
    app = create_app(config)
    web.run_app(
        app,
        host=HOST,
        port=config.port,
        print=None,
        access_log=None,
        # Open pages listen to the stream for ever; they are no reason to wait.
        shutdown_timeout=SHUTDOWN_S,
    )


@contextmanager
def running_sandbox(config: SandboxConfig) -> Iterator[RemoteSandbox]:
    """
    Serve in a background thread, on a free port when the configured one is 0.

    Yields:
        A client that acts as members through the page's API.
    """
    sandbox = Sandbox(config)
    runner = web.AppRunner(_application(sandbox), access_log=None, shutdown_timeout=SHUTDOWN_S)
    listener = socket.create_server((HOST, config.port))
    base_url = f"http://{HOST}:{listener.getsockname()[1]}"
    sandbox.listen_at(base_url)
    with in_background(runner, listener, "workspace"):
        yield RemoteSandbox(base_url)
