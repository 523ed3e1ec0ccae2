"""How incidents are written: declared, told of, ended, and closed with a message."""

from storage.repositories.incidents.closing import (
    Closing,
    Untold,
    end_due,
    has_due,
    plan_closings,
    untold_incidents,
)
from storage.repositories.incidents.declaring import (
    NewIncident,
    change_end,
    declare,
    end,
)
from storage.repositories.incidents.telling import tell

__all__ = [
    "Closing",
    "NewIncident",
    "Untold",
    "change_end",
    "declare",
    "end",
    "end_due",
    "has_due",
    "plan_closings",
    "tell",
    "untold_incidents",
]
