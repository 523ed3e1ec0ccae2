"""How is a story played? Step after step, each judged; the dialogue is kept for people."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.messages import Sender
from storage.queries.audit import audit
from storage.queries.conversations import MessageRecord, conversation, suggestions
from storage.queries.tickets import TicketEventRecord, TicketRecord, ticket
from storage.states import ConversationPhase, FollowUpState
from tests.journeys.shop_floor import ShopFloor
from tests.stories.givens import (
    NotThereError,
    declare,
    default_buyer,
    end_incident,
    set_the_stage,
    tell_item,
    tell_order,
)
from tests.stories.judging import always, complaints
from tests.stories.ledgers import offers_of, promises_of
from tests.stories.shapes import ZONE
from tests.stories.stage import Actor, Stage
from tests.stories.values import Seen, SeenTicket, Step, Story

_WHO = {
    Sender.BUYER: "买家",
    Sender.ASSISTANT: "小二",
    Sender.AGENT: "客服",
    Sender.SYSTEM: "系统",
}
_WITH_PERSON = (ConversationPhase.HANDED_OVER, ConversationPhase.SERVED)


class StoryFailedError(AssertionError):
    """A step led to something else than the story says; the message tells all."""


async def play(stage: Stage, story: Story) -> str:
    """Play a story; return its dialogue.

    Raises:
        StoryFailedError: Something that must follow did not, or the product cannot be
            told what is given.
    """
    dialogue: list[str] = []
    try:
        await set_the_stage(stage, story)
        for step in story.steps:
            await _play(stage, story, step, dialogue)
    except NotThereError as error:
        raise StoryFailedError(
            _told(story, story.line, dialogue, [f"还没有：{error}"])
        ) from error
    return "\n".join(dialogue)


async def _play(stage: Stage, story: Story, step: Step, dialogue: list[str]) -> None:
    actor = stage.actor(default_buyer(story) if step.by is None else step.by)
    outcome: dict[str, Any] = {}
    if step.buyer:
        about = {
            key: value
            for key, value in (("item_id", step.item), ("order_id", step.order))
            if value is not None
        }
        outcome["band"] = await stage.say(actor, step.buyer, **about)
    elif step.later is not None:
        await stage.wait_until(step.later)
        dialogue.append(f"〔{step.later:%m-%d %H:%M}〕")
    elif step.fact is not None:
        await _tell(stage, story, step.fact)
        dialogue.append(f"〔店里告诉：{'、'.join(step.fact)}〕")
    elif step.agent is not None:
        outcome |= await _act(stage, actor, step.agent)
        refusal = outcome.pop("refusal", None)
        said = step.agent.get("text", step.agent["does"])
        dialogue.append(f"〔{step.agent['who']}：{said}〕")
        if refusal is not None:
            dialogue.append(f"〔被拦下：{refusal}〕")
    elif step.restart:
        await stage.restart()
        dialogue.append("〔系统重启〕")
    records = await _new_messages(stage, actor)
    dialogue += [f"{_WHO[it.sender]}：{it.text}{_shown(it)}" for it in records]
    problems = await _judge(stage, story, step, actor, records, outcome)
    if problems:
        raise StoryFailedError(_told(story, step.line, dialogue, problems))


async def _judge(
    stage: Stage,
    story: Story,
    step: Step,
    actor: Actor,
    records: list[MessageRecord],
    outcome: Mapping[str, Any],
) -> list[str]:
    own = tuple(it.text for it in records if it.sender is Sender.ASSISTANT)
    floors = [it["floor"] for it in story.given.get("items", ()) if "floor" in it]
    problems = [*always(Seen(replies=own), said_before=actor.said, floors=floors)]
    actor.said += own
    is_refusal_expected = step.expect is not None and step.expect.refused is True
    if outcome.get("is_refused") and not is_refusal_expected:
        problems.append("这句话不该被拦下")
    if step.expect is not None:
        seen = await _look(stage, actor, records, outcome)
        problems += complaints(step.expect, seen)
    return problems


async def _look(
    stage: Stage,
    actor: Actor,
    records: list[MessageRecord],
    outcome: Mapping[str, Any],
) -> Seen:
    """Return what can be seen of the shop after a step."""
    floor = stage.floor
    plans = tuple(
        one.plan_id
        for one in await floor.follow_ups()
        if one.state is FollowUpState.PLANNED
    )
    return Seen(
        replies=tuple(it.text for it in records if it.sender is not Sender.BUYER),
        intents=frozenset(it.intent_id for it in records if it.intent_id is not None),
        tickets=await _tickets(stage),
        follow_ups=plans,
        offers=await offers_of(stage, actor),
        promises=await promises_of(stage, actor),
        **await _conversation(stage, actor),
        **outcome,
    )


async def _conversation(stage: Stage, actor: Actor) -> dict[str, Any]:
    number = actor.conversation_id
    if number is None:
        return {}
    floor = stage.floor
    where = await stage.database.read(
        lambda conn: conversation(conn, floor.shop_id, number)
    )
    offered = await stage.database.read(
        lambda conn: suggestions(conn, floor.shop_id, conversation_id=number)
    )
    return {
        "is_handed_over": where.phase in _WITH_PERSON,
        "suggestions": tuple(one.text for one in offered),
    }


async def _tickets(stage: Stage) -> tuple[SeenTicket, ...]:
    floor = stage.floor
    found: list[SeenTicket] = []
    for one in await floor.tickets():
        record, events = await stage.database.read(partial(_ticket, floor, one.number))
        lines = [record.summary, record.cause or ""]
        lines += [f"{it.kind} {it.note} {dict(it.data)}" for it in events]
        found.append(
            SeenTicket(
                type=one.ticket_type,
                order=one.order_ref,
                text="\n".join(lines),
                due=_moment(record.first_answer_due_at),
                plan=_moment(record.plan_due_at),
                state=record.state,
                priority=str(record.priority),
            )
        )
    return tuple(found)


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def _ticket(
    floor: ShopFloor, number: str, connection: Connection
) -> tuple[TicketRecord, list[TicketEventRecord]]:
    return ticket(connection, floor.shop_id, number)


async def _new_messages(stage: Stage, actor: Actor) -> list[MessageRecord]:
    if actor.conversation_id is None:
        return []
    records = await stage.floor.messages(actor.conversation_id)
    fresh = [it for it in records if it.message_id > actor.last_seen]
    if fresh:
        actor.last_seen = max(it.message_id for it in fresh)
    return fresh


async def _tell(stage: Stage, story: Story, fact: Mapping[str, Any]) -> None:
    if "item" in fact:
        await tell_item(stage, fact["item"])
    if "order" in fact:
        await tell_order(stage, fact["order"], default=default_buyer(story))
    if "incident" in fact:
        await declare(stage, fact["incident"])
    if "incident_ends" in fact:
        await end_incident(stage, fact["incident_ends"])


async def _act(stage: Stage, actor: Actor, deed: Mapping[str, Any]) -> dict[str, Any]:
    """Let a person of the shop do something; return whether it was refused."""
    person = stage.people[deed["who"]]
    where = f"/conversations/{actor.conversation_id}"
    told = await person.get(where)
    assert told.status == 200, told.body
    version = told.body["conversation"]["version"]
    match deed["does"]:
        case "takes_over":
            answer = await person.post(f"{where}/take-over", version=version)
        case "releases":
            answer = await person.post(f"{where}/release", version=version)
        case "closes":
            answer = await person.post(
                f"{where}/close", version=version, reason="买家没有别的事了"
            )
        case "moves":
            await _move(stage, deed)
            return {}
        case "says":
            is_manager = deed["who"] in stage.managers
            return await _speak(stage, person, where, deed, is_manager=is_manager)
        case other:
            raise NotThereError(f"agent does {other}")
    assert answer.status == 200, answer.body
    await stage.floor.tick()
    return {}


async def _move(stage: Stage, deed: Mapping[str, Any]) -> None:
    """Move the shop's newest ticket of a type through states, its cause recorded."""
    number = (await stage.floor.tickets(deed["ticket"]))[-1].number
    if "cause" in deed:
        await stage.floor.record_cause(number, deed["cause"])
    await stage.floor.move_ticket(number, *deed["to"])
    await stage.floor.tick()


