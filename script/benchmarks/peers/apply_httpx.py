"""The requests of an apply from nothing with a bare httpx client: threads, ten in flight.

Reads the environment's own id and the list, creates each integration that the list lacks, and
reads the list again, as novu-sync does. Less than novu-sync does: the bodies are JSON already,
nothing is checked or retried, no order is kept, and nothing is remembered.

usage: apply_httpx.py BODIES.json
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

PARALLEL = 10


def _main() -> None:
    bodies = json.loads(Path(sys.argv[1]).read_bytes())
    headers = {"Authorization": f"ApiKey {os.environ['NOVU_API_KEY']}"}
    with (
        httpx.Client(base_url=os.environ["NOVU_API_URL"], headers=headers, timeout=60) as client,
        ThreadPoolExecutor(PARALLEL) as threads,
    ):

        def read(path: str) -> Any:  # noqa: ANN401 - any JSON
            return client.get(path).raise_for_status().json()["data"]

        def create(body: dict[str, Any]) -> None:
            client.post("/v1/integrations", json=body).raise_for_status()

        me, rows = threads.map(read, ("/v1/environments/me", "/v1/integrations"))
        there = {row["identifier"] for row in rows if row["_environmentId"] == me["_id"]}
        missing = [body for body in bodies if body["identifier"] not in there]
        for _ in threads.map(create, missing):
            pass
        after = {row["identifier"] for row in read("/v1/integrations")}
    differ = sum(body["identifier"] not in after for body in bodies)
    print(json.dumps({"declared": len(bodies), "differ": differ}))


_main()
