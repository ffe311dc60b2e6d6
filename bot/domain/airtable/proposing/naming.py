"""Which fields name the items of a table: the reference, the name, the code and our own key."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.airtable.proposing import columns as looks
from bot.domain.airtable.proposing.columns import Column
from bot.domain.airtable.proposing.names import Match, match_name, words_of
from bot.domain.airtable.proposing.scores import Place, can_hold
from bot.domain.airtable.proposing.synonyms import (
    CODE_NAMES,
    FIELD_NAMES,
    ID_NAMES,
    ISSUE_KEY_NAMES,
    KEY_NAMES,
    LABEL_NAMES,
    OTHER_LINKS,
)
from bot.domain.plan_file import ItemKind

_MOST = 0.6
_HALF = 0.5
_SHORT_LINE = 60  # characters; longer ones describe


@dataclass(frozen=True, slots=True)
class _Named:
    """A text field that may name the items."""

    column: Column
    is_id: bool
    is_code: bool
    is_label: bool
    refs: float
    both: float
    ids: float

    @property
    def is_combined(self) -> bool:
        """Whether it holds "7.2 - Lambda Prediction API"."""
        return self.both >= _HALF

    @property
    def is_ref(self) -> bool:
        """Whether it holds a reference and nothing else, or is named so while it is empty."""
        if not self.column.texts:
            return self.is_id
        only_refs = max(self.refs, self.ids) >= _MOST and not self.is_combined
        return only_refs and (self.is_id or self.is_label or self.column.is_primary)


def name_fields(place: Place, columns: Sequence[Column]) -> dict[str, Column]:
    """Return the fields for "title", "name", "code" and "key", as far as the table has them."""
    found: dict[str, Column] = {}
    if key := _key(place, columns):
        found["key"] = key
    read = (_named(place, column) for column in columns if column is not key)
    named = [each for each in read if each is not None]
    if place.kind == "issue":
        title = _issue_title(named)
        return {**found, "title": title} if title else found
    return {**found, **_title_name_code(place.kind, named)}


def is_key_like(kind: ItemKind, column: Column) -> bool:
    """Whether a field's cells leave it free for our keys: none, or keys already."""
    form = looks.is_issue_key if kind == "issue" else looks.is_own_key(kind)
    return column.share(form) == 1 or not column.texts


def _key(place: Place, columns: Sequence[Column]) -> Column | None:
    """
    Return the field for our own key.

    A text that holds anything else is never taken: a key that is not ours would be overwritten.
    """
    names = ISSUE_KEY_NAMES if place.kind == "issue" else KEY_NAMES
    for wanted in (KEY_NAMES, names):
        for column in columns:
            matched = match_name(column.field.name, wanted, place.own) >= Match.NEAR
            if matched and can_hold("key", column) and is_key_like(place.kind, column):
                # An empty "Name" of a new table is no key, whatever its neutral words.
                if match_name(column.field.name, LABEL_NAMES, place.own) is Match.EXACT:
                    continue
                return column
    return next((each for each in columns if place.kind == "issue" and _is_keyed(each)), None)


def _is_keyed(column: Column) -> bool:
    """Whether every record is named by a key with one prefix, whatever the field's name."""
    texts = column.texts
    keys = {text.partition("-")[0] for text in texts if looks.is_issue_key(text)}
    is_whole = column.share(looks.is_issue_key) == 1 and len(set(texts)) == len(texts) > 1
    is_first = column.is_primary and column.field.type == "singleLineText"
    return is_first and is_whole and len(keys) == 1


def _named(place: Place, column: Column) -> _Named | None:
    """Return what a field says as a name of the items; None where it is none."""
    name = column.field.name
    if column.type not in {"singleLineText", "multilineText", "richText"}:
        return None
    if column.field.type == "multipleLookupValues":
        return None  # a name of something else
    is_own = match_name(name, place.own) is Match.EXACT
    is_label = is_own or match_name(name, LABEL_NAMES, place.own) >= Match.NEAR
    is_label = is_label or _is_short_description(place, column)
    is_code = match_name(name, CODE_NAMES, place.own) is Match.EXACT
    is_id = match_name(name, ID_NAMES, place.own) is Match.EXACT
    if not column.is_primary:
        is_other = column.type != "singleLineText" or OTHER_LINKS.intersection(words_of(name))
        if is_other or not (is_id or is_label or is_code):
            return None
    return _Named(
        column=column,
        is_id=is_id,
        is_code=is_code,
        is_label=is_label and not is_id,
        refs=column.share(looks.has_ref(place.kind)),
        both=column.share(looks.has_ref_and_name(place.kind)),
        ids=column.share(looks.is_id_like),
    )


def _is_short_description(place: Place, column: Column) -> bool:
    """Whether a line called "Step description" is the name that stands beside a reference."""
    names = FIELD_NAMES["description"][0]
    said = match_name(column.field.name, names, place.own) is Match.EXACT
    is_line = said and column.type == "singleLineText" and place.kind != "issue"
    return is_line and column.share(lambda text: len(text) <= _SHORT_LINE) >= _MOST


def _issue_title(named: Sequence[_Named]) -> Column | None:
    labels = [each for each in named if each.is_label and each.ids < _MOST]
    rest = [each for each in named if each.column.is_primary and each.ids < _MOST]
    return next((each.column for each in (*_plainest(labels), *rest)), None)


def _title_name_code(kind: ItemKind, named: Sequence[_Named]) -> dict[str, Column]:
    """Return title, name and code; the title is the reference where two fields share the job."""
    labels = _plainest([each for each in named if each.is_label or each.column.is_primary])
    labels = [each for each in labels if not each.is_combined and not each.is_ref]
    codes = [each for each in named if each.is_code and not each.is_combined]
    code = codes[0] if kind == "stage" and codes else None
    combined = _first([each for each in named if each.is_combined])
    ref = _first([each for each in named if each.is_ref and each is not code])
    naming = next((each for each in labels if each.is_label), None)
    if ref and labels:
        # Two plain fields can both be written; a formula that joins them can't.
        combined = None if combined is None or combined.column.is_computed else combined
    title = combined or ref or next(iter(labels), None)
    if title is None:
        title, code = code, None
    if title is None:
        return {}
    name = naming if title is combined else next(iter(labels), None)
    found = {"title": title.column}
    if name and name is not title:
        found["name"] = name.column
    if code and code is not title:
        found["code"] = code.column
    return found


def _first(named: Sequence[_Named]) -> _Named | None:
    """Return the likeliest of several: writable before computed, the primary one, by its name."""
    ranked = sorted(
        named,
        key=lambda each: (
            each.column.is_computed,
            not each.column.is_primary,
            not each.is_id,
            not each.is_label,
        ),
    )
    return ranked[0] if ranked else None


def _plainest(named: Sequence[_Named]) -> list[_Named]:
    return sorted(
        named,
        key=lambda each: (each.column.is_computed, not each.is_label, not each.column.is_primary),
    )
