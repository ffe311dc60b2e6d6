"""Modals in stacks, home tabs, and the hashes that tell a stale view."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.blocks import with_block_ids
from bot.sandbox.ids import new_id, new_token
from bot.sandbox.inputs import State, kept_state
from bot.sandbox.refusals import ApiError
from bot.sandbox.workspace import Workspace

STACK = 3


@dataclass
class View:
    """
    An open modal or a published home tab.

    `spec` is what the app sent, checked and filled in; `state` what the member has typed, as far
    as the page has told.
    """

    id: str
    member_id: str
    spec: dict[str, Any]
    hash: str
    root_id: str
    previous_id: str | None = None
    state: State = field(default_factory=dict)


class ViewStore:
    """The views of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._views: dict[str, View] = {}
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, View] = {}

    def find(self, view_id: str) -> View | None:
        """Return an open modal or a home tab by id."""
        found = self._views.get(view_id)
        return found or next((one for one in self._homes.values() if one.id == view_id), None)

    def named(self, external_id: str) -> View | None:
        """Return the open view with this external_id."""
        every = [*self._views.values(), *self._homes.values()]
        return next((one for one in every if one.spec.get("external_id") == external_id), None)

    def home(self, member_id: str) -> View | None:
        """Return a member's home tab, if one was published."""
        return self._homes.get(member_id)

    def stack(self, member_id: str) -> list[View]:
        """Return a member's open modals, the visible one last."""
        return [self._views[one] for one in self._stacks.get(member_id, [])]

    def open(self, member_id: str, spec: dict[str, Any], now: float) -> View:
        """Open a modal as a new stack; whatever was open before is gone."""
        self._refuse_twin(spec, None)
        self.close_all(member_id)
        return self._add(member_id, spec, now, None)

    def push(self, member_id: str, spec: dict[str, Any], now: float) -> View:
        """
        Put a modal on a member's stack.

        Raises:
            ApiError: not_found without a stack, push_limit_reached past three, or
                duplicate_external_id.
        """
        stack = self.stack(member_id)
        if not stack:
            raise ApiError("not_found")
        if len(stack) >= STACK:
            raise ApiError("push_limit_reached")
        self._refuse_twin(spec, None)
        return self._add(member_id, spec, now, stack[-1])

    def _add(self, member_id: str, spec: dict[str, Any], now: float, below: View | None) -> View:
        view_id = new_id("V")
        view = View(
            id=view_id,
            member_id=member_id,
            spec=_kept(spec),
            hash=_hash(now),
            root_id=below.root_id if below else view_id,
            previous_id=below.id if below else None,
        )
        self._views[view_id] = view
        self._stacks.setdefault(member_id, []).append(view_id)
        return view

    def update(self, view: View, spec: dict[str, Any], known_hash: Any, now: float) -> None:
        """
        Replace what a view shows; typed values stay where block_id and action_id stay.

        Raises:
            ApiError: hash_conflict when `known_hash` is given and stale, duplicate_external_id,
                or invalid_arguments when a modal is to become a home tab.
        """
        if known_hash is not None and known_hash != view.hash:
            raise ApiError("hash_conflict")
        if spec["type"] != view.spec["type"]:
            raise ApiError.invalid_arguments(
                "view type cannot be changed [json-pointer:/view/type]"
            )
        self._refuse_twin(spec, view)
        old = view.spec["blocks"]
        view.spec = _kept(spec)
        view.hash = _hash(now)
        view.state = kept_state(old, view.spec["blocks"], view.state)

    def publish(self, member_id: str, spec: dict[str, Any], known_hash: Any, now: float) -> View:
        """
        Replace a member's home tab.

        Raises:
            ApiError: hash_conflict or duplicate_external_id.
        """
        home = self._homes.get(member_id)
        if home is not None:
            self.update(home, spec, known_hash, now)
            return home
        self._refuse_twin(spec, None)
        view_id = new_id("V")
        home = View(view_id, member_id, _kept(spec), _hash(now), view_id)
        self._homes[member_id] = home
        return home

    def close(self, view: View) -> None:
        """Close one modal; the one below becomes visible."""
        self._views.pop(view.id, None)
        stack = self._stacks.get(view.member_id, [])
        if view.id in stack:
            stack.remove(view.id)

    def close_all(self, member_id: str) -> None:
        """Close every modal of a member."""
        for view in self.stack(member_id):
            self.close(view)

    def _refuse_twin(self, spec: dict[str, Any], own: View | None) -> None:
        external_id = spec.get("external_id")
        twin = self.named(external_id) if external_id else None
        if twin is not None and twin is not own:
            raise ApiError("duplicate_external_id")

    def to_json(self, view: View, state: State | None = None) -> dict[str, Any]:
        """Return a view as Slack shows it; `state` replaces what is kept of the typed values."""
        spec = view.spec
        shape = {
            "id": view.id,
            "team_id": self._workspace.team.id,
            "type": spec["type"],
            "blocks": spec["blocks"],
            "private_metadata": spec.get("private_metadata", ""),
            "callback_id": spec.get("callback_id", ""),
            "state": {"values": view.state if state is None else state},
            "hash": view.hash,
            "title": spec.get("title"),
            "clear_on_close": spec.get("clear_on_close", False),
            "notify_on_close": spec.get("notify_on_close", False),
            "close": spec.get("close"),
            "submit": spec.get("submit"),
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": self._workspace.app_id,
            "external_id": spec.get("external_id", ""),
            "app_installed_team_id": self._workspace.team.id,
            "bot_id": self._workspace.bot_id,
        }
        if spec["type"] == "home":
            for name in ("title", "close", "submit", "previous_view_id"):
                del shape[name]
        return shape


def _kept(spec: dict[str, Any]) -> dict[str, Any]:
    texts: dict[str, Any] = {
        name: {**spec[name], "emoji": spec[name].get("emoji", True)}
        for name in ("title", "submit", "close")
        if name in spec
    }
    return {**spec, **texts, "blocks": with_block_ids(spec["blocks"])}


def _hash(now: float) -> str:
    return f"{int(now)}.{new_token(8)}"
