"""Names, roles, settings and preferences: who may change them, and what follows."""

from dataclasses import replace

import pytest

from bot.domain.activity import Commit
from bot.domain.entries import AnswerWords, IssueEntry, ProgressEntry
from bot.domain.evidence import SeenCommit
from bot.domain.findings import GapAnswer
from bot.domain.issues import Severity
from bot.domain.people import Role
from bot.domain.plan import Member, Stage, Task, Why
from bot.domain.progress import Progress
from bot.domain.prompts import PromptKind
from bot.domain.team import Team
from bot.errors import UserError
from bot.usecases.answer_finding import answer_finding
from bot.usecases.file_issue import file_issue
from bot.usecases.identities import claim_name, free_name, who_is_who
from bot.usecases.log_progress import log_progress
from bot.usecases.preferences import change_person, mute
from bot.usecases.roles import give_role, roles_held
from bot.usecases.settings import TeamAsked, change_team
from bot.usecases.undo import undo
from bot.usecases.welcome import take_directory
from tests.builders import ANA, BEN, CARA
from tests.conftest import MONDAY
from tests.usecases.findings_plan import FINDINGS, FindingsPlan

WHY = Why(operation="setup", actor_id="import", at=MONDAY, reason="import")
DANA = "U0DANA"


@pytest.fixture
def small(tmp_path):
    found = FindingsPlan(tmp_path)
    with found.plans.changing(found.workspace_id) as plan:
        plan.save(Stage(key="STG-950", ref="9.1", name="Ingest", owner_text="DATA-001"), WHY)
        plan.save(Task(key="TASK-950", title="Load", owner_text=" data-001 "), WHY)
        plan.save(Stage(key="STG-951", ref="9.2", name="Ops", owner_text="OPS-007"), WHY)
        plan.put_commits([seen("a1", "Bea Silva", "bea@x.org"), seen("a2", "Ana", "ana@y.org")])
    return found


def seen(sha, name, email):
    commit = Commit(
        sha=sha * 20, author_name=name, author_email=email, authored_at=MONDAY, subject="feat: x"
    )
    return SeenCommit(commit=commit, repo="bqx")


def reading(small):
    return small.plans.reading(small.workspace_id)


def member(small, member_id):
    with reading(small) as plan:
        return plan.member(member_id)


# Names


def test_who_lists_what_nobody_goes_by_with_its_counts(small):
    with reading(small) as plan:
        found = {each.name: each for each in who_is_who(plan).unmatched}

    assert (found["DATA-001"].stages, found["DATA-001"].tasks) == (1, 1)
    assert (found["bea@x.org"].commits, found["bea@x.org"].also) == (1, "Bea Silva")
    assert "ana@y.org" not in found  # the author's name is a member's


def test_a_claimed_name_gives_the_stages_and_tasks_their_owner_and_undo_takes_all_back(small):
    done = claim_name(small.plans, "Data-001", BEN, small.asker(BEN))

    assert {item.key for item in done.given} == {"STG-950", "TASK-950"}
    assert small.stage("STG-950").owner_id == small.task("TASK-950").owner_id == BEN
    assert member(small, BEN).aliases == ("Data-001",)
    with reading(small) as plan:
        assert "DATA-001" not in {each.name for each in who_is_who(plan).unmatched}
        assert {c.kind for c in plan.operation(done.operation)} == {"person", "stage", "task"}

    undo(small.plans, done.operation, small.asker(BEN))

    assert small.stage("STG-950").owner_id is None
    assert member(small, BEN).aliases == ()


def test_a_name_that_somebody_has_is_refused_with_who_has_it(small):
    claim_name(small.plans, "DATA-001", BEN, small.asker(BEN))

    with pytest.raises(UserError, match=f"<@{BEN}>'s"):
        claim_name(small.plans, "data-001", ANA, small.asker(ANA))
    with pytest.raises(UserError, match=f"<@{BEN}>'s"):
        claim_name(small.plans, "Ben", ANA, small.asker(ANA))
    again = claim_name(small.plans, "DATA-001", BEN, small.asker(BEN))
    assert not again.changed


