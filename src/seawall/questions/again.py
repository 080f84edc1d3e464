"""Asking again: a kept run as the answer that it was, and the same question computed anew."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from seawall.errors import UnknownName, UsageError
from seawall.questions.compare import Comparison
from seawall.questions.exposure import ExposureResult, exposure
from seawall.questions.result import Result
from seawall.questions.stored import protocol_of, scenario_of
from seawall.questions.stress import StressResult, stress
from seawall.questions.sweep import SweepResult, sweep
from seawall.questions.worth import WorthResult, worth
from seawall.runs.identity import SHORT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.runs.progress import Progress
    from seawall.runs.store import StoredRun
    from seawall.shocks import Scenario
    from seawall.study import Study

#: Questions whose answers belong to a study.
OF_A_STUDY = ("stress", "sweep", "exposure", "worth", "redirect", "site", "track")
#: Those whose search a time limit may end, so that it need not find the same plan twice; what both
#: searches prove must agree (see `contradiction`).
SEARCHED = ("redirect", "site")


def again(
    stored: StoredRun, study: Study, workers: int = 1, progress: Progress | None = None
) -> Result:
    """Compute a run anew from its own record.

    Parameters
    ----------
    stored
        The run; what was asked is taken from it alone.
    study
        The study that it was asked of.

    Returns
    -------
    Result
        With the same tables as the run's, if the code is the same.

    Raises
    ------
    UsageError
        When the study is another one, or the record does not say all that was asked.
    IntegrityError
        When the record is of another version.
    SeawallError
        As the question.
    """
    asked = stored.run["options"]
    question = stored.run["question"]
    study = _chosen(stored, study)
    if question == "stress":
        drawn: dict[str, Any] = {}
        if asked.get("uncertain"):
            drawn = {"uncertain": asked["uncertain"], "seed": stored.run["seed"]}
            drawn |= {"workers": workers, "progress": progress}
        return stress(
            study, scenario_of(stored), asked["responses"], protocol=protocol_of(stored),
            rationing=asked["rationing"], **drawn,
        )  # fmt: skip
    if question == "sweep":
        return sweep(
            study, asked["n"], asked["responses"], asked["days"], asked["places"], progress
        )
    if question == "exposure":
        return exposure(study, asked["place"], asked["commodity"])
    if question == "worth" and "balance" not in asked:
        return worth(
            study, protocol_of(stored), years=asked["years"], severities=asked["severities"],
            draws=asked["draws"], seed=stored.run["seed"], workers=workers, progress=progress,
        )  # fmt: skip
    if question == "redirect":
        from seawall.questions.redirect.ask import redirect  # nobody else needs its parts

        return redirect(
            study, _scenario(stored), as_of=date.fromisoformat(asked["as_of"]),
            horizon=asked["horizon"], reopen=asked["reopen"], consent=asked["consent"],
            judge=asked["judge"], protocol=protocol_of(stored), time_limit=asked["time_limit"],
            gap=asked["gap"], progress=progress,
            **({"offers": asked["offers"], "seed": stored.run["seed"]}
               if asked["generated"] else {}),
        )  # fmt: skip
    if question == "site":
        return _sited(stored, study, progress)
    if question == "track":
        return _tracked(stored, study, workers, progress)
    raise UsageError(
        f'run {stored.short_id} answers "{question}", which its record alone cannot repeat'
    )


def _sited(stored: StoredRun, study: Study, progress: Progress | None) -> Result:
    """A layer of siting, whose parts nobody else needs."""
    asked = stored.run["options"]
    if asked["layer"] == "refining":
        from seawall.questions.site.refining.ask import refining

        given = {
            name: asked[name]
            for name in ("hubs", "readings", "capital", "premium", "promise", "open_all",
                         "time_limit", "gap")
        }  # fmt: skip
        return refining(study, **given, progress=progress)
    from seawall.questions.site.biogas.ask import biogas

    names = ("count", "mean_size", "capital", "feedstocks", "cells", "most", "least", "price",
             "readings", "years", "budget", "time_limit", "gap")  # fmt: skip
    return biogas(
        study, **{name: asked[name] for name in names}, seed=stored.run["seed"], progress=progress
    )


def _tracked(stored: StoredRun, study: Study, workers: int, progress: Progress | None) -> Result:
    """A board that rests on the study alone, or a slip."""
    asked = stored.run["options"]
    if asked["layer"] == "slip":
        from seawall.questions.track.slip import slip

        names = ("late", "scenarios", "responses", "tail")
        return slip(
            study, asked["pledge"], **{name: asked[name] for name in names},
            seed=stored.run["seed"] or 0, workers=workers, progress=progress,
        )  # fmt: skip
    if asked["entries"]:
        raise UsageError(
            f"run {stored.short_id} rests on a ledger, which its record alone does not hold"
        )
    from seawall.questions.track.ask import track

    since = asked["changes_since"]
    return track(
        study, as_of=date.fromisoformat(asked["as_of"]), sectors=asked["sectors"],
        changes_since=date.fromisoformat(since) if since else None, seed=stored.run["seed"],
    )  # fmt: skip


def contradiction(kept: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What two searches of one question prove against each other, "" if nothing.

    Each plan's cost is no less than what either search proves that every plan costs.

    Parameters
    ----------
    kept, new
        Figures of the two answers, with `cost` and `lower_bound` by plan.
    """
    found = []
    for plan in kept["lower_bound"].keys() & new["lower_bound"].keys():
        # What a pact may lend depends on the plan without it, which may be another one.
        if plan == "pact":
            continue
        cost = min(kept["cost"][plan], new["cost"][plan])
        bound = max(kept["lower_bound"][plan], new["lower_bound"][plan])
        if cost < bound - 1e-6 * max(abs(bound), 1.0):
            found.append(f"plan {plan}: a cost of {cost:.6g} below the proven bound {bound:.6g}")
    return "; ".join(sorted(found))


