"""Sign a section of an assessment (the brief's "Assessor"), and say what nobody signed or made."""

from datetime import date, timedelta

from bot.domain.effects import Effect, EffectKind
from bot.domain.findings import Report, SignOff
from bot.domain.outcomes import Signed
from bot.domain.recurrences import Weekday
from bot.domain.rights import Right
from bot.errors import UserError
from bot.ports import PlanDatabase, PlanReader, PlanWriter
from bot.usecases.asking import Asker
from bot.usecases.reporting import refresh_report
from bot.usecases.rights import may

SECTIONS = range(1, 6)  # as the brief counts them
_MAX_DATES = 2  # more are counted, not listed


def sign_section(plans: PlanDatabase, report_key: str, section: int, asker: Asker) -> Signed:
    """
    Sign one section of a report; with the last one the final file goes into the thread.

    Of two people who sign one section the first counts; the second is told who it was.

    Args:
        section: 1 to 5.

    Raises:
        UserError: the report is gone, it has no such section, or somebody else has to sign it.
    """
    with plans.changing(asker.workspace_id) as plan:
        report = _known_report(plan, report_key, section)
        if before := _signature(plan, report_key, section):
            mine = bool(plan.operation(asker.operation))  # the same click, sent twice by Slack
            return Signed(
                operation=asker.operation if mine else "",
                signed_by=before.signed_by,
                changed=mine,
            )
        _check_may_sign(plan, asker)
        _write(plan, report, section, asker)
        return Signed(operation=asker.operation, signed_by=asker.member_id, changed=True)


def unsigned_sentence(plan: PlanReader, report: Report) -> str:
    """Return what a report lacks for the next one to say; "" when every section is signed."""
    number = len(plan.sign_offs(report.key))
    if number >= len(SECTIONS):
        return ""
    if number == 0:
        return f"The assessment of {report.local_date} was not signed."
    return (
        f"The assessment of {report.local_date} was signed in {number} of {len(SECTIONS)} sections."
    )


def skipped_sentence(last: Report | None, local_date: date) -> str:
    """
    Return on which Mondays no assessment was made, for the next one to say; "" for none.

    Args:
        last: The report before; without one nothing was skipped.
        local_date: The Monday of the report that is being made.
    """
    if last is None:
        return ""
    start = date.fromisoformat(last.local_date)
    between = (start + timedelta(days=n) for n in range(1, (local_date - start).days))
    mondays = [day.isoformat() for day in between if day.weekday() == Weekday.MONDAY]
    if not mondays:
        return ""
    if len(mondays) > _MAX_DATES:
        return f"No assessment was made on {len(mondays)} Mondays, {mondays[0]} to {mondays[-1]}."
    return f"No assessment was made on {' and '.join(mondays)}."


def _known_report(plan: PlanReader, report_key: str, section: int) -> Report:
    report = plan.report(report_key)
    if report is None:
        raise UserError("This assessment is gone, so there is nothing to sign.")
    if section not in SECTIONS:
        raise UserError(f"An assessment has sections 1 to {SECTIONS[-1]}.")
    return report


def _signature(plan: PlanReader, report_key: str, section: int) -> SignOff | None:
    signed = plan.sign_offs(report_key)
    return next((one for one in signed if one.section == section), None)


def _check_may_sign(plan: PlanReader, asker: Asker) -> None:
    """Only the lead and admins sign, where there is a lead who is still here."""
    lead_id = plan.workspace.lead_id
    lead = plan.member(lead_id) if lead_id else None
    has_left = lead is not None and not lead.is_active
    if not lead_id or has_left or asker.member_id == lead_id:
        return
    if not may(plan, asker.member_id, Right.SIGN):
        raise UserError(f"Only <@{lead_id}>, the tech lead, or an admin can sign the assessment.")


def _write(plan: PlanWriter, report: Report, section: int, asker: Asker) -> None:
    signed = SignOff(
        key=f"{report.key}:{section}",
        report_key=report.key,
        section=section,
        signed_by=asker.member_id,
        signed_at=asker.now,
    )
    plan.save(signed, asker.why(evidence=f"section {section} of {report.local_date}"))
    refresh_report(plan, report, asker)
    if len(plan.sign_offs(report.key)) == len(SECTIONS):
        plan.emit(_final_file(plan, report), asker.now)
    if stand_by := asker.answer():
        plan.emit(stand_by, asker.now)


def _final_file(plan: PlanReader, report: Report) -> Effect:
    return Effect(
        key=f"{report.key}#file:signed",
        kind=EffectKind.GAP_FILE,
        payload={"report": report.key, "signed": True},
        lane=plan.workspace.channel,
    )
