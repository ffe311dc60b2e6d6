"""One attempt at one effect, with the few moves that every kind of effect makes."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.effects import Delivery, Effect, Post
from bot.errors import RefusedError
from bot.ports import Messenger, PlanReader, Sent
from bot.views.mrkdwn import Message
from bot.views.project_mark import marked
from bot.views.why_block import with_why
from handlers.desk import Desk

# The channel itself is unusable until a person changes it: tell them, and keep trying.
CHANNEL_CODES = frozenset({"channel_not_found", "is_archived", "not_in_channel"})
Result = Mapping[str, Any]  # what the other side answered: {"channel": "C1", "ts": "1763.01"}


@dataclass(frozen=True)
class Attempt:
    """One attempt at one effect, with the few moves that every kind makes."""

    desk: Desk
    workspace_id: str
    before: Delivery
    now: datetime

    @property
    def effect(self) -> Effect:
        """What is to be done."""
        return self.before.effect

    @property
    def payload(self) -> Mapping[str, Any]:
        """The ids it was committed with."""
        return self.effect.payload

    @property
    def prompt_key(self) -> str:
        """The prompt whose message it shows: an update names it, what asks is it itself."""
        return str(self.payload.get("prompt") or self.effect.key)

    @property
    def is_asking(self) -> bool:
        """Whether it may post the message; an update of a prompt only changes what is there."""
        return self.prompt_key == self.effect.key

    @property
    def tried_before(self) -> bool:
        """Whether an earlier attempt may have arrived."""
        return self.before.first_tried_at is not None

    @property
    def messenger(self) -> Messenger:
        """Slack, as the workspace's bot sees it."""
        return self.desk.ports.messenger(self.workspace_id)

    def reading(self) -> AbstractContextManager[PlanReader]:
        """Open the plan as it is now."""
        return self.desk.ports.plans.reading(self.workspace_id)

    def show(
        self,
        subject: str,
        shown: Message,
        channel: Callable[[], str],
        post: Post | None,
        *,
        thread_ts: str | None = None,
        after: str | None = None,
        also: Iterable[str] = (),
    ) -> Result:
        """
        Post a subject's one message, or update it in place where it is.

        Args:
            after: Slack's ts of a message of the thread that was posted earlier.
            also: Other subjects that the message shows.
        """
        if post is not None and self._updated(post, shown, channel):
            self._remember(replace(post, digest=digest_of(shown)), also)
            return {"channel": post.channel_id, "ts": post.ts}
        sent = self._post(subject, shown, channel(), thread_ts=thread_ts, after=after)
        self._remember(
            Post(
                subject=subject,
                channel_id=sent.channel_id,
                ts=sent.ts,
                digest=digest_of(shown),
            ),
            also,
        )
        return {"channel": sent.channel_id, "ts": sent.ts}

    def shown(self, subject: str, shown: Message) -> str | None:
        """Return the ts of the subject's message if it shows that already, as far as we know."""
        with self.reading() as plan:
            post = plan.post(subject)
        return post.ts if post is not None and post.digest == digest_of(shown) else None

    def show_in_thread(
        self, subject: str, shown: Message, root: Post, *, after: str | None = None
    ) -> Result:
        """Post a subject's one message in a thread, or update it in place where it is."""
        with self.reading() as plan:
            post = plan.post(subject)
        return self.show(
            subject, shown, lambda: root.channel_id, post, thread_ts=root.ts, after=after
        )

    def _remember(self, post: Post, also: Iterable[str] = ()) -> None:
        with self.desk.ports.plans.changing(self.workspace_id) as plan:
            for subject in (post.subject, *also):
                plan.put_post(replace(post, subject=subject))

    def _updated(self, post: Post, shown: Message, channel: Callable[[], str]) -> bool:
        """Update a message in place; False when it was deleted, or its channel is another now."""
        try:
            self.messenger.update(Sent(post.channel_id, post.ts), self._marked(shown))
        except RefusedError as error:
            moved = error.code in CHANNEL_CODES and channel() != post.channel_id
            if error.code != "message_not_found" and not moved:
                raise
            return False
        return True

    def renew(self, sent: Sent, shown: Message) -> Result:
        """Update a message that another effect posted; nothing where somebody deleted it."""
        post = Post(subject="", channel_id=sent.channel_id, ts=sent.ts)
        found = self._updated(post, shown, lambda: sent.channel_id)
        return {"channel": sent.channel_id, "ts": sent.ts} if found else {}

    def post_once(self, shown: Message, channel_id: str, *, thread_ts: str | None = None) -> Result:
        """Post a message under the effect's own key."""
        sent = self._post(self.effect.key, shown, channel_id, thread_ts=thread_ts)
        return {"channel": sent.channel_id, "ts": sent.ts}

    def post_direct(self, shown: Message, member_id: str) -> Result:
        """Post a direct message under the effect's own key."""
        return self.post_once(shown, self.messenger.direct_channel(member_id))

    def _post(
        self,
        key: str,
        shown: Message,
        channel_id: str,
        *,
        thread_ts: str | None = None,
        after: str | None = None,
    ) -> Sent:
        mark = f"{self.workspace_id}:{key}"
        since = self.before.first_tried_at
        if since is not None:
            # An earlier attempt may have arrived: a lost answer, or a process that died.
            found = self.messenger.find(
                channel_id, mark, since=since, thread_ts=thread_ts, after=after
            )
            if found:
                return found
        return self.messenger.post(channel_id, self._marked(shown), key=mark, thread_ts=thread_ts)

    def _marked(self, shown: Message) -> Message:
        with self.reading() as plan:
            prompt = plan.prompt(self.prompt_key)
            explained = with_why(shown, prompt.key) if prompt else shown
            return marked(explained, plan.workspace.project)

    def channel_id(self, name: str) -> str:
        """
        Return a channel's id, asking Slack when it is not known.

        Raises:
            RefusedError: "channel_not_found".
        """
        with self.reading() as plan:
            known: str | None = plan.channel_id(name)
        if known and not self.tried_before:
            return known
        # After a refusal the directory may be old: somebody may have made the channel anew.
        ids = self.messenger.channels()
        with self.desk.ports.plans.changing(self.workspace_id) as plan:
            plan.put_channels(ids)
        if name not in ids:
            raise RefusedError("Slack", "channel_not_found")
        return ids[name]


def digest_of(shown: Message) -> str:
    """Return what tells one message from another: the same text and blocks, the same digest."""
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()
