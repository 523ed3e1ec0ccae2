"""What would agents like to see changed, and what do managers make of it?"""

from collections.abc import Sequence

from aiohttp import web

from connectors.base import Route
from scripts_library.shop.entries import Kind
from server.api.desk.library import LIBRARY
from server.api.desk.library_bodies import check_content
from server.api.desk.library_people_bodies import (
    OwnRevisionBody,
    ProposalBody,
    ProposalIdBody,
    ProposalPlace,
    ProposalsBody,
    ProposalsQuery,
    ProposeBody,
    RefuseBody,
    TakeBody,
)
from server.api.desk.library_work import LibraryWork, who_asks
from server.api.desk.paging import id_after, id_cursor, next_of
from server.api.desk.parts import answer, asking, body_of, place_of, query_of
from server.curating.proposing import make_proposal, refuse_proposal, take_proposal
from storage.queries.proposals import ProposalRecord, proposals
from storage.repositories.drafts import EntryChange

_PROPOSALS = LIBRARY + "/proposals"
_PROPOSAL = _PROPOSALS + "/{proposal_id}"


class LibraryProposals:
    """The proposals of one shop."""

    def __init__(self, work: LibraryWork) -> None:
        self._parts = work.parts

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=_PROPOSALS,
                handler=self.list_proposals,
                role="agent",
                summary="Proposals, oldest first; agents see their own.",
                query=ProposalsQuery,
                replies={200: ProposalsBody},
            ),
            Route(
                method="POST",
                path=_PROPOSALS,
                handler=self.propose,
                role="agent",
                summary="Propose a change of an entry.",
                body=ProposeBody,
                replies={201: ProposalIdBody},
            ),
            Route(
                method="POST",
                path=_PROPOSAL + "/take",
                handler=self.take,
                role="manager",
                summary="Save a proposal in a draft.",
                body=TakeBody,
                place=ProposalPlace,
                replies={200: OwnRevisionBody},
            ),
            Route(
                method="POST",
                path=_PROPOSAL + "/refuse",
                handler=self.refuse,
                role="manager",
                summary="Say that a proposal is not taken, and why.",
                body=RefuseBody,
                place=ProposalPlace,
                replies={204: None},
            ),
        )

    async def list_proposals(self, request: web.Request) -> web.Response:
        """Answer with a page of proposals."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, ProposalsQuery)
        after = id_after(query.after)
        found = await self._parts.database.read(
            lambda connection: proposals(
                connection,
                ask.shop_id,
                state=query.state,
                person_id=None if ask.is_manager else ask.person_id,
                limit=query.limit + 1,
                after=after,
            )
        )
        shown, is_more = next_of(found, query.limit)
        return answer(
            ProposalsBody(
                items=[_proposal_body(one) for one in shown],
                next=id_cursor(shown[-1].proposal_id) if is_more else None,
            )
        )

    async def propose(self, request: web.Request) -> web.Response:
        """Write down a proposal."""
        ask = asking(request, now=self._parts.clock())
        body = await body_of(request, ProposeBody)
        if body.content is not None:
            check_content(body.content)
        change = EntryChange(
            kind=body.kind.value,
            entry_id=body.id,
            content=body.content,
            reason=body.reason,
        )
        number = await self._parts.database.write(
            lambda connection: make_proposal(
                connection, who_asks(ask), change=change, by=ask.person_id
            )
        )
        return answer(ProposalIdBody(id=number), status=201)

    async def take(self, request: web.Request) -> web.Response:
        """Save a proposal in a draft."""
        ask = asking(request, now=self._parts.clock())
        proposal_id = place_of(request, ProposalPlace).proposal_id
        body = await body_of(request, TakeBody)
        revision = await self._parts.database.write(
            lambda connection: take_proposal(
                connection,
                who_asks(ask),
                proposal_id=proposal_id,
                draft=body.draft,
                seen=body.revision,
            )
        )
        return answer(OwnRevisionBody(revision=revision))

    async def refuse(self, request: web.Request) -> web.Response:
        """Refuse a proposal."""
        ask = asking(request, now=self._parts.clock())
        proposal_id = place_of(request, ProposalPlace).proposal_id
        body = await body_of(request, RefuseBody)
        await self._parts.database.write(
            lambda connection: refuse_proposal(
                connection, who_asks(ask), proposal_id=proposal_id, note=body.note
            )
        )
        return web.Response(status=204)


def _proposal_body(one: ProposalRecord) -> ProposalBody:
    return ProposalBody(
        id=one.proposal_id,
        kind=Kind(one.kind),
        entry=one.entry_id,
        content=None if one.content is None else dict(one.content),
        reason=one.reason,
        state=one.state,
        proposed_by=one.user,
        proposed_at=one.proposed_at,
        decided_by=one.decided_user,
        decided_at=one.decided_at,
        decision=one.decision,
    )
