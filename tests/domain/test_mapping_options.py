"""What options of selects mean, in the words of many teams."""

import pytest

from bot.domain.airtable.proposing.options import read_words


@pytest.mark.parametrize(
    ("meaning", "options"),
    [
        (
            "not started",
            (
                "Todo|To Do|TO-DO|to_do|Backlog|Planned|Not started|Ready|Next up|Up next|1. Open"
                "|Offen|À faire|Por hacer|Geplant|Pendiente|notStarted|01 - Planned|Not done|📥"
                "|TODO|Not yet started (waiting list)"
            ),
        ),
        (
            "in progress",
            (
                "In Progress|in-progress|Doing|🚧 WIP|In review|Ready for review|Testing|QA"
                "|En cours|In Arbeit|Läuft|En curso|inProgress|Started|2) Doing|Almost done|🚧"
                "|INPROGRESS"
            ),
        ),
        (
            "blocked",
            (
                "Blocked|On hold|Waiting for vendor|⛔ Blocked|Paused|Blockiert|Bloqué|En attente"
                "|Bloqueado|onHold|⛔"
            ),
        ),
        (
            "complete",
            (
                "Done|✅ Done|Complete|Completed|Shipped|Live|Closed|Erledigt|Terminé|Hecho|Fertig"
                "|✅|5 - Done|🟢|Released 🎉|All done"
            ),
        ),
        (
            None,
            (
                "Cancelled|Won't do|Deferred|Rejected|Abgebrochen|Annulé|Cancelado|Duplicate"
                "|At risk|Not blocked|Done or blocked|Legal|🔴 Legal|❌ Cancelled|✅ Cancelled"
                "|?||Blue"
            ),
        ),
    ],
)
def test_a_status(meaning, options):
    for option in options.split("|"):
        assert read_words("stage", "status", [option]).get(option) == meaning, option


@pytest.mark.parametrize(
    ("meaning", "options"),
    [
        ("Open", "Open|New|Todo|Triage|Reopened|Offen|Ouvert|Abierta|Unresolved"),
        ("In Progress", "In Progress|Investigating|Blocked|In review|En cours|Waiting on vendor"),
        ("Resolved", "Resolved|Fixed|Done|Behoben|Résolu|Resuelta|✅"),
        ("Closed", "Closed|Verified|Geschlossen|Fermé|Cerrada"),
        (None, "Won't fix|Duplicate|Not a bug|Can't reproduce|By design|Works as designed"),
    ],
)
def test_the_status_of_an_issue(meaning, options):
    for option in options.split("|"):
        assert read_words("issue", "status", [option]).get(option) == meaning, option


@pytest.mark.parametrize(
    ("options", "levels"),
    [
        ("Level 1 - Blocker|Level 2 - Major|Level 3 - Minor|Level 4 - Technical Debt", "1234"),
        (
            "Level 1: Blocker|Level 2: Major issue|Level 3: Minor issue|Level 4: Technical debt",
            "1234",
        ),
        ("Critical|High|Medium|Low", "1234"),
        ("P1|P2|P3|P4", "1234"),
        ("P0|P1|P2|P3", "1234"),
        ("P0|P1|P2|P3|P4", "11234"),
        ("P0/P1|P2|P3|P4", "1234"),
        ("Sev-1|Sev-2|Sev-3|Sev-4", "1234"),
        ("S1|S2|S3|S4|S5", "12344"),
        ("Blocker|Critical|Major|Minor|Trivial", "11234"),
        ("High|Medium|Low", "234"),
        ("1 - Low|2 - Medium|3 - High|4 - Critical", "4321"),
        ("P1 - Critical|P2 - High", "12"),
        ("Kritisch|Hoch|Mittel|Niedrig", "1234"),
        ("Critique|Majeur|Mineur|Faible", "1234"),
        ("Crítica|Alta|Media|Baja", "1234"),
        ("🔴|🟠|🟡|🟢", "1234"),
        ("🔴 Critical|🟢 Low", "14"),
        ("1|2|3|4", "1234"),
    ],
)
def test_a_severity(options, levels):
    names = options.split("|")

    assert read_words("issue", "severity", names) == dict(zip(names, levels, strict=True))


def test_options_that_mean_the_same_are_all_kept_in_their_order():
    read = read_words("task", "status", ["Shipped", "Doing", "Done", "Backlog"])

    assert list(read.items()) == [
        ("Shipped", "complete"),
        ("Doing", "in progress"),
        ("Done", "complete"),
        ("Backlog", "not started"),
    ]


@pytest.mark.parametrize(
    ("kind", "name", "options", "read"),
    [
        ("issue", "severity", ("🔥🔥🔥", "🔥🔥", "🔥"), {}),
        ("issue", "severity", ("🔴 🔴", "🔴", "🟢"), {"🟢": "4"}),
        ("issue", "severity", ("🔥", "🟢"), {"🔥": "1", "🟢": "4"}),
        (
            "stage",
            "status",
            ("Not kicked off", "Kicked off", "In dev", "Blocked (ext)", "🟢 shipped", "wontfix"),
            {
                "Not kicked off": "not started",
                "Kicked off": "in progress",
                "In dev": "in progress",
                "Blocked (ext)": "blocked",
                "🟢 shipped": "complete",
            },
        ),
        (
            "stage",
            "status",
            ("nicht angefangen", "angefangen", "gesperrt", "abgenommen", "entfällt"),
            {
                "nicht angefangen": "not started",
                "angefangen": "in progress",
                "gesperrt": "blocked",
                "abgenommen": "complete",
            },
        ),
        (
            "issue",
            "status",
            ("opened", "analysed", "in Klärung", "abgenommen", "cannot reproduce"),
            {
                "opened": "Open",
                "analysed": "In Progress",
                "in Klärung": "In Progress",
                "abgenommen": "Closed",
            },
        ),
    ],
)
def test_what_cannot_be_told_apart_is_left_to_a_person(kind, name, options, read):
    assert read_words(kind, name, options) == read
