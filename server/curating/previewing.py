"""What would the library of a draft be, and does it keep what must be understood?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.assistant import Assistant
from bot.scripts import Pack, Phrases
from bot.understanding.overlay import overlay
from bot.utterances import Understanding
from scripts_library.phrases import (
    Broken,
    PhraseFailure,
    Understand,
    check_phrases,
    new_failures,
)
from scripts_library.shop.composing import compose
from scripts_library.shop.entries import Content, Kind
from scripts_library.shop.findings import Finding, Severity
from server.curating.replaying import Case, Setting
from server.library import Build, Library, make_library, training_set_of

_CONNECTOR: Final = "preview"


def library_with(before: Library, content: Content) -> Library:
    """Return the library that a content would make, in the frame of another one.

    The matcher is laid over the trained one (decision 0016), as a publication does it.
    """
    pack = compose(before.frame, content).pack
    training_set = training_set_of(pack)
    is_same = training_set == training_set_of(before.pack)
    return make_library(
        pack,
        before.matcher if is_same else overlay(before.matcher, training_set),
        source=before.source,
        build=before.build if is_same else Build.OVERLAY,
        earlier=before.assistant,
        frame=before.frame,
    )


def moves_understanding(before: Pack, after: Pack) -> bool:
    """Return whether any text may be understood otherwise: else no phrase can fail."""
    return bool(after.phrases) and (
        before.examples != after.examples
        or before.intents != after.intents
        or _ruled(before) != _ruled(after)
    )


def phrase_findings(
    before: Library, after: Library, *, setting: Setting
) -> tuple[Finding, ...]:
    """Return the phrases that a draft breaks: each stops a publication.

    What fails already does not. Both libraries are asked about the release's phrases;
    the served one only about those that fail.
    """
    if not moves_understanding(before.pack, after.pack):
        return ()
    failures = check_phrases(after.pack, _understander(after, setting))
    stopping = [failure for failure in failures if failure.stops]
    if not stopping:
        return ()
    known = check_phrases(
        replace(before.pack, phrases=_only(after.pack.phrases, stopping)),
        _understander(before, setting),
    )
    names = {it.intent_id: it.zh for it in after.pack.intents.values()}
    return tuple(_finding(one, names) for one in new_failures(known, failures))


def _ruled(pack: Pack) -> dict[str, object]:
    return {it.script_id: it for it in pack.scripts if it.phrases is not None}


def _only(
    phrases: Mapping[str, Phrases], failures: list[PhraseFailure]
) -> dict[str, Phrases]:
    failed = {(one.intent_id, one.text) for one in failures}
    return {
        intent_id: Phrases(
            must_hit=tuple(it for it in of.must_hit if (intent_id, it) in failed),
            must_not_hit=tuple(
                it for it in of.must_not_hit if (intent_id, it.text) in failed
            ),
        )
        for intent_id, of in phrases.items()
    }


def _understander(library: Library, setting: Setting) -> Understand:
    assistant: Assistant = library.assistant

    def understand(text: str) -> Understanding:
        case = Case(text, _CONNECTOR, False, None, None)  # noqa: FBT003 - nobody known
        return assistant.read(setting.turn(case), setting.context(case))

    return understand


def _finding(failure: PhraseFailure, names: Mapping[str, str]) -> Finding:
    wanted = names.get(failure.wanted, failure.wanted)
    understood = names.get(failure.understood, failure.understood)
    return Finding(
        severity=Severity.ERROR,
        rule=failure.broken.value,
        kind=Kind.EXAMPLES.value,
        entry_id=(
            failure.wanted if failure.broken is Broken.MUST_HIT else failure.intent_id
        ),
        place=failure.text,
        reason=f"必须理解成“{wanted}”的“{failure.text}”，改了以后理解成“{understood}”",
        fix=f"给“{wanted}”补上这样的例句，或者撤销抢走它的改动",
    )
