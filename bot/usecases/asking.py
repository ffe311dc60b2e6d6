"""Who asks, and where the answer goes."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.effects import Effect, EffectKind
from bot.domain.plan import Why

ANSWER_GRACE = timedelta(seconds=15)  # past any answer that is still being made
ANSWER_LIMIT = timedelta(minutes=30)  # a response_url's life (contracts 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyTo:
    """
    Where an answer is shown.

    Args:
        member_id: Who asked; the direct message that always works.
        response_url: Slack's own address for the answer; five uses in thirty minutes.
        channel_id: For mentions: the channel, where `thread_ts` is the thread.
        project: Of which of the team's projects it is, where it is not the first one.
    """

    member_id: str
    response_url: str | None = None
    channel_id: str | None = None
    thread_ts: str | None = None
    project: str | None = None

    def to_plain(self) -> dict[str, Any]:
        """Return plain JSON, for a form's private_metadata or an effect's payload."""
        plain = {key: value for key, value in asdict(self).items() if value}
        del plain["member_id"]
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], *, member_id: str) -> "ReplyTo":
        """Return the address again; a form is answered to the member who sent it in."""
        return cls(
            member_id=member_id,
            response_url=plain.get("response_url"),
            channel_id=plain.get("channel_id"),
            thread_ts=plain.get("thread_ts"),
            project=plain.get("project"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """
    One request of one member.

    Args:
        cause: Unique for the command, click or form, such as "cmd:T1:812.34": handled once.
        words: What the member did, for the audit trail: "/bqx progress".
        now: When it arrived, UTC.
    """

    workspace_id: str
    member_id: str
    cause: str
    words: str
    now: datetime
    reply_to: ReplyTo | None = None

    @property
    def operation(self) -> str:
        """The id of all that this request changes: the same request, the same id."""
        return hashlib.sha256(f"{self.workspace_id}\n{self.cause}".encode()).hexdigest()[:20]

    @property
    def reply(self) -> dict[str, Any]:
        """Where the answer goes, for a form's private_metadata or an effect's payload."""
        return self.reply_to.to_plain() if self.reply_to else {}

    def why(self, *, evidence: str = "", undoes: str | None = None) -> Why:
        """Return who, when and why for the changes of this request."""
        return Why(
            operation=self.operation,
            actor_id=self.member_id,
            at=self.now,
            reason=self.words,
            evidence=evidence,
            undoes=undoes,
        )

    def answer(self) -> Effect | None:
        """
        Return the effect that answers in Slack if this process dies before it has answered.

        At most once: it is marked done just before the answer is sent (a response_url can't be
        asked whether something arrived there).
        """
        if self.reply_to is None:
            return None
        return Effect(
            key=f"{self.operation}#answer",
            kind=EffectKind.ANSWER,
            payload={
                "operation": self.operation,
                "member": self.member_id,
                "reply_to": self.reply_to.to_plain(),
            },
            lane=f"dm:{self.member_id}",
            not_before=self.now + ANSWER_GRACE,
            not_after=self.now + ANSWER_LIMIT,
            verified=False,
        )
