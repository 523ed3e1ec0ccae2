"""Fixtures for what only the built-in pack can show: its words and its matcher."""

from pathlib import Path

import pytest

from bot.understanding.matcher import Matcher
from server.library import Library, load_library


@pytest.fixture(scope="session", name="library")
def _library() -> Library:
    # Kept between runs and shared by workers: a model is named by its content.
    return load_library(None, var_path=Path("var"))


@pytest.fixture(scope="session", name="matcher")
def _matcher(library: Library) -> Matcher:
    return library.matcher
