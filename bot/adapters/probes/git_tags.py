"""The kind of probe that counts a repository's tags."""

from pathlib import Path

from bot.adapters.git.process import run_git
from bot.adapters.probes.counters import Counter, of_count
from bot.domain.probes import GitTagSource

_TIMEOUT_S = 30.0  # tens of thousands of tags take a second


def read_git_tags(source: GitTagSource, *, total: int | None) -> Counter:
    """
    Return how many tags match, of the total that was fixed.

    Raises:
        NotAssessedError: it is no repository, or git fails.
    """
    listed = run_git(
        Path(source.repo),
        *("tag", "--list", "--end-of-options", source.pattern),
        timeout_s=_TIMEOUT_S,
    )
    tags = listed.split("\n") if listed else []
    newest = f", the last of them {tags[-1]}" if tags else ""
    line = f"{len(tags):,} tags match {source.pattern}{newest}"
    return of_count(len(tags), total, source=source.repo, line=line)
