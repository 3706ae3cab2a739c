"""Which request is answered by what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from reconciler.sandbox.refusals import compact
from reconciler.sandbox.wire import Response, json_response

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from reconciler.sandbox.usecases import UseCases
    from reconciler.sandbox.wire import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An authenticated request, ready to be carried out.

    Attributes:
        environment: the one that the API key belongs to.
        parameters: the variable parts of the path, percent signs decoded.
        body: the JSON object of the body; empty where there is none.
        query: as it came.
        use: the use cases.
    """

    environment: Document
    parameters: tuple[str, ...]
    body: Document
    query: str
    use: UseCases


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One kind of request. Words of a path may be in any case, its variable parts may not.

    Attributes:
        area: the part of the API that it belongs to.
        carry_out: `None` where API keys may not call it: some routes are for Novu's dashboard.
    """

    area: str
    method: str
    pattern: re.Pattern[str]
    carry_out: Callable[[Call], Response] | None


def find_route(
    method: str, path: str, areas: AbstractSet[str]
) -> tuple[Route, tuple[str, ...]] | None:
    """The route of a request, and the variable parts of its path; a HEAD is a GET.

    Args:
        method: in capitals.
        path: without the query.
        areas: the parts of the API that the server has.
    """
    asked = "GET" if method == "HEAD" else method
    for route in _ROUTES:
        if route.method != asked or route.area not in areas:
            continue
        if found := route.pattern.fullmatch(path):
            return route, tuple(unquote(each) for each in found.groups())
    return None


def _route(method: str, path: str, carry_out: Callable[[Call], Response] | None) -> Route:
    pattern = re.sub(r"\{\w+\}", "([^/]+)", path) + "/?"
    compiled = re.compile(pattern, re.IGNORECASE)
    area = "auto-configure" if path.endswith("/auto-configure") else path.split("/")[2]
    return Route(area=area, method=method, pattern=compiled, carry_out=carry_out)


def _data(value: Document | list[Document], status: int = 200) -> Response:
    return json_response(status, compact({"data": value}))


def _list(rows: str) -> Response:
    return json_response(200, f'{{"data":[{rows}]}}')


def _delete_integration(call: Call) -> Response:
    call.use.integrations.delete(call.environment, *call.parameters)
    return _list(call.use.integrations.remaining(call.environment))


def _delete_context(call: Call) -> Response:
    call.use.contexts.delete(call.environment, *call.parameters)
    return Response(status=204)


def _delete_tenant(call: Call) -> Response:
    call.use.tenants.delete(call.environment, *call.parameters)
    return Response(status=204)


_ROUTES = (
    _route(
        "GET",
        "/v1/integrations",
        lambda call: _list(call.use.integrations.listing(call.environment)),
    ),
    _route(
        "GET",
        "/v1/integrations/active",
        lambda call: _list(call.use.integrations.listing(call.environment, active_only=True)),
    ),
    _route("GET", "/v1/integrations/in-app/status", None),
    _route("GET", "/v1/integrations/{channel}/limit", None),
    _route(
        "POST",
        "/v1/integrations",
        lambda call: _data(call.use.integrations.create(call.environment, call.body), 201),
    ),
    _route(
        "PUT",
        "/v1/integrations/{id}",
        lambda call: _data(
            call.use.integrations.update(call.environment, call.parameters[0], call.body)
        ),
    ),
    _route("DELETE", "/v1/integrations/{id}", _delete_integration),
    _route(
        "POST",
        "/v1/integrations/{id}/set-primary",
        lambda call: _data(
            call.use.integrations.set_primary(call.environment, *call.parameters), 201
        ),
    ),
    _route(
        "GET",
        "/v1/environments/me",
        lambda call: _data(call.use.environments.own(call.environment)),
    ),
    _route(
        "GET",
        "/v1/environments",
        lambda call: _data(call.use.environments.listing(call.environment)),
    ),
    _route(
        "GET",
        "/v1/environments/api-keys",
        lambda call: _data(call.use.environments.own_keys(call.environment)),
    ),
    _route("POST", "/v1/environments", lambda call: _data(call.use.environments.create())),
    _route("POST", "/v1/environments/api-keys/regenerate", None),
    _route(
        "PUT",
        "/v1/environments/{id}",
        lambda call: _data(call.use.environments.update(*call.parameters, body=call.body)),
    ),
    _route(
        "POST",
        "/v1/integrations/{id}/auto-configure",
        lambda call: _data(call.use.auto_configure.run(call.environment, *call.parameters), 201),
    ),
    _route(
        "POST",
        "/v1/tenants",
        lambda call: _data(call.use.tenants.create(call.environment, call.body), 201),
    ),
    _route(
        "GET",
        "/v1/tenants",
        lambda call: json_response(
            200, compact(call.use.tenants.listing(call.environment, call.query))
        ),
    ),
    _route(
        "GET",
        "/v1/tenants/{identifier}",
        lambda call: _data(call.use.tenants.get(call.environment, *call.parameters)),
    ),
    _route(
        "PATCH",
        "/v1/tenants/{identifier}",
        lambda call: _data(
            call.use.tenants.update(call.environment, *call.parameters, body=call.body)
        ),
    ),
    _route("DELETE", "/v1/tenants/{identifier}", _delete_tenant),
    _route(
        "POST",
        "/v2/contexts",
        lambda call: _data(call.use.contexts.create(call.environment, call.body), 201),
    ),
    _route(
        "GET",
        "/v2/contexts",
        lambda call: json_response(
            200, compact(call.use.contexts.listing(call.environment, call.query))
        ),
    ),
    _route(
        "GET",
        "/v2/contexts/{type}/{id}",
        lambda call: _data(call.use.contexts.get(call.environment, *call.parameters)),
    ),
    _route(
        "PATCH",
        "/v2/contexts/{type}/{id}",
        lambda call: _data(
            call.use.contexts.update(call.environment, *call.parameters, body=call.body)
        ),
    ),
    _route("DELETE", "/v2/contexts/{type}/{id}", _delete_context),
)
