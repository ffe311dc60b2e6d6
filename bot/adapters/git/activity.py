"""What arrived in a git repository: one streamed `git log`, whatever its size."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.adapters.git.process import stream_git
from bot.adapters.git.records import RecordReader, clean
from bot.adapters.git.span import Span, find_span
from bot.domain.activity import Activity, Commit
from bot.domain.branches import branch_of

_LOG = (
    *("-c", "log.showRoot=true"),
    "log",
    "-z",
    "--no-relative",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-notes",
    "--encoding=UTF-8",
)
_PATHS = ("--name-only", "--no-renames", "--diff-merges=off")


@dataclass(frozen=True)
class GitActivity:
    """
    Reads any clone: a work tree or a bare repository. Never writes, never fetches.

    Args:
        timeout_s: Longest time for a short question to git; at most four are asked a repository.
        history_timeout_s: Longest time for the one process that prints the history.
    """

    timeout_s: float = 60.0
    history_timeout_s: float = 900.0  # a million commits with paths take a minute or two

    def read(
        self,
        repo: Path,
        *,
        seen: Mapping[str, str] | None = None,
        since: datetime | None,
        until: datetime | None = None,
        with_paths: bool = True,
    ) -> Activity:
        """
        Return what arrived on the branch that HEAD names, newest first: see `ActivitySource.read`.

        What *arrived* is what the new tip of the branch reaches and the old one did not: commits
        of a merged branch count in the week of the merge, however old their dates are, which
        `git log --since` would miss.

        Args:
            with_paths: Without them a whole history takes a third of the time.

        Raises:
            NotAssessedError: no folder, no repository, no commits yet, or git failed or hung.
        """
        span = self._span(repo, seen, since, until)
        commits = tuple(self._commits(repo, span, with_paths=with_paths))
        return Activity(
            repo=clean(repo.absolute().name) or "repository",
            branch=clean(span.ref.removeprefix("refs/heads/")),
            tip=span.new,
            tips={**(seen or {}), **({span.ref: span.new} if span.new else {})},
            commits=_on_branches(commits),
            remarks=span.remarks,
        )

    def stream(
        self,
        repo: Path,
        *,
        seen: Mapping[str, str] | None = None,
        since: datetime | None,
        until: datetime | None = None,
        with_paths: bool = True,
    ) -> Iterator[Commit]:
        """
        Yield the commits that `read` returns, without their branch and without keeping them.

        Whoever reads must read to the end: only then is it certain that git did not fail half-way.

        Raises:
            NotAssessedError: see `read`.
        """
        yield from self._commits(repo, self._span(repo, seen, since, until), with_paths=with_paths)

    def _span(
        self,
        repo: Path,
        seen: Mapping[str, str] | None,
        since: datetime | None,
        until: datetime | None,
    ) -> Span:
        return find_span(repo, seen=seen or {}, since=since, until=until, timeout_s=self.timeout_s)

    def _commits(self, repo: Path, span: Span, *, with_paths: bool) -> Iterator[Commit]:
        if not span.new or span.new in span.old:
            return
        reader = RecordReader()
        asked = (*_LOG, *(_PATHS if with_paths else ()), reader.format, *span.arguments)
        yield from reader.commits(stream_git(repo, *asked, timeout_s=self.history_timeout_s))


def _on_branches(commits: tuple[Commit, ...]) -> tuple[Commit, ...]:
    branches = branch_of(commits)
    return tuple(
        replace(commit, branch=branches[commit.sha]) if commit.sha in branches else commit
        for commit in commits
    )
