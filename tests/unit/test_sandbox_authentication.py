from __future__ import annotations

import pytest

from reconciler.sandbox.authentication import authenticated
from reconciler.sandbox.refusals import Refusal

KEYS = {"development": "dev-key", "production": "prod-key"}


@pytest.mark.parametrize("name", list(KEYS))
def test_a_key_names_its_environment(name: str) -> None:
    assert authenticated(f"ApiKey {KEYS[name]}", KEYS) == name


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "Missing authorization header"),
        ("", "Missing authorization header"),
        ("ApiKey", "Unauthorized"),
        ("ApiKey ", "Unauthorized"),
        ("Bearer dev-key", "Unauthorized"),
        ("ApiKey nobody's", "API Key not found"),
        ("ApiKey  dev-key", "API Key not found"),
        ("ApiKey d\udcffv", "API Key not found"),
        ("apikey dev-key", 'Invalid authentication scheme: "apikey"'),
        ("dev-key", 'Invalid authentication scheme: "dev-key"'),
    ],
)
def test_whoever_has_no_key_is_told_why(header: str | None, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        authenticated(header, KEYS)
    assert caught.value.status == 401
    assert caught.value.message == message