async def _speak(
    stage: Stage,
    person: Any,
    where: str,
    deed: Mapping[str, Any],
    *,
    is_manager: bool,
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "text": deed["text"],
        "client_id": f"a{next(stage.numbers)}",
    }
    if "anyway" in deed and is_manager:
        body["override_reason"] = deed["anyway"]
    elif "anyway" in deed:
        body["is_confirmed"] = True
    answer = await person.post(f"{where}/messages", **body)
    assert answer.status in {200, 201, 422}, answer.body
    await stage.floor.tick()
    if answer.status != 422:
        return {"is_refused": False, "is_audited": await _is_audited(stage, deed)}
    return {"is_refused": True, "refusal": str(answer.body)}


async def _is_audited(stage: Stage, deed: Mapping[str, Any]) -> bool:
    """Return whether the reason that somebody gave is written down."""
    rows = await stage.database.read(lambda conn: audit(conn, stage.floor.shop_id))
    reason = deed.get("anyway")
    return reason is not None and any(reason in str(row) for row in rows)


def _shown(record: MessageRecord) -> str:
    parts = [record.intent_id or "", record.script_id or "", record.image_url or ""]
    shown = " ".join(part for part in parts if part)
    return f"　〈{shown}〉" if shown else ""


def _told(story: Story, line: int, dialogue: list[str], problems: list[str]) -> str:
    """Return everything that somebody needs who looks into it."""
    return "\n".join(
        [
            f"{story.file}:{line} {story.story_id} {story.zh}",
            f"依据：{story.rule}",
            "── 到这里说了：",
            *dialogue,
            "── 不对的地方：",
            *problems,
        ]
    )
