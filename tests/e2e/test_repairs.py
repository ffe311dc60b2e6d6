"""Findings are answered where they are shown: in the thread, the direct message, the home tab."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.effects import Effect, EffectKind, EffectState
from bot.domain.evidence import CounterReading, RuleKind
from bot.domain.findings import FindingState, GapCheck
from bot.domain.issues import Issue, Severity
from bot.domain.plan import Status, Why
from bot.domain.progress import Progress
from tests.conftest import MONDAY
from tests.e2e.conftest import plant
from tests.e2e.looking import buttons, direct, press, seen, words
from tests.findings import (
    BY_KIND,
    COMMITS,
    FINDINGS,
    LIKELY,
    PIECE,
    REPORT,
    TIDY,
    Kind,
    report_of,
)
from tests.product import ANA, BEN, running_world

WHY = Why(operation="setup", actor_id="import", at=MONDAY, reason="import")
BUNDLE = f"{REPORT}:{ANA}"
SHOW = {
    "summary": EffectKind.GAP_SUMMARY,
    "details": EffectKind.GAP_DETAILS,
    "sign": EffectKind.GAP_SIGN,
}
# Each finding about a stage or task of its own, so that no answer settles another one's.
OF_ITS_OWN = {
    Kind.STAGE_PROGRESS_UNLOGGED: "STG-911",
    Kind.STAGE_OLD: "STG-912",
    Kind.STAGE_IDLE: "STG-913",
    Kind.STAGE_AGE_UNKNOWN: "STG-914",
    Kind.STAGE_NO_EVIDENCE: "STG-915",
    Kind.TASK_COMPLETE_IN_GIT: "TASK-911",
    Kind.TASK_NO_STAGE: "TASK-912",
}


def about(finding, key):
    return replace(finding, key=f"{finding.kind}:{key}", record_keys=(key,))


OWNERLESS = [
    replace(
        about(BY_KIND[Kind.TASK_NO_OWNER], f"TASK-92{n}"), text=f"Task “Sweep {n}” has no owner."
    )
    for n in range(8)
]
ALL = [
    *(about(one, OF_ITS_OWN[one.kind]) if one.kind in OF_ITS_OWN else one for one in FINDINGS),
    *OWNERLESS,
]
OF = {one.kind: one for one in ALL if one not in OWNERLESS}


def plant_more(world):
    """Add the stages and tasks that the findings are about."""
    keys = {key for finding in ALL for key in finding.record_keys}
    with world.plans.changing(world.workspace_id) as plan:
        for key in sorted(keys):
            if key.startswith("STG-91"):
                stage = plan.stage("STG-901")
                done = key == OF_ITS_OWN[Kind.STAGE_NO_EVIDENCE]
                status = Status.COMPLETE if done else Status.IN_PROGRESS
                stage = replace(stage, key=key, ref=f"9.{key[-2:]}", status=status, revision=0)
                plan.save(replace(stage, name=f"Stage {key}"), WHY)
            elif key.startswith(("TASK-91", "TASK-92")):
                plan.save(replace(plan.task("TASK-902"), key=key, title=key, revision=0), WHY)
        issue = Issue(key="ISS-001", title="Aurora", severity=Severity.MAJOR, discovered_at=MONDAY)
        plan.save(issue, WHY)
        plan.put_commits(COMMITS)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with running_world(tmp_path_factory.mktemp("repairs")) as world:
        plant(world)
        plant_more(world)
        with world.plans.changing(world.workspace_id) as plan:
            plan.put_findings(ALL)
            plan.put_report(report_of(ALL))
            for number, finding in enumerate((OF[Kind.STAGE_SILENT], OWNERLESS[7])):
                plan.save(check_of(finding, number), WHY)
            payload = {"bundle": BUNDLE}
            emit(plan, "first#ask", EffectKind.GAP_CHECKS, payload, f"dm:{ANA}")
        show(world, "first")
        world.root = seen(world, "Gap assessment")
        world.as_member().wait_for(lambda: is_done(world, "first#sign"))
        yield world


def check_of(finding, number):
    return GapCheck(
        key=f"{BUNDLE}:{number}",
        bundle=BUNDLE,
        member_id=ANA,
        finding_key=finding.key,
        text=f"*Question {number}*\n{finding.text}",
        asked_at=datetime.now(UTC),
    )


def show(world, cause):
    """Have the report shown as it is now."""
    with world.plans.changing(world.workspace_id) as plan:
        for name, kind in SHOW.items():
            lane = plan.workspace.channel
            emit(plan, f"{cause}#{name}", kind, {"report": REPORT}, lane)


def emit(plan, key, kind, payload, lane):
    plan.emit(Effect(key=key, kind=kind, payload=payload, lane=lane), datetime.now(UTC))


def page_with(world, text, member_id=ANA):
    """Wait until a page of the thread shows this text, and return it."""
    member = world.as_member(member_id)
    place = member.channel("bqx-ml")
    return member.wait_for(
        lambda: next(
            (
                m
                for m in reversed(member.messages(place, world.root["ts"]))
                if text in words(m) and not m.get("ephemeral")
            ),
            None,
        ),
    )


def told(world, text, member_id=ANA):
    """Wait until the member is told this, for their eyes only."""
    member = world.as_member(member_id)
    place = member.channel("bqx-ml")
    return member.wait_for(
        lambda: next(
            (
                m
                for ts in (None, world.root["ts"])
                for m in reversed(member.messages(place, ts))
                if m.get("ephemeral") and text in words(m)
            ),
            None,
        )
    )


def element_of(page, finding, label):
    """Find a button of a finding, or an entry of its menu."""
    row = next(b for b in page["blocks"] if b.get("block_id") == f"answers:{finding.key}")
    for element in row["elements"]:
        if element.get("text", {}).get("text") == label:
            return row, element, {"value": element["value"]}
        for option in element.get("options", ()):
            if option["text"]["text"] == label:
                return row, element, {"selected_option": option}
    raise LookupError(label)


def click(world, finding, label, member_id=ANA):
    """Press a button under a finding, as a member, in the thread."""
    # What the last answer changed may move a finding to another page.
    world.as_member().wait_for(lambda: is_shown(world))
    page = page_with(world, f"answers:{finding.key}")
    row, element, value = element_of(page, finding, label)
    member = world.as_member(member_id)
    container = {"type": "message", "channel": member.channel("bqx-ml"), "ts": page["ts"]}
    member.press(container, row["block_id"], element["action_id"], **value)
    return member


def fill(world, finding, label, member_id=ANA, **boxes):
    """Press a button that opens a form, and send the form in."""
    member = click(world, finding, label, member_id)
    form = member.wait_for(member.modal)
    return form, member.submit(form["id"], values_of(form, boxes))


def values_of(form, boxes):
    """The state of a form as it stands, with some boxes filled in."""
    known = {
        block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"
    }
    assert not set(boxes) - set(known), known
    names = {
        "plain_text_input": ("value", "initial_value"),
        "datepicker": ("selected_date", "initial_date"),
        "users_select": ("selected_user", "initial_user"),
        "external_select": ("selected_option", "initial_option"),
        "static_select": ("selected_option", "initial_option"),
        "radio_buttons": ("selected_option", "initial_option"),
        "checkboxes": ("selected_options", "initial_options"),
        "multi_static_select": ("selected_options", "initial_options"),
    }
    values = {}
    for block_id, element in known.items():
        name, initial = names[element["type"]]
        value = boxes.get(block_id, element.get(initial))
        if isinstance(value, int):
            value = element["options"][value]
        if name == "selected_options":
            value = value or []
        values[block_id] = {element["action_id"]: {"type": element["type"], name: value}}
    return values


def suggested(member, form, block_id, typed):
    """The first thing that a typeahead offers."""
    return member.suggest(form["id"], block_id, "value", typed)["options"][0]


def plan_of(world):
    return world.plans.reading(world.workspace_id)


def line_of(world, finding):
    """Wait for the line that is left of a finding, and return its words."""
    page = page_with(world, f"settled:{finding.key}")
    block = next(b for b in page["blocks"] if b["block_id"] == f"settled:{finding.key}")
    return block["text"]["text"]


def stage(world, key):
    with plan_of(world) as plan:
        return plan.stage(key)


def task(world, key):
    with plan_of(world) as plan:
        return plan.task(key)


def links(world, shas):
    with plan_of(world) as plan:
        return {d.record_key for d in plan.link_decisions() if d.sha in shas}


CLICKS = {
    Kind.STAGE_COMPLETE_IN_GIT: (
        "Mark complete",
        "marked complete",
        lambda world: stage(world, "STG-902").status is Status.COMPLETE,
    ),
    Kind.STAGE_PROGRESS_UNLOGGED: (
        "Set 150/336",
        "set to 150/336",
        lambda world: stage(world, "STG-911").progress == Progress.counted(150, 336),
    ),
    Kind.STAGE_STARTED_IN_GIT: (
        "Mark in progress",
        "marked in progress",
        lambda world: stage(world, "STG-904").status is Status.IN_PROGRESS,
    ),
    Kind.PLAN_CONTRADICTION: (
        "Reopen",
        "reopened",
        lambda world: stage(world, "STG-903").status is Status.IN_PROGRESS,
    ),
    Kind.STAGE_OLD: (
        "Complete",
        "marked complete",
        lambda world: stage(world, "STG-912").status is Status.COMPLETE,
    ),
    Kind.REF_AMBIGUOUS: (
        "It is “Infrastructure Management (accelerated)”",
        "linked to 2.10",
        lambda world: links(world, OF[Kind.REF_AMBIGUOUS].commits) == {"STG-905"},
    ),
    Kind.TASK_NO_ESTIMATE: (
        "Set 4 h",
        "estimated at 4 h",
        lambda world: task(world, "TASK-901").estimate_minutes == 240,
    ),
    Kind.TASK_NO_OWNER: (
        "Assign to me",
        "assigned to",
        lambda world: task(world, "TASK-902").owner_id == BEN,
    ),
    Kind.DELIVERABLE_AT_RISK: (
        "Move the ETA to 12 Dec",
        "ETA moved to 2025-12-12",
        lambda world: f"{stage(world, 'STG-901').planned_end:%Y-%m-%d}" == "2025-12-12",
    ),
}


@pytest.mark.parametrize("kind", CLICKS)
def test_one_click_repairs_the_plan_and_the_finding_becomes_a_line(world, kind):
    label, verdict, is_written = CLICKS[kind]

    click(world, OF[kind], label, BEN)

    line = line_of(world, OF[kind])
    assert verdict in line
    assert f"<@{BEN}>" in line
    assert is_written(world)
    assert "Undo" in buttons(told(world, verdict, BEN))


def test_likely_work_is_linked_in_one_click(world):
    click(world, LIKELY, "Link to 1.5.4 (82 %)")

    assert "linked to 1.5.4" in line_of(world, LIKELY)
    assert links(world, PIECE) == {"STG-901"}


FORMS = {
    Kind.TASK_COMPLETE_IN_GIT: (
        "Mark complete (6.5 h)…",
        {},
        lambda world: task(world, "TASK-911").actual_minutes == 390,
    ),
    Kind.STAGE_NO_EVIDENCE: (
        "Code-free work…",
        {"reason": "A purchase"},
        lambda world: stage(world, "STG-915").is_code_free,
    ),
    Kind.STAGE_AGE_UNKNOWN: (
        "Blocked…",
        {"blocker": "No quota"},
        lambda world: stage(world, "STG-914").status is Status.BLOCKED,
    ),
    Kind.STAGE_IDLE: (
        "Update…",
        {"progress:STG-913": "50", "note": "Half of it"},
        lambda world: stage(world, "STG-913").progress == Progress(500),
    ),
    Kind.STAGE_NO_TASKS: (
        "Add a task…",
        {"title": "Write the first one"},
        lambda world: "Write the first one" in titles(world, "STG-902"),
    ),
    Kind.STAGE_MISSING: (
        "Add stage…",
        {"title": "New indices", "owner": BEN},
        lambda world: named(world, "1.5.9") == ("New indices", BEN),
    ),
}


def titles(world, stage_key):
    with plan_of(world) as plan:
        return [task.title for task in plan.tasks(stage_key=stage_key)]


def named(world, ref):
    with plan_of(world) as plan:
        [found] = plan.stages_with_ref(ref)
    return found.name, found.owner_id


@pytest.mark.parametrize("kind", FORMS)
def test_a_small_form_repairs_the_plan(world, kind):
    label, boxes, is_written = FORMS[kind]

    _, answer = fill(world, OF[kind], label, **boxes)

    assert answer == {"ok": True}
    assert line_of(world, OF[kind])
    assert is_written(world)


def test_a_task_is_put_into_a_stage(world):
    finding = OF[Kind.TASK_NO_STAGE]
    member = click(world, finding, "Put into a stage…")
    form = member.wait_for(member.modal)
    chosen = suggested(member, form, "home_stage", "1.5.5")
    with world.plans.changing(world.workspace_id) as plan:
        plan.save(replace(plan.stage("STG-902"), name="Renamed meanwhile"), WHY)

    member.submit(form["id"], values_of(form, {"home_stage": chosen}))

    assert "put into 1.5.5 “Renamed meanwhile”" in line_of(world, finding)
    assert task(world, "TASK-912").stage_key == "STG-902"


def test_commits_are_linked_by_typeahead_and_their_folder_is_remembered(world):
    member = click(world, TIDY, "Link to…")
    form = member.wait_for(member.modal)
    stages_and_tasks = member.suggest(form["id"], "record", "value", "re")["options"]
    assert {option["value"][:3] for option in stages_and_tasks} >= {"STG", "TAS"}
    chosen = suggested(member, form, "record", "rebuild indices")
    learn = next(b for b in form["blocks"] if b.get("block_id") == "learn")["element"]["options"]

    answer = member.submit(form["id"], values_of(form, {"record": chosen, "learn": learn}))

    assert answer == {"ok": True}
    assert "linked to TSK-1.5.4" in line_of(world, TIDY)
    with plan_of(world) as plan:
        [rule] = [r for r in plan.work_rules() if r.kind is RuleKind.BELONGS]
    assert (rule.pattern, rule.record_key) == ("src/cache", "TASK-901")


def test_not_a_gap_needs_a_reason_and_shows_it(world):
    form, refused = fill(world, OWNERLESS[0], "Not a gap, because…")
    assert list(refused["errors"]) == ["reason"]
    member = world.as_member(ANA)

    member.submit(form["id"], values_of(form, {"reason": "Ben does <!here> it & well"}))

    line = line_of(world, OWNERLESS[0])
    assert "*not a gap*" in line
    assert "(Ben does &lt;!here&gt; it &amp; well)" in line


def test_later_is_asked_again_on_the_chosen_day(world):
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    form, refused = fill(world, OWNERLESS[1], "Remind me later…", day="2025-01-01")
    assert "after today" in str(refused)

    world.as_member().submit(form["id"], values_of(form, {"day": day.isoformat()}))

    assert "*asked again later* until <!date^" in line_of(world, OWNERLESS[1])
    with plan_of(world) as plan:
        found = plan.finding(OWNERLESS[1].key)
    assert found.state is FindingState.DISMISSED
    assert found.until.astimezone(UTC).date() in {day, day - timedelta(days=1)}


def test_of_two_people_the_first_counts_and_the_second_is_told(world):
    finding = OWNERLESS[2]
    member = click(world, finding, "Assign…", ANA)
    form = member.wait_for(member.modal)

    click(world, finding, "Assign to me", BEN)
    line_of(world, finding)
    member.submit(form["id"], values_of(form, {"owner": ANA}))

    assert f"<@{BEN}> answered this before you" in words(told(world, "before you"))
    assert task(world, "TASK-922").owner_id == BEN


def test_what_was_removed_meanwhile_is_said_and_nothing_is_lost(world):
    finding = OWNERLESS[3]
    member = click(world, finding, "Assign…")
    form = member.wait_for(member.modal)
    with world.plans.changing(world.workspace_id) as plan:
        plan.save(replace(plan.task("TASK-923"), removed_at=MONDAY), WHY)

    answer = member.submit(form["id"], values_of(form, {"owner": ANA}))

    assert "removed from the plan" in str(answer["errors"]["owner"])
    member.close_modal(form["id"])
    click(world, finding, "Assign to me", BEN)
    assert told(world, "removed from the plan", BEN)


def test_undo_opens_the_finding_again_where_it_stands(world):
    finding = OWNERLESS[4]
    click(world, finding, "Assign to me")
    page = page_with(world, f"settled:{finding.key}")
    block = next(b for b in page["blocks"] if b["block_id"] == f"settled:{finding.key}")
    member = world.as_member()
    container = {"type": "message", "channel": member.channel("bqx-ml"), "ts": page["ts"]}

    undo = block["accessory"]
    member.press(container, block["block_id"], undo["action_id"], value=undo["value"])

    again = page_with(world, f"answers:{finding.key}")
    assert again["ts"] == page["ts"]
    assert finding.key not in words(told(world, "Undone"))
    assert task(world, "TASK-924").owner_id is None


def test_an_old_message_does_not_write_what_a_newer_assessment_proposes(world):
    finding = replace(
        about(OF[Kind.STAGE_PROGRESS_UNLOGGED], "STG-905"), text="A counter shows stage 2.10 …"
    )
    newer = {**finding.proposal, "permille": 900, "done": 9, "total": 10, "words": "9/10 (90 %)"}
    with world.plans.changing(world.workspace_id) as plan:
        plan.put_findings([replace(finding, proposal=newer)])
        plan.put_report(replace(report_of([*ALL, finding])))
        emit(plan, "newer#details", EffectKind.GAP_DETAILS, {"report": REPORT}, "bqx-ml")

    click(world, finding, "Set 150/336")

    assert told(world, "newer assessment proposes something else")
    assert stage(world, "STG-905").progress is None


def test_the_direct_message_and_the_thread_follow_each_other(world):
    asked = seen(world, "question", ANA, direct(world))
    assert "Still accurate" in buttons(asked)

    press(world, asked, "Still accurate", ANA, direct(world))

    assert "still accurate" in line_of(world, OF[Kind.STAGE_SILENT])
    asked = seen(world, "1 question left* of 2", ANA, direct(world))
    assert "Assign to me" in buttons(asked)
    click(world, OWNERLESS[7], "Assign to me", BEN)
    assert seen(world, "Thank you: 2 questions answered", ANA, direct(world))


def test_a_section_is_signed_once_and_in_its_place(world):
    message = page_with(world, "Sign this assessment")
    section = message["blocks"][3]
    sign = section["accessory"]
    world.sandbox.faults(rate_limit=9999, method="chat.update")  # both click what both still see
    for member_id in (ANA, BEN):
        member = world.as_member(member_id)
        place = {"type": "message", "channel": member.channel("bqx-ml"), "ts": message["ts"]}
        member.press(place, section["block_id"], sign["action_id"], value=sign["value"])
        told(world, "You signed" if member_id == ANA else "Issue Review before you", member_id)

    world.sandbox.faults()
    after = page_with(world, f"3. Issue Review: signed by <@{ANA}>")
    assert after["ts"] == message["ts"]


def test_showing_it_again_posts_nothing_twice(world):
    member = world.as_member()
    place = member.channel("bqx-ml")
    member.wait_for(lambda: is_shown(world))
    before = len(member.messages(place, world.root["ts"]))

    show(world, "again")

    member.wait_for(lambda: is_done(world, "again#sign"))
    assert len(member.messages(place, world.root["ts"])) == before


def is_shown(world):
    """Whether nothing is left to show of what the tests before this one did."""
    with plan_of(world) as plan:
        pending = plan.deliveries(EffectState.PENDING)
    return not [each for each in pending if each.effect.kind in SHOW.values()]


def is_done(world, key):
    with plan_of(world) as plan:
        return plan.delivery(key).done_at


def test_the_summary_counts_what_is_settled(world):
    click(world, OWNERLESS[5], "Assign to me")

    line_of(world, OWNERLESS[5])
    with plan_of(world) as plan:  # other tests of this file settle and add findings
        report = plan.report(REPORT).snapshot
    settled = sum(finding["key"] in report["outcomes"] for finding in report["findings"])
    assert settled >= 1
    told = f"{len(report['findings'])} findings, {settled} settled."
    assert seen(world, told)  # behind the pages


def test_the_home_tab_answers_as_well_even_where_slack_takes_no_receipt(world):
    with world.plans.changing(world.workspace_id) as plan:
        check = check_of(OWNERLESS[6], 9)
        plan.save(replace(check, key="home:1", bundle="home", member_id=BEN), WHY)
    member = world.as_member(BEN)
    member.open_home()
    home = member.wait_for(lambda: (h := member.home()) and "Your open gaps" in str(h) and h)
    row, element, value = element_of(home, OWNERLESS[6], "Assign to me")

    world.sandbox.faults(rate_limit=99, method="chat.postMessage")
    container = {"type": "view", "view_id": home["id"]}
    member.press(container, row["block_id"], element["action_id"], **value)

    member.wait_for(lambda: "Your open gaps" not in str(member.home()))
    world.sandbox.faults()
    assert task(world, "TASK-926").owner_id == BEN


def test_the_form_proposes_what_a_counter_read_last(world):
    reading = CounterReading(
        key="backfill@1",
        probe="backfill",
        stage_key="STG-902",
        read_at=datetime.now(UTC),
        fraction=129 / 336,
        done=129,
        total=336,
        source="backfill.log:12",
        line="129/336 partitions complete",
    )
    with world.plans.changing(world.workspace_id) as plan:
        begun = replace(plan.stage("STG-902"), status=Status.IN_PROGRESS, progress=None)
        plan.save(replace(begun, last_progress_at=None), WHY)
        plan.put_readings([reading], {})

    member = world.as_member(BEN)
    member.say(member.channel("bqx-ml"), "/bqx progress 1.5.5")
    form = member.wait_for(member.modal)
    member.close_modal(form["id"])

    shown = values_of(form, {})["progress:STG-902"]["value"]["value"]
    assert shown == "129/336"
    assert "Read from backfill.log:12 “129/336 partitions complete”" in str(form["blocks"])
