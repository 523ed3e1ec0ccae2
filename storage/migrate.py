"""How a database is brought to the version that this program needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest version; does nothing when it is there."""
    config = _config()
    with engine.execution_options(all_shops="migrations").begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def current(engine: Engine) -> str | None:
    """Return the version of the database; None when it is empty."""
    with engine.connect() as conn:
        return MigrationContext.configure(conn).get_current_revision()


def head() -> str | None:
    """Return the version that this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
