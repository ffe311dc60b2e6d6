"""A client of the page's API: act as a member from Python."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from bot.sandbox.loopback import ask

Json = dict[str, Any]

TIMEOUT_S = 60.0
PAUSE_S = 0.02


class RemoteSandbox:
    """
    A running local workspace seen from outside, safe to use from any thread.

    Args:
        base_url: Where it listens, such as "http://127.0.0.1:8150".
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.api_url = f"{base_url}/api/"

    def member(self, member_id: str) -> "RemoteMember":
        """Return a handle to act as a member."""
        return RemoteMember(self, member_id)

    def get(self, path: str, **query: str) -> Json:
        """Read /sandbox/<path>."""
        return ask(self.base_url, "GET", f"/sandbox/{path}?{urlencode(query)}")

    def post(self, path: str, body: Json) -> Json:
        """Post to /sandbox/<path>."""
        return ask(self.base_url, "POST", f"/sandbox/{path}", body)

    def move_clock(self, offset_s: float) -> None:
        """Set how far the workspace is ahead of real time."""
        self.post("clock", {"offset_s": offset_s})

    def faults(self, **faults: float | str) -> None:
        """Switch faults on; none clears them all."""
        self.post("faults", dict(faults))

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Close the product's sockets as Slack does."""
        self.post("disconnect", {"reason": reason})


class RemoteMember:
    """One member's hands: what they write, press, choose and see."""

    def __init__(self, sandbox: RemoteSandbox, member_id: str) -> None:
        self._sandbox = sandbox
        self.id = member_id

    def state(self) -> Json:
        """Return the workspace as this member sees it."""
        return self._sandbox.get("state", **{"as": self.id})

    def channel(self, name: str) -> str:
        """Return the id of a channel by name, or of the bot's direct message for "bot"."""
        for one in self.state()["channels"]:
            if one["name"] == name or (name == "bot" and one["kind"] == "im"):
                return str(one["id"])
        raise LookupError(name)

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """Return what the member sees in a channel or a thread."""
        query = {"as": self.id, "channel": channel}
        if thread_ts is not None:
            query["thread_ts"] = thread_ts
        found: list[Json] = self._sandbox.get("messages", **query)["messages"]
        return found

    def say(self, channel: str, text: str, thread_ts: str | None = None) -> Json:
        """Write a message or a slash command."""
        body = {"as": self.id, "channel": channel, "text": text}
        if thread_ts is not None:
            body["thread_ts"] = thread_ts
        return self._sandbox.post("say", body)

    def press(self, container: Json, block_id: str, action_id: str, **value: Any) -> Json:
        """Press or choose something in a message, a view or the home tab."""
        body = {"as": self.id, "container": container, "block_id": block_id}
        return self._sandbox.post("act", {**body, "action_id": action_id, **value})

    def suggest(self, view_id: str, block_id: str, action_id: str, value: str) -> Json:
        """Type into an external select of a view."""
        body = {"as": self.id, "view_id": view_id, "block_id": block_id, "value": value}
        return self._sandbox.post("suggest", {**body, "action_id": action_id})

    def modal(self) -> Json | None:
        """Return the modal in front of the member."""
        view: Json | None = self._sandbox.get("view", **{"as": self.id})["view"]
        return view

    def stack(self) -> int:
        """Return how many modals are open."""
        return int(self._sandbox.get("view", **{"as": self.id})["stack"])

    def submit(self, view_id: str, values: Json) -> Json:
        """Send a modal's values."""
        return self._sandbox.post("submit", {"as": self.id, "view_id": view_id, "values": values})

    def close_modal(self, view_id: str, *, everything: bool = False) -> Json:
        """Cancel a modal, or close its whole stack."""
        body = {"as": self.id, "view_id": view_id, "all": everything}
        return self._sandbox.post("close", body)

    def shortcut(self, callback_id: str, channel: str = "", ts: str = "") -> Json:
        """Run a global shortcut, or a message shortcut on a message."""
        body = {"as": self.id, "callback_id": callback_id, "channel": channel, "ts": ts}
        return self._sandbox.post("shortcut", body)

    def open_home(self, tab: str = "home") -> Json:
        """Open the app's home or messages tab."""
        return self._sandbox.post("open_home", {"as": self.id, "tab": tab})

    def home(self) -> Json | None:
        """Return the member's home tab."""
        view: Json | None = self._sandbox.get("home", **{"as": self.id})["view"]
        return view

    def change_channel(self, channel: str, wanted: str) -> Json:
        """Archive, unarchive, join, leave a channel, or invite or remove the bot."""
        body = {"as": self.id, "channel": channel, "do": wanted}
        return self._sandbox.post("channel", body)

    def let_in(self, name: str, tz: str = "UTC") -> str:
        """Let somebody new into the workspace; return their id."""
        return str(self._sandbox.post("join", {"as": self.id, "name": name, "tz": tz})["member"])

    def wait_for(self, seen: Callable[[], Any], timeout_s: float = TIMEOUT_S) -> Any:
        """
        Ask `seen` until it returns something, and return that.

        Raises:
            TimeoutError: it did not happen in time.
        """
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            if found := seen():
                return found
            time.sleep(PAUSE_S)
        raise TimeoutError("it did not happen")
