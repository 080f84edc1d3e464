"""The study of three nodes with promises of its own, made up for the tests."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import DATA

TABLES = {
    "pledges": (
        "id,sector,what,quantity,counted_in,date,deadline,source,confidence\n"
        "P-1,clean energy,a third tank on the coast,1,tanks,2024-01,2028,paper,looked-up\n"
        "P-2,finance,100 million dollars of aid,100000000,USD,2024-01,2027-12,paper,looked-up\n"
        "P-3,health care,a hospital,,,2026-02,,paper,looked-up\n"
    ),
    "indicators": (
        "id,pledge,what,measure,counted_in,baseline,target,begins,deadline,source,confidence\n"
        "I-1,P-1,tanks that were built,steps,,,,,2028,paper,looked-up\n"
        "I-2,P-2,aid that was paid,cumulative,USD,,100000000,2024-01-01,2027-12,paper,looked-up\n"
    ),
    "milestones": (
        "id,pledge,what,due,stage,source,confidence\n"
        "M-1,P-1,permit given,2024,agreed,paper,looked-up\n"
        "M-2,P-1,tank filled,2028,running,paper,looked-up\n"
    ),
    "evidence": (
        "id,indicator,milestone,date,begins,ends,value,counted_in,supersedes,source,confidence\n"
        "E-1,,M-1,2024-06-01,,,,,,paper,looked-up\n"
        "E-2,I-2,,2025-02-01,2024-01,2024-12,20000000,USD,,paper,looked-up\n"
        "E-3,I-2,,2026-02-01,2025-01,2025-12,3000000000,JPY,,paper,looked-up\n"
        "E-4,I-2,,2026-05-01,2025-01,2025-12,6000000000,JPY,E-3,paper,looked-up\n"
    ),
    "rates": (
        "currency,year,per_usd,source,confidence\n"
        "JPY,2024,150,paper,looked-up\nJPY,2025,150,paper,looked-up\n"
    ),
    "claims": (
        "id,source,subject,predicate,value,quantity,counted_in,period,quote,kind,confidence\n"
        "A-1,paper,aid to farmers,amount,100 million dollars,100000000,USD,2024,"
        "100 million dollars in aid,stated,looked-up\n"
    ),
    "deliveries": (
        "pledge,table,name,column,before,after,planned,why,source,confidence\n"
        "P-1,stocks,coast/lng/,start,1.4,2.1,2028,a week of imports,paper,looked-up\n"
    ),
    "links": (
        "pledge,question,scenario,place,commodity,options,why\n"
        "P-1,track,,,,,whether it stands\nP-2,track,,,,,what was paid\n"
        "P-3,none,,,,,hospitals are not modelled\n"
    ),
}


def promised(folder: Path, **tables: str) -> Path:
    """Write the study into a folder, some tables otherwise."""
    shutil.copytree(DATA / "three", folder)
    for name, text in {**TABLES, **tables}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    sources = folder / "sources.csv"
    head, *rows = sources.read_text(encoding="utf-8").splitlines()
    for name in ("paper", "daily"):
        cells = {
            "id": name, "publisher": f"A {name}", "title": f"On promises made up, {name}",
            "date": "2024-01-15", "url": f"https://example.org/{name}", "licence": "CC0",
        }  # fmt: skip
        rows.append(",".join(f'"{cells.get(column, "")}"' for column in head.split(",")))
    sources.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return folder
