"""From which commits to which: what a reading of a branch leaves out, and why."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.adapters.git.process import GitFailedError, run_git
from bot.errors import NotAssessedError

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FORCED = "history was rewritten since the last assessment (force-push)"
_AGAIN = "so work that was reported before may come again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """
    What the newest commit reaches and the old ones do not.

    Args:
        ref: Full name of the branch that HEAD names; "HEAD" where none is checked out.
        new: Full sha; "" where there is nothing before the end.
        old: Full shas; none reads the whole history.
        remarks: What a reader should know about the choice.
    """

    ref: str
    new: str
    old: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """The span as `git log` takes it."""
        # The new tip was looked up; the old tip of another branch may be gone by now.
        old = (f"^{sha}" for sha in self.old)
        return ("--ignore-missing", "--end-of-options", self.new, *old, "--")


@dataclass(frozen=True, slots=True)
class _Head:
    ref: str
    tip: str
    is_shallow: bool


def find_span(
    repo: Path,
    *,
    seen: Mapping[str, str],
    since: datetime | None,
    until: datetime | None,
    timeout_s: float,
) -> Span:
    """
    Choose the span with at most four short git processes.

    Args:
        seen: Tips of the last assessment, by full ref name; empty the first time.
        since: Chooses the old tip the first time, and where the last one is gone; None: no limit.
        until: Chooses the new tip; None: the tip of HEAD.
        timeout_s: For each process.

    Raises:
        NotAssessedError: no folder, no repository, no commits yet, or git failed or hung.
    """
    head = _head(repo, timeout_s)
    new = head.tip if until is None else _tip_before(repo, until, timeout_s)
    known = {ref: sha for ref, sha in seen.items() if _SHA.fullmatch(sha)}
    if known:
        old, remarks = _after_seen(repo, head, known, since, timeout_s)
    else:
        old, remarks = _after_date(repo, head, since, timeout_s)
    if head.ref == "HEAD":
        remarks = ("no branch is checked out (detached HEAD); I read the commit that is", *remarks)
    return Span(ref=head.ref, new=new, old=old, remarks=remarks)


def _after_date(
    repo: Path, head: _Head, since: datetime | None, timeout_s: float
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    old = _tip_before(repo, since, timeout_s) if since else ""
    if not head.is_shallow:
        return _given(old), ()
    if old or since is None:
        return _given(old), ("shallow clone: older history is missing",)
    return (), ("shallow clone: it does not reach back to the start of the period",)


def _after_seen(
    repo: Path, head: _Head, seen: Mapping[str, str], since: datetime | None, timeout_s: float
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the tips that were seen, or a substitute for the one that is gone."""
    last = seen.get(head.ref) or next(iter(seen.values()))
    others = tuple(sha for sha in seen.values() if sha != last)
    remarks = list(_switched(head, seen))
    base = _merge_base(repo, last, head.tip, timeout_s)
    if base == last:
        remarks += ["shallow clone: older history is missing"] if head.is_shallow else []
        return (last, *others), tuple(remarks)
    if base:
        if head.is_shallow:
            remarks.append(f"{_hidden()}; I read what it holds, {_AGAIN}")
        elif not remarks:
            remarks.append(f"{_FORCED}; I read from the common base {base[:7]} on, {_AGAIN}")
        return (last, *others), tuple(remarks)
    why = _hidden() if head.is_shallow else f"{_FORCED} and shares no commit with what I read then"
    by_date = _tip_before(repo, since, timeout_s) if since else ""
    how = f"by date, from {since:%Y-%m-%d} on" if since and by_date else "all that there is"
    remarks.append(f"{why}; I read {how}, {_AGAIN}")
    return (*_given(by_date), *others), tuple(remarks)


def _switched(head: _Head, seen: Mapping[str, str]) -> Iterator[str]:
    if head.ref not in seen:
        before, now = (", ".join(map(_branch, names)) for names in (seen, [head.ref]))
        yield f"the last assessment read {before}, this one reads {now}"


def _branch(ref: str) -> str:
    return ref.removeprefix("refs/heads/")


def _hidden() -> str:
    return "shallow clone: it does not reach back to the last assessment"


def _given(sha: str) -> tuple[str, ...]:
    return (sha,) if sha else ()


def _head(repo: Path, timeout_s: float) -> _Head:
    asked = ("--is-shallow-repository", "HEAD^{commit}", "--symbolic-full-name", "HEAD", "--")
    try:
        answer = run_git(repo, "rev-parse", *asked, timeout_s=timeout_s)
    except GitFailedError as error:
        if "bad revision" in error.stderr and _is_unborn(repo, timeout_s):
            raise NotAssessedError(f"{repo} has no commits yet.") from error
        raise
    shallow, tip, ref, *_ = answer.split("\n")
    return _Head(ref=ref, tip=tip, is_shallow=shallow == "true")


def _is_unborn(repo: Path, timeout_s: float) -> bool:
    """Whether HEAD names a branch without commits; one that is damaged makes git fail."""
    ref = run_git(repo, "symbolic-ref", "HEAD", timeout_s=timeout_s)
    return not run_git(repo, "for-each-ref", "--end-of-options", ref, timeout_s=timeout_s)


def _tip_before(repo: Path, moment: datetime, timeout_s: float) -> str:
    """Return the newest commit of the branch's own line before a moment, "" for none."""
    second = int(moment.timestamp()) - 1  # git counts the second itself as before
    asked = ("-1", "--first-parent", f"--before={second}", "--end-of-options", "HEAD", "--")
    return run_git(repo, "rev-list", *asked, timeout_s=timeout_s)


def _merge_base(repo: Path, old: str, new: str, timeout_s: float) -> str:
    """Return where two histories part; "" where one is gone or they have nothing in common."""
    try:
        return run_git(repo, "merge-base", "--end-of-options", old, new, timeout_s=timeout_s)
    except GitFailedError as error:
        if error.status == 1 or old in error.stderr:  # nothing in common, or "Not a valid commit"
            return ""
        raise
