"""Write mails as HTML files to look at: `python -m tests.escalation.mail_pictures FOLDER`."""

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.domain.escalations import Escalation, EscalationCause
from bot.domain.issues import Issue, Severity
from bot.views.issue_mail import Around, issue_mail, trigger_mail
from handlers.mail_deliveries import WHY
from tests.conftest import MONDAY

NAMES = {"U0ANA0001": "Ana Reyes", "U0BEN0002": "Ben Okafor"}
AROUND = Around(
    zone=ZoneInfo("America/New_York"),
    names=NAMES,
    stages=("1.5.4 · BQX Table Recalculation",),
    url="https://slack.com/app_redirect?team=T0BQX0001&channel=C0BQXCRIT",
    project="BQX",
    channel="bqx-ml-critical",
)


def main(folder: Path) -> None:
    """Write one file for each kind of mail."""
    folder.mkdir(parents=True, exist_ok=True)
    for cause, why in WHY.items():
        severity = Severity.MAJOR if cause == "level_2" else Severity.BLOCKER
        issue = Issue(
            key="ISS-004",
            title="Aurora writer down",
            description="Connections are refused since 08:52.\nBackfill and loader stand still.",
            severity=severity,
            discovered_at=MONDAY,
            reporter_id="U0BEN0002",
            owner_id="U0ANA0001",
        )
        page = issue_mail(issue, why, AROUND).html
        (folder / f"mail_{cause.value}.html").write_text(page, encoding="utf-8")
    found = Escalation(
        key="slip:PH-1",
        cause=EscalationCause.SLIP,
        started_at=MONDAY,
        text="Phase 1.5 “Lambda architecture” is 9 days past its date.",
        evidence=("planned for 2025-11-08", "not complete: 1.5.4 “BQX Table Recalculation”"),
    )
    page = trigger_mail(found, AROUND).html
    (folder / "mail_trigger.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
