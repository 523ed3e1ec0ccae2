"""Fixtures: the e-commerce pack and a small one, as frames of a shop's edits."""

import pytest

from bot.scripts import Pack
from scripts_library.loader import builtin_pack, load_pack
from tests.scripts_library.small_pack import make_small_pack


@pytest.fixture(scope="session", name="ecommerce")
def _ecommerce() -> Pack:
    return load_pack(builtin_pack())


@pytest.fixture(scope="session", name="small")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(make_small_pack(tmp_path_factory.mktemp("small")).folder)
