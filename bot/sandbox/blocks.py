"""Checks every block sent, and fills in what Slack fills in."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from bot.sandbox.block_tables import BLOCKS, HOME, MESSAGE, MODAL, SURFACES, VIEWS
from bot.sandbox.ids import short_id
from bot.sandbox.refusals import ApiError
from bot.sandbox.schema import Flaw, Kinds, check

MESSAGE_BLOCKS = 50
ATTACHMENTS = 100
# Undocumented: beyond about this many characters in all, msg_blocks_too_long (bolt-js issue 2509).
MESSAGE_CHARACTERS = 13_200
MARKDOWN_CHARACTERS = 12_000
TABLE_CHARACTERS = 10_000
DATA_TABLE_CHARACTERS = 20_000
VIEW_BYTES = 250_000
# How many blocks of a type one message may hold.
AT_MOST = {"table": 1, "data_visualization": 2}

_ANY_BLOCK = Kinds(BLOCKS)


def flaws_of_blocks(blocks: Any, surface: str, pointer: str = "/blocks") -> list[Flaw]:
    """Return what is wrong with the blocks of a message, a modal or a home tab."""
    if not isinstance(blocks, list):
        return [Flaw("must provide an array", pointer, kind="type", expected="array")]
    flaws: list[Flaw] = []
    most = MESSAGE_BLOCKS if surface == MESSAGE else 100
    if len(blocks) > most:
        flaws.append(Flaw(f"no more than {most} items allowed", pointer, kind="max_items"))
    for position, block in enumerate(blocks):
        flaws += _flaws_of_block(block, surface, f"{pointer}/{position}")
    if not flaws:
        flaws += _flaws_together(blocks, pointer)
    return flaws


def _flaws_of_block(block: Any, surface: str, pointer: str) -> Iterator[Flaw]:
    kind = block.get("type") if isinstance(block, dict) else None
    if isinstance(kind, str) and kind in SURFACES and surface not in SURFACES[kind]:
        yield Flaw(f"unsupported type: {kind}", f"{pointer}/type", kind="enum")
        return
    yield from check(_ANY_BLOCK, block, pointer)
    if surface != MODAL and _is_file_input(block):
        yield Flaw("unsupported type: file_input", f"{pointer}/element/type", kind="enum")


def _is_file_input(block: Any) -> bool:
    element = block.get("element") if isinstance(block, dict) else None
    return isinstance(element, dict) and element.get("type") == "file_input"


def _flaws_together(blocks: list[dict[str, Any]], pointer: str) -> Iterator[Flaw]:
    ids = Counter(one["block_id"] for one in blocks if one.get("block_id"))
    for block_id, times in ids.items():
        if times > 1:
            yield Flaw(f"Block ID needs to be unique: {block_id}", pointer, kind="unique")
    for position, block in enumerate(blocks):
        actions = Counter(one["action_id"] for one in elements_of(block) if one.get("action_id"))
        if any(times > 1 for times in actions.values()):
            at = f"{pointer}/{position}"
            yield Flaw("`action_id` needs to be unique within a block", at, kind="unique")
    focused = [one for one in _all_elements(blocks) if one.get("focus_on_load")]
    if len(focused) > 1:
        yield Flaw("only one element may have `focus_on_load`", pointer, kind="unique")
    yield from _flaws_of_amounts(blocks, pointer)


def _flaws_of_amounts(blocks: list[dict[str, Any]], pointer: str) -> Iterator[Flaw]:
    kinds = Counter(one["type"] for one in blocks)
    for kind, most in AT_MOST.items():
        if kinds[kind] > most:
            yield Flaw(f"no more than {most} {kind} blocks allowed", pointer, kind="max_items")
    limits = {
        "markdown": MARKDOWN_CHARACTERS,
        "table": TABLE_CHARACTERS,
        "data_table": DATA_TABLE_CHARACTERS,
    }
    for kind, limit in limits.items():
        total = sum(_characters(one) for one in blocks if one["type"] == kind)
        if total > limit:
            text = f"must be less than {limit + 1} characters"
            yield Flaw(text, pointer, kind="max_length", expected=limit)


def check_message(args: dict[str, Any]) -> None:
    """
    Check the blocks and attachments of a message.

    Raises:
        ApiError: invalid_blocks with Slack's sentences, too_many_attachments, or
            msg_blocks_too_long.
    """
    blocks = args.get("blocks")
    if blocks is not None:
        _refuse_blocks(flaws_of_blocks(blocks, MESSAGE))
        if sum(_characters(one) for one in blocks) > MESSAGE_CHARACTERS:
            raise ApiError("msg_blocks_too_long")
    attachments = args.get("attachments")
    if attachments is None:
        return
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise ApiError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise ApiError("too_many_attachments")
    for position, one in enumerate(attachments):
        if "blocks" in one:
            at = f"/attachments/{position}/blocks"
            _refuse_blocks(flaws_of_blocks(one["blocks"], MESSAGE, at))


def _refuse_blocks(flaws: list[Flaw]) -> None:
    if flaws:
        messages = [str(flaw) for flaw in flaws]
        raise ApiError(
            "invalid_blocks",
            errors=messages,
            response_metadata={"messages": [f"[ERROR] {one}" for one in messages]},
        )


def flaws_of_view(view: Any) -> list[Flaw]:
    """Return what is wrong with a modal or a home tab."""
    flaws = list(check(VIEWS, view, "/view"))
    if not isinstance(view, dict) or not isinstance(view.get("blocks"), list):
        return flaws
    surface = HOME if view.get("type") == "home" else MODAL
    flaws += flaws_of_blocks(view["blocks"], surface, "/view/blocks")
    if surface == MODAL and "submit" not in view:
        flaws += [
            Flaw("must define `submit` to use `input` block", f"/view/blocks/{position}/input")
            for position, block in enumerate(view["blocks"])
            if isinstance(block, dict) and block.get("type") == "input"
        ]
    # A repeated flaw (too many blocks) is found by both tables.
    return list({str(flaw): flaw for flaw in flaws}.values())


def check_view(view: Any, kinds: Iterable[str]) -> None:
    """
    Check a view of one of the `kinds`.

    Raises:
        ApiError: invalid_arguments with Slack's sentences, or view_too_large.
    """
    flaws = flaws_of_view(view)
    if not flaws and view["type"] not in kinds:
        flaws = [Flaw(f"unsupported type: {view['type']}", "/view/type", kind="enum")]
    if flaws:
        raise ApiError.invalid_arguments(*(str(flaw) for flaw in flaws))
    if len(repr(view).encode()) > VIEW_BYTES:
        raise ApiError("view_too_large")


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the interactive elements of a block, nested cards and containers included."""
    parts = (block.get("accessory"), block.get("element"))
    found = [one for one in parts if isinstance(one, dict)]
    if block["type"] in {"actions", "context_actions"}:
        found += block["elements"]
    if block["type"] == "card":
        found += block.get("actions", [])
    for child in _children(block):
        found += elements_of(child)
    return found


