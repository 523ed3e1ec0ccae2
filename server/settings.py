"""Which settings are there, and what is each one's default? One value for all."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec

_YEAR = 31_536_000
"""Seconds; nothing waits for longer, and TOML's ``inf`` is no duration."""
Seconds = Annotated[float, msgspec.Meta(ge=0, le=_YEAR)]
Hours = Annotated[float, msgspec.Meta(ge=0, le=8760)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
ClockTime = Annotated[str, msgspec.Meta(pattern=r"\A([01][0-9]|2[0-3]):[0-5][0-9]\Z")]


SHORTEST_AUDIT_DAYS = 180
"""Logs of who did what are kept for six months at least."""


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every section: frozen, and a typo in a key is an error."""


class ServerSettings(Section, frozen=True):
    """Where the process listens, and how it stops."""

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8080
    stop_seconds: Seconds = 10.0
    """How long a graceful stop may take before what is left waits for the next start."""
    is_behind_https: bool = False
    """A proxy in front speaks https with browsers: cookies are sent over it only."""
    is_proxy_trusted: bool = False
    """Believe the last X-Forwarded-For and X-Forwarded-Proto: only behind a proxy that
    sets them itself."""


class DatabaseSettings(Section, frozen=True):
    """Where everything is kept. ``XIAOER_DATABASE_URL`` wins over ``url``."""

    url: str = "sqlite:///var/xiaoer.db"
    readers: Positive = 4
    writers: Count = 0
    """Writer connections; 0 chooses: one on SQLite, four on PostgreSQL."""


class ConversationSettings(Section, frozen=True):
    """How messages become turns, and when a person serves."""

    quiet_gap_seconds: Seconds = 1.2
    """Silence that closes a turn; 0 makes each message its own turn."""
    longest_turn_seconds: Seconds = 6.0
    misses_before_person: Count = 2
    """Misses in a row before a person; 0 hands over at once on any miss."""
    take_over_minutes: Seconds = 10.0
    """An agent's silence after which the assistant serves again; 0 never releases."""
    take_over_notice_minutes: Seconds = 1.0
    """How long before the release the agent is told."""
    messages_per_minute: Count = 30
    """Sustained rate of one buyer; 0 switches the limit off."""
    message_burst: Positive = 10
    text_limit: Positive = 5000
    """Characters of one message; a longer one is refused with 400."""


class ContactSettings(Section, frozen=True):
    """When the shop may write first."""

    window_start: ClockTime = "09:00"
    window_end: ClockTime = "20:30"
    """Marketing leaves within 08:00-22:00 whatever stands here."""
    review_start: ClockTime = "20:00"
    review_end: ClockTime = "20:30"
    """The bad-review window must lie within 09:00-21:00."""
    marketing_every_days: Count = 7
    """At most one marketing message in so many days; 0 is no cap."""


class CallbackSettings(Section, frozen=True):
    """How replies are POSTed to a shop's callback URL."""

    timeout_seconds: Seconds = 10.0
    retry_seconds: tuple[Seconds, ...] = (1.0, 5.0, 30.0, 300.0)
    """Waits before the first retries."""
    then_every_seconds: Annotated[float, msgspec.Meta(ge=1, le=_YEAR)] = 900.0
    give_up_after_hours: Seconds = 24.0
    """After this a delivery is a dead letter."""
    parallel: Positive = 32


class LoginSettings(Section, frozen=True):
    """How people's sessions end, and when guessing passwords is stopped."""

    idle_hours: Hours = 8.0
    """A session ends after so long without a request; 0: it does not."""
    longest_hours: Hours = 24.0
    """A session ends so long after its login; 0: it does not. Both 0: at logout only."""
    tries_before_lock: Count = 5
    """Failures in a row after which a name is locked; 0 never locks."""
    first_lock_minutes: Seconds = 1.0
    """The first lock; each further failure doubles it, up to the longest one."""
    longest_lock_minutes: Seconds = 15.0
    tries_per_minute: Count = 20
    """Tries of one network address, on all names together; 0 switches it off."""


class SchedulerSettings(Section, frozen=True):
    """How due work is found."""

    tick_seconds: Annotated[float, msgspec.Meta(gt=0, le=_YEAR)] = 1.0
    batch: Positive = 200
    lease_seconds: Annotated[float, msgspec.Meta(gt=0, le=_YEAR)] = 60.0


WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


class WorkingHours(Section, frozen=True):
    """When agents work, shop time; empty lists are days off."""

    monday: tuple[str, ...] = ("09:00-12:00", "13:00-18:00")
    tuesday: tuple[str, ...] = ("09:00-12:00", "13:00-18:00")
    wednesday: tuple[str, ...] = ("09:00-12:00", "13:00-18:00")
    thursday: tuple[str, ...] = ("09:00-12:00", "13:00-18:00")
    friday: tuple[str, ...] = ("09:00-12:00", "13:00-18:00")
    saturday: tuple[str, ...] = ()
    sunday: tuple[str, ...] = ()
    work_on: tuple[str, ...] = ()
    """ISO dates worked although they would be off (make-up days)."""
    off_on: tuple[str, ...] = ()
    """ISO dates off although they would be worked (holidays)."""


class ChatSettings(Section, frozen=True):
    """What the chat window's sockets and pictures may cost."""

    sockets: Positive = 12_000
    """Open at once in this process; more are told to come again."""
    sockets_per_address: Count = 200
    """Of one network address; 0 is no limit, for a server behind a proxy."""
    new_per_address: Count = 60
    """New buyers, and pictures, that one address may bring a minute; 0: no limit."""
    hello_seconds: Annotated[float, msgspec.Meta(gt=0, le=_YEAR)] = 10.0
    """How long a new socket may stay silent."""
    send_seconds: Annotated[float, msgspec.Meta(gt=0, le=_YEAR)] = 10.0
    """How long a reader may take nothing of what it is sent."""
    heartbeat_seconds: Annotated[float, msgspec.Meta(gt=0, le=_YEAR)] = 30.0
    picture_bytes: Positive = 8 * 1024 * 1024
    picture_pixels: Positive = 40_000_000
    """Width times height, checked before anything is decoded."""
    pictures_per_minute: Count = 10
    """Sustained rate of one buyer; 0 switches the limit off."""
    picture_burst: Positive = 10
    picture_bytes_per_day: Count = 32 * 1024 * 1024
    """Stored of one buyer; 0 is no limit."""
    pictures_of_strangers: Count = 5
    """A day, of a browser that has never written a message; 0 is no limit."""


class RetentionSettings(Section, frozen=True):
    """How long personal data is kept, in days; an explicit 0 keeps it for ever."""

    messages_days: Count = 180
    """Words of messages, suggestions, closed tickets, notes, reviews and ratings."""
    media_days: Count = 90
    """Pictures that buyers sent."""
    orders_days: Count = 30
    """Orders after they were last told as completed, cancelled or refunded."""
    audit_days: Count = 180
    """Who did and who looked at what; at least 180, or 0."""
    sessions_days: Count = 30
    """Log-ins after they have ended."""
    exports_days: Count = 7
    """Copies made for buyers, where they lie under ``var``/exports."""


class IdentitySettings(Section, frozen=True):
    """How an anonymous buyer shows that an order is theirs."""

    tries_per_hour: Count = 5
    """Of one conversation, and for one order number; 0: nobody is asked."""
    verified_minutes: Count = 60
    """So long the order is spoken of; 0: in the answer to it only."""


class LibrarySettings(Section, frozen=True):
    """How changes of the served pack are noticed."""

    watch_seconds: Seconds = 0.25
    """Between two looks at the pack's files; 0: a change needs a new start."""


class LoggingSettings(Section, frozen=True):
    """What is logged and how."""

    level: str = "info"
    json: bool = True


class Settings(Section, frozen=True):
    """Every setting of the process; read once at the start."""

    var: str = "var"
    """Folder of the database, models, demo accounts and the secret key."""
    pack: str = ""
    """Folder of the pack of shops that have chosen none; empty is the built-in one."""
    packs: str = ""
    """Folder of further packs, each in a folder of its name; empty: only the built-in."""
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    conversation: ConversationSettings = ConversationSettings()
    contact: ContactSettings = ContactSettings()
    callback: CallbackSettings = CallbackSettings()
    scheduler: SchedulerSettings = SchedulerSettings()
    login: LoginSettings = LoginSettings()
    working_hours: WorkingHours = WorkingHours()
    chat: ChatSettings = ChatSettings()
    retention: RetentionSettings = RetentionSettings()
    identity: IdentitySettings = IdentitySettings()
    library: LibrarySettings = LibrarySettings()
    logging: LoggingSettings = LoggingSettings()

    @property
    def var_path(self) -> Path:
        """Return the folder for everything this process writes."""
        return Path(self.var)


def retry_wait(settings: CallbackSettings, *, attempts: int) -> timedelta | None:
    """Return how long to wait after so many failed attempts (at least one).

    Returns:
        None when waiting once more would go beyond ``give_up_after_hours`` since the
        first attempt: the delivery is a dead letter.
    """
    quick = settings.retry_seconds
    regular = settings.then_every_seconds
    waits = [quick[n] if n < len(quick) else regular for n in range(attempts)]
    if sum(waits) > settings.give_up_after_hours * 3600:
        return None
    return timedelta(seconds=waits[-1])
