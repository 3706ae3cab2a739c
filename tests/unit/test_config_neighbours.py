"""What integrations of one environment may not do to each other."""

from __future__ import annotations

import pytest
from support.written import project, told

from reconciler.config.forms import form_in
from reconciler.config.neighbours import clashes, named


def found(*integrations: str, environment: str = "development") -> list[str]:
    """What clashes among integrations, of which the first stands in line 7."""
    written = project("integrations:\n" + "".join(f"  - {{{each}}}\n" for each in integrations))
    forms = [form_in(written, each, environment) for each in written.declarations]
    return told(each for _, each in clashes(forms, environment))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ses", "ses"),
        ("ses-${environment}", "ses-production"),
        ("$${environment}", "${environment}"),
        ("${env:A}-${environment}", "${env:A}-production"),
        ("${broken", "${broken"),
    ],
)
def test_a_name_holds_the_environments(text: str, name: str) -> None:
    assert named(text, "production") == name


def test_integrations_with_names_of_their_own_get_along() -> None:
    assert (
        found(
            "identifier: a, providerId: slack, previousIdentifiers: [x, y]",
            "identifier: b, providerId: slack, previousIdentifiers: [z]",
        )
        == []
    )


def test_the_later_of_two_identifiers_is_told_of_the_first() -> None:
    assert found("identifier: a", "identifier: b", "identifier: a", "identifier: a") == [
        "NS403 9:6",
        "NS403 10:6",
    ]


def test_two_spellings_of_one_name_clash_where_they_come_to_the_same() -> None:
    pair = ("identifier: 'a-${environment}'", "identifier: a-production")
    assert found(*pair) == []
    assert found(*pair, environment="production") == ["NS403 8:6"]


def test_a_former_name_may_be_nobodys() -> None:
    assert found("identifier: a, previousIdentifiers: [b]", "identifier: b") == ["NS404 7:43"]
    assert found("identifier: a", "identifier: b, previousIdentifiers: [c, a]") == ["NS404 8:46"]
    assert found("identifier: a, previousIdentifiers: [a]") == ["NS404 7:43"]
    assert found(
        "identifier: a, previousIdentifiers: [x]", "identifier: b, previousIdentifiers: [x]"
    ) == ["NS404 8:43"]


def test_what_is_no_name_clashes_with_nothing() -> None:
    assert found("identifier: 5", "identifier: 5", "name: x", "name: x") == []
    assert (
        found("identifier: a, previousIdentifiers: b", "identifier: b, previousIdentifiers: [5, 5]")
        == []
    )


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_a_channel_has_one_primary(channel: str) -> None:
    primary = f"providerId: x, channel: {channel}, primary: true"
    other = f"providerId: x, channel: {channel}, primary: false"
    assert found(f"identifier: a, {primary}", f"identifier: b, {other}") == []
    clash = found(f"identifier: a, {primary}", f"identifier: b, {primary}")
    assert [each[:7] for each in clash] == ["NS409 8"]


def test_two_channels_have_two_primaries() -> None:
    assert (
        found(
            "identifier: a, providerId: ses, primary: true",
            "identifier: b, providerId: twilio, primary: true",
            "identifier: c, providerId: slack, primary: true",
            "identifier: d, providerId: slack, primary: true",
        )
        == []
    )


def test_of_a_provider_that_comes_once_there_is_one() -> None:
    assert found("identifier: a, providerId: novu", "identifier: b, providerId: novu") == [
        "NS410 8:21"
    ]
