from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from reconciler.config.catalogue import catalogue
from reconciler.errors import UsageError
from reconciler.sandbox.generations import GENERATIONS, NEWEST, named_generation
from reconciler.sandbox.rules import OPERATORS

FACTS = Path(__file__).parents[2] / "schemas" / "facts"


def test_the_newest_generation_stores_every_credential_key_that_novu_knows() -> None:
    types = named_generation(NEWEST).credential_types
    assert types["apiKey"] == "string"
    assert types["port"] == "string"
    assert types["secure"] == "boolean"
    assert types["tlsOptions"] == "object"
    assert {"apiURL", "appID", "contentType", "businessAccountId", "method"} <= types.keys()


def test_generations_only_ever_learn_keys_and_providers() -> None:
    oldest, middle, newest = (named_generation(name) for name in GENERATIONS)
    for older, newer in ((oldest, middle), (middle, newest)):
        assert older.credential_types.keys() < newer.credential_types.keys()
        assert older.encrypted_credentials < newer.encrypted_credentials
        assert older.providers.keys() < newer.providers.keys()
        assert set(older.configuration_types) < set(newer.configuration_types)
    assert (len(oldest.credential_types), len(middle.credential_types)) == (42, 52)


def test_the_newest_generation_knows_the_catalogue() -> None:
    assert named_generation(NEWEST).providers == {
        each.id: each.name for each in catalogue().providers
    }


@pytest.mark.parametrize("name", GENERATIONS)
def test_encrypted_keys_are_keys_that_are_stored(name: str) -> None:
    generation = named_generation(name)
    assert generation.encrypted_credentials < generation.credential_types.keys()
    assert generation.unchecked_credentials < generation.credential_types.keys()
    assert generation.worded_booleans < generation.credential_types.keys()
    assert generation.withheld_configurations <= generation.configuration_types.keys()
    assert generation.merging_providers <= generation.providers.keys()


def test_channels_and_operators_are_those_of_the_schemas() -> None:
    facts = yaml.safe_load((FACTS / "server.yaml").read_text("utf-8"))
    assert named_generation(NEWEST).channels == tuple(facts["channels"])
    assert named_generation(NEWEST).kinds == tuple(facts["kinds"])
    assert set(facts["rules"]["operators"]) == OPERATORS


def test_another_generation_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        named_generation("2019-01")
    assert "2019-01" in caught.value.summary
    assert all(name in caught.value.mend for name in GENERATIONS)


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        ("2024-10", "abc", False),
        ("2024-10", "64b0c0ffee64", True),
        ("2026-04", "64b0c0ffee64", False),
        ("2024-10", "64b0c0ffee64b0c0ffee64b0", True),
    ],
)
def test_older_servers_took_twelve_characters_for_an_id(
    name: str, text: str, *, fits: bool
) -> None:
    assert named_generation(name).is_row_id(text) is fits
