"""File an issue: `/bqx issue`, its form, and "File as BQX issue" on a message."""

from dataclasses import replace
from unicodedata import category

from bot.domain.effects import Effect, EffectKind, issue_subject
from bot.domain.entries import IssueEntry
from bot.domain.escalating import escalates
from bot.domain.issues import Issue, Severity
from bot.domain.lookalikes import lookalike, similar_titles
from bot.domain.outcomes import IssueFiled
from bot.domain.plan import Stage
from bot.domain.visibility import audience, is_restricted, may_see
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.code_issues.marks import tie_to_code
from bot.usecases.escalate import follow_issue

MAX_TITLE = 200
_UNSEEN = frozenset("CZ")  # control and format characters, and separators


def file_issue(plans: PlanDatabase, entry: IssueEntry, asker: Asker) -> IssueFiled:
    """
    Write the issue down, and announce a Level 1 in the critical channel.

    The same request again returns the issue that it made the first time.

    Raises:
        UserError: there is no title.
    """
    with plans.changing(asker.workspace_id) as plan:
        filed = [c for c in plan.operation(asker.operation) if c.kind == "issue"]
        issue = plan.issue(filed[0].key) if filed else _write(plan, entry, asker)
        if issue is None:
            raise UserError("That issue is gone from the plan.")
        done = IssueFiled(
            operation=asker.operation,
            issue=issue,
            stages=affected_stages(plan, issue),
            critical_channel=plan.workspace.critical_channel,
        )
    if filed:
        return done
    # A hint only: nobody's write, and no announcement, waits until all open issues are read.
    with plans.reading(asker.workspace_id) as now:
        return replace(done, like=alike(now, entry, asker.member_id, but=issue.key))


def alike(plan: PlanReader, entry: IssueEntry, member_id: str, *, but: str = "") -> Issue | None:
    """Return the open issue that says the same, of those the member may see, `but` one; or None."""
    if entry.stage_keys:
        known = plan.issues(open_only=True)
    else:  # without a stage nothing but the titles counts, and they are quickly read
        titles = plan.open_titles().items()
        near = [key for key, title in titles if similar_titles(entry.title, title)]
        known = [issue for key in near if (issue := plan.issue(key))]
    lead_id = plan.workspace.lead_id
    seen = [each for each in known if each.key != but and may_see(each, member_id, lead_id)]
    return lookalike(entry.title, entry.description, entry.stage_keys, seen)


def affected_stages(plan: PlanReader, issue: Issue) -> tuple[Stage, ...]:
    """Return the stages an issue affects, as far as they are still in the plan."""
    return tuple(stage for key in issue.stage_keys if (stage := plan.stage(key)))


def _write(plan: PlanWriter, entry: IssueEntry, asker: Asker) -> Issue:
    title = " ".join(entry.title.split())
    if not any(category(each)[0] not in _UNSEEN for each in title):
        raise UserError("An issue needs a title: say in a few words what is wrong.")
    description = entry.description.strip()
    if len(title) > MAX_TITLE:
        # Nothing typed is lost: a long one-liner stays whole in the description.
        description = f"{title}\n\n{description}".strip()
        title = title[: MAX_TITLE - 1] + "…"
    issue = Issue(
        key=plan.mint("ISS"),
        title=title,
        description=description,
        severity=entry.severity,
        stage_keys=entry.stage_keys,
        discovered_at=asker.now,
        reporter_id=asker.member_id,
        owner_id=entry.owner_id,
        permalink=entry.permalink,
        visible_to=entry.visible_to,
        is_security=entry.is_security,
    )
    if entry.code_key:
        issue = tie_to_code(plan, issue, entry.code_key, asker)
    plan.save(issue, asker.why(evidence=entry.permalink or ""))
    announce_issue(plan, issue, asker)
    if answer := asker.answer():
        plan.emit(answer, asker.now)
    return issue


def file_blocker(
    plan: PlanWriter, stage: Stage, text: str, severity: Severity, asker: Asker
) -> Issue:
    """Write down what is in a stage's way, as part of another answer."""
    title, _, description = text.strip().partition("\n")
    issue = Issue(
        key=plan.mint("ISS"),
        title=title.strip() or f"{stage.ref or stage.key} is blocked",
        description=description.strip(),
        severity=severity,
        stage_keys=(stage.key,),
        discovered_at=asker.now,
        reporter_id=asker.member_id,
        owner_id=stage.owner_id,
    )
    plan.save(issue, asker.why())
    announce_issue(plan, issue, asker)
    return issue


def named_subject(issue: Issue) -> str:
    """Return the name under which a message that names many issues at once is remembered."""
    return f"named:{issue.key}"


def direct_subject(issue: Issue, member_id: str) -> str:
    """Return the name under which the issue's message to one person is remembered."""
    return f"{issue_subject(issue.key)}:{member_id}"


def announce_issue(plan: PlanWriter, issue: Issue, asker: Asker, note: str | None = None) -> None:
    """
    Show a Level 1 in the critical channel, or bring its message up to date there; escalate it.

    Every use case that changes an issue calls this, in the same transaction.

    A Level 1 goes out however late it is (the design, section 6), so it has no `not_after`.
    `note` names a change of state whose line goes into the message's thread. Those who have the
    issue in their direct messages have it brought up to date there, too.
    """
    follow_issue(plan, issue, asker)
    _tell_people(plan, issue, asker)
    shown = escalates(issue) or plan.post(issue_subject(issue.key)) is not None
    if not shown:
        return
    lane = plan.workspace.critical_channel
    plan.emit(
        Effect(
            key=f"{asker.operation}#show:{issue.key}",
            kind=EffectKind.ISSUE_ROOT,
            payload={"issue": issue.key},
            lane=lane,
            urgent=True,
            about=issue.key,
        ),
        asker.now,
    )
    if note:
        plan.emit(
            Effect(
                key=f"{asker.operation}#note:{issue.key}",
                kind=EffectKind.ISSUE_NOTE,
                payload={
                    "issue": issue.key,
                    "note": note,
                    "member": asker.member_id,
                    "at": int(asker.now.timestamp()),
                    "operation": asker.operation,
                },
                lane=lane,
                about=issue.key,
            ),
            asker.now,
        )


def _tell_people(plan: PlanWriter, issue: Issue, asker: Asker) -> None:
    """
    Send the issue to those who have to hear of it themselves, and update what they have.

    That is whoever was made its owner by somebody else, and all who may see a restricted one that
    escalates: the channel says no more of it than its level.
    """
    people = audience(issue, plan.workspace.lead_id)
    named = people if is_restricted(issue) and escalates(issue) else ()
    owner = (issue.owner_id,) if issue.owner_id and issue.is_live else ()
    wanted = {each for each in (*named, *owner) if each != asker.member_id}
    for member_id in people:
        if member_id in wanted or plan.post(direct_subject(issue, member_id)):
            plan.emit(
                Effect(
                    key=f"{asker.operation}#direct:{issue.key}:{member_id}",
                    kind=EffectKind.ISSUE_DIRECT,
                    payload={"issue": issue.key, "member": member_id},
                    lane=f"dm:{member_id}",
                    urgent=escalates(issue),
                    about=issue.key,
                ),
                asker.now,
            )
