from __future__ import annotations

from golden.providers import AGENT, BARE, GRAND

from reconciler.config.catalogue import catalogue
from reconciler.views.providers_text import render
from reconciler.views.style import Look


def test_providers_are_listed_by_channel_and_agents_last() -> None:
    assert render([AGENT, BARE, GRAND], Look()) == (
        "email\n"
        "  grand-mail  Grand Mail: the 2nd\n"
        "\n"
        "chat\n"
        "  bare-chat   Bare Chat\n"
        "\n"
        "agent runtimes\n"
        "  thinker     Thinker\n"
        "\n"
        "3 providers\n"
    )


def test_every_provider_of_the_catalogue_has_its_line() -> None:
    lines = render(catalogue().providers, Look()).splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(listed) == [each.id for each in catalogue().providers]


def test_how_to_see_one_is_said_last() -> None:
    text = render([BARE], Look(next_step="novu-sync providers bare-chat"))
    assert text.endswith("\n1 provider. What one takes: novu-sync providers bare-chat\n")


def test_an_empty_catalogue_is_said_to_be_empty() -> None:
    assert render([], Look()) == "0 providers\n"
