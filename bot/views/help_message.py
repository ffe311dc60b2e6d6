"""`/bqx help`, and what is said to a word that is no command."""

from bot.domain.commands import Command
from bot.views.mrkdwn import Message, actions, button, context, message, one_line, section
from bot.views.progress_message import OPEN_FORM

COMMANDS = (
    ("progress", "log progress with a form"),
    ("progress 1.5.4 129/336 note", "log a counter (or `38.3`, or `done`) in one line"),
    ("issue", "file an issue with a form"),
    ("issue 1 Aurora writer down", "file a Level 1 in one line (1 blocker … 4 technical debt)"),
    ("issues", "open issues, worst first"),
    ("issue ISS-004", "all about one, and what was sent; `note …` and `keep` put words on record"),
    ("triage ISS-004 Fix it 4h", "what is done about it, with estimates"),
    ("resolve ISS-004 evidence", "it is gone; `close ISS-004` and `reopen ISS-004 why`"),
    ("assign ISS-004 @ana", "who takes care of it"),
    ("severity ISS-004 2 why", "another level"),
    ("ack ISS-004", "you have seen it, the asking stops; `own ISS-004` you take care of it"),
    ("snooze ISS-004", "postpone the next question, once"),
    ("debt", "the register of technical debt (Level 4)"),
    ("status", "where the plan stands; `status 1.5.4` for one stage"),
    ("gaps", "what plan and git disagree on, now"),
    ("links 1.5.4", "the commits of a stage, each with why; correct a wrong one"),
    ("rules", "what I learned about your commits; take a rule back"),
    ("code", "`TODO` and `FIXME` in the code without an issue; `code ISS-004` for one issue"),
    ("dashboard", "how the issues stand: levels, ages, targets, weeks"),
    ("airtable", "how the base and the plan stand; admins connect one with `airtable connect`"),
    ("project", "every project at a glance; `in NAME …` before a command chooses one"),
    (
        "history 1.5.4 by @ana since Monday",
        "who changed what, when and why; `export csv` as a file",
    ),
    ("who", "who is who in Slack, plan and git; `claim DATA-001` says that's you"),
    ("me", "how often, when and about what I may ask you"),
    ("settings", "the team's calendar, stakeholders and escalation; admins edit them"),
    ("admins", "who may do what; `role @ana lead` gives a role"),
    ("tour", "the two-minute tour"),
    ("schedule", "what runs when, and why something does not"),
    ("skip gap assessment reason", "leave the next run of a cadence out"),
    ("pause phase review until Monday reason", "pause a cadence, or `all`; `resume` ends it"),
    ("away until Wednesday", "no prompts meanwhile; `away @ben 3 days sick`; `back` ends it"),
    ("undo", "take your last change back"),
)


def help_message(unknown: Command | None = None) -> Message:
    """Return all commands, after a word of help to an unknown one."""
    intro = "Everything works as `/bqx …`, as a mention, and in a direct message to me."
    if unknown:
        near = f" Did you mean `{unknown.guess}`?" if unknown.guess else ""
        intro = f"I don't know “{one_line(unknown.name, 40)}”.{near}"
        if unknown.rest:
            intro += f" You typed: {one_line(f'{unknown.name} {unknown.rest}', 300)}"
    lines = [f"`{words}` {what}" for words, what in COMMANDS]
    return message(
        f"I don't know {unknown.name[:40]}" if unknown else "What BQX Cadence can do",
        [
            section(intro),
            section("\n".join(lines)),
            actions(
                "help",
                [
                    button("Log progress", OPEN_FORM, "", style="primary"),
                    button("File an issue", "issue_open", ""),
                ],
            ),
            context("“File as BQX issue” is in the menu of every message, too."),
        ],
    )
