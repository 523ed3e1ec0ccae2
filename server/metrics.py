"""What is counted and timed, for /metrics (Prometheus)."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_MILLISECONDS = (
    0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08,
    0.09, 0.1, 0.125, 0.15, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0,
)  # fmt: skip


class Metrics:
    """Every figure of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.intake_seconds = Histogram(
            "xiaoer_intake_seconds",
            "From a message's arrival to its commit.",
            buckets=_MILLISECONDS,
            registry=self.registry,
        )
        self.turn_seconds = Histogram(
            "xiaoer_turn_seconds",
            "From a turn's closing to the commit of its reply.",
            buckets=_MILLISECONDS,
            registry=self.registry,
        )
        self.messages = Counter(
            "xiaoer_messages",
            "Messages taken, by connector and whether they were new.",
            ["connector", "accepted"],
            registry=self.registry,
        )
        self.turns = Counter(
            "xiaoer_turns", "Turns handled, by band.", ["band"], registry=self.registry
        )
        self.turn_failures = Counter(
            "xiaoer_turn_failures",
            "Turns that failed and are tried again.",
            registry=self.registry,
        )
        self.deliveries = Counter(
            "xiaoer_deliveries",
            "Deliveries tried, by outcome.",
            ["outcome"],
            registry=self.registry,
        )
        self.follow_ups = Counter(
            "xiaoer_follow_ups",
            "Due follow-ups, by what became of them.",
            ["outcome"],
            registry=self.registry,
        )
        self.library_changes = Counter(
            "xiaoer_library_changes",
            "Changes of the served library, by what became of them.",
            ["outcome"],
            registry=self.registry,
        )
        self.library_is_overlay = Gauge(
            "xiaoer_library_is_overlay",
            "1 while a changed pack is served that is not fully built yet.",
            registry=self.registry,
        )
        self.outbox_lag_seconds = Gauge(
            "xiaoer_outbox_lag_seconds",
            "Age of the oldest delivery that is due.",
            registry=self.registry,
        )
        self.open_turns = Gauge(
            "xiaoer_open_turns",
            "Conversations with a turn that is not handled yet.",
            registry=self.registry,
        )
