"""Slack, outward: posts, updates, files and look-ups, each tried once."""

import hashlib
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.adapters.slack.outcomes import HTTP_SERVER_ERROR, HTTP_TOO_MANY, SERVICE, our_error
from bot.domain.plan import Member
from bot.errors import OutageError, RefusedError
from bot.ports import Sent
from bot.ports.outside import Said

EVENT_TYPE = "bqx_delivery"
TIMEOUT_S = 10
PAGE = 200
VERIFY_MARGIN_S = 60  # clocks differ: look a minute further back for an earlier attempt
VERIFY_LIMIT = 15  # messages: what the strictest plan allows (contracts 1.9)
SCOPES = "x-oauth-scopes"
RESPONSE_HOSTS = ("https://hooks.slack.com/",)

_Answer = TypeVar("_Answer")


class SlackMessenger:
    """
    The port `Messenger` with one bot token.

    Retries of the SDK are off: its default posts twice when an answer is lost (engine 3.4).

    Args:
        token: The bot's token, xoxb-….
        base_url: Slack's Web API, or the local workspace's; ends in "/api/".
        timeout_s: A call without an answer is taken for lost after this.
    """

    def __init__(
        self, token: str, base_url: str = WebClient.BASE_URL, *, timeout_s: int = TIMEOUT_S
    ) -> None:
        self._timeout_s = timeout_s
        self._client = WebClient(
            token=token, base_url=base_url, timeout=timeout_s, retry_handlers=[]
        )
        # Nothing but Slack's own hooks is ever answered; another base has its own.
        own = base_url.removesuffix("api/")
        self._response_hosts = RESPONSE_HOSTS if base_url == WebClient.BASE_URL else (own,)

    def identity(self) -> Mapping[str, Any]:
        """Return auth.test: team_id, team, user_id, bot_id, and the granted scopes."""
        answer = self._call(self._client.auth_test)
        # The SDK hands headers over in the case they were sent in, which is not always Slack's.
        scopes = {key.lower(): value for key, value in answer.headers.items()}.get(SCOPES, "")
        return {
            "team_id": answer["team_id"],
            "team": answer["team"],
            "user_id": answer["user_id"],
            "bot_id": answer.get("bot_id"),
            "scopes": [scope.strip() for scope in scopes.split(",") if scope.strip()],
        }

    def post(
        self, channel: str, message: Mapping[str, Any], *, key: str, thread_ts: str | None = None
    ) -> Sent:
        """Post a message; see the port."""
        answer = self._call(
            lambda: self._client.chat_postMessage(
                channel=channel,
                text=message["text"],
                blocks=message.get("blocks"),
                thread_ts=thread_ts,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": _mark(key)}},
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return Sent(channel_id=answer["channel"], ts=answer["ts"])

    def update(self, sent: Sent, message: Mapping[str, Any]) -> None:
        """Replace a message in place; see the port."""
        self._call(
            lambda: self._client.chat_update(
                channel=sent.channel_id,
                ts=sent.ts,
                text=message["text"],
                blocks=message.get("blocks"),
            )
        )

    def find(
        self,
        channel_id: str,
        key: str,
        *,
        since: datetime,
        thread_ts: str | None = None,
        after: str | None = None,
    ) -> Sent | None:
        """Look for an earlier attempt; see the port."""
        asked: dict[str, Any] = {
            "channel": channel_id,
            "oldest": after or str(since.timestamp() - VERIFY_MARGIN_S),
            "include_all_metadata": True,
            "limit": VERIFY_LIMIT,
        }
        if thread_ts:
            answer = self._call(lambda: self._client.conversations_replies(ts=thread_ts, **asked))
        else:
            answer = self._call(lambda: self._client.conversations_history(**asked))
        for found in answer["messages"]:
            payload = found.get("metadata", {}).get("event_payload", {})
            if payload.get("key") == _mark(key):
                return Sent(channel_id=channel_id, ts=found["ts"])
        return None

    def upload(self, sent: Sent, *, filename: str, title: str, content: str | bytes) -> None:
        """Share a file in a thread; see the port."""
        self._call(
            lambda: self._client.files_upload_v2(
                channel=sent.channel_id,
                thread_ts=sent.ts,
                filename=filename,
                title=title,
                content=content,
            )
        )

    def has_file(self, sent: Sent, filename: str) -> bool:
        """Whether the thread holds the file; see the port."""
        answer = self._call(
            lambda: self._client.conversations_replies(
                channel=sent.channel_id, ts=sent.ts, limit=VERIFY_LIMIT
            )
        )
        files = [f for found in answer["messages"] for f in found.get("files", [])]
        return any(file.get("name") == filename for file in files)

    def direct_channel(self, member_id: str) -> str:
        """Return the direct-message channel; see the port."""
        answer = self._call(lambda: self._client.conversations_open(users=member_id))
        return str(answer["channel"]["id"])

    def channels(self) -> dict[str, str]:
        """Return channel ids by name; see the port. Archived ones too, so that we can say so."""
        found: dict[str, str] = {}
        for page in self._pages(
            lambda cursor: self._client.conversations_list(
                types="public_channel,private_channel", limit=PAGE, cursor=cursor
            )
        ):
            found.update({channel["name"]: channel["id"] for channel in page["channels"]})
        return found

    def channel_trouble(self, name: str) -> str | None:
        """Return why a channel can't be posted to, in Slack's own word; None when it can."""
        try:
            channel_id = self.channels().get(name)
            if channel_id is None:
                return "channel_not_found"
            info = self._call(lambda: self._client.conversations_info(channel=channel_id))
        except RefusedError as error:
            return error.code
        if info["channel"].get("is_archived"):
            return "is_archived"
        return None if info["channel"].get("is_member") else "not_in_channel"

    def members(self) -> Iterable[Member]:
        """Yield everyone; see the port."""
        pages = self._pages(lambda cursor: self._client.users_list(limit=PAGE, cursor=cursor))
        for page in pages:
            yield from (_member(user) for user in page["members"])

    def member_of(self, user: Mapping[str, Any]) -> Member:
        """Return the member that an event of Slack's tells of; see the port."""
        return _member(user)

    def respond(self, url: str, message: Mapping[str, Any], *, replace: bool = False) -> None:
        """Answer at a response_url; see the port."""
        if not url.startswith(self._response_hosts):
            raise RefusedError(SERVICE, "foreign_response_url")
        body = {"response_type": "ephemeral", "replace_original": replace, **message}
        request = urllib.request.Request(  # noqa: S310 - the scheme and host were checked
            url,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s):  # noqa: S310 - checked above
                return
        except urllib.error.HTTPError as error:
            with error:
                if error.code == HTTP_TOO_MANY or error.code >= HTTP_SERVER_ERROR:
                    raise OutageError(SERVICE, maybe_done=True) from error
                raise RefusedError(SERVICE, error.read(200).decode(errors="replace")) from error
        except (OSError, http.client.HTTPException) as error:
            raise OutageError(SERVICE, maybe_done=True) from error

    def permalink(self, channel_id: str, ts: str) -> str | None:
        """Return a message's address; see the port."""
        try:
            answer = self._call(
                lambda: self._client.chat_getPermalink(channel=channel_id, message_ts=ts)
            )
        except (RefusedError, OutageError):
            return None
        return str(answer["permalink"])

    def thread(
        self, channel_id: str, ts: str, *, after: str | None = None
    ) -> tuple[list[Said], str | None]:
        """Return a page of a thread; see the port."""
        answer = self._call(
            lambda: self._client.conversations_replies(
                channel=channel_id, ts=ts, oldest=after or ts, limit=VERIFY_LIMIT
            )
        )
        found = [each for each in answer["messages"] if each["ts"] > (after or ts)]
        said = [
            Said(ts=each["ts"], member_id=each["user"], text=_typed(each.get("text", "")))
            for each in found
            if each.get("user") and not each.get("bot_id")
        ]
        return said, found[-1]["ts"] if found and answer.get("has_more") else None

    def _pages(self, ask: Callable[[str | None], Any]) -> Iterable[Any]:
        cursor: str | None = None
        while True:
            page = self._call(lambda cursor=cursor: ask(cursor))  # type: ignore[misc]
            yield page
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    @staticmethod
    def _call(ask: Callable[[], _Answer]) -> _Answer:
        try:
            return ask()
        except SlackApiError as error:
            raise our_error(error) from error
        except urllib.error.URLError as error:
            # Refused or no such host: nothing was sent. A time-out may have worked.
            raise OutageError(SERVICE, maybe_done=isinstance(error.reason, TimeoutError)) from error
        except (OSError, http.client.HTTPException, SlackClientError, ValueError) as error:
            raise OutageError(SERVICE, maybe_done=True) from error


def _mark(key: str) -> str:
    """Return a key's mark in message metadata: everybody in the channel's apps can read it."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _typed(text: str) -> str:
    """Return what a member typed: Slack sends `&`, `<` and `>` as entities (contracts 1.8)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _member(user: Mapping[str, Any]) -> Member:
    profile = user.get("profile", {})
    name = profile.get("display_name") or profile.get("real_name") or user.get("name", "")
    return Member(
        id=user["id"],
        name=name,
        real_name=profile.get("real_name") or "",
        zone=user.get("tz") or "UTC",
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
        is_bot=bool(user.get("is_bot") or user["id"] == "USLACKBOT"),
        is_active=not user.get("deleted", False),
    )
