from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from reconciler.errors import UsageError
from reconciler.sandbox.generation import NEWEST, named_generation
from reconciler.sandbox.rules import OPERATORS

FACTS = Path(__file__).parents[2] / "schemas" / "facts"


def test_the_newest_generation_stores_every_credential_key_that_novu_knows() -> None:
    types = named_generation(NEWEST).credential_types
    assert types["apiKey"] == "string"
    assert types["port"] == "string"
    assert types["secure"] == "boolean"
    assert types["tlsOptions"] == "object"
    assert {"apiURL", "appID", "contentType", "businessAccountId", "method"} <= types.keys()


def test_the_newest_generation_shows_no_credentials() -> None:
    assert named_generation(NEWEST).show_credentials({"apiKey": "k"}) == {}


def test_encrypted_keys_are_keys_that_are_stored() -> None:
    newest = named_generation(NEWEST)
    assert newest.encrypted_credentials < newest.credential_types.keys()
    assert newest.worded_booleans < newest.credential_types.keys()
    assert newest.withheld_configurations < newest.configuration_types.keys()


def test_channels_and_operators_are_those_of_the_schemas() -> None:
    facts = yaml.safe_load((FACTS / "server.yaml").read_text("utf-8"))
    assert named_generation(NEWEST).channels == tuple(facts["channels"])
    assert named_generation(NEWEST).kinds == tuple(facts["kinds"])
    assert set(facts["rules"]["operators"]) == OPERATORS


def test_another_generation_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        named_generation("2019-01")
    assert "2019-01" in caught.value.summary
    assert NEWEST in caught.value.mend
