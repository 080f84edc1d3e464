"""A ledger on SQLite, and on a real PostgreSQL server that the tests start themselves."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from tests.ledger.rows import base

from seawall.ledger.book import Book
from seawall.ledger.database import opened


def missing(what: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{what}: .ci/install-programs should have installed it")
    pytest.skip(f"{what}: install PostgreSQL to try the ledger on it")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of a server of its own, without a database's name."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        missing("no PostgreSQL here")
    binaries = found[-1].parent if found else Path(str(on_path)).parent
    folder = Path(tempfile.mkdtemp(prefix="seawall-pg-"))
    user: list[str] = []
    if os.geteuid() == 0:  # a server refuses to run as root
        names = {each.pw_name for each in pwd.getpwall()}
        name = "postgres" if "postgres" in names else "nobody"
        account = pwd.getpwnam(name)
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = [
            "setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups",
        ]  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    made = [str(binaries / "initdb"), "-D", str(data), "-U", "seawall", "-A", "trust", "-N"]
    subprocess.run(
        [*user, *made, "-E", "UTF8", "--locale=C"], check=True, capture_output=True, cwd=folder
    )
    control = [*user, str(binaries / "pg_ctl"), "-D", str(data), "-w"]
    options = f"-h 127.0.0.1 -p {port} -k {folder} -F"
    log = folder / "log"
    try:
        subprocess.run(
            [*control, "-l", str(log), "-o", options, "start"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder,
        )  # fmt: skip
        yield f"postgresql://seawall@127.0.0.1:{port}"
    finally:
        subprocess.run(
            [*control, "-m", "immediate", "stop"], stdout=subprocess.DEVNULL, cwd=folder, check=True
        )
        shutil.rmtree(folder)


@pytest.fixture
def postgres(server: str) -> Iterator[str]:
    """Address of an empty database."""
    name = f"t{secrets.token_hex(6)}"
    address = server.replace("://", "+pg8000://") + "/postgres"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"{server}/{name}"
    # At once: files that have reached a slow disk take many times as long to delete.
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database of each sort."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = opened(url)
    yield engine
    engine.dispose()


@pytest.fixture
def book(engine: Engine) -> Book:
    """A book on each sort of database, with a source, a pledge and an indicator."""
    book = Book(engine, "b")
    book.append(base())
    return book


@pytest.fixture
def file_book(tmp_path: Path) -> Iterator[Book]:
    """The same in a file, for rules that are the same wherever it is kept."""
    engine = opened(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    book = Book(engine, "b")
    book.append(base())
    yield book
    engine.dispose()
