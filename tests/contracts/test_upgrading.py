"""A database of an earlier version is upgraded with all that is in it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

from bot.adapters.database import SqlPlanDatabase, migrate, open_database
from bot.adapters.database.columns import Instant
from bot.adapters.database.migrating import FOLDER, HEAD
from bot.adapters.database.opening import writing
from bot.domain.findings import FindingKind, FindingState, GapAnswer
from bot.domain.plan import Status
from bot.domain.progress import Progress
from bot.usecases.verify_trail import verify_trail
from tests.conftest import MONDAY
from tests.contracts.samples import why

HOME = {"workspace_id": "W1"}


@pytest.fixture
def engine(empty_url):
    """An engine on a database of the first version, with rows in it."""
    engine = open_database(empty_url)
    with writing(engine) as db:
        config = Config()
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        config.attributes["connection"] = db
        command.upgrade(config, "0001")
        _fill(db)
    yield engine
    engine.dispose()


def _insert(db: Connection, table: str, **row: object) -> None:
    names = ", ".join(row)
    places = ", ".join(f":{name}" for name in row)
    moments = [name for name, value in row.items() if hasattr(value, "tzinfo")]
    kind = Instant()
    for name in moments:
        row[name] = kind.process_bind_param(row[name], db.dialect)
    db.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), row)


def _fill(db: Connection) -> None:
    _insert(
        db,
        "workspace",
        id="W1",
        name="BQX",
        zone="UTC",
        channel="bqx-ml",
        critical_channel="c",
        digest_at="09:00",
    )
    _insert(
        db,
        "stage",
        **HOME,
        key="STG-001",
        ref="1.5.4",
        name="Baseline",
        status="in progress",
        progress_permille=384,
        progress_done=129,
        progress_total=336,
        description="",
        notes="",
        started_at=MONDAY,
        revision=3,
        sort_key="0000000001.0000000005.0000000004 STG-0000000001",
        search_text="1.5.4\n\nbaseline",
        source="{}",
    )
    _insert(db, "phase", **HOME, key="PH-001", name="One", status="complete", revision=1,
            sort_key="~", source="{}")  # fmt: skip
    for number, state in enumerate(("new", "carried", "settled", "past")):
        _insert(
            db,
            "finding",
            **HOME,
            fingerprint=f"stage_old:STG-{number}",
            kind="stage_old",
            text="1.5.4 is old",
            refs='["1.5.4"]',
            record_keys=json.dumps([f"STG-{number}"]),
            commits="[]",
            evidence='["Started"]',
            state=state,
            verdict="open",
            first_seen_at=MONDAY,
            revision=2,
        )
    for number, answer in enumerate((None, "accurate", "snoozed", "assigned")):
        _insert(
            db,
            "gap_check",
            **HOME,
            key=f"K{number}",
            bundle="B",
            member_id="U1",
            question="still_accurate",
            record_kind="stage",
            record_key="STG-001",
            text="Still?",
            asked_at=MONDAY,
            answer=answer,
            answered_by="U1" if answer else None,
            snoozed_until=MONDAY + timedelta(days=7) if answer == "snoozed" else None,
            revision=1,
            sort_key=f"~ K{number}",
        )


def test_what_was_there_is_read_after_the_upgrade(engine: Engine):
    migrate(engine)

    with engine.connect() as db:
        assert MigrationContext.configure(db).get_current_revision() == HEAD
    with SqlPlanDatabase(engine).reading("W1") as plan:
        stage, (phase,) = plan.stage("STG-001"), plan.phases()
        findings, checks = plan.findings(), plan.gap_checks()
        waiting = plan.gap_checks(open_only=True)
        withdrawn = plan.gap_check("K0")

    assert (stage.ref, stage.status, stage.revision) == ("1.5.4", Status.IN_PROGRESS, 3)
    assert stage.progress == Progress.counted(129, 336)
    assert (stage.started_at, stage.planned_end, stage.is_code_free) == (MONDAY, None, False)
    assert (phase.name, phase.status, phase.planned_end) == ("One", Status.COMPLETE, None)
    assert [(one.key, one.kind, one.state) for one in findings] == [
        ("stage_old:STG-0", FindingKind.STAGE_OLD, FindingState.NEW),
        ("stage_old:STG-1", FindingKind.STAGE_OLD, FindingState.CARRIED),
        ("stage_old:STG-2", FindingKind.STAGE_OLD, FindingState.SETTLED),
        ("stage_old:STG-3", FindingKind.STAGE_OLD, FindingState.SETTLED),
    ]
    assert findings[0].evidence == ("Started",)
    assert {(one.proposal == {}, one.reason, one.answer) for one in findings} == {(True, "", None)}
    assert [(check.key, check.answer) for check in checks] == [
        ("K1", GapAnswer.ACCURATE),
        ("K2", GapAnswer.LATER),
        ("K3", GapAnswer.ASSIGNED),
    ]
    assert waiting == []
    assert (withdrawn.removed_at, withdrawn.finding_key) == (MONDAY, "")


def test_what_was_there_can_be_changed_after_the_upgrade(engine: Engine):
    migrate(engine)

    plans = SqlPlanDatabase(engine)
    with plans.changing("W1") as plan:
        for item in (plan.findings()[0], plan.gap_check("K1"), plan.stage("STG-001")):
            plan.save(type(item)(**{**_fields(item), "removed_at": MONDAY}), why())
    with plans.reading("W1") as plan:
        assert len(plan.operation("op1")) == 3
        assert plan.stages() == []


def _fields(item):
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


def test_the_rows_that_were_there_are_chained_by_the_upgrade(engine: Engine):
    with writing(engine) as db:
        for number in range(3):
            _insert(
                db,
                "change",
                **HOME,
                operation=f"op{number}",
                actor_id="U1",
                at=MONDAY,
                reason="a test",
                evidence="",
                kind="stage",
                key="STG-001",
                before=None if number == 0 else json.dumps({"name": "A"}),
                after=json.dumps({"name": "B", "progress": {"permille": 384}}),
            )
    migrate(engine)

    plans = SqlPlanDatabase(engine)
    assert verify_trail(plans, "W1").intact == 3
    with plans.changing("W1") as plan:
        plan.save(replace(plan.stage("STG-001"), name="C"), why())
    verdict = verify_trail(plans, "W1")
    assert (verdict.intact, verdict.head.changes, verdict.broken) == (4, 4, None)