def _children(block: dict[str, Any]) -> list[dict[str, Any]]:
    if block["type"] == "carousel":
        return list(block["elements"])
    return list(block.get("child_blocks", [])) if block["type"] == "container" else []


def _all_elements(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield from elements_of(block)


def _characters(value: Any) -> int:
    """Count the characters people read: every "text" inside."""
    if isinstance(value, list):
        return sum(_characters(one) for one in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    total = len(own) if isinstance(own, str) else 0
    return total + sum(_characters(one) for one in value.values() if not isinstance(one, str))


def filled_in(value: Any) -> Any:
    """Return checked blocks (or a view) with the ids and defaults Slack adds."""
    if isinstance(value, list):
        return [filled_in(one) for one in value]
    if not isinstance(value, dict):
        return value
    full = {name: filled_in(one) for name, one in value.items()}
    kind = full.get("type")
    if kind == "plain_text":
        return {**full, "emoji": full.get("emoji", True)}
    if kind == "mrkdwn":
        return {**full, "verbatim": full.get("verbatim", False)}
    if kind == "input":
        full = {"optional": False, "dispatch_action": False, **full}
    for part in ("accessory", "element"):
        if isinstance(full.get(part), dict) and full[part].get("type") != "image":
            full[part] = {"action_id": short_id(), **full[part]}
    if kind in {"actions", "context_actions"}:
        full["elements"] = [{"action_id": short_id(), **one} for one in full["elements"]]
    return full


def with_block_ids(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return checked blocks as Slack keeps them: defaults filled in, each with a block_id."""
    return [{**one, "block_id": one.get("block_id") or short_id()} for one in filled_in(blocks)]
