from __future__ import annotations

from support.inprocess import ask

from reconciler.sandbox.application import Sandbox


def page(sandbox: Sandbox) -> str:
    return str(ask(sandbox, "GET", "/", key="nobody's").body)


def test_the_page_shows_integrations_and_only_the_keys_of_credentials() -> None:
    with Sandbox(builtins=False) as sandbox:
        body = {
            "providerId": "ses",
            "channel": "email",
            "name": "Amazon <b>SES</b> & co",
            "identifier": "ses-main",
            "active": True,
            "credentials": {"apiKey": "recognisable", "region": "recognisable"},
        }
        ask(sandbox, "POST", "/v1/integrations", body)
        ask(sandbox, "POST", "/v1/integrations", {"providerId": "anthropic", "kind": "agent"})
        text = page(sandbox)
    assert "Amazon &lt;b&gt;SES&lt;/b&gt; &amp; co" in text
    assert "<code>ses-main</code>" in text
    assert "<code>apiKey</code> <code>region</code>" in text
    assert "★ primary" in text
    assert "<td>agent</td>" in text
    assert "2 integrations" in text
    assert "recognisable" not in text


def test_an_empty_environment_says_so() -> None:
    with Sandbox(builtins=False) as sandbox:
        text = page(sandbox)
    assert text.count("No integrations yet.") == 2


def test_the_page_loads_nothing_from_elsewhere() -> None:
    with Sandbox() as sandbox:
        answer = ask(sandbox, "GET", "/")
    assert "://" not in str(answer.body)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_deleted_integrations_are_not_shown() -> None:
    with Sandbox() as sandbox:
        for row in ask(sandbox, "GET", "/v1/integrations").data:
            ask(sandbox, "DELETE", f"/v1/integrations/{row['_id']}")
        assert page(sandbox).count("No integrations yet.") == 1


def test_many_integrations_are_cut_off() -> None:
    with Sandbox(builtins=False) as sandbox:
        for _ in range(501):
            ask(sandbox, "POST", "/v1/integrations", {"providerId": "slack", "channel": "chat"})
        text = page(sandbox)
    assert "501 integrations, the first 500 shown" in text
    assert text.count('<th scope="row">') == 500
