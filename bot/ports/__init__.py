"""What the core asks of the outside world, in the core's words."""

from bot.ports.bundle import Ports
from bot.ports.outside import Clock, Engine, Messenger, Sent
from bot.ports.plan import PlanDatabase, PlanReader, PlanWriter

__all__ = [
    "Clock",
    "Engine",
    "Messenger",
    "PlanDatabase",
    "PlanReader",
    "PlanWriter",
    "Ports",
    "Sent",
]
