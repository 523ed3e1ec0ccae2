"""What changes tickets: opening, moving, noting, and missed due times."""

from storage.repositories.tickets.breaches import Breach, record_breaches
from storage.repositories.tickets.finding import hold
from storage.repositories.tickets.moving import Move, close_solved, move, reopen
from storage.repositories.tickets.noting import (
    assign,
    note,
    record_cause,
    record_first_answer,
    record_plan,
)
from storage.repositories.tickets.opening import OpenedTicket, open_ticket

__all__ = [
    "Breach",
    "Move",
    "OpenedTicket",
    "assign",
    "close_solved",
    "hold",
    "move",
    "note",
    "open_ticket",
    "record_breaches",
    "record_cause",
    "record_first_answer",
    "record_plan",
    "reopen",
]
