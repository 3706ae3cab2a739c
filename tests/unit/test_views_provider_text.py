from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from golden.providers import BARE, GRAND

from reconciler.config.catalogue import catalogue
from reconciler.views.provider_text import render
from reconciler.views.style import Look

if TYPE_CHECKING:
    from reconciler.config.catalogue import Provider


def table(text: str) -> list[list[str]]:
    """The first words of each line of the table of credentials."""
    lines = text.split("Credentials\n")[1].split("\n\n", maxsplit=1)[0].splitlines()
    return [line.split() for line in lines]


def test_credentials_say_what_they_are() -> None:
    text = render(GRAND, Look())
    rows = {row[0]: row[1:] for row in table(text)}
    assert rows["apiKey"][:3] == ["string", "required", "secret"]
    assert rows["token"][:4] == ["string", "left", "to", "Novu"]
    assert rows["from"][:2] == ["string", "required"]
    assert rows["region"][-5:] == ["Region.", "One", "of", "no,", "eu"]
    assert rows["tlsOptions"][:3] == ["object", "optional", "secret"]


def test_what_else_is_known_is_told() -> None:
    text = render(GRAND, Look())
    assert text.startswith("grand-mail  Grand Mail: the 2nd  (email)\nhttps://docs.example.com/")
    assert "\nIt is grand.\n" in text
    assert "\nConfigurations\n  inboundWebhookEnabled\n  inboundWebhookSigningKey\n" in text
    assert "\n    - identifier: grand-mail-${environment}\n" in text


def test_a_provider_without_credentials_says_so() -> None:
    text = render(BARE, Look())
    assert "\nIt takes no credentials.\n" in text
    assert "Configurations" not in text


@pytest.mark.parametrize(
    "provider", [pytest.param(each, id=each.id) for each in catalogue().providers]
)
def test_every_provider_of_the_catalogue_is_shown_whole_and_tidy(provider: Provider) -> None:
    text = render(provider, Look())
    assert all(line == line.rstrip() for line in text.split("\n"))
    if provider.credentials:
        assert [row[0] for row in table(text)] == [each.key for each in provider.credentials]
