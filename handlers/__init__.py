"""Every way in: one module for each thing a member, or the clock, can do."""

from slack_bolt import App

from bot.ports import Ports
from handlers.airtable import AirtableHandlers
from handlers.calendar import CalendarHandlers
from handlers.code import CodeHandlers
from handlers.commands import CommandHandlers
from handlers.desk import Desk
from handlers.escalation import EscalationHandlers
from handlers.history import HistoryHandlers
from handlers.home import HomeHandlers, register_rest
from handlers.issues import IssueHandlers
from handlers.links import LinkHandlers
from handlers.people import PeopleHandlers
from handlers.progress import ProgressHandlers
from handlers.repairs import RepairHandlers
from handlers.replies import Replies
from handlers.signing import SigningHandlers


def register(app: App, ports: Ports) -> None:
    """Attach every listener of the product to `app`."""
    desk = Desk(ports)
    replies = Replies(desk)
    CommandHandlers(desk, replies).register(app)
    ProgressHandlers(desk, replies).register(app)
    IssueHandlers(desk, replies).register(app)
    RepairHandlers(desk, replies).register(app)
    SigningHandlers(desk).register(app)
    LinkHandlers(desk, replies).register(app)
    AirtableHandlers(desk).register(app)
    HistoryHandlers(desk).register(app)
    CodeHandlers(desk).register(app)
    PeopleHandlers(desk).register(app)
    CalendarHandlers(desk).register(app)
    EscalationHandlers(desk).register(app)
    HomeHandlers(desk).register(app)
    register_rest(app)
