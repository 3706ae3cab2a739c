from __future__ import annotations

from pathlib import Path

from reconciler.authoring.declared import (
    built_in_of,
    declared_in,
    references,
    refers,
    variables_in,
    variables_of,
)
from reconciler.config.documents import Document
from reconciler.config.project import assembled

TEXT = """\
version: 1
project: x
environments:
  development: { apiKey: "${env:KEY}" }
  production: { apiKey: "${env:KEY_2}" }
integrations:
  - { identifier: "a-${environment}", providerId: novu, name: "${env:NAME} ${file:x}" }
  - { identifier: "a-development", providerId: discord }
  - { providerId: discord }
  - { identifier: b }
"""
PROJECT = assembled(Document(TEXT.encode(), "x.yaml"), directory=Path())


def test_integrations_are_found_by_what_they_are_called_in_an_environment() -> None:
    """Mistakes are no obstacle: what has no name is left out, the first of two counts."""
    found = declared_in(PROJECT, "development")
    assert list(found) == ["a-development", "b"]
    assert built_in_of(found, "novu") is found["a-development"]
    assert built_in_of(found, "novu-email") is None
    assert list(declared_in(PROJECT, "production")) == ["a-production", "a-development", "b"]


def test_what_a_value_refers_to_is_told() -> None:
    assert refers(["a", {"b": "${env:X}"}])
    assert not refers(["${environment}", "$${env:X}", 1, None])
    assert [str(each) for each in references("${env:X}${file:y}${environment}")] == [
        "${env:X}",
        "${file:y}",
        "${environment}",
    ]
    assert list(references("${env:")) == []
    assert variables_of({"a": "${env:X}${env:Y}", "b": "${env:X}"}) == ("X", "Y")
    assert variables_in(PROJECT) == {"KEY", "KEY_2", "NAME"}
