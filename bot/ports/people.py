"""What the core asks of the plan database about a team, its people and its calendar."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Protocol

from bot.domain.identities import CommitAuthor
from bot.domain.people import Person
from bot.domain.prompts import Prompt
from bot.domain.runs import Run
from bot.domain.team import Pause, Team


class PeopleReader(Protocol):
    """Settings, absences, prompts, pauses and runs of one workspace."""

    def team(self) -> Team:
        """Return what the team has agreed on; the defaults where it never changed any."""
        ...

    def person(self, member_id: str) -> Person:
        """Return what a member said about themselves; the defaults where they never did."""
        ...

    def people(self, member_ids: Collection[str] | None = None) -> dict[str, Person]:
        """Return everybody (of these, when given) of whom anything is kept, by Slack id."""
        ...

    def pauses(self) -> list[Pause]:
        """Return the pauses and skips that were not taken back, in the order they were made."""
        ...

    def run(self, job: str, subject: str, local_date: str) -> Run | None:
        """Return what became of a due moment; None where nothing was decided yet."""
        ...

    def runs_of(
        self, job: str, subjects: Collection[str], local_dates: Collection[str]
    ) -> list[Run]:
        """Return what became of the due moments of several people on several dates."""
        ...

    def decided(self, job: str, *, since: datetime) -> set[tuple[str, str]]:
        """Return subject and local date of a job's runs that were due at `since` or later."""
        ...

    def runs(self, *, since: datetime, job: str | None = None) -> list[Run]:
        """Return the runs due at `since` or later, by due moment, job and subject."""
        ...

    def prompts(self, member_id: str, local_date: str) -> list[Prompt]:
        """Return a member's prompts of one day, sent or waiting, in the order they came."""
        ...

    def prompts_of(self, member_ids: Collection[str], local_dates: Collection[str]) -> list[Prompt]:
        """Return the prompts of several members on several days, sent or waiting."""
        ...

    def prompt(self, key: str) -> Prompt | None:
        """Return the prompt with this key, sent or waiting."""
        ...

    def commit_authors(self) -> list[CommitAuthor]:
        """Return who made the remembered commits, most commits first."""
        ...

    def waiting_prompts(self) -> list[Prompt]:
        """Return everybody's prompts that wait for the next bundle, in the order they came."""
        ...


class PeopleWriter(PeopleReader, Protocol):
    """The same, to write. Team, Person and Pause are items: `save` writes them with a Change."""

    def claim_run(self, run: Run) -> bool:
        """Write down what becomes of a due moment; False where that was decided before."""
        ...

    def claim_runs(self, runs: Iterable[Run]) -> None:
        """Write down what becomes of due moments; what was decided before stays."""
        ...

    def put_prompts(self, prompts: Iterable[Prompt]) -> None:
        """Insert or replace prompts by their keys."""
        ...
