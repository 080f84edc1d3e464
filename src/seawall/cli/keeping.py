"""What commands do with the shelf: look an answer up, or compute it and keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import typer

from seawall.errors import Interrupted
from seawall.questions.again import as_result
from seawall.questions.stored import study_of
from seawall.runs import Run, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from seawall.questions.result import Result
    from seawall.runs import Kept, StoredRun
    from seawall.study import Study

Answer = TypeVar("Answer", bound="Result")


def say(text: str) -> None:
    """A line about the shelf on standard error."""
    typer.echo(text, err=True)


def shelf() -> Shelf:
    """The user's shelf, which speaks on standard error."""
    return Shelf(say=say)


def remembered(
    identity: Mapping[str, object],
    study: Study,
    compute: Callable[[Kept], Answer],
    *,
    again: bool,
    json: bool,
) -> Answer:
    """The kept answer of this identity, or that of `compute`, which is kept.

    Either way it is the answer as it is read back from the shelf, so that the first time and every
    other print alike.

    Parameters
    ----------
    identity
        What the answer depends on, as the question itself says it.
    study
        The study that is asked, before a scenario chose its variants or a pact its chain.
    compute
        Takes the place where it may keep finished items of a long computation.
    again
        Compute it although it is kept.
    json
        Say nothing of which run it is: the document does.

    Raises
    ------
    IntegrityError
        The kept run has been edited, or computed again gives other tables.
    Interrupted
        The user stopped it; what is finished is kept.
    """
    place, run = shelf(), Run.of(identity)
    stored = None if again else place.lookup(run)
    if stored is not None:
        if not json:
            say(
                f"run {stored.short_id}, computed {stored.created[:10]}: the kept answer "
                "(--again computes it anew)"
            )
        return cast("Answer", as_result(stored, study_of(stored, _parts(study))))
    items = place.items_of(run)
    try:
        result = compute(items)
    except Interrupted as error:
        raise Interrupted(f"stopped: {error}; the same command goes on from there") from error
    result = keep(result, place, json=json)
    items.remove()
    return result


def keep(result: Answer, place: Shelf, *, json: bool) -> Answer:
    """Keep an answer and return it as it reads back; if the disk does not take it, say so and
    return it as it is."""
    try:
        stored = place.keep(result, result.study)
    except OSError as error:
        say(f"the answer could not be kept: {error.filename or place.folder}: {error.strerror}")
        return result
    if not json:
        say(f"kept as run {stored.short_id} (computed {stored.created[:10]})")
    return cast("Answer", as_result(stored, result.study))


def keep_all(results: Iterable[Result]) -> list[StoredRun]:
    """Keep several answers without a word, unless the disk does not take them."""
    place = shelf()
    try:
        return [place.keep(result, result.study) for result in results]
    except OSError as error:
        say(f"the answers could not be kept: {error.filename or place.folder}: {error.strerror}")
        return []


def _parts(study: Study) -> Iterable[Study]:
    """The study and its chains, one after the other as they are needed."""
    yield study
    if len(study.chains) > 1:
        yield from (study.chain(name) for name in study.chains)
