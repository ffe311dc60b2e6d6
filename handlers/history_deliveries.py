"""Deliveries of the audit trail: a file in a direct message."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.effects import EffectKind
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import Sent
from bot.usecases.read_history import changes_of
from bot.usecases.rights import need
from bot.views.history_file import history_lines
from bot.views.history_message import file_note
from bot.views.mrkdwn import message, section
from handlers.attempt import Attempt, Result
from handlers.desk import Desk

IN_MEMORY = 4_000_000  # bytes of a file that is being made; what is longer goes to the disk


@dataclass(frozen=True)
class HistoryDeliveries:
    """One method for each kind of effect of the audit trail."""

    desk: Desk

    @property
    def doers(self) -> Mapping[EffectKind, Callable[[Attempt], Result]]:
        """What does each kind."""
        return {EffectKind.HISTORY_FILE: self._file}

    def _file(self, job: Attempt) -> Result:
        """Post a note to whoever asked, with the file in its thread; never the file twice."""
        kind, asked, member_id = (job.payload[name] for name in ("format", "asked", "member"))
        at = datetime.fromtimestamp(job.payload["at"], UTC)
        # The key tells two files of one minute apart: the thread is searched for the name.
        name = f"audit_trail_{at:%Y-%m-%d}_{job.effect.key[:8]}.{kind}"
        try:
            content = self._content(job, at)
        except UserError as error:  # the role was taken away, or the stage removed, meanwhile
            return job.post_direct(message(str(error), [section(str(error))]), member_id)
        note = job.post_direct(file_note(asked, name), member_id)
        sent = Sent(str(note["channel"]), str(note["ts"]))
        if job.tried_before and job.messenger.has_file(sent, name):
            return {**note, "verified": True}
        job.messenger.upload(sent, filename=name, title="Audit trail", content=content)
        return {**note, "file": name}

    def _content(self, job: Attempt, at: datetime) -> bytes:
        """
        Return the file.

        Raises:
            UserError: whoever asked may not export any more, or it can't be read.
        """
        member_id = job.payload["member"]
        with job.reading() as plan, tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            need(plan, member_id, Right.AUDIT)
            names = {member.id: member.name for member in plan.members()}
            changes = changes_of(plan, job.payload["asked"], member_id=member_id, now=at)
            for line in history_lines(job.payload["format"], plan.workspace.id, changes, names):
                file.write(line.encode())
            file.seek(0)
            return file.read()