def _scenario(stored: StoredRun) -> Scenario:
    found = scenario_of(stored)
    if found is None:
        raise UsageError(f"run {stored.short_id} has no scenario in its record")
    return found


def _chosen(stored: StoredRun, study: Study) -> Study:
    """The study with the run's variants; an error if it is another one."""
    other = f'run {stored.short_id} was asked of another study than "{study.name}"'
    try:
        chosen = study.variant(*stored.run["options"].get("variants", {}).values())
    except UnknownName as error:
        raise UsageError(f"{other}: {error}") from error
    if chosen.digest() != stored.run["study"]:
        raise UsageError(
            f"{other}: its digest is {stored.run['study'][:SHORT]}, not {chosen.digest()[:SHORT]}"
        )
    return chosen


def as_result(stored: StoredRun, study: Study | None) -> Result:
    """A kept run as the result that the question gave.

    Parameters
    ----------
    study
        The study that it was asked of; questions about a study need it.

    Raises
    ------
    UsageError
        When the question is about a study and there is none.
    """
    question = str(stored.run["question"])
    summary = {key: value for key, value in stored.summary.items() if key != "units"}
    common: dict[str, Any] = {
        "question": question,
        "identity": _identity(stored),
        "tables": stored.tables,
        "figures": summary,
        "units": stored.summary.get("units", {}),
    }
    if question not in OF_A_STUDY:
        return Comparison(**common) if question == "compare" else Result(**common)
    if study is None:
        raise UsageError(f"run {stored.short_id} cannot be shown without its study")
    if question == "stress":
        return StressResult(
            **common,
            study=study,
            scenario=scenario_of(stored),
            responses=tuple(stored.run["options"]["responses"]),
            chains=_chains(stored, study),
        )
    if question == "worth":
        protocol = protocol_of(stored)
        assert protocol is not None  # every record of the question has one
        return WorthResult(**common, study=study, protocol=protocol)
    if question in (*SEARCHED, "track"):
        # Its plans are not kept: the tables and their certificates are.
        return Result(**common, study=study)
    kind = SweepResult if question == "sweep" else ExposureResult
    return kind(**common, study=study)


def _identity(stored: StoredRun) -> dict[str, Any]:
    """What the result said that it depends on."""
    run = stored.run
    identity = {
        "question": run["question"],
        "study": stored.origin.get("name", ""),
        "digest": run["study"],
        "scenario": run["scenario"],
        **run["options"],
    }
    return identity | ({} if run["seed"] is None else {"seed": run["seed"]})


def _chains(stored: StoredRun, study: Study) -> tuple[str, ...]:
    """The chains that a stress test answered for, in the order of the study."""
    chain = study.lookup("commodities", "chain")
    answered = {chain[good] for good in stored.tables["indicators"]["commodity"].unique()}
    return tuple(name for name in study.chains if name in answered)
