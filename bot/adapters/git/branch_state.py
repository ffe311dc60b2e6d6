"""A branch of reports: whether it may be written, where it stands, and where it begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.git.process import GitFailedError, run_git
from bot.adapters.git.report_place import refused

_PROTECTED = frozenset({"main", "master", "trunk", "develop", "head", "@"})
_USUAL = ("main", "master", "trunk")  # default branches of a clone that has no remote
_MAX_NAME = 200
_HEADS = "refs/heads/"
# Whether it is checked out, not where: a path may hold a line feed.
_USED = "%(if)%(worktreepath)%(then)used%(end)"
_FORMAT = f"--format=%(refname)%00%(objectname)%00%(symref)%00{_USED}"


@dataclass(frozen=True, slots=True)
class BranchState:
    """
    A branch that may be written.

    Args:
        ref: Its full name.
        tip: Full sha; "" where there is no such branch yet.
        start: The parent of the next commit: its tip, or that of the default branch.
    """

    ref: str
    tip: str
    start: str


@dataclass(frozen=True, slots=True)
class _Ref:
    sha: str
    target: str
    used: str


def find_branch(repo: Path, branch: str, *, timeout_s: float) -> BranchState:
    """
    Look a branch of reports up.

    Raises:
        RefusedError: the name is none or that of a branch people work on, the branch is checked
            out, is only another name for one, or there is no commit to begin at.
        NotAssessedError: git failed or hung, or there is no repository.
    """
    ref = _checked_name(repo, branch, timeout_s)
    refs = _refs(repo, timeout_s)
    head = _head_ref(repo, timeout_s)
    default = _default(refs, head)
    if ref.casefold() in {default.casefold(), head.casefold()}:
        raise refused(f"{branch} is the branch of the project itself")
    there = refs.get(ref, _Ref("", "", ""))
    if there.target:
        raise refused(f"{branch} is only another name for {there.target}")
    if there.used:
        raise refused(f"{branch} is checked out in a work tree")
    start = there.sha or _start(repo, refs, default, timeout_s)
    return BranchState(ref=ref, tip=there.sha, start=start)


def _checked_name(repo: Path, branch: str, timeout_s: float) -> str:
    wrong = refused("that is no name for a branch")
    if not branch or len(branch) > _MAX_NAME or branch[0] == "-" or not branch.isprintable():
        raise wrong
    if branch.casefold() in _PROTECTED:
        raise refused(f"{branch} is not a branch for reports")
    try:
        # It also spells out "@{-1}", the branch before this one, which is no name either.
        name = run_git(repo, "check-ref-format", "--branch", branch, timeout_s=timeout_s)
    except GitFailedError as error:
        raise wrong from error
    if name != branch or branch.startswith("refs/"):
        raise wrong
    return _HEADS + branch


def _refs(repo: Path, timeout_s: float) -> Mapping[str, _Ref]:
    asked = ("for-each-ref", _FORMAT, "refs/heads", "refs/remotes/*/HEAD")
    lines = run_git(repo, *asked, timeout_s=timeout_s).split("\n")
    fields = (line.split("\0") for line in lines if line)
    return {name: _Ref(sha, target, used) for name, sha, target, used in fields}


def _head_ref(repo: Path, timeout_s: float) -> str:
    """Return the full name of the branch that HEAD names, born or not; "" for none."""
    try:
        return run_git(repo, "symbolic-ref", "-q", "HEAD", timeout_s=timeout_s)
    except GitFailedError as error:
        if error.status == 1:  # detached
            return ""
        raise


def _default(refs: Mapping[str, _Ref], head: str) -> str:
    """Return the default branch: the remote's, a usual one, or the one that HEAD names."""
    remotes = [name for name in refs if name.startswith("refs/remotes/")]
    for name in sorted(remotes, key=lambda name: (name != "refs/remotes/origin/HEAD", name)):
        if target := refs[name].target:
            return _HEADS + target.removeprefix(name.removesuffix("HEAD"))
    usual = (_HEADS + name for name in _USUAL)
    return next((ref for ref in usual if ref in refs), head)


def _start(repo: Path, refs: Mapping[str, _Ref], default: str, timeout_s: float) -> str:
    """Return where a new branch begins: a team's own unfinished branch is no place for it."""
    tracked = [ref.sha for name, ref in refs.items() if name.startswith("refs/remotes/")]
    if default in refs:
        return refs[default].sha
    if tracked:
        return tracked[0]
    try:
        asked = ("rev-parse", "-q", "--verify", "HEAD^{commit}")
        return run_git(repo, *asked, timeout_s=timeout_s)
    except GitFailedError as error:
        raise refused("it has no commits yet, so there is nothing to begin a branch at") from error
