"""A row to ask formulas about."""

from datetime import UTC, datetime

from bot.sandbox.airtable.formulas import compile_formula

ERROR = "#ERROR!"
CELLS = {
    "Name": "Ann",
    "Notes": None,
    "Count": 3,
    "Share": 0.25,
    "Zero": 0,
    "Done": True,
    "Undone": None,
    "Status": "In progress",
    "Due": "2026-05-01",
    "At": "2026-05-01T09:30:00.000Z",
    "No date": None,
    "Tags": ["a", "b"],
    "No tags": [],
    "First Name": "Ann-Marie",
    "fldStatus000000001": "In progress",
}


class FakeRow:
    """A row of the cells given; `edits` says when which field was edited."""

    record_id = "rec00000000000001"
    created = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
    now = datetime(2026, 5, 2, 15, 45, 30, tzinfo=UTC)

    def __init__(self, cells, edits):
        self.cells = cells
        self.edits = edits

    def cell(self, name):
        return self.cells[name]

    def modified(self, fields):
        times = [time for name, time in self.edits.items() if not fields or name in fields]
        return max(times, default=None)


EDITS = {
    "Name": datetime(2026, 5, 1, 12, 0, tzinfo=UTC),
    "Status": datetime(2026, 5, 2, 12, 0, tzinfo=UTC),
}


def value_of(formula, **cells):
    """Return what a formula says of the row; an error by the text it shows."""
    known = CELLS | cells
    value = compile_formula(str(formula), field_names=known)(FakeRow(known, EDITS))
    return getattr(value, "shown", value)
