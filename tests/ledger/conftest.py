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
from sqlalchemy import Engine, text

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
def postgres(server: str) -> str:
    """Address of an empty database."""
    from sqlalchemy import create_engine

    name = f"t{secrets.token_hex(6)}"
    engine = create_engine(
        server.replace("://", "+pg8000://") + "/postgres", isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server}/{name}"


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
