"""Fixtures of learning: a small pack in a folder of the test's own, trained once."""

import shutil
from pathlib import Path

import pytest

from server.learning.models import Models
from server.library import Library, load_library
from tests.scripts_library.small_pack import SmallPack, make_small_pack


@pytest.fixture(scope="session", name="trained_once")
def _trained_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder ``var`` with the model of the small pack."""
    folder = tmp_path_factory.mktemp("trained")
    pack = make_small_pack(folder / "pack")
    load_library(pack.folder, var_path=folder / "var")
    return folder / "var"


@pytest.fixture(name="pack")
def _pack(tmp_path: Path) -> SmallPack:
    return make_small_pack(tmp_path / "pack")


@pytest.fixture(name="models")
def _models(tmp_path: Path, trained_once: Path) -> Models:
    """The models of the test's own: that of the unchanged pack is among them."""
    shutil.copytree(trained_once, tmp_path / "var")
    return Models(tmp_path / "var" / "models")


@pytest.fixture(name="small_library")
def _small_library(pack: SmallPack, models: Models) -> Library:
    return load_library(pack.folder, var_path=models.folder.parent)
