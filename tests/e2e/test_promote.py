"""`promote`: one environment declares what another does, and nothing is asked of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

HEAD = """\
version: 1
project: tests
environments:
  development: { apiKey: "${env:KEY_D}" }
  production: { apiKey: "${env:KEY_P}" }
"""
SES = """\
integrations:
  - identifier: ses-${environment}   # our mail
    name: SES
    providerId: ses
    active: true
    credentials:
      apiKey: ${env:SES_KEY}
      secretKey: ${env:SES_SECRET_PRODUCTION}
      region: us-east-1
      from: no-reply@acme.com
      senderName: Acme
    environments:
      development:
        name: SES 2
        credentials: { secretKey: "${env:SES_SECRET_DEVELOPMENT}", region: eu-west-1 }
        configurations: { configurationSetName: events }
        protect: true
      production:
"""


@pytest.fixture
def promote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, novu_sync: Callable[..., Run]
) -> Callable[..., Run]:
    """Promotes development to production in a project with these integrations."""
    monkeypatch.chdir(tmp_path)

    def run(integrations: str, *arguments: str, yes: bool = True) -> Run:
        (tmp_path / "novu-sync.yaml").write_text(HEAD + integrations, "utf-8")
        more = ("--yes",) if yes else ()
        return novu_sync(
            "promote", "--from", "development", "--to", "production", *arguments, *more
        )

    return run


def after(place: Path) -> str:
    return (place / "novu-sync.yaml").read_text("utf-8").removeprefix(HEAD)


def test_what_differs_is_copied_and_each_environment_keeps_its_references(
    promote: Callable[..., Run], tmp_path: Path, novu_sync: Callable[..., Run]
) -> None:
    done = promote(SES, "--target", "ses-*")
    assert done.code == 0, done
    # Only production used what the base says, so the base can say it for both.
    assert after(tmp_path) == SES.replace("name: SES\n", "name: SES 2\n").replace(
        "region: us-east-1", "region: eu-west-1"
    ) + ("        protect: true\n        configurations:\n          configurationSetName: events\n")
    assert "NS346 not promoted" in done.err
    assert "`credentials.secretKey` of 'ses-development' is a reference" in done.err
    assert "Next: novu-sync validate, then novu-sync plan -e production" in done.err
    assert novu_sync("validate").code == 0
    compared = novu_sync("diff", "development", "production")
    assert compared.out.count("\n      ~ ") == 1, compared
    assert '~ credentials.secretKey: "${env:SES_SECRET_DEVELOPMENT}"' in compared.out
    again = novu_sync("promote", "--from", "development", "--to", "production", "--yes")
    assert "Nothing to write." in again.err


NEW = """\
integrations:
  - identifier: slack-${environment}
    providerId: slack
    active: true
    credentials:
      applicationId: A1
      clientId: "1"
      secretKey: ${env:SLACK_SECRET_DEVELOPMENT}
      signingSecret: ${env:SLACK_SIGNING}
    environments:
      development:
        name: Slack
        conditions: [{ value: AND, children: [{ on: tenant, field: a, value: "${env:T_DEVELOPMENT_X}" }] }]
        credentials: { signingSecret: "${env:DEVELOPMENT_SIGNING}" }
  - identifier: discord
    providerId: discord
    environments: { development: }   # for now
  - identifier: other
    providerId: discord
    environments: { development: {} }
"""


def test_an_integration_that_is_new_comes_to_live_there_with_references_of_its_own(
    promote: Callable[..., Run], tmp_path: Path
) -> None:
    done = promote(NEW, "--target", "slack-*", "--target", "discord")
    assert done.code == 0, done
    text = after(tmp_path)
    assert text == NEW.replace(
        '"${env:DEVELOPMENT_SIGNING}" }\n',
        '"${env:DEVELOPMENT_SIGNING}" }\n'
        "      production:\n"
        "        name: Slack\n"
        "        conditions:\n"
        "          - value: AND\n"
        "            children:\n"
        '              - "on": tenant\n'
        "                field: a\n"
        "                value: ${env:T_PRODUCTION_X}\n"
        "        credentials:\n"
        "          signingSecret: ${env:PRODUCTION_SIGNING}\n",
    ).replace("{ development: }   # for now", "{ development: , production: {}}   # for now")


def test_a_reference_that_the_other_lacks_gets_a_name_of_its_own(
    promote: Callable[..., Run], tmp_path: Path
) -> None:
    block = """\
integrations:
  - identifier: a
    providerId: resend
    environments:
      development: { credentials: { apiKey: "${env:KEY_OF_DEVELOPMENT}", from: d@acme.com } }
      production: {}
"""
    assert promote(block).code == 0
    assert after(tmp_path) == block.replace(
        "production: {}",
        'production: { credentials: { apiKey: "${env:KEY_OF_PRODUCTION}", from: d@acme.com } }',
    )


def test_what_cannot_be_promoted_is_told(promote: Callable[..., Run], tmp_path: Path) -> None:
    block = """\
x-n: &n { development: {} }
include: [tied.yaml]
integrations:
  - { identifier: a, providerId: discord, environments: *n }
  - { identifier: b, providerId: discord, name: x, environments: { production: {} } }
  - { identifier: c, providerId: discord }
"""
    tied = "environment: development\nintegrations: [{ identifier: d, providerId: discord }]\n"
    (tmp_path / "tied.yaml").write_text(tied, "utf-8")
    done = promote(block)
    assert done.code == 0, done
    assert after(tmp_path) == block
    assert "'d' stands in a file that is tied to one environment" in done.err
    assert (
        "'a' would have to live in production with the overlay {}, and this could not be written:"
        " `environments` is an alias of what is written elsewhere. Edit it by hand." in done.err
    )
    assert "Nothing to write." in done.err


def test_without_a_terminal_it_shows_the_edit_and_wants_to_be_told(
    promote: Callable[..., Run], tmp_path: Path
) -> None:
    done = promote(SES, yes=False)
    assert done.code == 64, done
    assert "+    name: SES 2\n" in done.out
    assert after(tmp_path) == SES


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--target", "sess-*"), "--target sess-* fits no identifier that is declared"),
        (("--to", "staging"), "the project has no environment 'staging'"),
        (("--to", "development"), "--from and --to name the same environment"),
    ],
)
def test_slips_are_wrong_usage(
    promote: Callable[..., Run], arguments: tuple[str, ...], words: str
) -> None:
    done = promote(SES, *arguments)
    assert done.code == 64, done
    assert words in done.err


def test_a_project_that_cannot_be_read_is_told(promote: Callable[..., Run]) -> None:
    done = promote("nonsense: 1\n")
    assert done.code == 3, done
    assert "NS201" in done.err


def test_what_the_edit_makes_wrong_is_told_before_it_asks(promote: Callable[..., Run]) -> None:
    block = """\
integrations:
  - identifier: a
    providerId: resend
    active: true
    environments: { development: { primary: true }, production: {} }
  - identifier: b
    providerId: resend
    active: true
    environments: { development: { name: B }, production: { primary: true } }
"""
    done = promote(block, yes=False)
    assert done.code == 64, done
    assert "With this edit, novu-sync validate says:" in done.err
    assert "NS409 second primary of a channel  (in production)" in done.err
    assert done.err.count("NS212") == 0  # that was so before
