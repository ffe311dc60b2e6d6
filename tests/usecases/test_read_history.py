"""Reading the audit trail: by what, whom and when; nobody sees what is not for them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.entries import IssueEntry, ProgressEntry
from bot.domain.issues import Issue, IssueReply, Severity
from bot.domain.outcomes import Unknown
from bot.domain.people import Person, Role
from bot.domain.plan import Task
from bot.domain.progress import Progress
from bot.domain.team import Pause, Team
from bot.errors import UserError
from bot.usecases.file_issue import file_issue
from bot.usecases.log_progress import log_progress
from bot.usecases.read_history import PAGE, changes_of, read_history
from bot.usecases.undo import undo
from tests.builders import ANA, BEN, CARA, SmallPlan
from tests.conftest import MONDAY

LATER = MONDAY + timedelta(days=2)


@pytest.fixture
def small(tmp_path):
    return SmallPlan(tmp_path)


def logged(small, permille=500, member=ANA, now=MONDAY):
    entry = ProgressEntry(stage_key="STG-901", progress=Progress(permille))
    return log_progress(small.plans, entry, small.asker(member, now=now)).operation


def page(small, text="", member=ANA, after=None):
    return read_history(
        small.plans, small.workspace_id, text, member_id=member, now=LATER, after=after
    )


def keys(page):
    return {row.key for each in page.operations for row in each.changes}


def saved(small, item, member=ANA):
    asker = small.asker(member)
    with small.plans.changing(small.workspace_id) as plan:
        plan.save(item, asker.why())
    return asker.operation


def restricted(small):
    """An issue of Ben's that only Ana may see beside him, with all that hangs on it."""
    issue = Issue(
        key="ISS-007",
        title="Secret",
        severity=Severity.MAJOR,
        discovered_at=MONDAY,
        owner_id=BEN,
        visible_to=(ANA,),
        remediation_task_keys=("TASK-907",),
    )
    saved(small, issue, BEN)
    saved(small, Task(key="TASK-907", title="Secret task"), BEN)
    reply = IssueReply(
        key="REP-7", issue_key="ISS-007", member_id=BEN, text="Secret reply", at=MONDAY
    )
    saved(small, reply, BEN)
    return issue


def test_alone_it_is_the_newest_of_the_whole_project(small):
    first, second = logged(small, 500), logged(small, 600, BEN)

    shown = page(small)

    assert shown.title == ""
    assert [each.why.operation for each in shown.operations] == [second, first, "setup"]
    assert shown.older is None


@pytest.mark.parametrize(
    ("text", "title", "found"),
    [
        ("1.5.4", "1.5.4", {"STG-901"}),
        ("stage STG-901", "1.5.4", {"STG-901"}),
        ("2.10", "2.10", {"STG-904", "STG-905"}),
        ("task TASK-901", "TSK-1.5.4", {"TASK-901"}),
        ("iss-001", "ISS-001", {"ISS-001"}),
        ("about @ana", "Ana's settings", {ANA}),
        ("about me", "Ana's settings", {ANA}),
        ("about myself", "Ana's settings", {ANA}),
        ("team settings", "the team's settings", {"team", "PAUSE-1"}),
        ("1.5.4 by import", "1.5.4", {"STG-901"}),
        ("1.5.4 by nobody since today", None, None),
    ],
)
def test_what_it_is_about(small, text, title, found):
    file_issue(small.plans, IssueEntry(title="Down", severity=Severity.MINOR), small.asker())
    saved(small, Person(key=ANA, zone="Europe/Paris"))
    saved(small, Team(country="DE"), CARA)
    pause = Pause(
        key="PAUSE-1", job="", first="2025-12-24", last=None, reason="", by=CARA, at=MONDAY
    )
    saved(small, pause, CARA)
    if title is None:
        with pytest.raises(UserError, match="I know nobody called “nobody”"):
            page(small, text)
        return

    shown = page(small, text)

    assert (shown.title, keys(shown)) == (title, found)


def test_by_whom(small):
    ana, ben = logged(small, 500), logged(small, 600, BEN)

    for text in ("by me", "@ana", "by ana", "ana", f"by <@{ANA}>", "1.5.4 by ÁNA"):
        assert [each.why.operation for each in page(small, text).operations] == [ana]
    assert [each.why.operation for each in page(small, "by Ben").operations] == [ben]


def test_when(small):
    logged(small, 500)
    late = logged(small, 600, BEN, now=LATER)

    assert [e.why.operation for e in page(small, "today").operations] == [late]
    assert page(small, "before 2025-11-01").operations == ()
    assert len(page(small, "last 3 days").operations) == 3


def test_what_nobody_is_called_is_said_with_what_is_near(small):
    assert isinstance(page(small, "1.5.9"), Unknown)
    with pytest.raises(UserError, match="Did you mean `since`"):
        page(small, "1.5.4 sinec Monday")
    with pytest.raises(UserError, match="Did you mean `yesterday`"):
        page(small, "yesterdy")
    with pytest.raises(UserError, match=f"Did you mean <@{CARA}>"):
        page(small, "by kara")
    with pytest.raises(UserError, match="called “ !channel b ”"):
        page(small, "by <!channel> <b>")


