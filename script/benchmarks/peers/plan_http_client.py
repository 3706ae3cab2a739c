"""The comparison of a no-op plan with the standard library: one connection, two requests.

Reads the environment's own id and the list, keeps that environment's rows, pairs them by
identifier and compares every declared field. Less than novu-sync does: nothing is checked, and
credentials, which the server does not give back, are not looked at. The declared state is JSON,
since the standard library reads no YAML; given a YAML file it uses PyYAML's C loader instead.

usage: plan_http_client.py DECLARED.json|PROJECT.yaml
"""

import json
import os
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def _declared(path: Path) -> Any:  # noqa: ANN401 - any JSON
    if path.suffix == ".json":
        return json.loads(path.read_bytes())
    import yaml  # noqa: PLC0415 - only where it is asked for

    integrations = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)["integrations"]
    for each in integrations:
        each.pop("credentials", None)
    return integrations


def _get(connection: HTTPConnection, path: str) -> Any:  # noqa: ANN401 - any JSON
    key = os.environ["NOVU_API_KEY"]
    connection.request("GET", path, headers={"Authorization": f"ApiKey {key}"})
    response = connection.getresponse()
    body = response.read()
    if response.status >= 300:  # noqa: PLR2004 - HTTP's own numbers
        sys.exit(f"{path} answered {response.status}")
    return json.loads(body)["data"]


def _main() -> None:
    wanted = _declared(Path(sys.argv[1]))
    server = urlsplit(os.environ["NOVU_API_URL"])
    connection = HTTPConnection(server.hostname or "", server.port, timeout=60)
    own = _get(connection, "/v1/environments/me")["_id"]
    rows = _get(connection, "/v1/integrations")
    connection.close()
    observed = {row["identifier"]: row for row in rows if row["_environmentId"] == own}
    differ = 0
    for want in wanted:
        have = observed.get(want["identifier"])
        if have is None or any(have.get(key) != value for key, value in want.items()):
            differ += 1
    print(json.dumps({"declared": len(wanted), "differ": differ}))


_main()
