"""Claims that contradict each other: side by side, why, and which is preferred where that is clear.

Two claims contradict each other if they speak of the same thing, scope and time and cannot both be
true after units, currencies and rounding are made alike; or tell one thing under different titles,
names or lists.  Rules only, no list of known cases: see `seawall.questions.track.claims`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pandas as pd

from seawall.questions.track.claims.dates import reached_early, steps
from seawall.questions.track.claims.firsts import firsts
from seawall.questions.track.claims.lists import lists
from seawall.questions.track.claims.preferred import Choice, choose
from seawall.questions.track.claims.stated import with_pledges
from seawall.questions.track.claims.statements import short_names_of, statements_of
from seawall.questions.track.claims.sums import sums, supported
from seawall.questions.track.claims.titles import names, offices
from seawall.questions.track.claims.values import figures, words_for_one

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.questions.track.claims.found import Found
    from seawall.questions.track.claims.statements import Statement
    from seawall.questions.track.state import State

__all__ = ["COLUMNS", "contradictions", "found_in"]

COLUMNS = (
    "claims", "kind", "subject", "values", "sources", "why", "preferred", "preference", "pairs",
)  # fmt: skip


def contradictions(state: State) -> pd.DataFrame:
    """What of the claims, and of the pledges of other sources, cannot all be true.

    Returns
    -------
    Frame with a row a contradiction, in order of kind and claims:

    - claims: ids, with ; between;
    - kind: value, count, sum, first, title, name, list or date;
    - subject: of what they speak, in the words of the first;
    - values, sources: what each says, and who says it, in the order of `claims`, " | " between;
    - why: in plain words;
    - preferred, preference: the claim that is preferred and why; blank where nothing decides it;
    - pairs: which two stand against each other, "A~B" with ; between: claims of one row that
      agree are not paired.
    """
    return found_in(with_pledges(state.claims, state.pledges), state.sources, state.rates)


def found_in(claims: pd.DataFrame, sources: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """The same of a frame of claims.  See `contradictions`.

    Parameters
    ----------
    claims, sources, rates
        With the columns of the study's tables; a source that is not listed has no date.
    """
    statements = statements_of(claims, sources, rates)
    short = short_names_of(claims)
    pairs = sorted({
        *figures(statements), *words_for_one(statements), *sums(statements),
        *firsts(statements, short), *offices(statements), *names(statements), *lists(statements),
        *steps(statements), *reached_early(statements),
    })  # fmt: skip
    by_id = {one.id: one for one in statements}
    adds_up = supported(statements)
    rows = [_row(kind, group, by_id, adds_up) for kind, group in _clusters(pairs)]
    rows.sort(key=lambda row: (row["kind"], row["claims"]))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(str)


def _clusters(pairs: Sequence[Found]) -> list[tuple[str, list[Found]]]:
    """Pairs of a kind that hang together over shared claims."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(key: tuple[str, str]) -> tuple[str, str]:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for pair in pairs:
        first, second = root((pair.kind, pair.one)), root((pair.kind, pair.other))
        parent[max(first, second)] = min(first, second)
    groups: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for pair in pairs:
        groups[root((pair.kind, pair.one))].append(pair)
    return [(key[0], group) for key, group in groups.items()]


def _row(
    kind: str, pairs: Sequence[Found], by_id: Mapping[str, Statement], adds_up: frozenset[str]
) -> dict[str, str]:
    members = [
        by_id[key] for key in sorted({end for pair in pairs for end in (pair.one, pair.other)})
    ]
    choice: Choice = choose(kind, members, pairs, adds_up)
    why = "; ".join(dict.fromkeys(pair.why for pair in pairs))
    return {
        "claims": ";".join(one.id for one in members),
        "kind": kind,
        "subject": Counter(one.subject for one in members).most_common(1)[0][0],
        "values": " | ".join(_said(one) for one in members),
        "sources": " | ".join(one.source for one in members),
        "why": why,
        "preferred": choice.claim,
        "preference": choice.why,
        "pairs": ";".join(
            f"{one}~{other}" for one, other in sorted({(p.one, p.other) for p in pairs})
        ),
    }


def _said(one: Statement) -> str:
    period = f" ({one.period})" if one.period else ""
    return f"{one.value or one.predicate}{period}"
