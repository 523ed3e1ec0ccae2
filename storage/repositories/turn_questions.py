"""What a turn answers of the question that was open: a call-back, a review."""

from sqlalchemy import Connection, update

from bot.actions import (
    AnswerCallBack,
    Decision,
    RefuseReview,
    UpdateConversation,
)
from storage.repositories import reviews
from storage.repositories.tickets.moving import close_solved, reopen
from storage.repositories.turn_work import TurnWork
from storage.states import CallBackResult
from storage.tables import FollowUpRow, table_of

_follow_ups = table_of(FollowUpRow)


def needs_question(decision: Decision) -> bool:
    """Return whether some action needs the question that is open now."""
    return any(
        isinstance(action, RefuseReview | AnswerCallBack)
        or (isinstance(action, UpdateConversation) and action.is_question_closed)
        for action in decision.actions
    )


def refuse_review(conn: Connection, work: TurnWork) -> None:
    """End the contact about the review that was asked about."""
    asked = None if work.question is None else work.question.review_id
    reviews.refuse(
        conn,
        work.shop_id,
        buyer_id=work.address.buyer_id,
        review_row_id=asked,
        now=work.now,
    )


def answer_call_back(conn: Connection, work: TurnWork, action: AnswerCallBack) -> None:
    """Close the ticket that was called back, or open it again."""
    if action.is_solved:
        close_solved(
            conn,
            work.shop_id,
            ticket_id=action.ticket_id,
            workflow=work.workflow,
            words=action.words,
            now=work.now,
        )
        close_question(conn, work, answer=CallBackResult.SOLVED)
        return
    reopen(
        conn,
        work.shop_id,
        ticket_id=action.ticket_id,
        workflow=work.workflow,
        words=action.words,
        now=work.now,
        due_again=work.due_again,
    )
    close_question(conn, work, answer=CallBackResult.NOT_SOLVED)


def close_question(
    conn: Connection, work: TurnWork, *, answer: CallBackResult | None
) -> None:
    """Record on the follow-up that asked that the buyer has answered."""
    follow_up_id = None if work.question is None else work.question.follow_up_id
    if follow_up_id is None:
        return
    table = _follow_ups.c
    conn.execute(
        update(_follow_ups)
        .where(table.shop_id == work.shop_id, table.id == follow_up_id)
        .values(
            answered_at=work.now,
            answer=table.answer if answer is None else answer.value,
        )
    )
