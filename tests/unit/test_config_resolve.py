"""From a project to what it declares: every finding at once, or the desired state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.written import HEAD, project, told

from reconciler.config.outside import Permit, Sources
from reconciler.config.resolve import check, resolve
from reconciler.errors import ApiKeyError, UsageError
from reconciler.findings import Severity
from reconciler.secret import holds_unresolved

if TYPE_CHECKING:
    from pathlib import Path

KEYS = {"NOVU_DEVELOPMENT_API_KEY": "dev-key", "NOVU_PRODUCTION_API_KEY": "prod-key"}
DISCORD = "integrations:\n  - {identifier: 'a-${environment}', providerId: discord}\n"


def test_a_project_without_mistakes_has_no_findings() -> None:
    assert check(project(DISCORD)) == ()
    assert check(project("")) == ()


def test_an_environment_declares_its_integrations() -> None:
    resolved = resolve(project(DISCORD), "production", variables=KEYS)
    assert resolved.findings == ()
    assert resolved.desired is not None
    assert resolved.desired.project == "acme"
    assert resolved.desired.environment.name == "production"
    assert resolved.desired.environment.api_key.reveal() == "prod-key"
    assert [each.identifier for each in resolved.desired.integrations] == ["a-production"]


def test_an_integration_that_lives_elsewhere_is_not_declared_here() -> None:
    text = "integrations:\n  - {identifier: a, providerId: discord, environments: {production: }}\n"
    resolved = resolve(project(text), "development", variables=KEYS)
    assert resolved.desired is not None
    assert resolved.desired.integrations == ()


def test_a_finding_everywhere_is_told_once_and_one_somewhere_with_its_environment() -> None:
    written = project("""
        integrations:
          - identifier: a
            providerId: slack
            primary: true
          - identifier: b
            providerId: ses
            primary: true
            environments:
              development: {active: false}
              production: {rules: {"!": [0]}}
          - identifier: c
            providerId: discord
            primary: true
            environments: {production: }
    """)
    assert told(check(written)) == [
        "NS405 9:5",
        "NS406 12:5 development",
        "NS407 12:5 production",
        "NS405 18:5",
    ]


def test_mistakes_of_an_integration_that_lives_nowhere_are_told() -> None:
    text = "integrations: [{identifier: a, providerId: slak, channel: chat, environments: {}}]"
    assert told(check(project(text))) == ["NS210 6:32"]


def test_permissions_are_of_an_environment() -> None:
    head = HEAD.replace('API_KEY}"}', 'API_KEY}", allowPlaintextSecrets: true}', 1)
    text = "integrations:\n  - {identifier: a, providerId: pushpad, credentials: {apiKey: x, applicationId: y}}\n"
    assert told(check(project(text, head=head))) == ["NS310 7:56 production"]


def test_clashes_and_settings_are_told_too() -> None:
    head = HEAD.replace('"${env:NOVU_PRODUCTION_API_KEY}"', "plain")
    text = "integrations:\n  - {identifier: a, providerId: discord}\n  - {identifier: a, providerId: discord}\n"
    assert told(check(project(text, head=head))) == ["NS310 5:16", "NS403 8:6"]


def test_a_forbidden_reference_is_not_told_to_be_of_the_wrong_type_as_well() -> None:
    text = "integrations: [{identifier: a, providerId: discord, protect: '${env:A}'}]"
    assert told(check(project(text))) == ["NS304 6:53"]


def test_findings_that_need_no_values_come_before_any_value_is_asked_for() -> None:
    text = "integrations: [{identifier: a, providerId: discord, name: '${env:A}', wheels: 4}]"
    resolved = resolve(project(text), "development", variables={})
    assert resolved.desired is None
    assert told(resolved.findings) == ["NS201 6:71"]


def test_mistakes_of_another_environment_do_not_stop_this_one() -> None:
    text = "integrations: [{identifier: a, providerId: ses, primary: true, environments: {production: {active: false}}}]"
    assert resolve(project(text), "development", variables=KEYS).desired is not None
    assert resolve(project(text), "production", variables=KEYS).desired is None


def test_warnings_come_with_the_desired_state() -> None:
    text = "integrations: [{identifier: a b, providerId: discord}]"
    resolved = resolve(project(text), "development", variables=KEYS)
    assert resolved.desired is not None
    assert [each.severity for each in resolved.findings] == [Severity.WARNING]


def test_what_is_wrong_with_values_is_told_all_at_once_with_the_environment() -> None:
    head = HEAD.replace("development: {", 'development: {apiUrl: "${env:URL}", ')
    text = "integrations: [{identifier: a, providerId: discord, name: '${env:A}'}]"
    resolved = resolve(project(text, head=head), "development", variables={})
    assert resolved.desired is None
    assert told(resolved.findings) == [
        "NS305 4:17 development",
        "NS305 4:39 development",
        "NS305 6:53 development",
    ]


def test_an_api_key_alone_that_is_missing_is_a_failure_of_its_own() -> None:
    with pytest.raises(ApiKeyError, match="the API key of `development` is missing") as caught:
        resolve(project(DISCORD), "development", variables={})
    assert "NOVU_DEVELOPMENT_API_KEY" in caught.value.mend


def test_an_unknown_environment_is_wrong_usage_with_what_was_meant() -> None:
    with pytest.raises(UsageError, match="no environment 'prodution'") as caught:
        resolve(project(DISCORD), "prodution", variables=KEYS)
    assert caught.value.mend == "Did you mean `production`?"


def test_an_unknown_environment_of_a_broken_project_is_told_as_what_is_broken() -> None:
    resolved = resolve(project("", head="version: 1\n"), "production", variables=KEYS)
    assert resolved.desired is None
    assert {each.code for each in resolved.findings} == {"NS203"}


def test_the_files_of_references_lie_beside_the_project_file(tmp_path) -> None:  # noqa: ANN001 - a path
    (tmp_path / "name.txt").write_text("Discord\n")
    text = "integrations: [{identifier: a, providerId: discord, name: '${file:name.txt}'}]"
    resolved = resolve(project(text, directory=tmp_path), "development", variables=KEYS)
    assert resolved.desired is not None
    (integration,) = resolved.desired.integrations
    assert integration.name is not None
    assert integration.name.reveal() == "Discord"


def test_defaults_are_judged_whether_an_integration_uses_them_or_not() -> None:
    written = project("defaults: {sms: {credentials: {password: x}}}")
    assert told(check(written)) == ["NS310 6:32"]
    assert told(resolve(written, "development", variables=KEYS).findings) == ["NS310 6:32"]


def test_what_is_wrong_with_a_default_is_told_once_however_many_use_it() -> None:
    text = "defaults: {sms: {credentials: {secretKey: x}}}\nintegrations:\n"
    text += "".join(
        f"  - {{identifier: {name}, providerId: twilio, credentials: {{token: '${{env:A}}'}},"
        f" environments: {{{where}: }}}}\n"
        for name, where in (("a", "development"), ("b", "production"))
    )
    found = [each for each in told(check(project(text))) if each.startswith("NS310")]
    assert found == ["NS310 6:32"]


def test_without_secrets_only_the_key_and_the_address_are_asked_for(tmp_path: Path) -> None:
    text = """
        integrations:
          - identifier: a-${environment}
            name: A ${environment}
            providerId: slack
            active: ${env:UNSET}
            credentials:
              applicationId: A
              clientId: "1"
              secretKey: ${exec:touch ran}
              signingSecret: ${file:none}
    """
    written = project(text, directory=tmp_path)
    sources = Sources(written, KEYS, Permit(commands=True))
    desired = resolve(written, "development", sources=sources, secrets=False).desired
    assert desired is not None
    assert desired.environment.api_key.reveal() == "dev-key"
    (one,) = desired.integrations
    assert one.name == "A development"
    assert one.active is None
    assert one.unresolved == {"active", "credentials"}
    assert one.credentials is not None
    assert [key for key, each in one.credentials.items() if holds_unresolved(each)] == [
        "secretKey",
        "signingSecret",
    ]
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ApiKeyError):
        resolve(written, "development", variables={}, secrets=False)
