"""GitHub's adapter over real HTTP: paging, limits, and answers that are lost."""

from datetime import UTC, datetime

import pytest

from bot.adapters.code_host import code_host
from bot.adapters.code_host.github import GitHubHost
from bot.errors import OutageError, RefusedError, SettingsError
from tests.code_host.server import REPO, TOKEN, Fault
from tests.waiting import until


def numbers(host, since=None):
    return [each.number for page in host.changed_since(since) for each in page]


def test_issues_are_read_and_pull_requests_are_not(there, host):
    there.add("A `title` <b>& more", labels=["bug", "level 1"], body="text")
    there.add("a pull request", pull=True)

    [[issue]] = list(host.changed_since(None))

    assert issue.title == "A `title` <b>& more"
    assert issue.labels == ("bug", "level 1")
    assert issue.is_open
    assert issue.url.endswith("/issues/1")


def test_nothing_new_costs_one_call_that_is_not_counted_against_us(there, host):
    number = there.add()
    since = datetime.fromisoformat(there.issues[number]["updated_at"])
    assert numbers(host, since) == [1]
    there.counted()

    assert numbers(host, since) == []

    assert there.counted() == ["GET 304"]


def test_a_page_that_was_not_taken_comes_again(there, host):
    there.add()
    pages = host.changed_since(None)
    next(pages)
    pages.close()

    assert numbers(host) == [1]


def test_many_pages_are_read_and_each_once_but_for_the_seams(there, host):
    for _ in range(250):
        there.add()

    found = numbers(host)

    assert sorted(set(found)) == list(range(1, 251))
    assert len(found) <= 253
    assert len(there.counted()) == 3


def test_an_issue_changed_while_pages_are_read_hides_none(there, host):
    for _ in range(201):
        there.add()
    there.during.append(lambda: there.change(5))

    assert set(numbers(host)) == set(range(1, 202))


def test_a_page_of_one_moment_is_got_over(there, host):
    for _ in range(230):
        there.add()
    for row in there.issues.values():
        row["updated_at"] = "2026-11-23T09:00:00Z"

    assert set(numbers(host)) == set(range(1, 231))


