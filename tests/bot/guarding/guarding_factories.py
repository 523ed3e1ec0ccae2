"""Guards with rules of the test's own."""

from bot.guarding.guard import Guard
from bot.guarding.rules import GuardPattern, GuardRules, Verdict


def make_rule(**changes: object) -> GuardPattern:
    defaults: dict[str, object] = {
        "rule": "codes",
        "category": "credentials",
        "verdict": Verdict.BLOCK,
        "patterns": ("验证码",),
        "suggestion": "不要索要验证码",
    }
    return GuardPattern(**(defaults | changes))  # type: ignore[arg-type]  # a factory's free form


def make_guard(
    *rules: GuardPattern, fixed_terms: tuple[str, ...] = (), suffix: str = ""
) -> Guard:
    return Guard(
        GuardRules(patterns=rules, fixed_terms=fixed_terms), marketing_suffix=suffix
    )
