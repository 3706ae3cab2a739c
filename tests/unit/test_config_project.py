"""A project as it was written: which integrations live where, and what its files get wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.written import HEAD, project, told

from reconciler.config.project import load

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.config.project import Project


def lives(written: Project) -> dict[str, tuple[str, ...]]:
    return {
        str(each.base.value.get("identifier")): each.environments for each in written.declarations
    }


def test_an_integration_lives_everywhere_or_where_it_says() -> None:
    written = project("""
        integrations:
          - {identifier: a, providerId: slack}
          - {identifier: b, providerId: slack, environments: {production: , development: {}}}
          - {identifier: c, providerId: slack, environments: {production: {name: C}}}
          - {identifier: d, providerId: slack, environments: {}}
    """)
    assert lives(written) == {
        "a": ("development", "production"),
        "b": ("development", "production"),
        "c": ("production",),
        "d": (),
    }
    assert written.findings == ()


def test_the_integrations_of_a_tied_file_live_in_its_environment() -> None:
    written = project(
        "include: [tied.yaml]",
        tied="""
            environment: production
            integrations:
              - {identifier: a, providerId: slack}
              - {identifier: b, providerId: slack, environments: {production: {name: B}}}
              - {identifier: c, providerId: slack, environments: {development: {}}}
        """,
    )
    assert lives(written) == {"a": ("production",), "b": ("production",), "c": ()}
    assert told(written.findings) == ["NS402 5:55"]


def test_the_project_file_may_be_tied_itself() -> None:
    written = project("environment: production\nintegrations: [{identifier: a, providerId: slack}]")
    assert lives(written) == {"a": ("production",)}


def test_an_overlay_is_what_differs() -> None:
    (declaration,) = project("""
        integrations:
          - identifier: a
            providerId: slack
            environments:
              development: {}
              production: {name: A}
    """).declarations
    overlay = declaration.overlay("production")
    assert overlay is not None
    assert overlay.value == {"name": "A"}
    assert overlay.path == ("integrations", 0, "environments", "production")
    assert declaration.overlay("development") is None
    assert declaration.overlay("staging") is None


def test_an_environment_that_the_project_lacks_is_told_with_those_that_it_has() -> None:
    written = project("""
        integrations:
          - {identifier: a, providerId: slack, environments: {developmnet: , xyzzy: }}
    """)
    near, far = written.findings
    assert "Did you mean `development`?" in near.detail
    assert "It has: `development`, `production`." in far.detail


def test_a_file_that_is_tied_to_no_environment_of_the_project_lives_nowhere() -> None:
    text = "environment: staging\nintegrations: [{identifier: a, providerId: slack}]"
    written = project("include: [a.yaml]", a=text)
    assert told(written.findings) == ["NS401 1:1"]
    assert lives(written) == {"a": ()}


def test_where_the_environments_are_missing_nothing_is_told_of_those_that_are_named() -> None:
    written = project(
        "integrations: [{identifier: a, environments: {x: {}}}]\nenvironment: y", head=""
    )
    assert "NS401" not in [each.code for each in written.findings]
    assert written.name == ""
    assert written.environments == ()


def test_what_is_no_integration_is_no_declaration() -> None:
    written = project("integrations: [5, {identifier: a, providerId: slack}, null]")
    assert [each.index for each in written.declarations] == [1]
    assert told(written.findings) == ["NS202 6:16", "NS207 6:55"]


def test_a_file_that_cannot_be_read_takes_no_other_with_it() -> None:
    written = project("include: []", a="integrations: [", b="integrations: [{identifier: b}]")
    assert [each.base.document.file for each in written.declarations] == ["b.yaml"]
    assert [each.code for each in written.findings] == ["NS101", "NS203"]


def test_settings_and_defaults_are_found_where_they_are() -> None:
    written = project("defaults: {email: {active: true}}")
    assert written.name == "acme"
    assert written.settings("production").path == ("environments", "production")
    assert dict(written.settings("nowhere").value) == {}
    assert dict(written.defaults("email").value) == {"active": True}
    assert dict(written.defaults("sms").value) == {}


def test_a_permission_is_the_environments_or_the_projects() -> None:
    written = project(
        """
        allowUnknownProviders: true
        environments:
          development: {allowPlaintextSecrets: true}
          production: {allowPlaintextSecrets: false}
        """,
        head="",
    )
    for name in ("development", "production"):
        assert written.allows("allowUnknownProviders", name)
    assert written.allows("allowPlaintextSecrets", "development")
    assert not written.allows("allowPlaintextSecrets", "production")


def test_a_project_is_loaded_with_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "novu-sync.yaml").write_text(HEAD + "include: ['*.yaml', missing.yaml]\n")
    (tmp_path / "a.yaml").write_text("integrations: [{identifier: a, providerId: slack}]\n")
    written = load(tmp_path)
    assert written.directory == tmp_path
    assert list(lives(written)) == ["a"]
    assert [each.code for each in written.findings] == ["NS121"]
    assert load(tmp_path / "novu-sync.yaml").directory == tmp_path