@pytest.mark.parametrize(
    ("fault", "wait_s"),
    [
        (Fault(429, {"retry-after": "7"}), 7),
        (Fault(403, {"retry-after": "30"}, {"message": "secondary rate limit"}), 30),
        (Fault(403, {}, {"message": "You have exceeded a secondary rate limit"}), 60),
        (Fault(429), 60),
        (Fault(403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"}), 3600),
        (Fault(403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}), 1),
    ],
)
def test_a_limit_of_calls_says_when_to_come_back(there, host, fault, wait_s):
    there.faults.append(fault)

    with pytest.raises(OutageError) as failed:
        numbers(host)

    assert failed.value.retry_after_s == wait_s
    assert len(there.calls) == 1


@pytest.mark.parametrize(
    ("status", "headers"), [(401, {}), (403, {}), (403, {"x-ratelimit-remaining": "12"}), (404, {})]
)
def test_a_refusal_is_no_outage(there, host, status, headers):
    there.faults.append(Fault(status, headers, {"message": "no"}))

    with pytest.raises(RefusedError) as refused:
        numbers(host)

    assert refused.value.status == status
    assert TOKEN not in str(refused.value)


def test_a_wrong_token_is_refused(there):
    with pytest.raises(RefusedError, match="token"):
        numbers(GitHubHost("wrong", url=there.url, repo=REPO))


@pytest.mark.parametrize("body", [b"<html>", b"[{}]", b'{"a": 1}', b"[1]", b"null"])
def test_an_answer_that_is_none_is_an_outage(there, host, body):
    there.faults.append(Fault(200, {}, body))

    with pytest.raises(OutageError):
        numbers(host)


def test_a_server_error_is_not_tried_again_here(there, host):
    there.faults += [Fault(502), Fault(502)]

    with pytest.raises(OutageError) as failed:
        host.create(title="x", body="y")

    assert failed.value.maybe_done
    assert there.counted() == ["POST 502"]


def test_a_lost_answer_may_have_arrived(there):
    host = GitHubHost(TOKEN, url=there.url, repo=REPO, timeout_s=1)
    there.faults.append(Fault(late=True, hang_s=1.5))

    with pytest.raises(OutageError) as failed:
        host.create(title="x", body="y")

    assert failed.value.maybe_done
    until(lambda: there.calls)
    assert there.counted() == ["POST 201"]
    assert there.issues[1]["title"] == "x"


def test_nobody_listens(there):
    host = GitHubHost(TOKEN, url="http://127.0.0.1:9", repo=REPO)

    with pytest.raises(OutageError):
        numbers(host)


def test_one_issue_is_made_changed_read_and_lost(there, host):
    made = host.create(title="Sum is wrong", body="see etl/sum.py:4")
    host.update(made.number, title="Sum was wrong", is_open=False)
    host.comment(made.number, "Resolved.")

    after = host.get(made.number)
    assert (after.title, after.is_open) == ("Sum was wrong", False)
    assert there.comments == [(made.number, "Resolved.")]
    there.gone.add(made.number)
    assert host.get(made.number) is None
    assert host.get(77) is None


def test_the_open_issues_are_read_without_pull_requests(there, host):
    for number in range(120):
        there.add(f"Issue {number}", pull=number % 2 == 1)
    there.change(1, state="closed")

    pages = list(host.open_issues())

    assert [each.number for page in pages for each in page] == list(range(3, 121, 2))
    assert there.counted() == ["GET 200", "GET 200"]


def test_labels_are_put_on_and_taken_off_and_the_others_stay(there, host):
    number = there.add(labels=["bug", "sev:3"])

    host.relabel(number, add="level 1", remove=["sev:3", "level 9"])

    assert there.labels(number) == ["bug", "level 1"]


def test_an_issue_that_was_moved_to_another_repository_is_gone(there, host):
    number = there.add()
    there.repo["full_name"] = "acme/other"
    there.issues[7] = there.issues.pop(number) | {"number": 7}
    there.moved[f"/repos/{REPO}/issues/{number}"] = "/repos/acme/other/issues/7"

    assert host.get(number) is None


def test_an_issue_is_not_taken_for_gone_where_the_repository_cannot_be_seen(there, host):
    number = there.add()
    there.repo["full_name"] = "acme/hidden"

    with pytest.raises(RefusedError) as refused:
        host.get(number)

    assert refused.value.status == 404


@pytest.mark.parametrize("ask", [numbers, lambda host: list(host.open_issues())])
def test_a_repository_of_a_new_name_is_told_and_not_read_by_half(there, host, ask):
    there.repo["full_name"] = "acme/new"
    there.add()
    # GitHub redirects, and the question's own words are lost on the way.
    there.moved[f"/repos/{REPO}/issues"] = "/repos/acme/new/issues"

    with pytest.raises(RefusedError, match="acme/new") as refused:
        ask(host)

    assert refused.value.status == 301


def test_a_redirect_to_another_host_is_not_followed(there, host):
    there.moved[f"/repos/{REPO}/issues"] = "http://elsewhere.example.org/repos/x/issues"

    with pytest.raises(OutageError):
        numbers(host)


def test_issues_that_are_switched_off_are_a_refusal(there, host):
    there.repo["has_issues"] = False

    with pytest.raises(RefusedError, match="switched off"):
        numbers(host)


@pytest.mark.parametrize(
    ("scopes", "permissions", "private", "may_write"),
    [
        ("repo, gist", {"push": True}, True, True),
        ("public_repo", {"push": True}, False, True),
        ("public_repo", {"push": True}, True, False),
        ("repo", {"pull": True}, True, False),
        ("", {"triage": True}, True, None),
        ("", {"pull": True}, True, False),
    ],
)
def test_what_the_token_may_write_is_what_the_host_says(
    there, host, scopes, permissions, private, may_write
):
    there.scopes, there.repo["private"], there.repo["permissions"] = scopes, private, permissions

    access = host.access()

    assert (access.repo, access.has_issues, access.may_write) == (REPO, True, may_write)


def test_a_repository_of_an_odd_name_stays_in_its_place(there):
    host = GitHubHost(TOKEN, url=there.url, repo="acme/../../users")

    with pytest.raises(RefusedError):
        numbers(host)


def test_a_kind_without_an_adapter_is_said():
    with pytest.raises(SettingsError, match="github"):
        code_host("gitlab", "http://x", "t", "a/b")


def test_moments_are_in_utc(there, host):
    there.add()

    [[issue]] = list(host.changed_since(datetime(2020, 1, 1, tzinfo=UTC)))

    assert issue.created_at == there.now
