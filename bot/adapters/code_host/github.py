"""
GitHub, and what speaks its REST API, through PyGithub's requester.

PyGithub's objects ask again for each field that an answer left empty, and its retries sleep in
the caller's thread; so one call here is one request, and waiting is left to the engine.
Rate limits: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from github import Auth, Github
from github.GithubException import GithubException
from requests.exceptions import RequestException

from bot.adapters.code_host.waiting import seconds_to_wait
from bot.errors import OutageError, RefusedError
from bot.ports.code_host import HostAccess, HostIssue

NAME = "GitHub"
TIMEOUT_S = 15
PAGE = 100  # the host's most
MAX_BODY = 20_000  # characters of an issue's body that are read
_GONE = {404, 410}
_MOVED = 301
_UNCHANGED = 304
_UNSEEN = 404
_SERVER_ERROR = 500
_REFUSED = 400


class GitHubHost:
    """
    The port CodeHost on GitHub's REST API.

    Args:
        url: Of the API: https://api.github.com, or https://HOST/api/v3 of a GitHub Enterprise.
        repo: "owner/name".
    """

    def __init__(self, token: str, *, url: str, repo: str, timeout_s: int = TIMEOUT_S) -> None:
        self.repo = repo
        self.calls = 0
        self._repo = "/repos/" + "/".join(quote(part, safe="") for part in repo.split("/"))
        self._issues = f"{self._repo}/issues"
        self._tags: dict[str, str] = {}
        self._asking = Github(
            auth=Auth.Token(token),
            base_url=url,
            timeout=timeout_s,
            retry=0,
            seconds_between_requests=None,
            seconds_between_writes=None,
            user_agent="bqx-cadence",
        ).requester

    @property
    def name(self) -> str:
        """For people."""
        return NAME

    def changed_since(self, since: datetime | None) -> Iterator[Sequence[HostIssue]]:
        """
        Yield what has changed: see `CodeHost.changed_since`.

        Each further page begins at the last moment of the one before it: by numbers an issue would
        be skipped when one of an earlier page is changed meanwhile and so goes to the end.
        """
        page, asked = 1, since
        while True:
            parameters = _asked(asked, page)
            known = json.dumps(parameters)
            headers = {"If-None-Match": self._tags[known]} if known in self._tags else {}
            status, said, rows = self._call("GET", self._issues, parameters, headers=headers)
            if status == _UNCHANGED:
                return
            found = _issues(rows)
            self._need_same_repo(rows)
            if found:
                yield found
            # Only now: whoever failed to take this page is shown it again.
            if tag := said.get("etag"):
                self._tags = {known: tag}
            if 'rel="next"' not in said.get("link", "") or not rows:
                return
            newest = _moment(rows[-1]["updated_at"])
            page, asked = (1, newest) if asked is None or newest > asked else (page + 1, asked)

    def open_issues(self) -> Iterator[Sequence[HostIssue]]:
        """Yield the open issues: see `CodeHost.open_issues`."""
        page, more = 1, True
        while more:
            parameters = {
                "state": "open",
                "sort": "created",
                "direction": "asc",
                "per_page": str(PAGE),
                "page": str(page),
            }
            _, said, rows = self._call("GET", self._issues, parameters)
            found = _issues(rows)
            self._need_same_repo(rows)
            yield found
            page, more = page + 1, 'rel="next"' in said.get("link", "")

    def access(self) -> HostAccess:
        """
        Return what the token may do: see `CodeHost.access`.

        A classic token states its scopes in each answer; a fine-grained one says nothing of what
        it may write, so that only its user's place in the repository is known.
        """
        _, said, row = self._call("GET", self._repo)
        self._call("GET", self._issues, {"per_page": "1"})  # else "may read" would be a guess
        try:
            user_may = row.get("permissions", {})
            may_write: bool | None = bool(user_may.get("push") or user_may.get("triage"))
            scopes = {each.strip() for each in said.get("x-oauth-scopes", "").split(",")} - {""}
            if scopes:
                needed = {"repo"} if row.get("private") else {"repo", "public_repo"}
                may_write = may_write and bool(scopes & needed)
            elif may_write:
                may_write = None
            return HostAccess(
                repo=str(row["full_name"]),
                has_issues=bool(row.get("has_issues", True)),
                may_write=may_write,
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise OutageError(
                NAME, what="answered with something else than a repository"
            ) from error

    def get(self, number: int) -> HostIssue | None:
        """Return one issue: see `CodeHost.get`."""
        try:
            _, _, row = self._call("GET", f"{self._issues}/{number}")
        except RefusedError as error:
            if error.status not in _GONE:
                raise
            if error.status == _UNSEEN:
                self._call("GET", self._repo)  # refused as well, it is the token, not the issue
            return None
        found = _issues([row])
        if not found or found[0].number != number:
            return None  # moved to another repository, it is answered from there
        self._need_same_repo([row])
        return found[0]

    def create(self, *, title: str, body: str, labels: Sequence[str] = ()) -> HostIssue:
        """Make an issue; labels that the repository lacks are made by GitHub."""
        fields: dict[str, Any] = {"title": title, "body": body}
        return self._write("POST", self._issues, fields | ({"labels": [*labels]} if labels else {}))

    def update(
        self, number: int, *, title: str | None = None, is_open: bool | None = None
    ) -> HostIssue:
        """Change what is given: see `CodeHost.update`."""
        fields = {} if title is None else {"title": title}
        if is_open is not None:
            fields["state"] = "open" if is_open else "closed"
        return self._write("PATCH", f"{self._issues}/{number}", fields)

    def relabel(self, number: int, *, add: str, remove: Sequence[str]) -> None:
        """Put a label on an issue and take others off: see `CodeHost.relabel`."""
        labels = f"{self._issues}/{number}/labels"
        self._call("POST", labels, body={"labels": [add]})
        for label in remove:
            try:
                self._call("DELETE", f"{labels}/{quote(label, safe='')}")
            except RefusedError as error:
                if error.status not in _GONE:  # somebody was faster
                    raise

    def comment(self, number: int, text: str) -> None:
        """Say something below an issue."""
        self._call("POST", f"{self._issues}/{number}/comments", body={"body": text})

    def _need_same_repo(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """
        Refuse what comes from elsewhere: PyGithub follows a redirect without the question asked.

        Raises:
            RefusedError: status 301, and what the repository is called now.
        """
        there = str(rows[-1].get("repository_url") or "") if rows else ""
        name = "/".join(there.split("/")[-2:])
        if name and name.casefold() != self.repo.casefold():
            raise RefusedError(NAME, f"the repository is called {name} now", status=_MOVED)

    def _write(self, verb: str, path: str, fields: Mapping[str, Any]) -> HostIssue:
        _, _, row = self._call(verb, path, body=fields)
        try:
            [made] = _issues([row])
        except (OutageError, ValueError) as error:
            raise OutageError(NAME, maybe_done=True) from error
        return made

    def _call(
        self,
        verb: str,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, str], Any]:
        self.calls += 1
        try:
            status, said, text = self._asking.requestJson(
                verb, path, dict(parameters or {}), dict(headers or {}), body
            )
        # RuntimeError: it is redirected to another host, or to itself.
        except (RequestException, GithubException, OSError, RuntimeError) as error:
            raise OutageError(NAME, maybe_done=body is not None) from error
        if status == _UNCHANGED:
            return status, said, None
        if status >= _REFUSED:
            raise _error(status, said, text, is_write=body is not None)
        try:
            return status, said, json.loads(text or "null")
        except ValueError as error:
            raise OutageError(NAME, maybe_done=body is not None) from error


def _asked(since: datetime | None, page: int) -> dict[str, str]:
    parameters = {
        "state": "all",
        "sort": "updated",
        "direction": "asc",
        "per_page": str(PAGE),
        "page": str(page),
    }
    if since is not None:
        parameters["since"] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return parameters


def _error(
    status: int, said: Mapping[str, str], text: str, *, is_write: bool
) -> OutageError | RefusedError:
    words = _message(text)
    wait_s = seconds_to_wait(status, said, words, datetime.now(UTC))
    if wait_s is not None:
        return OutageError(NAME, retry_after_s=wait_s, what="takes no more calls for now")
    if status >= _SERVER_ERROR:
        return OutageError(NAME, maybe_done=is_write)
    codes = {
        401: "the token is not valid",
        403: "the token may not do this",
        404: "there is no such repository or issue, or the token may not see it",
        410: "it was deleted, or issues are switched off",
    }
    return RefusedError(NAME, codes.get(status, f"HTTP {status}"), detail=words, status=status)


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["message"])[:300]
    except (ValueError, KeyError, TypeError):
        return ""


def _issues(rows: Any) -> list[HostIssue]:
    """Return the issues of a page, without pull requests, which stand among them."""
    try:
        return [_issue(row) for row in rows if "pull_request" not in row]
    except (KeyError, TypeError, ValueError) as error:
        raise OutageError(NAME, what="answered with something else than issues") from error


def _issue(row: Mapping[str, Any]) -> HostIssue:
    return HostIssue(
        number=int(row["number"]),
        title=str(row["title"] or ""),
        body=str(row.get("body") or "")[:MAX_BODY],
        is_open=row["state"] == "open",
        labels=tuple(_label(each) for each in row.get("labels") or ()),
        url=str(row.get("html_url") or ""),
        created_at=_moment(row["created_at"]),
        updated_at=_moment(row["updated_at"]),
        closed_at=_moment(row["closed_at"]) if row.get("closed_at") else None,
    )


def _label(label: Mapping[str, Any] | str) -> str:
    return label if isinstance(label, str) else str(label.get("name") or "")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
