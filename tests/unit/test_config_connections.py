from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.config.connections import connection
from reconciler.config.documents import Document
from reconciler.config.project import assembled
from reconciler.config.sources import Variables
from reconciler.errors import ApiKeyError, FindingsError

if TYPE_CHECKING:
    from reconciler.config.project import Project

HEAD = """\
version: 1
project: acme
environments:
  development:
    apiKey: ${env:KEY}
  development-2:
    apikey: misspelt
"""


def project(text: str) -> Project:
    return assembled(Document(text.encode(), "novu-sync.yaml"), directory=Path())


def test_an_environment_is_reached_whatever_is_wrong_elsewhere() -> None:
    """Not with an integration, and not with an environment whose name begins alike."""
    broken = project(HEAD + "integrations:\n  - {identifier: a, providerId: nobody, nonsense: 1}\n")
    environment = connection(broken, "development", sources={"env": Variables({"KEY": "k"})})
    assert environment.api_url == "https://api.novu.co"
    assert environment.api_key.reveal() == "k"


def test_findings_of_its_own_settings_keep_it_from_being_reached() -> None:
    with pytest.raises(FindingsError) as caught:
        connection(project(HEAD), "development-2", sources={"env": Variables({"KEY": "k"})})
    assert {each.code for each in caught.value.findings} == {"NS201", "NS203"}


def test_a_key_that_is_not_set_is_told_with_its_variable() -> None:
    with pytest.raises(ApiKeyError, match="missing") as caught:
        connection(project(HEAD), "development", sources={"env": Variables({})})
    assert "KEY" in caught.value.mend


def test_an_address_without_a_value_is_a_finding_at_its_place() -> None:
    text = HEAD.replace("    apiKey: ${env:KEY}", "    apiUrl: ${env:URL}\n    apiKey: ${env:KEY}")
    with pytest.raises(FindingsError) as caught:
        connection(project(text), "development", sources={"env": Variables({"KEY": "k"})})
    (only,) = caught.value.findings
    assert (only.code, str(only.location)) == ("NS305", "novu-sync.yaml:5:5")
