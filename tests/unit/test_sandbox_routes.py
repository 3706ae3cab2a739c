from __future__ import annotations

import pytest

from reconciler.sandbox.generations import NEWEST, named_generation
from reconciler.sandbox.routes import find_route

AREAS = named_generation(NEWEST).areas

ID = "64b0c0ffee64b0c0ffee64b0"


@pytest.mark.parametrize(
    ("method", "path", "parameters"),
    [
        ("GET", "/v1/integrations", ()),
        ("GET", "/V1/Integrations/", ()),
        ("HEAD", "/v1/integrations/active", ()),
        ("PUT", f"/v1/integrations/{ID}", (ID,)),
        ("POST", f"/v1/integrations/{ID}/set-primary", (ID,)),
        ("GET", "/v2/contexts/T/%78%2F1", ("T", "x/1")),
    ],
)
def test_routes_are_found(method: str, path: str, parameters: tuple[str, ...]) -> None:
    found = find_route(method, path, AREAS)
    assert found is not None
    assert found[1] == parameters


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", f"/v1/integrations/{ID}"),
        ("GET", f"/v1/integrations/{ID}"),
        ("GET", "/v2/contexts/t//x"),
        ("GET", "/v2/contexts/t%2Fx"),
        ("OPTIONS", "/v1/integrations"),
    ],
)
def test_what_novu_or_the_sandbox_does_not_have_is_not_found(method: str, path: str) -> None:
    assert find_route(method, path, AREAS) is None
