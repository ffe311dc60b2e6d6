"""What the links between tables say: which items belong to which."""

from collections.abc import Mapping, Sequence

from bot.domain.airtable.proposing.columns import Column
from bot.domain.airtable.proposing.names import essence, word_set, words_of
from bot.domain.airtable.proposing.synonyms import UNUSED_TABLES
from bot.domain.airtable.schema import AirtableTable, BaseSchema
from bot.domain.plan_file import ItemKind

Links = Mapping[tuple[str, str], int]

# How the tables of a plan are linked: the first belongs to one of the second, or to several.
PARENTS: tuple[tuple[ItemKind, ItemKind, bool], ...] = (
    ("stage", "phase", True),
    ("task", "stage", True),
    ("issue", "stage", False),
    ("issue", "task", False),
)
# Of the one table that the items of a kind belong to, whatever its name. A stage shows it by its
# fields; a phase has few, so its links must say more.
_SOLE: Mapping[ItemKind, int] = {"phase": 43, "stage": 30}
_ONE, _SEVERAL = 12, 5
_LONGEST_LINK = 1.2  # records in a cell on average, where each item belongs to one
# Whom or what work is for, by whom and when: no part of the work itself.
_OTHERS = word_set(
    "portfolio programme program client customer account team squad department person people"
    " employee staff contact user vendor supplier contractor company sprint iteration meeting"
    " location room asset category tag budget invoice run experiment dataset environment service"
    " channel audience persona stakeholder role skill equipment tool material order site cliente"
    " kunde equipe equipo equipa pessoa mitarbeiter lieferant fournisseur proveedor"
    " contract calendar holiday week month year country region office lookup setting repo"
    " repository"
)
_WHOLES = word_set("project projekt projet proyecto projeto progetto")


def link_points(schema: BaseSchema, columns: Mapping[str, Sequence[Column]]) -> Links:
    """
    Return how much the links say that a table's items belong to those of another.

    Airtable keeps every link on both sides; the side with one record a cell is the child's.
    """
    points: dict[tuple[str, str], int] = {}
    for table in schema.tables:
        for column in columns[table.id]:
            target = column.field.linked_table_id
            if target is None or target == table.id or column.field.type != "multipleRecordLinks":
                continue
            pair = (table.id, target)
            points[pair] = max(points.get(pair, 0), _ONE if _is_single(column) else _SEVERAL)
    return points


def _is_single(column: Column) -> bool:
    if column.field.options.get("prefersSingleRecordLink"):
        return True
    counts = [len(value) for value in column.values if isinstance(value, list)]
    return bool(counts) and sum(counts) / len(counts) <= _LONGEST_LINK


def sole_parents(schema: BaseSchema, links: Links) -> dict[str, str]:
    """Return the one table whose parts a table's items are, where there is exactly one."""
    parts = {table.id for table in schema.tables if _may_be_part(table)}
    parents: dict[str, list[str]] = {}
    for (child, parent), points in links.items():
        is_child = points == _ONE and links.get((parent, child), 0) < _ONE
        if is_child and parent in parts:
            parents.setdefault(child, []).append(parent)
    return {child: found[0] for child, found in parents.items() if len(found) == 1}


def _may_be_part(table: AirtableTable) -> bool:
    """Whether a table may hold parts of a project: no old copy, no clients, no whole projects."""
    said = essence(words_of(table.name))
    is_other = not _OTHERS.isdisjoint(said) or not UNUSED_TABLES.isdisjoint(said)
    return not is_other and not (said and said[-1] in _WHOLES)


def family_points(
    chosen: Mapping[ItemKind, str], links: Links, soles: Mapping[str, str]
) -> dict[ItemKind, int]:
    """Return the points of chosen tables for how they belong to each other."""
    found: dict[ItemKind, int] = dict.fromkeys(chosen, 0)
    for child, parent, is_single in PARENTS:
        if child in chosen and parent in chosen:
            pair = (chosen[child], chosen[parent])
            bonus = _belongs(pair, links, is_single=is_single)
            found[child] += bonus
            is_sole = is_single and soles.get(pair[0]) == pair[1]
            found[parent] += _SOLE[parent] if is_sole else bonus // 2
    return found


def _belongs(pair: tuple[str, str], links: Links, *, is_single: bool) -> int:
    down, up = links.get(pair, 0), links.get(pair[::-1], 0)
    if is_single and up > down:
        return -10  # the other way round: the "parent" belongs to one "child"
    return down
