"""What `/bqx code` shows keeps Slack's limits, whatever the code says."""

from dataclasses import replace

import pytest

from bot.domain.code_issues import CodeLink, CodeSource
from bot.domain.code_lists import CodeList, IssueCode, Mark
from bot.domain.host_connection import SHOWN, FirstLook, HostConnection, HostTrouble
from bot.domain.issues import Issue, Severity
from bot.sandbox.blocks import flaws_of_blocks
from bot.views import code_message, host_message
from tests.conftest import MONDAY

HOSTILE = "<!channel> *x* `y` " + "z" * 300


def link(number, **more):
    return CodeLink(
        key=f"{number:024}",
        source=CodeSource.TODO,
        repo="etl",
        path=HOSTILE,
        line=number,
        text=f"TODO: {HOSTILE}",
        seen_at=MONDAY,
        **more,
    )


def host(number, **more):
    look = FirstLook(
        count=number,
        titles=(("#123456", HOSTILE),) * min(number, SHOWN),
        levels={"1": number, "4": 3},
        same={f"ISS-{n:03}": n for n in range(number)},
        alike=(("#123456", HOSTILE, "ISS-004", HOSTILE),) * min(number, SHOWN),
        alike_count=number,
        outward=number,
    )
    troubles = tuple(
        HostTrouble(key=f"ISS-{n:03}", status=422, why="HTTP 422", detail=HOSTILE, at=MONDAY)
        for n in range(number)
    )
    return HostConnection(
        host="GitHub", repo="acme/etl", looked_at=MONDAY, look=look, troubles=troubles, **more
    )


def shown(number):
    issue = Issue(key="ISS-001", title=HOSTILE, severity=Severity.DEBT, discovered_at=MONDAY)
    found = CodeList(
        marks=tuple(Mark(link=link(n)) for n in range(8)),
        total=number,
        page=2,
        pages=9,
        tied=tuple((link(n), issue) for n in range(number)),
        dismissed=number,
        has_repos=True,
        not_read=(HOSTILE,) * 9,
        host_name=f"GitHub {HOSTILE}",
        host=host(number),
        critical_channel=HOSTILE,
        may_connect=True,
    )
    without_code = replace(found, has_repos=False, marks=())
    troubles = host(number).troubles or host(1).troubles
    return [
        code_message.code_message(found, MONDAY),
        code_message.code_message(without_code, MONDAY),
        code_message.code_message(replace(found, host=None), MONDAY),
        code_message.code_message(replace(found, host=host(1, agreed_at=MONDAY)), MONDAY),
        host_message.ask_message(host(number), host(number).look, HOSTILE),
        host_message.agreed_message(host(number)),
        host_message.refused_notice(host(number), troubles),
        host_message.retried_message(number),
        code_message.issue_code_message(issue, IssueCode(links=(link(1),) * number)),
        code_message.removed_question(issue, link(1), "a" * 40),
        code_message.closed_question(issue, link(1, url="https://x/" + "y" * 3000)),
        code_message.title_question(issue, link(1), HOSTILE),
        code_message.dismissed_message(link(1)),
        code_message.put_back_message(link(1)),
        code_message.kept_open_message(issue),
        code_message.title_settled_message(issue),
    ]


def mrkdwn(value):
    """All text in which a mention would come alive; plain text calls nobody."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for part in value.values():
            yield from mrkdwn(part)
    if isinstance(value, list):
        for part in value:
            yield from mrkdwn(part)


@pytest.mark.parametrize("number", [0, 1, 500])
def test_every_message_keeps_the_limits_and_calls_nobody(number):
    for message in shown(number):
        assert "<!channel>" not in message["text"] + "".join(mrkdwn(message["blocks"]))
        assert len(message["blocks"]) <= 50
        assert flaws_of_blocks(message["blocks"], "message") == []


def test_without_a_clone_it_says_what_to_do():
    found = CodeList(marks=(), total=0, page=1, pages=1, tied=(), dismissed=0, has_repos=False)

    assert "PROJECT_REPO" in str(code_message.code_message(found, MONDAY))
