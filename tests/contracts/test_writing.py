"""What PlanWriter promises: the audit trail, keys, causes, effects, and the small tables."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.domain.effects import Delivery, EffectKind, EffectState
from bot.domain.issues import IssueStatus
from bot.domain.plan import Duration, Status, Workspace
from bot.domain.progress import Progress
from bot.domain.records import to_plain, with_fields
from tests.conftest import MONDAY
from tests.contracts.samples import (
    EFFECT,
    FINDING,
    ISSUE,
    ITEMS,
    MEMBER,
    POST,
    REPORT,
    STAGE,
    UPDATE,
    why,
)

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("kind", ITEMS)
def test_an_item_comes_back_as_it_was_saved(plans, home, kind):
    item = ITEMS[kind]

    with plans.changing(home.id) as plan:
        plan.save(item, why())

    with plans.reading(home.id) as plan:
        assert plan.item(kind, item.key) == replace(item, revision=1)
        [change] = plan.changes()
        assert (change.kind, change.key) == (kind, item.key)
        # Before the first word about a person or a team the defaults held.
        assert (change.before is None) == (kind not in {"person", "team"})


def test_an_insert_is_recorded_whole_but_for_the_source(plans, home):
    with plans.changing(home.id) as plan:
        plan.save(STAGE, why())

    with plans.reading(home.id) as plan:
        [change] = plan.changes()

    plain = to_plain(STAGE)
    del plain["source"], plain["revision"]
    assert change.why == why()
    assert change.before is None
    assert change.after == plain
    assert change.undone_by is None


def test_a_change_records_only_the_fields_that_differ(plans, home):
    after = replace(STAGE, progress=Progress.counted(200, 336), duration=None, completed_at=MONDAY)
    with plans.changing(home.id) as plan:
        plan.save(STAGE, why())

    with plans.changing(home.id) as plan:
        plan.save(after, why("op2"))

    with plans.reading(home.id) as plan:
        change = plan.changes()[0]
        found = plan.stage(STAGE.key)
    assert change.before == {
        "progress": {"permille": 384, "done": 129, "total": 336},
        "duration": {"text": "4-6 hours", "low_s": 14_400, "high_s": 21_600},
        "completed_at": None,
    }
    assert change.after == {
        "progress": {"permille": 595, "done": 200, "total": 336},
        "duration": None,
        "completed_at": "2025-11-17T08:00:00+00:00",
    }
    assert found == replace(after, revision=2)


def test_a_source_is_recorded_when_it_changed(plans, home):
    with plans.changing(home.id) as plan:
        plan.save(STAGE, why())
        plan.save(replace(STAGE, source={"id": "rec2"}), why("op2"))

    with plans.reading(home.id) as plan:
        change = plan.changes()[0]

    assert (change.before, change.after) == ({"source": STAGE.source}, {"source": {"id": "rec2"}})


def test_nothing_is_written_when_nothing_differs(plans, home):
    with plans.changing(home.id) as plan:
        for kind, item in ITEMS.items():
            plan.save(item, why())
            plan.save(plan.item(kind, item.key), why("op2"))
            plan.save(replace(item, revision=77), why("op2"))

    with plans.reading(home.id) as plan:
        revisions = [plan.item(kind, item.key).revision for kind, item in ITEMS.items()]
        assert plan.operation("op2") == []
    assert revisions == [1] * len(ITEMS)


def test_the_same_instant_in_another_zone_is_no_change(plans, home):
    berlin = timezone(HOUR)
    with plans.changing(home.id) as plan:
        plan.save(STAGE, why())
        plan.save(replace(STAGE, started_at=MONDAY.astimezone(berlin)), why("op2"))

    with plans.reading(home.id) as plan:
        assert plan.operation("op2") == []


def test_a_change_taken_back_by_its_record_leaves_the_item_as_it_was(plans, home):
    with plans.changing(home.id) as plan:
        plan.save(STAGE, why())
        plan.save(replace(STAGE, progress=None, status=Status.BLOCKED, notes=""), why("op2"))

    with plans.changing(home.id) as plan:
        change = plan.operation("op2")[0]
        plan.save(with_fields(plan.stage(STAGE.key), change.before), why("op3", undoes="op2"))

    with plans.reading(home.id) as plan:
        assert plan.stage(STAGE.key) == replace(STAGE, revision=3)


def test_changes_come_newest_first_and_operations_as_written(plans, home):
    with plans.changing(home.id) as plan:
        plan.save(STAGE, why("op1"))
        plan.save(ISSUE, why("op1"))
        plan.save(replace(STAGE, name="b"), why("op2"))

    with plans.reading(home.id) as plan:
        newest = [(c.why.operation, c.kind) for c in plan.changes()]
        of_stage = [c.why.operation for c in plan.changes(kind="stage", key=STAGE.key)]
        limited = plan.changes(limit=1)
        written = [c.kind for c in plan.operation("op1")]
        ids = [c.id for c in plan.changes()]

    assert newest == [("op2", "stage"), ("op1", "issue"), ("op1", "stage")]
    assert of_stage == ["op2", "op1"]
    assert [c.why.operation for c in limited] == ["op2"]
    assert written == ["stage", "issue"]
    assert ids == sorted(ids, reverse=True)


def test_the_last_operation_is_neither_undone_nor_an_undo(plans, home):
    with plans.changing(home.id) as plan:
        plan.save(STAGE, why("op1"))
        plan.save(replace(STAGE, name="b"), why("op2"))
        plan.save(replace(STAGE, name="c"), why("theirs", "U2"))
        before = plan.last_operation("U1")
        plan.save(replace(STAGE, name="d"), why("op3", undoes="op2"))
        plan.mark_undone("op2", "op3")

    with plans.reading(home.id) as plan:
        after, theirs = plan.last_operation("U1"), plan.last_operation("U2")
        undone = {c.why.operation: c.undone_by for c in plan.changes()}

    assert (before, after, theirs) == ("op2", "op1", "theirs")
    assert undone == {"op1": None, "op2": "op3", "op3": None, "theirs": None}


def test_keys_are_minted_once_for_ever(plans, home):
    with plans.changing(home.id) as plan:
        first = [plan.mint("ISS"), plan.mint("ISS"), plan.mint("TASK")]
        plan.save(replace(ISSUE, key="ISS-002", removed_at=MONDAY), why())
    with plans.changing(home.id) as plan:
        then = plan.mint("ISS")

    assert first == ["ISS-001", "ISS-002", "TASK-001"]
    assert then == "ISS-003"


def test_keys_past_999_grow(plans, home):
    with plans.changing(home.id) as plan:
        plan.save(replace(ISSUE, key="ISS-998"), why())
        keys = [plan.mint("ISS") for _ in range(3)]

    assert keys == ["ISS-999", "ISS-1000", "ISS-1001"]


def test_a_key_that_an_import_brought_is_not_minted_again(plans, home):
    with plans.changing(home.id) as plan:
        plan.mint("STG")
        plan.save(replace(STAGE, key="STG-007"), why())
        plan.save(replace(STAGE, key="STG-003"), why())
        plan.save(replace(STAGE, key="STG-x"), why())
        key = plan.mint("STG")

    assert key == "STG-008"


def test_a_key_minted_in_a_transaction_taken_back_is_minted_again(plans, home):
    with contextlib.suppress(RuntimeError), plans.changing(home.id) as plan:
        plan.mint("ISS")
        raise RuntimeError
    with plans.changing(home.id) as plan:
        assert plan.mint("ISS") == "ISS-001"


def test_a_cause_is_handled_once(plans, home):
    with plans.changing(home.id) as plan:
        first = [plan.claim("cmd:1", MONDAY), plan.claim("cmd:1", MONDAY)]
        other = plan.claim("cmd:2", MONDAY)
    with plans.changing(home.id) as plan:
        later = plan.claim("cmd:1", MONDAY + HOUR)

    assert (first, other, later) == ([True, False], True, False)


def test_an_effect_waits_until_it_is_recorded(plans, home):
    with plans.changing(home.id) as plan:
        plan.emit(EFFECT, MONDAY)

    with plans.reading(home.id) as plan:
        found = plan.delivery(EFFECT.key)

    assert found == Delivery(effect=EFFECT, created_at=MONDAY)


def test_a_known_effect_is_left_alone(plans, home):
    with plans.changing(home.id) as plan:
        plan.emit(EFFECT, MONDAY)
        plan.record_delivery(EFFECT.key, state=EffectState.DONE, now=MONDAY, result={"ts": "1"})
        plan.emit(replace(EFFECT, lane="other"), MONDAY + HOUR)

    with plans.reading(home.id) as plan:
        found = plan.delivery(EFFECT.key)

    assert found is not None
    assert found.effect == EFFECT
    assert found.state is EffectState.DONE


def test_attempts_are_counted_and_the_first_one_is_remembered(plans, home):
    with plans.changing(home.id) as plan:
        plan.emit(EFFECT, MONDAY)
        first = plan.mark_attempt(EFFECT.key, MONDAY + HOUR)
        second = plan.mark_attempt(EFFECT.key, MONDAY + 2 * HOUR)

    with plans.reading(home.id) as plan:
        now = plan.delivery(EFFECT.key)
    assert (first.attempts, first.first_tried_at) == (0, None)
    assert (second.attempts, second.first_tried_at) == (1, MONDAY + HOUR)
    assert now is not None
    assert (now.attempts, now.first_tried_at) == (2, MONDAY + HOUR)


def test_a_delivery_tells_how_it_ended(plans, home):
    where = {"channel": "C1", "ts": "1763.01"}
    with plans.changing(home.id) as plan:
        plan.emit(EFFECT, MONDAY)
        plan.record_delivery(
            EFFECT.key, state=EffectState.PENDING, now=MONDAY, error="not_in_channel"
        )
        waiting = plan.delivery(EFFECT.key)
        plan.record_delivery(EFFECT.key, state=EffectState.DONE, now=MONDAY + HOUR, result=where)
        done = plan.delivery(EFFECT.key)
        plan.record_delivery(EFFECT.key, state=EffectState.DONE, now=MONDAY + HOUR)
        again = plan.delivery(EFFECT.key)

    assert (waiting.state, waiting.error, waiting.done_at) == ("pending", "not_in_channel", None)
    assert (done.state, done.error, done.done_at) == ("done", None, MONDAY + HOUR)
    assert done.result == where
    assert again.result == where


def test_deliveries_of_a_state_come_oldest_first(plans, home):
    keys = [f"k{n}" for n in (3, 1, 2, 10)]
    with plans.changing(home.id) as plan:
        for key in keys:
            plan.emit(replace(EFFECT, key=key), MONDAY)
        plan.record_delivery("k1", state=EffectState.PARKED, now=MONDAY, error="x")

    with plans.reading(home.id) as plan:
        pending = [d.effect.key for d in plan.deliveries(EffectState.PENDING)]
        parked = [d.effect.key for d in plan.deliveries(EffectState.PARKED)]
        limited = [d.effect.key for d in plan.deliveries(EffectState.PENDING, limit=2)]

    assert (pending, parked, limited) == (["k3", "k2", "k10"], ["k1"], ["k3", "k2"])


def test_deliveries_posts_and_titles_are_read_by_many_at_once(plans, home):
    with plans.changing(home.id) as plan:
        plan.emit(replace(EFFECT, key="root", kind=EffectKind.ISSUE_ROOT), MONDAY)
        plan.emit(replace(EFFECT, key="mail", kind=EffectKind.MAIL), MONDAY)
        for subject in ("a", "b"):
            plan.put_post(replace(POST, subject=subject))
        plan.save(replace(ISSUE, key="ISS-901", status=IssueStatus.OPEN), why())
        plan.save(replace(ISSUE, key="ISS-902", status=IssueStatus.CLOSED), why())

    with plans.reading(home.id) as plan:
        found = plan.deliveries(EffectState.PENDING, kind=EffectKind.MAIL)
        posts = plan.posts(["b", "c"])
        titles = plan.open_titles()

    assert [each.effect.key for each in found] == ["mail"]
    assert posts == {"b": replace(POST, subject="b")}
    assert titles == {"ISS-901": ISSUE.title}


def test_an_unknown_effect_can_not_be_recorded(plans, home):
    with plans.changing(home.id) as plan:
        with pytest.raises(LookupError):
            plan.mark_attempt("x", MONDAY)
        with pytest.raises(LookupError):
            plan.record_delivery("x", state=EffectState.DONE, now=MONDAY)


@pytest.mark.parametrize("key", ["", "k" * 513])
def test_a_key_is_neither_empty_nor_endless(plans, home, key):
    with plans.changing(home.id) as plan:
        with pytest.raises(ValueError, match="key"):
            plan.emit(replace(EFFECT, key=key), MONDAY)
        with pytest.raises(ValueError, match="key"):
            plan.save(replace(STAGE, key=key), why())
        with pytest.raises(ValueError, match="key"):
            plan.claim(key, MONDAY)


def test_small_tables_are_replaced_by_their_key(plans, home):
    with plans.changing(home.id) as plan:
        for ts, name in (("1", "a"), ("2", "b")):
            plan.put_post(replace(POST, ts=ts))
            plan.put_member(replace(MEMBER, name=name))
            plan.put_findings([replace(FINDING, text=name, commits=())])
            plan.put_report(replace(REPORT, path=name))
            plan.put_channels({"bqx-ml": ts, f"only-{name}": "C9"})
            plan.keep_draft("d1", "U1", {"note": name}, MONDAY)

    with plans.reading(home.id) as plan:
        assert plan.post(POST.subject) == replace(POST, ts="2")
        assert plan.members() == [replace(MEMBER, name="b")]
        assert plan.findings() == [replace(FINDING, text="b", commits=())]
        assert plan.report(REPORT.key) == replace(REPORT, path="b")
        channels = [plan.channel_id(name) for name in ("bqx-ml", "only-a", "only-b")]
        assert channels == ["2", None, "C9"]
        assert plan.draft("d1") == {"note": "b"}


def test_drafts_are_kept_for_thirty_days(plans, home):
    day = timedelta(days=1)
    with plans.changing(home.id) as plan:
        plan.keep_draft("old", "U1", {}, MONDAY)
        plan.keep_draft("young", "U1", {}, MONDAY + day)
        plan.keep_draft("new", "U1", {"a": 1}, MONDAY + 30 * day + HOUR)

    with plans.reading(home.id) as plan:
        kept = [plan.draft(key) for key in ("old", "young", "new")]

    assert kept == [None, {}, {"a": 1}]


def test_a_workspace_is_replaced_and_seen_at_once(plans, home):
    after = replace(home, zone="Europe/Berlin", lead_id="U1", digest_at="08:00")

    with plans.changing(home.id) as plan:
        plan.put_workspace(after)
        seen = plan.workspace

    assert seen == after
    assert plans.workspaces() == [after]


def test_another_workspace_can_not_be_replaced_from_here(plans, home):
    with plans.changing(home.id) as plan, pytest.raises(ValueError, match="not the workspace"):
        plan.put_workspace(Workspace(id="other"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 3000,
        "Ünïcödé 日本語 🚀 \u202e rtl \u200b",
        "'; DROP TABLE stage; -- %s :name {x}",
        "line\r\nbreak\ttab\x01",
        " spaces around ",
    ],
)
def test_text_comes_back_as_it_was_written(plans, home, text):
    with plans.changing(home.id) as plan:
        plan.save(replace(STAGE, name=text, notes=text, source={text: [text]}), why())
        plan.save(replace(ISSUE, title=text, stage_keys=(text, text)), why())

    with plans.reading(home.id) as plan:
        stage, issue = plan.stage(STAGE.key), plan.issue(ISSUE.key)

    assert (stage.name, stage.notes, stage.source) == (text, text, {text: [text]})
    assert (issue.title, issue.stage_keys) == (text, (text, text))


def test_what_no_database_takes_is_shown_as_a_replacement_and_is_no_change(plans, home):
    broken = replace(STAGE, name="a\x00b\ud83dc", source={"as it came": "a\x00b\ud83dc"})
    with plans.changing(home.id) as plan:
        plan.save(broken, why())
        plan.save(broken, why("op2"))

    with plans.reading(home.id) as plan:
        found, again = plan.stage(STAGE.key), plan.operation("op2")
        unknown = [plan.stage("\x00"), plan.issue("\ud800"), plan.member("\x00")]

    assert found.name == "a\ufffdb\ufffdc"
    assert found.source == broken.source
    assert again == []
    assert unknown == [None] * 3


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),  # in the hour Berlin skips
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # the first 02:30 in Berlin
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # the second 02:30
        datetime(2025, 11, 17, 8, 0, 0, 123456, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2025, 11, 17, 8, 0, tzinfo=timezone(timedelta(hours=10, minutes=30))),
    ],
)
def test_an_instant_comes_back_as_the_same_instant_in_utc(plans, home, moment):
    with plans.changing(home.id) as plan:
        plan.save(replace(UPDATE, at=moment), why())

    with plans.reading(home.id) as plan:
        said = plan.last_update(UPDATE.stage_key)

    assert said.at == moment
    assert said.at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(plans, home):
    with plans.changing(home.id) as plan, pytest.raises(ValueError, match="no time zone"):
        plan.save(replace(UPDATE, at=datetime(2025, 11, 17)), why())  # noqa: DTZ001 - on purpose


def test_numbers_of_any_size_the_product_takes_come_back(plans, home):
    big = replace(
        STAGE, progress=Progress.counted(10**15 - 1, 10**15), duration=Duration("x", 0, 10**12)
    )
    with plans.changing(home.id) as plan:
        plan.save(big, why())

    with plans.reading(home.id) as plan:
        assert plan.stage(STAGE.key) == replace(big, revision=1)
