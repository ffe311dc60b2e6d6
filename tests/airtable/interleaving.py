"""Random changes on both sides, faults and restarts, from a seed: nothing of it may be lost."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.issues import Issue, IssueStatus, Severity
from bot.domain.plan import Stage, Status, Task
from bot.domain.progress import Progress
from bot.errors import OutageError, UserError
from bot.usecases.airtable.settle_conflict import settle_conflict
from bot.usecases.undo import undo
from tests.airtable.agreeing import differences
from tests.airtable.world import World

ANA = "U0ANA0001"
ROUNDS = 30
FAULTS = (
    "drop_before",
    "drop_after_commit",
    "truncated",
    "crash_mid_batch",
    "500",
    "502",
    "503",
    "429",
    "429_plural",
)
TABLES = ("Stages", "Tasks", "Issues")
TEXTS = {
    "Stages": ("Notes", "Description", "Assigned To", "Docs"),
    "Tasks": ("Task", "Assigned To"),
    "Issues": ("Title", "Description", "Root Cause", "Prevention Actions"),
}
SELECTS = {
    "Stages": {"Status": ("Todo", "In Progress", "Done")},
    "Tasks": {"Status": ("Todo", "In Progress", "Done")},
    "Issues": {
        "Status": ("Open", "In Progress", "Resolved", "Closed"),
        "Severity": ("Level 1: Blocker", "Level 2: Major issue", "Level 3: Minor issue"),
    },
}
LINKS = {"Tasks": {"Stage": "Stages"}, "Issues": {"Affected Stages": "Stages"}}
LINKS["Issues"]["Remediation Tasks"] = "Tasks"
CLEARABLE = {"Stages": ("Notes", "Docs"), "Tasks": ("Assigned To",), "Issues": ("Root Cause",)}


@dataclass
class Interleaving:
    """
    One seed's run.

    Args:
        typed: What somebody typed in Airtable and nobody there replaced, by place.
        seen: All text that conflicts ever showed.
    """

    world: World
    seed: int
    log: list[str] = field(default_factory=list)
    typed: dict[tuple[str, str], str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    words: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.mara = self.world.server.person()
        self.acts: list[tuple[int, Callable[[], None]]] = [
            (4, self.make_here),
            (10, self.change_here),
            (4, self.link_here),
            (3, self.undo_here),
            (2, self.settle_one),
            (4, self.make_there),
            (10, self.change_there),
            (4, self.link_there),
            (2, self.delete_there),
            (2, self.copy_there),
            (10, self.push),
            (10, self.pull),
            (5, self.wait),
            (6, self.break_something),
            (1, self.lose_feed),
        ]

    def run(self, steps: int = 40) -> None:
        """Do random things, then let both sides come to rest."""
        weights, acts = zip(*self.acts, strict=True)
        for _ in range(steps):
            self.random.choices(acts, weights)[0]()
            self.note_conflicts()
        self.come_to_rest()

    def word(self) -> str:
        """Return text that nobody has typed yet."""
        self.words += 1
        return f"word{self.words}x{self.seed}"

    def say(self, text: str) -> None:
        """Write a line for whoever has to understand a failure."""
        self.log.append(text)

    # What members do here.

    def make_here(self) -> None:
        """Make an item as a command would."""
        kind = self.random.choice(("task", "task", "issue", "issue", "stage"))
        with self.world.plans.changing(self.world.workspace_id) as plan:
            why = self.world.why(ANA)
            item: Any
            if kind == "stage":
                item = Stage(key=plan.mint("STG"), name=self.word(), notes=self.word())
            elif kind == "task":
                stage = self.pick([each.key for each in plan.stages()])
                item = Task(key=plan.mint("TASK"), title=self.word(), stage_key=stage)
            else:
                item = Issue(
                    key=plan.mint("ISS"),
                    title=self.word(),
                    severity=Severity(self.random.randint(1, 3)),
                    discovered_at=self.world.moment,
                    stage_keys=self.some([each.key for each in plan.stages()]),
                    remediation_task_keys=self.some([each.key for each in plan.tasks()]),
                )
            plan.save(item, why)
        self.say(f"here: make {item.key}")

    def change_here(self) -> None:
        """Change a few fields of an item."""
        item = self.item_here()
        if item is None:
            return
        choices: dict[str, Any] = {"status": self.random.choice(list(Status)[:4])}
        if isinstance(item, Stage):
            choices |= {name: self.word() for name in ("notes", "description", "owner_text")}
            choices |= {"progress": Progress(self.random.randint(0, 1000)), "docs_url": None}
        elif isinstance(item, Task):
            choices |= {"title": self.word(), "estimate_minutes": self.random.randint(1, 500)}
            choices |= {"owner_text": None}
        else:
            choices = {name: self.word() for name in ("title", "root_cause", "description")}
            choices |= {"status": self.random.choice(list(IssueStatus)), "root_cause": ""}
            choices |= {"severity": Severity(self.random.randint(1, 3))}
        names = self.random.sample(sorted(choices), self.random.randint(1, 3))
        self.world.save(replace(item, **{name: choices[name] for name in names}), ANA)
        self.say(f"here: {item.key} { {name: choices[name] for name in names} }")

    def link_here(self) -> None:
        """Change what an item points at."""
        item = self.item_here()
        stages = [each.key for each in self.world.items("stage")]
        tasks = [each.key for each in self.world.items("task")]
        if isinstance(item, Task):
            item = replace(item, stage_key=self.pick([*stages, None]))
        elif isinstance(item, Issue) and self.random.random() < 0.5:
            item = replace(item, stage_keys=self.some(stages))
        elif isinstance(item, Issue):
            item = replace(item, remediation_task_keys=self.some(tasks))
        if item is not None:
            self.world.save(item, ANA)
            self.say(f"here: link {item.key}")

    def undo_here(self) -> None:
        """Take one of the last operations back, where it may be."""
        if not self.world.operations:
            return
        latest = self.world.operations
        operation = f"op{self.random.randint(max(1, latest - 8), latest)}"
        try:
            undo(self.world.plans, operation, self.world.asker(ANA))
        except UserError:
            return
        self.say(f"here: undo {operation}")

    def settle_one(self) -> None:
        """Settle a conflict by a coin."""
        if conflict := self.pick(self.world.conflicts()):
            choice = self.random.choice(("plan", "airtable"))
            settle_conflict(self.world.plans, conflict.key, choice, self.world.asker(ANA))
            self.say(f"here: settle {conflict.key} {choice}")

    # What people do in Airtable.

    def make_there(self) -> None:
        """Add a row, now and then first empty and then named, as people do."""
        table = self.random.choice(TABLES)
        name = {"Stages": "Stage ID", "Tasks": "Task", "Issues": "Title"}[table]
        row = self.mara.create(self.world.base_id, table, {})
        if self.random.random() < 0.3:
            self.pull()
        self.type(table, row["id"], {name: self.word()})

    def change_there(self) -> None:
        """Change a few cells of a row."""
        table, row = self.row_there()
        if row is None:
            return
        cells: dict[str, Any] = {name: self.word() for name in TEXTS[table]}
        if table == "Stages":
            cells["Docs"] = f"https://{cells['Docs']}.example.com"
        cells |= {name: self.pick(options) for name, options in SELECTS[table].items()}
        if self.random.random() < 0.2:
            cells[self.random.choice(CLEARABLE[table])] = None
        names = self.random.sample(sorted(cells), self.random.randint(1, 3))
        self.type(table, row["id"], {name: cells[name] for name in names})

    def link_there(self) -> None:
        """Change what a row points at."""
        table, row = self.row_there()
        if row is None or table not in LINKS:
            return
        name, other = self.random.choice(sorted(LINKS[table].items()))
        ids = [each["id"] for each in self.world.rows(other)]
        cell = list(self.some(ids))[: 1 if name == "Stage" else 3]
        self.mara.update(self.world.base_id, table, row["id"], {name: cell})
        self.say(f"there: link {row['id']} {name} {cell}")

    def delete_there(self) -> None:
        """Delete a row."""
        table, row = self.row_there()
        if row is not None:
            self.mara.delete(self.world.base_id, table, row["id"])
            self.typed = {at: text for at, text in self.typed.items() if at[0] != row["id"]}
            self.say(f"there: delete {row['id']} {row['fields']}")

    def copy_there(self) -> None:
        """Copy a row, our key and all."""
        table, row = self.row_there()
        if row is not None:
            made = self.mara.copy(self.world.base_id, table, row["id"])
            self.say(f"there: copy {row['id']} as {made['id']}")

    def type(self, table: str, record_id: str, cells: dict[str, Any]) -> None:
        """Type into cells of a row and remember it."""
        self.mara.update(self.world.base_id, table, record_id, cells)
        for name, cell in cells.items():
            if isinstance(cell, str) and "word" in cell:
                self.typed[record_id, name] = cell
            else:
                self.typed.pop((record_id, name), None)
        self.say(f"there: {record_id} {cells}")

    # What the product does, and what befalls it.

    def push(self) -> None:
        """Write what waits."""
        try:
            self.say(f"push {self.world.push()}")
        except OutageError as error:
            self.say(f"push fails: {error}")

    def pull(self) -> None:
        """Look for changes."""
        try:
            self.say(f"pull {self.world.pull()}")
        except OutageError as error:
            self.say(f"pull fails: {error}")

    def wait(self) -> None:
        """Let time pass."""
        seconds = self.random.choice((4, 40, 40, 900))
        self.world.later(seconds=seconds)
        self.say(f"{seconds} s pass")

    def break_something(self) -> None:
        """Switch a fault on."""
        kind = self.random.choice(FAULTS)
        times, after = self.random.randint(1, 2), self.random.randint(0, 2)
        method = self.random.choice((None, "PATCH", "GET"))
        self.world.server.fail(kind, times=times, after=after, method=method)
        self.say(f"fault {kind} x{times} after {after} on {method}")

    def lose_feed(self) -> None:
        """Let offsets and hooks expire, or lose what is a week old."""
        what = self.random.choice(("offsets", "hooks", "week"))
        if what != "offsets":
            # A value that we overwrote, and whose feed could then not be read for a week, is
            # beyond anybody's reach.
            self.world.server.heal()
            self.world.later(seconds=40)
            self.pull()
        if what == "offsets":
            self.world.server.expire_offsets()
        elif what == "hooks":
            self.world.server.expire_webhooks()
            self.world.later(days=8)  # nobody looked for so long
        else:
            self.world.server.drop_payloads()
            self.world.later(days=8)
        self.say(f"lost: {what}")

    def come_to_rest(self) -> None:
        """Heal everything, settle every conflict, and go on until nothing moves."""
        self.say("-- rest --")
        self.world.server.heal()
        for _ in range(ROUNDS):
            self.world.later(minutes=20)
            self.push()
            self.pull()
            self.note_conflicts()
            for conflict in self.world.conflicts():
                choice = self.random.choice(("plan", "airtable"))
                settle_conflict(self.world.plans, conflict.key, choice, self.world.asker(ANA))
                self.say(f"settle {conflict.key} {choice}")
            if not self.world.queue() and not self.world.conflicts():
                break
        self.world.later(minutes=20)
        self.push()
        self.pull()
        self.note_conflicts()

    def note_conflicts(self) -> None:
        """Remember what conflicts show: a later one of the same aspect takes their place."""
        with self.world.plans.reading(self.world.workspace_id) as plan:
            self.seen |= {f"{each.theirs} {each.cells}" for each in plan.conflicts(open_only=False)}

    def wrongs(self) -> list[str]:
        """Return everything that is not as it has to be."""
        found = [f"still open: {each}" for each in self.world.conflicts()]
        found += [f"still queued: {each}" for each in self.world.queue()]
        return [*found, *differences(self.world), *self.lost()]

    def lost(self) -> list[str]:
        """Return what was typed in Airtable and is nowhere any more."""
        with self.world.plans.reading(self.world.workspace_id) as plan:
            known = [*self.seen, *(str(each.after) for each in plan.changes(limit=100_000))]
        rows = [str(row["fields"]) for table in TABLES for row in self.world.rows(table)]
        kept = "\n".join([*known, *rows])
        return [
            f"lost: {text} at {at}"
            for at, text in self.typed.items()
            if f"{text}'" not in kept and f"{text}." not in kept
        ]

    def item_here(self) -> Any:
        """Return any item of the plan."""
        kind = self.random.choice(("stage", "task", "issue"))
        return self.pick(self.world.items(kind))

    def row_there(self) -> tuple[str, Any]:
        """Return any row with its table."""
        table = self.random.choice(TABLES)
        return table, self.pick(self.world.rows(table))

    def pick(self, among: Any) -> Any:
        """Return one of them, None where there is none."""
        listed = list(among)
        return self.random.choice(listed) if listed else None

    def some(self, among: Any) -> tuple[Any, ...]:
        """Return up to three of them."""
        listed = list(among)
        return tuple(self.random.sample(listed, min(len(listed), self.random.randint(0, 3))))
