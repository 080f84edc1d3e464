"""The shape of the code, read from its syntax trees: who imports whom, who writes, how long."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "seawall"

LAYERS = (
    {"errors", "units", "files"},
    {"study"},
    {"network"},
    {"shocks"},
    {"program"},
    {"responses"},
    {"runs"},
    {"ledger"},
    {"questions"},
    {"report", "exchange"},
    {"web", "cli"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
# The package itself and `python -m seawall` stand outside: the first only names what is public.
OUTSIDE = {"__init__", "__main__"}

MAY_WRITE = (
    "files.py", "runs/", "report/", "study/writer.py", "study/workbook", "study/template.py",
    "study/beginning.py", "study/book.py", "exchange/",
)  # fmt: skip
WRITING_CALLS = {
    "atomic_folder",
    "write_text",
    "write_bytes",
    "write_csv",
    "to_csv",
    "to_excel",
    "to_feather",
    "to_html",
    "to_json",
    "to_parquet",
    "to_pickle",
    "write_table",
    "savetxt",
    "savez",
}

MAX_FILE = 500
MAX_FUNCTION = 80
# Name (file:function) and why it may be longer.
LONG_FUNCTIONS: dict[str, str] = {}


def sources(*folders: str) -> list[Path]:
    """All Python files below some folders of the repository, in order of name."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


SOURCES = sources("src")
OURS = sources("src", "tests", "benchmarks", "tools", "scripts", ".ci")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> set[str]:
    """Dotted names that a file imports anywhere, for types or inside functions too."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_there_is_something_to_check():
    # A moved package must not make this file pass for want of files.
    assert len(SOURCES) > 10


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_imports_only_layers_to_the_left(path: Path):
    layer = layer_of(path)
    if layer in OUTSIDE:
        return
    assert layer in LEVEL, f"{name_of(path)} belongs to no layer of the design"
    inside = {name.split(".")[1] for name in imports(path) if name.startswith("seawall.")}
    to_the_right = {name for name in inside if name in LEVEL and LEVEL[name] > LEVEL[layer]}
    assert not to_the_right, f"{name_of(path)} ({layer}) imports from its right"


def test_one_file_imports_the_solver():
    importing = [
        name_of(path)
        for path in sources("src", "tools")
        if any(name.split(".")[0] == "highspy" for name in imports(path))
    ]
    assert len(importing) == 1, importing
    assert importing[0].startswith("src/seawall/program/")


def test_one_file_opens_each_database():
    importing = [
        name_of(path)
        for path in sources("src", "tools")
        if any(name.split(".")[0] == "sqlite3" for name in imports(path))
    ]
    assert importing == ["src/seawall/runs/index.py"]
    opening = [
        name_of(path)
        for path in sources("src", "tools")
        if "sqlalchemy.create_engine" in imports(path)
    ]
    assert opening == ["src/seawall/ledger/database.py"]


def writes(path: Path) -> list[str]:
    """Calls that write a file, as `line: call`."""
    return [
        f"{node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and _is_write(node)
    ]


def _is_write(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else _plain_name(call.func)
    if name == "open":
        # open(path, "w") has its mode second, path.open("w") first.
        mode = call.args[isinstance(call.func, ast.Name) :][:1]
        mode += [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
        return any(
            isinstance(each, ast.Constant) and set(str(each.value)) & set("wax+") for each in mode
        )
    return name in WRITING_CALLS


def _plain_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_only_some_files_write(path: Path):
    inside = path.relative_to(PACKAGE).as_posix()
    if inside.startswith(MAY_WRITE):
        return
    assert not writes(path), f"{name_of(path)} writes files; that belongs to {MAY_WRITE}"


@pytest.mark.parametrize(
    "code, expected",
    [
        ("open(p, 'w')", True),
        ("open(p, mode='ab')", True),
        ("p.open('xb')", True),
        ("p.write_text('x')", True),
        ("frame.to_csv(p)", True),
        ("open(p)", False),
        ("open(p, 'rb')", False),
        ("p.open(encoding='utf-8')", False),
        ("files.write_text(p, 'x')", True),
        ("files.atomic_folder(p)", True),
    ],
)
def test_writing_is_recognised(code: str, expected: bool):
    # The check above is worth what it can see.
    call = ast.parse(code, mode="eval").body
    assert isinstance(call, ast.Call)
    assert _is_write(call) is expected


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_files_are_short(path: Path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_FILE, f"{name_of(path)} has {lines} lines"


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_functions_are_short(path: Path):
    long = {
        f"{name_of(path)}:{node.name}": node.end_lineno - node.lineno + 1
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MAX_FUNCTION
    }
    assert set(long) <= set(LONG_FUNCTIONS), long


def test_no_exception_outlives_its_function():
    names = {
        f"{name_of(path)}:{node.name}"
        for path in OURS
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
    }
    assert set(LONG_FUNCTIONS) <= names
