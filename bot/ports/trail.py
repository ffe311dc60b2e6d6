"""What the core asks of the plan database about the audit trail."""

from collections.abc import Iterator
from typing import Protocol

from bot.domain.issues import Issue
from bot.domain.plan import Change
from bot.domain.trail import Head, Operation, Selection


class TrailReader(Protocol):
    """The audit trail of one workspace; rows are only ever added, by `PlanWriter.save`."""

    def changes(
        self,
        *,
        kind: str | None = None,
        key: str | None = None,
        chosen: Selection | None = None,
        before_id: int | None = None,
        limit: int = 50,
    ) -> list[Change]:
        """
        Return rows of the audit trail, newest first.

        Args:
            before_id: Only rows before this one, for the next page.
        """
        ...

    def walk_changes(self, chosen: Selection | None = None) -> Iterator[Change]:
        """Yield rows, oldest first, however many: they are never all in memory."""
        ...

    def operations(
        self, chosen: Selection, *, after: int | None = None, limit: int = 10, shown: int = 5
    ) -> list[Operation]:
        """
        Return what was asked for grouped by operation, newest first.

        Args:
            after: `newest` of the last one of the page before.
            shown: Rows of each that are returned.
        """
        ...

    def operation(self, operation: str) -> list[Change]:
        """Return the changes of one operation, in the order in which they were written."""
        ...

    def last_operation(self, actor_id: str) -> str | None:
        """Return the actor's newest operation that is neither undone nor an undo itself."""
        ...

    def trail_head(self) -> Head:
        """Return where the writers left the trail's end."""
        ...

    def restricted_issues(self) -> list[Issue]:
        """Return the issues that not everybody may see, withdrawn ones too."""
        ...

    def false_marks(self) -> list[Change]:
        """Return rows whose mark "undone" says other than the undos that were written."""
        ...