def test_who_has_left_is_found_too(small):
    mine = logged(small)
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_member(replace(plan.member(ANA), is_active=False))

    for text in ("by ana", "ana", f"<@{ANA}>", ANA):
        assert [each.why.operation for each in page(small, text, BEN).operations] == [mine]
    assert page(small, "by <@U0STRANGE>").operations == ()


def test_who_may_undo_what(small):
    ana = logged(small, 500)
    ben = logged(small, 600, BEN)
    back = undo(small.plans, ben, small.asker(BEN)).operation

    assert page(small).undoable == {ana}
    assert page(small, member=BEN).undoable == {back}
    assert page(small, member=CARA).undoable == {ana, back, "setup"}


def test_pages_follow_each_other_without_a_gap(small):
    made = [logged(small, 400 + number) for number in range(20)]

    seen, after = [], None
    while True:
        shown = page(small, "1.5.4 by me", after=after)
        assert len(shown.operations) <= PAGE
        seen += [each.why.operation for each in shown.operations]
        logged(small, 900 + len(seen), BEN)  # what comes meanwhile moves nothing
        if (after := shown.older) is None:
            break

    assert seen == made[::-1]


def test_a_restricted_issue_is_shown_to_those_named_alone(small):
    restricted(small)

    for member in (ANA, BEN):
        assert {"ISS-007", "TASK-907", "REP-7"} <= keys(page(small, member=member))
        assert keys(page(small, "ISS-007", member=member)) == {"ISS-007", "REP-7"}
    assert not {"ISS-007", "TASK-907", "REP-7"} & keys(page(small, member=CARA))
    with pytest.raises(UserError, match=f"restricted: <@{ANA}>, <@{BEN}> can see it"):
        page(small, "ISS-007", member=CARA)
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_workspace(replace(plan.workspace, lead_id=CARA))
    assert "ISS-007" in keys(page(small, member=CARA))


def test_a_restricted_issue_stays_hidden_when_it_is_withdrawn(small):
    saved(small, replace(restricted(small), removed_at=MONDAY), BEN)

    assert "ISS-007" not in keys(page(small, member=CARA))


def test_an_export_has_all_rows_that_the_asker_may_see_oldest_first(small):
    restricted(small)
    logged(small)

    with small.plans.reading(small.workspace_id) as plan:
        every = list(changes_of(plan, "", member_id=None, now=LATER))
        for_cara = list(changes_of(plan, "", member_id=CARA, now=LATER))
        with pytest.raises(UserError, match="nobody on the command line"):
            changes_of(plan, "by me", member_id=None, now=LATER)
        with pytest.raises(UserError, match=r"called “9\.9”"):
            changes_of(plan, "9.9", member_id=None, now=LATER)

    assert [row.id for row in every] == sorted(row.id for row in every)
    assert len(every) - len(for_cara) == 3


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (Team(country="DE"), Team(country="FR")),
        (Person(key=BEN, zone="Asia/Tokyo"), Person(key=BEN, zone="Asia/Seoul")),
        (Person(key=BEN, role=Role.LEAD), Person(key=BEN, role=Role.VIEWER)),
        (
            Pause(key="P1", job="", first="2025-12-24", last=None, reason="", by=CARA, at=MONDAY),
            Pause(key="P1", job="", first="2025-12-24", last="2026-01-01", reason="", by=CARA,
                  at=MONDAY),
        ),
    ],
)  # fmt: skip
def test_settings_people_and_pauses_are_undone_and_brought_back(small, first, then):
    def now():
        with small.plans.reading(small.workspace_id) as plan:
            if isinstance(first, Pause):
                return [(each.last, each.reason) for each in plan.pauses()]
            kept = plan.team() if isinstance(first, Team) else plan.person(BEN)
            return replace(kept, revision=0)

    nothing = now()
    made = saved(small, first, CARA)
    one = now()
    changed = saved(small, then, CARA)
    two = now()

    with pytest.raises(UserError, match=rf"changed again since by <@{CARA}> \("):
        undo(small.plans, made, small.asker(CARA))
    steps = [(changed, one), (None, two), (None, one), (made, nothing), (None, one)]
    last = ""
    for operation, expected in steps:
        # Without a name: the undo before is taken back.
        last = undo(small.plans, operation or last, small.asker(CARA)).operation
        assert now() == expected


@pytest.mark.parametrize(
    "item",
    [
        Team(country="DE"),
        Person(key=BEN, role=Role.ADMIN),
        Pause(key="P1", job="", first="2025-12-24", last=None, reason="", by=ANA, at=MONDAY),
    ],
)
def test_settings_are_not_undone_by_somebody_who_may_not_make_them(small, item):
    operation = saved(small, item, ANA)  # as if Ana had been an admin then

    with pytest.raises(UserError, match=f"<@{CARA}>"):
        undo(small.plans, operation, small.asker(ANA))

    with small.plans.reading(small.workspace_id) as plan:
        assert len(plan.operation(operation)) == 1


def test_a_refused_undo_says_who_changed_what_since(small):
    operation = logged(small, 500)
    logged(small, 600, BEN)

    with pytest.raises(UserError, match=rf"since by <@{BEN}> \(progress\)"):
        undo(small.plans, operation, small.asker())
