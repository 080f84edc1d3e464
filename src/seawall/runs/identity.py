"""What makes a run the run that it is: same inputs, same id.

The id is the SHA-256 of a canonical JSON document with everything that a result depends on: the
study's digest, the scenario, the options, the seed, the code and the solver. Nothing else goes
in (no clock, no folder, no number of workers), so that a run can be found again by its inputs.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import hashlib
import importlib.metadata
import json
import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import seawall

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

SHORT = 12
"""Characters of an id that people see and type: 48 bits."""


def canonical(value: object) -> object:
    """Reduce a value to JSON types, the same way every time.

    Dataclasses and pydantic models become mappings, tuples lists, sets sorted lists, dates ISO
    text, numpy scalars and arrays plain numbers. A float without a JSON form becomes text
    (`"inf"`), so that infinity and absence stay apart.

    Raises
    ------
    TypeError
        If a value has no canonical form, or a mapping has keys that aren't text: two inputs
        must never share an id because of a lossy conversion.
    """
    if isinstance(value, enum.Enum):  # before int and str: an IntEnum is both
        return canonical(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    if isinstance(value, datetime.date):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return canonical(value.total_seconds())
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((canonical(item) for item in value), key=_dump)
    return _canonical_object(value)


def _canonical_object(value: object) -> object:
    """The part of `canonical` for values with an inside."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: canonical(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if hasattr(value, "model_dump"):
        return canonical(value.model_dump())
    if hasattr(value, "tolist"):  # numpy, without importing it
        return canonical(value.tolist())
    if hasattr(value, "items"):
        pairs = list(value.items())
        wrong = [key for key, _ in pairs if not isinstance(key, str)]
        if wrong:
            raise TypeError(f"keys of a run's inputs must be text, not {wrong[0]!r}")
        return {key: canonical(item) for key, item in pairs}
    raise TypeError(f"{type(value).__name__} can't be part of a run's inputs")


def digest(value: object) -> str:
    """SHA-256 of a value's canonical JSON: sorted keys, no spaces, UTF-8."""
    return hashlib.sha256(_dump(canonical(value)).encode()).hexdigest()


def _dump(value: object) -> str:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


@cache
def code_version() -> str:
    """Version of the package and a digest of its source.

    The version alone would give two states of a working copy the same id.
    """
    seen = hashlib.sha256()
    for name, file in _sources(resources.files("seawall")):
        seen.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{seawall.__version__}+{seen.hexdigest()[:SHORT]}"


def _sources(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    """Python files and their names below the package, in order of name."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _sources(entry, f"{name}/")
        elif name.endswith(".py"):
            yield name, entry


@cache
def solver_version() -> str:
    """Name and version of the solver, without loading it."""
    return f"HiGHS {importlib.metadata.version('highspy')}"


_NOT_OPTIONS = ("question", "study", "digest", "scenario", "seed")


@dataclasses.dataclass(frozen=True)
class Run:
    """The identity of one computation.

    Attributes
    ----------
    question
        The verb: `stress`, `sweep`, `exposure`.
    study
        Digest of the study's content.
    scenario
        What is changed, in any form that `canonical` takes; None for the base case.
    options
        Options that change the result; those that don't (workers, output) stay out.
    seed
        Seed of the draws, None where there are none.
    code, solver
        Versions, as `code_version` and `solver_version` give them.
    """

    question: str
    study: str
    scenario: object = None
    options: Mapping[str, object] = dataclasses.field(default_factory=dict)
    seed: int | None = None
    code: str = dataclasses.field(default_factory=code_version)
    solver: str = dataclasses.field(default_factory=solver_version)

    @classmethod
    def of(cls, identity: Mapping[str, object]) -> Run:
        """The run of a result, by what the result says it depends on.

        `question` and `digest` must be there; `scenario` and `seed` may be; the study's name
        doesn't count; all else is an option.
        """
        options = {key: value for key, value in identity.items() if key not in _NOT_OPTIONS}
        seed = identity.get("seed")
        if not (seed is None or isinstance(seed, int)):
            raise TypeError(f"a seed is a whole number, not {seed!r}")
        return cls(
            question=str(identity["question"]),
            study=str(identity["digest"]),
            scenario=identity.get("scenario"),
            options=options,
            seed=seed,
        )

    @property
    def id(self) -> str:
        """64 hexadecimal digits."""
        return digest(self.inputs())

    @property
    def short_id(self) -> str:
        """The first 12 digits of the id."""
        return self.id[:SHORT]

    def inputs(self) -> dict[str, object]:
        """Everything that the id is made of, ready for JSON."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: canonical(value) for name, value in fields.items()}

    def document(self) -> dict[str, object]:
        """The run as it is printed and stored: its ids, then its inputs."""
        return {"id": self.id, "short_id": self.short_id, **self.inputs()}
