"""Plan files: what was reviewed, written down so that just that can be applied.

Text in, values out, and back. Nobody believes a plan file before its message authentication codes
were checked: one for each environment, under a key that is derived from its API key, over the
whole document. Everything that is used before that is used to refuse only.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reconciler.errors import FileError
from reconciler.planning.basis import Basis, Row, encode
from reconciler.planning.taking import MalformedError, taken, texts, time, words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from reconciler.fingerprint import Fingerprinter

FORMAT_VERSION = "1.0"
KIND = "planfile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One environment of a plan file.

    Attributes:
        environment: the project's name for it.
        key_id: names the API key that the marks are keyed with.
        basis: what its plan was made of.
    """

    environment: str
    key_id: str
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """A plan that was written down.

    Attributes:
        tool: the version of novu-sync that made it.
        project: as the project file says.
        created: when, as ISO 8601 in UTC.
        expires: until when it may be applied.
        nonce: names this file and no other; it is used once.
        asked: what the command line asked of the plan.
        environments: in the order in which they are applied.
    """

    tool: str
    project: str
    created: datetime
    expires: datetime
    nonce: str
    asked: Asked
    environments: tuple[Bound, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a command line asked of a plan, in its words."""

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    prune: bool = False
    credentials: str = "changed"
    rotate: tuple[str, ...] = ()
    allow: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A plan file that was read and is not believed yet.

    Attributes:
        file: what it says.
        macs: its codes, in the order of the environments.
        payload: what they were made over.
    """

    file: PlanFile
    macs: tuple[str, ...]
    payload: bytes

    def is_unchanged(self, position: int, fingerprinter: Fingerprinter) -> bool:
        """Whether the code of one environment is right, under the key of its fingerprinter."""
        right = fingerprinter.mac("plan", self.payload)
        return hmac.compare_digest(self.macs[position].encode(), right.encode())


def write(file: PlanFile, fingerprinters: Mapping[str, Fingerprinter]) -> str:
    """The text of a plan file.

    Args:
        file: what to write down.
        fingerprinters: of each environment, by the project's name for it.
    """
    document = _document(file)
    payload = encode(document).encode()
    for each in document["environments"]:
        each["mac"] = fingerprinters[each["environment"]].mac("plan", payload)
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def read(text: bytes, name: str) -> Read:
    """What a text says that should be a plan file.

    Args:
        text: of the file.
        name: the file's, for messages.

    Raises:
        FileError: it is none, or is cut short.
    """
    mend = "Plan again with --out, and hand over the file as it is."
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise FileError(f"{name} is no plan file: it is cut short or not JSON", mend) from None
    try:
        file = _file(found)
        macs = tuple(taken(each, "mac", str) for each in found["environments"])
    except MalformedError as error:
        raise FileError(f"{name} is no plan file: {error}", mend) from None
    for each in found["environments"]:
        del each["mac"]
    return Read(file=file, macs=macs, payload=encode(found).encode())


def _document(file: PlanFile) -> dict[str, Any]:
    asked = file.asked
    return {
        "formatVersion": FORMAT_VERSION,
        "kind": KIND,
        "novuSync": file.tool,
        "project": file.project,
        "created": file.created.isoformat(),
        "expires": file.expires.isoformat(),
        "nonce": file.nonce,
        "options": {
            "targets": list(asked.targets),
            "excludes": list(asked.excludes),
            "prune": asked.prune,
            "credentials": asked.credentials,
            "rotate": list(asked.rotate),
            "allow": ["=".join(each) for each in asked.allow],
        },
        "environments": [_environment(each) for each in file.environments],
    }


def _environment(bound: Bound) -> dict[str, Any]:
    basis = bound.basis
    return {
        "environment": bound.environment,
        "environmentId": basis.environment_id,
        "keyId": bound.key_id,
        "digest": basis.digest,
        "changes": [dict(each) for each in basis.changes],
        "desired": {name: dict(fields) for name, fields in basis.desired.items()},
        "observed": {
            key: {"identifier": row.identifier, "fields": dict(row.fields)}
            for key, row in basis.observed.items()
        },
    }


def _file(found: object) -> PlanFile:
    if taken(found, "kind", str) != KIND:
        raise MalformedError("it is another kind of document")
    if not taken(found, "formatVersion", str).startswith("1."):
        raise MalformedError("another version of novu-sync wrote it, in a format of its own")
    options = taken(found, "options", dict)
    environments = [_bound(each) for each in taken(found, "environments", list)]
    names = {each.environment for each in environments}
    if not names or len(names) < len(environments):
        raise MalformedError("`environments` names none, or one of them twice")
    return PlanFile(
        tool=taken(found, "novuSync", str),
        project=taken(found, "project", str),
        created=time(found, "created"),
        expires=time(found, "expires"),
        nonce=taken(found, "nonce", str),
        asked=Asked(
            targets=words(options, "targets"),
            excludes=words(options, "excludes"),
            prune=taken(options, "prune", bool),
            credentials=taken(options, "credentials", str),
            rotate=words(options, "rotate"),
            allow=tuple(_pair(each) for each in words(options, "allow")),
        ),
        environments=tuple(environments),
    )


def _bound(found: object) -> Bound:
    desired, observed = taken(found, "desired", dict), taken(found, "observed", dict)
    changes = taken(found, "changes", list)
    for each in changes:
        taken(each, "identifier", str)
    return Bound(
        environment=taken(found, "environment", str),
        key_id=taken(found, "keyId", str),
        basis=Basis(
            environment_id=taken(found, "environmentId", str),
            digest=taken(found, "digest", str),
            desired={name: texts(desired, name) for name in desired},
            observed={
                key: Row(identifier=taken(row, "identifier", str), fields=texts(row, "fields"))
                for key, row in observed.items()
            },
            changes=tuple(changes),
        ),
    )


def _pair(text: str) -> tuple[str, str]:
    guard, _, value = text.partition("=")
    return guard, value
