from __future__ import annotations

import pytest
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox


@pytest.mark.parametrize(
    ("provider", "channel", "message"),
    [
        ("sendgrid", "email", "reaches no provider"),
        ("ses", "email", "manual configuration"),
        ("nobody", "email", "Handler for provider was not found"),
        ("nobody", "sms", "manual configuration"),
        ("novu", "in_app", "Channel type 'in_app' is not supported"),
    ],
)
def test_it_does_not_succeed_which_is_no_refusal(provider: str, channel: str, message: str) -> None:
    body = {"providerId": provider, "channel": channel}
    with Sandbox(builtins=False) as sandbox:
        row_id = ask(sandbox, "POST", "/v1/integrations", body).data["_id"]
        answer = ask(sandbox, "POST", f"/v1/integrations/{row_id}/auto-configure")
    assert answer.status == 201
    assert answer.data["success"] is False
    assert message in answer.data["message"]


@pytest.mark.parametrize(
    ("generation", "row_id", "status"),
    [
        ("2026-11", "abc", 500),
        ("2026-11", "64b0c0ffee64b0c0ffee64b0", 404),
        ("2024-10", "64b0c0ffee64b0c0ffee64b0", 404),
    ],
)
def test_what_is_not_there_is_refused(generation: str, row_id: str, status: int) -> None:
    with Sandbox(generation=generation) as sandbox:
        path = f"/v1/integrations/{row_id}/auto-configure"
        assert ask(sandbox, "POST", path).status == status


@pytest.mark.parametrize(("generation", "status"), [("2026-11", 403), ("2026-04", 201)])
def test_the_key_of_the_other_environment_reaches_older_servers_only(
    generation: str, status: int
) -> None:
    body = {"providerId": "ses", "channel": "email"}
    with Sandbox(generation=generation) as sandbox:
        row_id = ask(sandbox, "POST", "/v1/integrations", body).data["_id"]
        path = f"/v1/integrations/{row_id}/auto-configure"
        assert ask(sandbox, "POST", path, key="sandbox-production").status == status
