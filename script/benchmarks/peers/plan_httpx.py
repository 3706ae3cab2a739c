"""The comparison of a no-op plan with a bare httpx client: two requests.

Reads the environment's own id and the list, keeps that environment's rows, pairs them by
identifier and compares every declared field. Less than novu-sync does: the declared state is
JSON already, nothing is checked, and credentials, which the server does not give back, are not
looked at.

usage: plan_httpx.py DECLARED.json
"""

import json
import os
import sys
from pathlib import Path

import httpx


def _main() -> None:
    wanted = json.loads(Path(sys.argv[1]).read_bytes())
    headers = {"Authorization": f"ApiKey {os.environ['NOVU_API_KEY']}"}
    with httpx.Client(base_url=os.environ["NOVU_API_URL"], headers=headers, timeout=60) as client:
        me = client.get("/v1/environments/me").raise_for_status()
        listed = client.get("/v1/integrations").raise_for_status()
    own = me.json()["data"]["_id"]
    rows = listed.json()["data"]
    observed = {row["identifier"]: row for row in rows if row["_environmentId"] == own}
    differ = 0
    for want in wanted:
        have = observed.get(want["identifier"])
        if have is None or any(have.get(key) != value for key, value in want.items()):
            differ += 1
    print(json.dumps({"declared": len(wanted), "differ": differ}))


_main()
