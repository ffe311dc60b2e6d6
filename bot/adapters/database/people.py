"""Read and write a team's settings, its people, prompts, pauses and runs."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select

from bot.adapters.database import tables
from bot.adapters.database.rows import to_row
from bot.adapters.database.statements import SqlQuestions, SqlStatements, inserting
from bot.domain.identities import CommitAuthor
from bot.domain.people import Person
from bot.domain.prompts import Prompt
from bot.domain.runs import Run
from bot.domain.team import TEAM, Pause, Team


class SqlPeopleReader(SqlQuestions):
    """The port PeopleReader on an open transaction."""

    def team(self) -> Team:
        """Return what the team has agreed on; the defaults where it never changed any."""
        return self._one(Team, self._of(tables.team, key=TEAM)) or Team()

    def person(self, member_id: str) -> Person:
        """Return what a member said about themselves; the defaults where they never did."""
        return self._one(Person, self._of(tables.person, key=member_id)) or Person(key=member_id)

    def people(self, member_ids: Collection[str] | None = None) -> dict[str, Person]:
        """Return everybody (of these, when given) of whom anything is kept, by Slack id."""
        query = self._present(tables.person)
        if member_ids is not None:
            query = query.where(tables.person.c.key.in_(member_ids))
        return {person.key: person for person in self._all(Person, query)}

    def pauses(self) -> list[Pause]:
        """Return the pauses and skips that were not taken back, in the order they were made."""
        query = self._of(tables.pause).where(tables.pause.c.removed_at.is_(None))
        return self._all(Pause, query.order_by(tables.pause.c.at, tables.pause.c.sort_key))

    def run(self, job: str, subject: str, local_date: str) -> Run | None:
        """Return what became of a due moment; None where nothing was decided yet."""
        query = self._of(tables.run, job=job, subject=subject, local_date=local_date)
        return self._one(Run, query)

    def runs_of(
        self, job: str, subjects: Collection[str], local_dates: Collection[str]
    ) -> list[Run]:
        """Return what became of the due moments of several people on several dates."""
        run = tables.run.c
        query = self._of(tables.run, job=job).where(
            run.subject.in_(subjects), run.local_date.in_(local_dates)
        )
        return self._all(Run, query)

    def decided(self, job: str, *, since: datetime) -> set[tuple[str, str]]:
        """Return subject and local date of a job's runs that were due at `since` or later."""
        run = tables.run.c
        query = select(run.subject, run.local_date).where(
            run.workspace_id == self._workspace.id, run.job == job, run.due_at >= since
        )
        return {(subject, day) for subject, day in self._db.execute(query)}

    def runs(self, *, since: datetime, job: str | None = None) -> list[Run]:
        """Return the runs due at `since` or later, by due moment, job and subject."""
        run = tables.run.c
        query = self._of(tables.run, job=job).where(run.due_at >= since)
        return self._all(Run, query.order_by(run.due_at, run.job, run.subject))

    def prompts(self, member_id: str, local_date: str) -> list[Prompt]:
        """Return a member's prompts of one day, sent or waiting, in the order they came."""
        query = self._of(tables.prompt, member_id=member_id, local_date=local_date)
        return self._all(Prompt, query.order_by(tables.prompt.c.at, tables.prompt.c.key))

    def prompts_of(self, member_ids: Collection[str], local_dates: Collection[str]) -> list[Prompt]:
        """Return the prompts of several members on several days, sent or waiting."""
        prompt = tables.prompt.c
        query = self._of(tables.prompt).where(
            prompt.member_id.in_(member_ids), prompt.local_date.in_(local_dates)
        )
        return self._all(Prompt, query)

    def prompt(self, key: str) -> Prompt | None:
        """Return the prompt with this key, sent or waiting."""
        return self._one(Prompt, self._of(tables.prompt, key=key))

    def commit_authors(self) -> list[CommitAuthor]:
        """Return who made the remembered commits, most commits first."""
        commit = tables.git_commit.c
        number = func.count()
        query = (
            select(commit.author_name, commit.author_email, number)
            .where(commit.workspace_id == self._workspace.id)
            .group_by(commit.author_name, commit.author_email)
            .order_by(number.desc(), commit.author_email, commit.author_name)
        )
        return [CommitAuthor(*row) for row in self._db.execute(query)]

    def waiting_prompts(self) -> list[Prompt]:
        """Return everybody's prompts that wait for the next bundle, in the order they came."""
        query = self._of(tables.prompt).where(tables.prompt.c.sent.is_(False))
        return self._all(Prompt, query.order_by(tables.prompt.c.at, tables.prompt.c.key))


class SqlPeopleWriter(SqlPeopleReader, SqlStatements):
    """The port PeopleWriter on an open transaction."""

    def claim_run(self, run: Run) -> bool:
        """Write down what becomes of a due moment; False where that was decided before."""
        return self._add(tables.run, to_row(run))

    def claim_runs(self, runs: Iterable[Run]) -> None:
        """Write down what becomes of due moments; what was decided before stays."""
        rows = [{"workspace_id": self._workspace.id, **to_row(run)} for run in runs]
        if rows:
            self._db.execute(inserting(self._db, tables.run).on_conflict_do_nothing(), rows)

    def put_prompts(self, prompts: Iterable[Prompt]) -> None:
        """Insert or replace prompts by their keys."""
        self._put(tables.prompt, *(to_row(prompt) for prompt in prompts))
