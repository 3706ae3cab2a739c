"""The same cases can be held with any server over HTTP.

Against a server of your own, whose two environments are EMPTIED again and again::

    export NOVU_URL=https://novu.example.com NOVU_GENERATION=2026-11 NOVU_MAY_BE_EMPTIED=yes
    export NOVU_API_KEY=… NOVU_API_KEY_PRODUCTION=…
    script/test tests/contract/test_a_real_server_agrees.py

Left out is what cannot be brought about from outside: requests that overtake each other, what
providers say, servers that are set up otherwise.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from contract.agreement import Standard, Tally, hold_scenario
from contract.cases import groups, scenarios
from contract.newest import STANDARDS
from contract.real import Real
from contract.servers import API_KEYS

from reconciler.sandbox.application import Sandbox
from reconciler.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Collection

    from contract.cases import Scenario

RECORDED = {"2024-10": "2024-10", "2026-04": "2026-04", "2026-11": "2026-04"}
QUICK = ("create", "delete", "ids", "primary-and-priority", "set-primary", "write-echoes", "http")


def reachable(scenario: Scenario) -> bool:
    """Whether a scenario can be brought about from outside."""
    keyed = any("idempotency-key" in case.headers for case in scenario.cases)
    tried = any(case.provider for case in scenario.cases)
    tells_keys = any(case.path.startswith("/v1/environments") for case in scenario.cases)
    return scenario.config == "default" and not (scenario.racing or keyed or tried or tells_keys)


def hold(server: Real, generation: str, only: Collection[str] = ()) -> Tally:
    recorded = RECORDED[generation]
    own = STANDARDS[generation, recorded]
    standard = Standard(differences=own.differences, translated=own.translated, ordered=False)
    total = Tally()
    for group in groups(recorded):
        for scenario in scenarios(recorded, group):
            if (not only or group in only) and reachable(scenario):
                server.empty()
                for body in scenario.before:
                    server.make(body)
                total.add(hold_scenario(scenario, server, standard))
    return total


@pytest.mark.skipif("NOVU_URL" not in os.environ, reason="NOVU_URL names no server to hold")
def test_the_server_that_the_environment_names_agrees() -> None:
    """Differences are told all at once; those that are known are in `differences`."""
    assert os.environ.get("NOVU_MAY_BE_EMPTIED") == "yes", (
        "all integrations and contexts of both environments would be deleted:"
        " say NOVU_MAY_BE_EMPTIED=yes if that is meant"
    )
    generation = os.environ.get("NOVU_GENERATION", "2026-11")
    keys = {
        "development": os.environ["NOVU_API_KEY"],
        "production": os.environ["NOVU_API_KEY_PRODUCTION"],
    }
    with Real(os.environ["NOVU_URL"], keys) as server:
        tally = hold(server, generation)
    assert not tally.problems, f"{tally.share:.2%} of {tally.recorded} agree\n" + "\n".join(
        tally.problems
    )


@pytest.mark.parametrize("generation", RECORDED)
def test_the_sandbox_on_a_socket_agrees_like_the_one_without(generation: str) -> None:
    with (
        Sandbox(generation=generation, api_keys=API_KEYS, builtins=False) as sandbox,
        running(sandbox) as url,
        Real(url, API_KEYS) as server,
    ):
        tally = hold(server, generation, QUICK)
    assert not tally.problems, "\n".join(tally.problems[:20])
    assert tally.agreed > 750
    assert tally.share > 0.97


def test_a_server_of_another_generation_is_found_out() -> None:
    """The suite tells servers apart: it is no suite that anything passes."""
    with (
        Sandbox(generation="2026-04", api_keys=API_KEYS, builtins=False) as sandbox,
        running(sandbox) as url,
        Real(url, API_KEYS) as server,
    ):
        tally = hold(server, "2024-10", ("delete", "set-primary"))
    assert len(tally.problems) > 10
