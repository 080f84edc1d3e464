"""The twelve-node study with a pact under which Nord lends to Suda."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from tests.conftest import DATA
from tests.study.protocols import GOOD

from seawall.study import Protocol, Study, parse_protocol, read

#: Watches the tier that is shed first, and leaves little in the tanks.
AGREED = (
    GOOD.replace('tier = "important"', 'tier = "deferrable"')
    .replace("NRD = 15", "NRD = 5")
    .replace("SUD = 8", "SUD = 3")
    .replace("weeks = 26", "weeks = 20")
)


def pact() -> Protocol:
    """The articles."""
    return parse_protocol("protocol", AGREED)


def agreed() -> Study:
    """The twelve-node study with those articles, and a free contract of Nord in the south."""
    study = read(DATA / "twelve")
    contracts = study.frames["contracts"]
    free = contracts.iloc[[1]].assign(
        id="south-nord", origin="south", destination="nord-west", quantity=5.0
    )
    frames = study.frames | {"contracts": pd.concat([contracts, free], ignore_index=True)}
    return replace(study, frames=frames, protocol_text=AGREED)
