"""Whether a protocol fits a study: refusals with their article, and what tables make of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.study.protocols import GOOD

from seawall.errors import InputError, Problem, UnknownName
from seawall.study import (
    Study,
    check_protocol,
    find_protocol,
    parse_protocol,
    protocol_problems,
    read,
    study_protocol,
)
from seawall.study.protocol_check import daily_use, lent_commodity, member_places


def problems(study: Study, text: str) -> tuple[Problem, ...]:
    protocol = parse_protocol("protocol", text)
    with pytest.raises(InputError) as caught:
        check_protocol(study, protocol, text=text)
    return caught.value.problems


def test_the_good_one_fits(twelve_study: Study) -> None:
    protocol = parse_protocol("protocol", GOOD)
    check_protocol(twelve_study, protocol)
    assert lent_commodity(twelve_study, protocol) == "lng"


def test_the_protocol_of_the_reference_study_fits() -> None:
    study = read("india-japan")
    protocol = study_protocol(study)
    assert protocol is not None
    assert protocol.members == ("IND", "JPN")
    assert protocol_problems(study) == []
    assert lent_commodity(study, protocol) == "lng"
    # Imports of early 2026: 65.5 Mt a year into Japan, less boil-off.
    assert daily_use(study, "lng", member_places(study, "JPN")) * 365 == pytest.approx(65, rel=0.02)


def test_places_of_a_member(twelve_study: Study) -> None:
    nord = {"NRD", "nord-west", "nord-east", "nord-west-t", "nord-city", "nord-land"}
    assert member_places(twelve_study, "NRD") == nord
    assert member_places(twelve_study, "nord-west") == {"nord-west", "nord-west-t"}
    assert member_places(twelve_study, "XXX") == frozenset()


def test_daily_use_is_what_arrives_from_outside(twelve_study: Study) -> None:
    # gulf, west, south twice and hub, less what boils off; the pipe to the terminal is inside.
    arrives = 10 * 0.9915 + 10 * 0.9786 + 5.1 * 0.9907 + 7 * 0.9874 + 5 * 0.9889
    use = daily_use(twelve_study, "lng", member_places(twelve_study, "NRD"))
    assert use == pytest.approx(arrives / 365)


NRD, SUD = '["NRD", "SUD"]', "NRD = 15, SUD = 8"
REFUSED = [
    # Article, replacements, line, key, value, part of the message.
    (1, {NRD: '["NRD", "SUX"]', SUD: "NRD = 15, SUX = 8"}, 2, "members", "SUX", '"SUD"'),
    (1, {NRD: '["NRD", "HBL"]', SUD: "NRD = 15, HBL = 0"}, 2, "members", "HBL", "no demand"),
    (1, {NRD: '["NRD", "nord-west"]', SUD: "NRD = 15, nord-west = 0"}, 2, "members", "nord-west",
     "part of NRD"),
    (1, {NRD: '["NRD", "GLF"]', SUD: "NRD = 15, GLF = 0"}, 2, "members", "GLF", "no lane brings"),
    (2, {NRD: '["NRD", "ALB"]', SUD: "NRD = 15, ALB = 0"}, 5, "trigger.tier", "important",
     "its tiers are: elastic"),
    (3, {'unit = "Mt"': 'unit = "GWh"'}, 13, "volume.unit", "GWh", "lng in Mt"),
    (3, {'unit = "Mt"': 'unit = "Mt"\ncommodity = "lnk"'}, 14, "volume.commodity", "lnk", '"lng"'),
    (3, {'unit = "Mt"': 'unit = "GWh"\ncommodity = "lng"'}, 13, "volume.unit", "GWh",
     "energy is not what lng is counted in"),
    (5, {"NRD = 15": "NRD = 150"}, 21, "floor.days.NRD", "150", "above the tanks: 150 days"),
    (7, {'"USD/MMBtu"': '"EUR/MWh"'}, 30, "price.unit", "EUR/MWh", "money is USD"),
    (8, {"weeks = 26": "weeks = 1", "days = 7\n": "days = 0\n"}, 33, "return.weeks", "1",
     "before one can have reached NRD"),
]  # fmt: skip


@pytest.mark.parametrize("article,changes,row,key,value,text", REFUSED)
def test_what_does_not_fit_is_told_with_its_article(
    twelve_study: Study,
    article: int,
    changes: dict[str, str],
    row: int,
    key: str,
    value: str,
    text: str,
) -> None:
    changed = GOOD
    for old, new in changes.items():
        assert old in changed
        changed = changed.replace(old, new, 1)
    found = [p for p in problems(twelve_study, changed) if (p.row, p.column) == (row, key)]
    match = [p for p in found if value == p.value and text in f"{p.rule}; {p.fix}"]
    assert match, problems(twelve_study, changed)
    assert match[0].rule.startswith(f"Article {article} (")


def test_all_problems_are_told_at_once(twelve_study: Study) -> None:
    text = GOOD.replace('"SUD"]', '"SUX"]').replace("SUD = 8", "SUX = 8")
    text = text.replace("NRD = 15", "NRD = 150").replace('"USD/MMBtu"', '"EUR/MWh"')
    found = {p.column for p in problems(twelve_study, text)}
    assert found == {"members", "floor.days.NRD", "price.unit"}


def test_a_floor_up_to_the_brim_is_allowed_and_not_more(twelve_study: Study) -> None:
    use = daily_use(twelve_study, "lng", member_places(twelve_study, "SUD"))
    brim = 1.5 * 0.95 / use  # 1,500 kt, of which 95 % count
    full = GOOD.replace("SUD = 8", f"SUD = {brim!r}")
    check_protocol(twelve_study, parse_protocol("protocol", full))
    (found,) = problems(twelve_study, GOOD.replace("SUD = 8", f"SUD = {brim * 1.001!r}"))
    assert found.column == "floor.days.SUD"


def test_a_return_that_can_be_kept_is_allowed(twelve_study: Study) -> None:
    # The shortest lanes take 8.5 days (Nord) and 7 (Suda): two weeks are enough.
    text = GOOD.replace("weeks = 26", "weeks = 2")
    check_protocol(twelve_study, parse_protocol("protocol", text))


def test_two_commodities_that_could_be_lent_must_be_told_apart(twelve_study: Study) -> None:
    # The same trade once more, in oil.
    frames = dict(twelve_study.frames)
    for table, column in (("commodities", "id"), ("lanes", "commodity"), ("stocks", "commodity")):
        frame = frames[table]
        oil = frame[frame[column] == "lng"].assign(**{column: "oil"})
        frames[table] = pd.concat([frame, oil], ignore_index=True)
    study = replace(twelve_study, frames=frames)
    (found,) = problems(study, GOOD)
    assert found.rule.startswith("Article 3 (volume): members could lend more than one commodity")
    assert 'commodity = "lng" or commodity = "oil"' in found.fix
    named = GOOD.replace('unit = "Mt"', 'unit = "Mt"\ncommodity = "oil"')
    protocol = parse_protocol("protocol", named)
    check_protocol(study, protocol)
    assert lent_commodity(study, protocol) == "oil"


def test_without_a_commodity_to_lend_there_is_no_pact(twelve_study: Study) -> None:
    frames = dict(twelve_study.frames)
    frames["stocks"] = frames["stocks"].iloc[:0]
    study = replace(twelve_study, frames=frames)
    (found,) = problems(study, GOOD)
    assert found.rule.startswith("Article 3 (volume): no commodity is imported")
    with pytest.raises(InputError, match="no commodity is imported"):
        lent_commodity(study, parse_protocol("protocol", GOOD))


def test_a_protocol_is_found_by_file_and_by_name(twelve_study: Study, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    good = parse_protocol("protocol", GOOD)
    assert find_protocol(twelve_study, path) == good
    study = replace(twelve_study, draft_texts={"long": GOOD.replace("weeks = 26", "weeks = 39")})
    assert find_protocol(study, "long").return_.weeks == 39
    with pytest.raises(UnknownName, match='no protocol file or draft "lnog"; did you mean "long"'):
        find_protocol(study, "lnog")
    path.write_text(GOOD.replace("NRD = 15", "NRD = 150"), encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.toml:21:floor\.days\.NRD.*Article 5"):
        find_protocol(study, path)
    broken = replace(study, draft_texts={"long": GOOD.replace("NRD = 15", "NRD = 150")})
    with pytest.raises(InputError, match=r"protocols/long\.toml:21:floor\.days\.NRD"):
        find_protocol(broken, "long")


def test_check_reads_the_protocol_and_every_draft(twelve_study: Study) -> None:
    study = replace(
        twelve_study,
        protocol_text=GOOD.replace("weeks = 26", "weeks = 0"),
        draft_texts={"good": GOOD, "bad": GOOD.replace("NRD = 15", "NRD = 150")},
    )
    found = protocol_problems(study)
    assert [(p.file, p.column) for p in found] == [
        ("protocol.toml", "return.weeks"),
        ("protocols/bad.toml", "floor.days.NRD"),
    ]
