"""The one file that opens the ledger's database: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from seawall.errors import IntegrityError, SeawallError, UsageError
from seawall.ledger.tables import VERSIONS
from seawall.runs.shelf import default_folder

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

__all__ = ["WRITES", "NoLedger", "opened", "read_anything"]

#: Execution option of connections that will write: on SQLite they queue from their start.
WRITES = {"writes": True}
_FILE = "ledger.sqlite"
_MIGRATIONS = Path(__file__).parent / "migrations"
_DRIVER = "postgresql+pg8000"
_PATIENCE = 120.0  # seconds that a writer waits for others on SQLite
_LOCK = 7_325_711  # any number: two programs that migrate at once queue on it


class NoLedger(UsageError):
    """There is no ledger at an address, and none was to be made."""


def begun() -> bool:
    """Whether there is a ledger in the folder of the user's runs."""
    return (default_folder() / _FILE).is_file()


def opened(url: str | None = None, create: bool = True) -> Engine:
    """Open the ledger's database and bring it to the newest version.

    Parameters
    ----------
    url
        `sqlite:///FILE` or `postgresql://USER@HOST/NAME`; None: `ledger.sqlite` in the folder of
        the user's runs.
    create
        Whether a ledger may be made where there is none.

    Raises
    ------
    UsageError
        The address cannot be meant.
    NoLedger
        There is no ledger and none may be made.
    IntegrityError
        The database is of a newer Seawall, or holds something else.
    SeawallError
        The server or file cannot be reached.
    """
    address = _address(url, create)
    shown = address.render_as_string(hide_password=True)
    engine = create_engine(
        address,
        connect_args={"timeout": _PATIENCE} if address.get_backend_name() == "sqlite" else {},
    )
    if address.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _plain_transactions)
        event.listen(engine, "begin", _begin)
    try:
        with engine.connect().execution_options(**WRITES) as connection, connection.begin():
            _migrate(connection, shown, create)
    except DBAPIError as error:
        engine.dispose()
        if "file is not a database" in str(error.orig):
            raise IntegrityError(f"{shown} is no database; it is left as it is") from error
        raise SeawallError(f"the ledger {shown} cannot be opened: {error.orig}") from error
    except SeawallError:
        engine.dispose()
        raise
    return engine


def read_anything(connection: Connection) -> None:
    """Let a connection read text that is no UTF-8, each odd byte as a half surrogate.

    The connection is closed after its use, so that nobody else reads so. A server on PostgreSQL
    takes no such text.
    """
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        connection.detach()
        driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")


def _address(url: str | None, create: bool) -> URL:
    if url is None:
        folder = default_folder().absolute()
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{folder / _FILE}"
    right = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    try:
        address = make_url(url)
        if address.drivername == "postgresql":
            address = address.set(drivername=_DRIVER)
        address.get_dialect().import_dbapi()
    except ImportError as error:
        raise UsageError(
            "a ledger on PostgreSQL needs the package pg8000: pip install 'seawall[postgres]'"
        ) from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(f"the address of the ledger is not understood; {right}") from error
    if address.drivername not in ("sqlite", _DRIVER):
        raise UsageError(f"a ledger is not kept on {address.drivername}; {right}")
    if address.drivername == "sqlite":
        if not address.database or address.database == ":memory:":
            raise UsageError(f"the address of the ledger names no file; {right}")
        if not create and not Path(address.database).is_file():
            raise NoLedger(f"there is no ledger at {address.database}")
    return address


def _migrate(connection: Connection, shown: str, create: bool) -> None:
    """Run the versions that are missing, in one transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    there = inspect(connection).get_table_names()
    if VERSIONS not in there:
        if there:
            raise IntegrityError(
                f"{shown} holds other tables ({', '.join(sorted(there)[:5])}) and is no ledger of "
                "Seawall; give the ledger a database of its own"
            )
        if not create:
            raise NoLedger(f"there is no ledger at {shown}")
    context = MigrationContext.configure(connection, opts={"version_table": VERSIONS})
    current = context.get_current_revision()
    known = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        raise IntegrityError(
            f"the ledger {shown} is of version {current}, which this Seawall does not know; it was "
            "made by a newer one, which must be used to open it"
        )
    if current != script.get_current_head():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _plain_transactions(connection: Any, _: object) -> None:
    # The driver would open transactions late, at the first write; `_begin` does it in time.
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
