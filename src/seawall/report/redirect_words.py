"""The headline of a morning in plain words: what goes short first, money after, bad news first."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seawall.report import rounding, text
from seawall.report.redirect_view import kt

if TYPE_CHECKING:
    from seawall.report.redirect_view import Morning

#: What of a member's use goes without saying [kt].
LITTLE = 0.5
#: A change of what goes short that is told as one, as a share of it.
NOTABLE = 0.01
_BY = {
    "greedy": "Everyone for himself by a rule of thumb",
    "alone": "Everyone for himself at his best",
    "pact": "The pact",
}  # fmt: skip


def sentences(case: Morning) -> list[str]:
    """The headline, the disappointing first."""
    found = [_still_short(case), *_ladder(case), _pact(case), _against_nothing(case)]
    if len(case.worlds) > 1:
        found.append(_worlds(case))
    return [sentence for sentence in found if sentence]


def banner(case: Morning) -> str:
    """What a reader must know before any figure."""
    told = dict(case.figures.get("book") or {})
    lines = []
    if case.generated:
        lines.append(
            "<b>Positions are generated, not real.</b> The cargoes, ships and positions of this "
            "page were made up from contracts and base trade as an example."
        )
    lines += [escape(case.names.in_text(note)) for note in case.figures.get("notes") or ()]
    counts = ""
    if told.get("cargoes"):
        counts = (
            f"The book holds {int(told['cargoes']):,} cargoes, {int(told['offers']):,} offers and "
            f"{int(told['ships']):,} ships; it is planned for {case.days} days from "
            f"{text.day_name(case.as_of)}."
        )
    tone = "banner warns" if case.generated else "banner"
    body = "".join(f"<p>{line}</p>" for line in lines)
    return f'<div class="{tone}">{body}<p>{escape(counts)}</p></div>'


def _still_short(case: Morning) -> str:
    """Who goes short if nothing is done, and under the plan that is followed."""
    parts, spared = [], []
    for member in case.members:
        name = text.the(case.names.short(member))
        before = case.of("nothing", member, "unserved")
        after = case.of(case.plan, member, "unserved")
        if max(before, after) < LITTLE:
            spared.append(name)
            continue
        use = case.demand(member)
        share = f" ({text.pct(after / use)} of its use)" if use > 0 else ""
        first = _first(case, member)
        parts.append(
            f"{name} goes without {kt(after)}{share}{first}, {_set_against(after, before)}"
        )
    if not parts:
        return "Nobody goes short in these days, even if nothing is done."
    calm = f". {text.capital(text.join(spared))}: nothing goes short" if spared else ""
    return (
        f"Even under the plan followed here {'; and '.join(parts)}{calm}."
    )  # fmt: skip


def _set_against(after: float, before: float) -> str:
    """What goes short under the plan, beside what would if nothing were done."""
    if abs(after - before) <= 0.05 * max(before, LITTLE):
        return "about as much as if nothing were done"
    if before < LITTLE:
        return "and of nothing if nothing were done"
    return f"{'less' if after < before else 'more'} than the {kt(before)} if nothing were done"


def _first(case: Morning, member: str) -> str:
    """From when a member is short under the plan that is followed."""
    rows = case.table("shortage")
    rows = rows[(rows["plan"] == case.plan) & (rows["place"] == member)]
    days = [day for day in map(case.day, rows["first_day"]) if day is not None]
    return f", from {text.day_name(case.date(min(days)))}" if days else ""


def _ladder(case: Morning) -> list[str]:
    """How much of what would go short each rung avoids, or adds."""
    before = case.of("nothing", "all", "unserved")
    found = []
    for plan in ("greedy", "alone", "pact"):
        if plan not in case.plans:
            continue
        less = before - case.of(plan, "all", "unserved")
        if abs(less) <= NOTABLE * max(before, 1.0):
            words = f"changes next to nothing in what goes short ({_signed(less)})"
        elif less > 0:
            words = f"avoids {kt(less)} of the {kt(before)} ({text.pct(less / before)})"
        else:
            words = (
                f"leaves {kt(-less)} more unserved than doing nothing, because it costs less in "
                "all: freight, purchases, what customers lose and what stays in the tanks"
            )
        found.append((less, f"{_BY[plan]} {words}."))
    # The least helpful first.
    return [sentence for _, sentence in sorted(found, key=lambda pair: pair[0])]


def _signed(less: float) -> str:
    if abs(less) < 0.05:
        return f"0{text.NB}kt"
    return f"{kt(abs(less))} {'less' if less > 0 else 'more'}"


def _pact(case: Morning) -> str:
    """What the pact saves against everyone for himself, with what is proven."""
    if "pact" not in case.plans:
        return str(case.figures.get("pact") or "No pact is asked for.")
    found = case.saving("pact_against_alone")
    if found is None:
        return ""
    value, low, high = (float(found[key]) for key in ("saved", "low", "high"))
    proven = rounding.rounded(value, low, high, "million USD")
    doubt = (
        " The proof does not rule out that it saves nothing." if low <= 0.0 < high else ""
    )  # fmt: skip
    return f"The pact saves {proven} against everyone for himself at his best.{doubt}"


def _against_nothing(case: Morning) -> str:
    """What the plan that is followed saves against doing nothing."""
    found = case.saving(f"{case.plan}_against_nothing")
    if found is None:
        return ""
    value, low, high = (float(found[key]) for key in ("saved", "low", "high"))
    return (
        "Against doing nothing the plan followed here saves "
        f"{rounding.rounded(value, low, high, 'million USD')}: what customers would lose, freight, "
        "fees, purchases and what is left in the tanks, together."
    )


def _worlds(case: Morning) -> str:
    words = text.join([f"“{world.name}” ({text.pct(world.weight)})" for world in case.worlds])
    return (
        f"It is not known how it turns out; planned is for {len(case.worlds)} ways: {words}. What "
        "must be told today is the same in all of them; figures here are their "
        f"{case.together if case.together in ('average', 'worst') else 'average'}."
    )


def tiles(case: Morning) -> str:
    """A tile for each member: what goes unserved under each plan."""
    made = []
    for member in case.members:
        rows = "".join(
            f"<div><dt>{escape(words)}</dt><dd>{escape(kt(case.of(plan, member, 'unserved')))}</dd>"
            "</div>"
            for plan, words in _tile_words(case)
        )
        after = case.of(case.plan, member, "unserved")
        use = case.demand(member)
        big = "not short" if after < LITTLE else kt(after)
        told = (
            f"of {kt(use)} wanted in {case.days} days"
            if after < LITTLE
            else f"not served by the plan, {text.pct(after / use) if use else text.NOTHING} of use"
        )
        made.append(
            f'<div class="tile{" safe" if after < LITTLE else ""}">'
            f"<h2>{escape(case.names.short(member))}</h2>"
            f'<p class="big">{escape(big)}</p><p>{escape(told)}</p><dl>{rows}</dl></div>'
        )
    return f'<div class="tiles">{"".join(made)}</div>'


def _tile_words(case: Morning) -> list[tuple[str, str]]:
    words = {"nothing": "nothing is done", "greedy": "rule of thumb",
             "alone": "each for himself", "pact": "with the pact"}  # fmt: skip
    return [(plan, words[plan]) for plan in case.plans]