def test_a_real_name_is_known_in_git_and_claimed_by_nobody_else(small):
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_member(replace(plan.member(BEN), real_name="Béa Silva"))

    with reading(small) as plan:
        assert "bea@x.org" not in {each.name for each in who_is_who(plan).unmatched}
    with pytest.raises(UserError, match=f"<@{BEN}>'s"):
        claim_name(small.plans, "bea silva", ANA, small.asker(ANA))


def test_only_leads_say_who_somebody_else_is_and_free_their_names(small):
    with pytest.raises(UserError, match=f"say who somebody is here; <@{CARA}> can"):
        claim_name(small.plans, "OPS-007", BEN, small.asker(ANA))
    claim_name(small.plans, "OPS-007", BEN, small.asker(CARA))

    with pytest.raises(UserError, match="can't say who somebody is"):
        free_name(small.plans, "OPS-007", small.asker(ANA))
    done = free_name(small.plans, "ops-007", small.asker(BEN))

    assert done.member.id == BEN
    assert member(small, BEN).aliases == ()
    assert small.stage("STG-951").owner_id == BEN  # what was written stays
    with pytest.raises(UserError, match="Nobody has claimed"):
        free_name(small.plans, "OPS-007", small.asker(BEN))


@pytest.mark.parametrize("name", ["", "   ", "x" * 151])
def test_a_name_that_is_none_is_refused(small, name):
    with pytest.raises(UserError):
        claim_name(small.plans, name, ANA, small.asker(ANA))


def test_names_stay_when_the_directory_is_read_and_go_when_freed(small):
    claim_name(small.plans, "OPS-007", BEN, small.asker(BEN))
    with small.plans.changing(small.workspace_id) as plan:
        take_directory(plan, [Member(id=BEN, name="Ben")], MONDAY)

    assert member(small, BEN).aliases == ("OPS-007",)
    free_name(small.plans, "OPS-007", small.asker(BEN))
    assert member(small, BEN).aliases == ()


# Roles


def test_slack_admins_are_admins_until_somebody_gives_them_another_role(small):
    with reading(small) as plan:
        held = {each.member.id: each for each in roles_held(plan)}
    assert (held[CARA].role, held[CARA].is_given) == (Role.ADMIN, False)

    done = give_role(small.plans, BEN, Role.ADMIN, small.asker(CARA))
    give_role(small.plans, CARA, Role.VIEWER, small.asker(BEN))

    assert (done.before, done.after) == (Role.MEMBER, Role.ADMIN)
    with pytest.raises(UserError, match=f"give roles here; <@{BEN}> can"):
        give_role(small.plans, ANA, Role.LEAD, small.asker(CARA))


def test_the_last_admin_stays_also_against_undo(small):
    with pytest.raises(UserError, match="last admin"):
        give_role(small.plans, CARA, Role.MEMBER, small.asker(CARA))
    given = give_role(small.plans, BEN, Role.ADMIN, small.asker(CARA))
    give_role(small.plans, CARA, Role.MEMBER, small.asker(BEN))

    with pytest.raises(UserError, match="last admin"):
        undo(small.plans, given.operation, small.asker(BEN))

    with reading(small) as plan:
        assert plan.person(BEN).role is Role.ADMIN


def test_a_viewer_reads_and_files_issues_and_every_refusal_says_who_can(small):
    give_role(small.plans, ANA, Role.VIEWER, small.asker(CARA))

    with pytest.raises(UserError, match=f"change the plan here; <@{CARA}>, <@{BEN}> can"):
        log_progress(
            small.plans, ProgressEntry(stage_key="STG-901", progress=Progress(500)), small.asker()
        )
    with pytest.raises(UserError, match="can't change estimates"):
        answer_finding(
            small.plans,
            "task_no_estimate:TASK-901",
            GapAnswer.ESTIMATED,
            small.asker(),
            AnswerWords(estimate_minutes=60),
        )
    with pytest.raises(UserError, match="can't dismiss gaps"):
        answer_finding(
            small.plans,
            FINDINGS[0].key,
            GapAnswer.NOT_A_GAP,
            small.asker(),
            AnswerWords(reason="because"),
        )
    filed = file_issue(
        small.plans, IssueEntry(title="Down", severity=Severity.BLOCKER), small.asker()
    )
    assert filed.issue.key == "ISS-001"


