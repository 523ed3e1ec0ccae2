"""Every story of every pack is played in a whole shop of that trade."""

from collections.abc import Callable
from pathlib import Path

import pytest

from server.library import Library
from storage.database import Database
from tests.stories.playing import StoryFailedError, play
from tests.stories.reading import read_stories
from tests.stories.stage import open_stage
from tests.stories.values import Story

FOLDER = Path(__file__).parent
PACKS = ("property", "hospital")
STORIES = {
    (name, story.story_id): story
    for name in PACKS
    for story in read_stories(FOLDER / name)
}


async def _failed(
    story: Story, database: Database, library: Library, var: Path
) -> str | None:
    at = story.given["time"]
    async with open_stage(database, library, var=var, at=at, has_bursts=False) as stage:
        try:
            await play(stage, story)
        except StoryFailedError as failed:
            return str(failed)
    return None


class TestStories:
    @pytest.mark.parametrize(("pack", "story_id"), STORIES)
    async def test_goes_as_it_is_told(
        self,
        pack: str,
        story_id: str,
        database: Database,
        learnt: Callable[[str], Library],
        tmp_path: Path,
    ) -> None:
        story = STORIES[pack, story_id]

        wrong = await _failed(story, database, learnt(pack), tmp_path)

        if wrong is not None:
            pytest.fail(wrong, pytrace=False)

    @pytest.mark.parametrize("pack", PACKS)
    def test_each_pack_has_six_or_more(self, pack: str) -> None:
        assert sum(1 for name, _ in STORIES if name == pack) >= 6
