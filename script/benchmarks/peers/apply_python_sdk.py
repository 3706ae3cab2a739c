"""The requests of an apply from nothing with Novu's official Python SDK: asyncio, ten in flight.

Reads the environment's own id and the list, creates each integration that the list lacks, and
reads the list again, as novu-sync does. The SDK has no call for the own environment, so that
request is made with httpx, which the SDK uses itself. Less than novu-sync does: the bodies are
JSON already, nothing is checked or retried, no order is kept, and nothing is remembered.

usage: apply_python_sdk.py BODIES.json
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import httpx
from novu_py import CreateIntegrationRequestDto, Novu

PARALLEL = 10
URL, KEY = os.environ["NOVU_API_URL"], os.environ["NOVU_API_KEY"]


async def _own_environment() -> str:
    async with httpx.AsyncClient(headers={"Authorization": f"ApiKey {KEY}"}) as client:
        response = await client.get(f"{URL}/v1/environments/me")
        return str(response.raise_for_status().json()["data"]["_id"])


async def _main(bodies: list[dict[str, Any]]) -> None:
    turnstile = asyncio.Semaphore(PARALLEL)
    async with Novu(secret_key=KEY, server_url=URL, retry_config=None, timeout_ms=60_000) as novu:

        async def create(body: dict[str, Any]) -> None:
            request = CreateIntegrationRequestDto.model_validate(body)
            async with turnstile:
                await novu.integrations.create_async(create_integration_request_dto=request)

        own, listed = await asyncio.gather(_own_environment(), novu.integrations.list_async())
        there = {row.identifier for row in listed.result if row.environment_id == own}
        missing = [body for body in bodies if body["identifier"] not in there]
        await asyncio.gather(*(create(body) for body in missing))
        after = {row.identifier for row in (await novu.integrations.list_async()).result}
    differ = sum(body["identifier"] not in after for body in bodies)
    print(json.dumps({"declared": len(bodies), "differ": differ}))


asyncio.run(_main(json.loads(Path(sys.argv[1]).read_bytes())))