def test_who_joined_today_is_a_member_and_who_left_is_a_viewer(small):
    entry = ProgressEntry(stage_key="STG-901", progress=Progress(500))
    log_progress(small.plans, entry, small.asker("U0NEW"))
    with small.plans.changing(small.workspace_id) as plan:
        plan.put_member(Member(id=BEN, name="Ben", is_active=False))

    with pytest.raises(UserError, match="can't change the plan"):
        log_progress(small.plans, entry, small.asker(BEN))


def test_a_lead_takes_back_what_others_did_and_a_member_does_not(small):
    entry = ProgressEntry(stage_key="STG-901", progress=Progress(500))
    done = log_progress(small.plans, entry, small.asker(ANA))
    with pytest.raises(UserError, match=f"Only <@{ANA}>, who did it, or a lead .* <@{CARA}> can"):
        undo(small.plans, done.operation, small.asker(BEN))

    give_role(small.plans, BEN, Role.LEAD, small.asker(CARA))

    assert undo(small.plans, done.operation, small.asker(BEN)).changes


# Settings


def test_settings_are_written_with_a_change_and_undone_to_the_defaults(small):
    wanted = Team(country="DE", stakeholders=("kim@x.org",))
    done = change_team(small.plans, wanted, 0, small.asker(CARA))

    with reading(small) as plan:
        assert replace(plan.team(), revision=0) == wanted
        assert [c.kind for c in plan.operation(done.operation)] == ["team"]
    undo(small.plans, done.operation, small.asker(CARA))
    with reading(small) as plan:
        assert replace(plan.team(), revision=0) == Team()
        again = plan.team().revision
    saved = change_team(small.plans, wanted, again, small.asker(CARA))
    assert saved.changed


def test_members_do_not_edit_settings_nor_take_them_back(small):
    with pytest.raises(UserError, match=f"edit the settings here; <@{CARA}> can"):
        change_team(small.plans, Team(), 0, small.asker(ANA))


def test_of_two_who_edit_at_once_the_second_is_shown_both(small):
    give_role(small.plans, BEN, Role.ADMIN, small.asker(CARA))
    change_team(small.plans, Team(prompt_at="15:00", country="DE"), 0, small.asker(BEN))

    asked = change_team(small.plans, Team(snooze_minutes=5, country="FR"), 0, small.asker(CARA))

    assert isinstance(asked, TeamAsked)
    assert (asked.proposed.prompt_at, asked.proposed.snooze_minutes) == ("15:00", 5)
    assert asked.proposed.country == "FR"  # typed is kept, and shown beside what Ben wrote
    assert {change.why.actor_id for change in asked.theirs} == {BEN}
    with reading(small) as plan:
        assert (plan.team().country, plan.team().snooze_minutes) == ("DE", 60)
    done = change_team(small.plans, asked.proposed, asked.proposed.revision, small.asker(CARA))
    assert done.changed


def test_what_people_say_of_themselves_is_theirs_to_undo(small):
    said = {"zone": "Asia/Tokyo", "prompts_a_day": 2}
    done = change_person(small.plans, said, small.asker(ANA))
    muted = mute(small.plans, PromptKind.GAP_CHECKS, small.asker(ANA))

    assert (muted.after.zone, muted.after.muted) == ("Asia/Tokyo", ("gap_checks",))
    undo(small.plans, muted.operation, small.asker(ANA))
    undo(small.plans, done.operation, small.asker(ANA))
    with reading(small) as plan:
        assert (plan.person(ANA).zone, plan.person(ANA).muted) == (None, ())
