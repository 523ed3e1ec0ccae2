"""Every story is played in a whole shop; what is known to fail must still fail."""

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from server.library import Library
from storage.database import Database
from tests.stories.playing import StoryFailedError, play
from tests.stories.reading import read_not_yet, read_stories
from tests.stories.stage import open_stage
from tests.stories.values import Story

FOLDER = Path(__file__).parent
STORIES = {story.story_id: story for story in read_stories(FOLDER)}
NOT_YET = read_not_yet(FOLDER)


async def _played(story: Story, database: Database, library: Library, var: Path) -> str:
    has_bursts = any(len(step.buyer) > 1 for step in story.steps)
    at = story.given["time"]
    async with open_stage(
        database, library, var=var, at=at, has_bursts=has_bursts
    ) as stage:
        return await play(stage, story)


def _params() -> list[ParameterSet]:
    """Return every story; what is known to fail must still fail."""
    return [
        pytest.param(
            story_id,
            marks=()
            if story_id not in NOT_YET
            else pytest.mark.xfail(
                strict=True, reason=NOT_YET[story_id], raises=pytest.fail.Exception
            ),
        )
        for story_id in STORIES
    ]


class TestStories:
    @pytest.mark.parametrize("story_id", _params())
    async def test_goes_as_it_is_told(
        self, story_id: str, database: Database, library: Library, tmp_path: Path
    ) -> None:
        wrong: str | None = None
        try:
            await _played(STORIES[story_id], database, library, tmp_path)
        except StoryFailedError as failed:
            wrong = str(failed)

        if wrong is not None:
            pytest.fail(wrong, pytrace=False)


class TestTheCollection:
    def test_holds_sixty_that_pass_or_more(self) -> None:
        assert len(STORIES.keys() - NOT_YET.keys()) >= 60

    def test_names_only_stories_that_there_are(self) -> None:
        assert NOT_YET.keys() <= STORIES.keys()
