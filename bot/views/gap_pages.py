"""The thread under the Monday message: pages that keep their findings, and change in place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.finding_order import SECTIONS
from bot.domain.report_paths import report_path
from bot.views.finding_answers import Plain
from bot.views.finding_blocks import finding_blocks, room_of
from bot.views.mrkdwn import (
    MAX_BLOCKS,
    MAX_MESSAGE,
    Block,
    Message,
    block_size,
    button,
    context,
    message,
    one_line,
    section,
    title_text,
)

MAX_PAGES = 4  # messages of one section; the rest stands in the report
LINK_WRONG = "link_wrong"  # value: "sha:record key"
LINKED = "linked"  # the page of links that nobody was asked about
_ROOM = 400  # characters kept free for a page's title and its last line


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    One message of the thread.

    Args:
        name: Unique in its report and the same whatever is answered: "3:2", "linked:1".
    """

    name: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class SureLink:
    """
    A commit that was linked without asking, in words.

    Args:
        record_key: Our key of the stage or task.
        record: Its name; "" where it is gone.
        is_wrong: Somebody has said that it does not belong there.
    """

    sha: str
    record_key: str
    subject: str
    record: str
    reason: str
    score: float
    is_wrong: bool = False


def detail_pages(snapshot: Plain) -> list[Page]:
    """Return the pages of every section that holds a finding, in the order of the thread."""
    outcomes = snapshot.get("outcomes", {})
    pages = []
    for number, (name, kinds) in enumerate(SECTIONS.items()):
        chosen = [finding for finding in snapshot["findings"] if finding["kind"] in kinds]
        parts = list(_split(chosen))[:MAX_PAGES]
        left = len(chosen) - sum(len(part) for part in parts)
        for at, part in enumerate(parts):
            blocks = [_title(name, len(chosen), at, len(parts))]
            for finding in part:
                blocks += finding_blocks(finding, outcomes.get(finding["key"]))
            if left and at == len(parts) - 1:
                path = report_path(snapshot["local_date"])
                blocks.append(context(f"and {left:,} more, all in the report: `{path}`"))
            said = f"{name} ({len(chosen):,})"
            pages.append(Page(name=f"{number}:{at}", message=message(said, blocks)))
    return pages


def linked_pages(links: Sequence[SureLink]) -> list[Page]:
    """Return the pages of what was linked without asking, each with a way to say it is wrong."""
    blocks = [_link_block(link) for link in links]
    parts = list(_parted(blocks))[:MAX_PAGES]
    left = len(blocks) - sum(len(part) for part in parts)
    pages = []
    for at, part in enumerate(parts):
        shown = [_title("Linked without asking", len(links), at, len(parts)), *part]
        if left and at == len(parts) - 1:
            shown.append(context(f"and {left:,} more"))
        said = f"Linked without asking ({len(links):,})"
        pages.append(Page(name=f"{LINKED}:{at}", message=message(said, shown)))
    return pages


def _split(findings: Sequence[Plain]) -> Iterator[list[Plain]]:
    """Yield the findings of each page: by what they take at most, so that none ever moves."""
    page: list[Plain] = []
    blocks = characters = 0
    for finding in findings:
        more_blocks, more_characters = room_of(finding)
        too_many = blocks + more_blocks > MAX_BLOCKS - 2
        if page and (too_many or characters + more_characters > MAX_MESSAGE - _ROOM):
            yield page
            page, blocks, characters = [], 0, 0
        page.append(finding)
        blocks += more_blocks
        characters += more_characters
    if page:
        yield page


def _parted(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    page: list[Block] = []
    characters = 0
    for block in blocks:
        size = block_size(block)
        too_many = len(page) >= MAX_BLOCKS - 2
        if page and (too_many or characters + size > MAX_MESSAGE - _ROOM):
            yield page
            page, characters = [], 0
        page.append(block)
        characters += size
    if page:
        yield page


def _title(name: str, number: int, at: int, pages: int) -> Block:
    page = f" · page {at + 1} of {pages}" if pages > 1 else ""
    return section(f"*{name} ({number:,})*{page}", block_id="title")


def _link_block(link: SureLink) -> Block:
    subject, record = one_line(link.subject, 120), title_text(link.record or "what is gone", 120)
    text = f"`{link.sha[:7]}` {subject}\nbelongs to *{record}*"
    if link.is_wrong:
        return section(f"{text}: somebody said that is wrong.")
    score = f"{link.score:.0%}".replace("%", " %")
    value = f"{link.sha}:{link.record_key}"
    wrong = button("Wrong…", LINK_WRONG, value, label=f"Wrong link: {link.sha[:7]}")
    why = f"\n> {score}: {one_line(link.reason, 250)}"
    return section(text + why, accessory=wrong)


def sure_links(
    links: Sequence[Plain],
    subjects: Mapping[str, str],
    records: Mapping[str, str],
    wrong: frozenset[str],
) -> list[SureLink]:
    """
    Return the links of a snapshot that nobody was asked about.

    Args:
        subjects: First lines of commits by sha.
        records: Names of stages and tasks by our keys.
        wrong: "sha:record key" of what somebody has corrected.
    """
    return [_sure(link, subjects, records, wrong) for link in links if is_sure(link)]


def is_sure(link: Plain) -> bool:
    """Whether a link was made without asking anybody."""
    return bool(link["tier"] == "likely" and link["status"] == "linked" and link["record"])


def _sure(
    link: Plain, subjects: Mapping[str, str], records: Mapping[str, str], wrong: frozenset[str]
) -> SureLink:
    sha, record = str(link["sha"]), str(link["record"])
    known: dict[str, Any] = {"sha": sha, "record_key": record}
    return SureLink(
        **known,
        subject=subjects.get(sha, ""),
        record=records.get(record, ""),
        reason=link["reason"],
        score=link["score"],
        is_wrong=f"{sha}:{record}" in wrong,
    )
