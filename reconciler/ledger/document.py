"""The ledger's document: text that can be committed, read back only if nobody changed it.

One line is the head, then one line an entry, so that a git diff shows which integrations moved.
The message authentication code covers the meaning, not the layout: a formatter does no harm.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reconciler.model import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.fingerprint import Fingerprinter

FORMAT_VERSION = 1

compact = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""One line of ASCII for one meaning, whatever the text holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose memory a document is.

    Attributes:
        project: as the project file says.
        environment: the environment's declared name.
        environment_id: Novu's id for it.
        key_id: names the API key that the fingerprints are keyed with.
    """

    project: str
    environment: str
    environment_id: str
    key_id: str

    def head(self) -> dict[str, Any]:
        """As the first line of a document tells it."""
        return {
            "formatVersion": FORMAT_VERSION,
            "project": self.project,
            "environment": self.environment,
            "environmentId": self.environment_id,
            "keyId": self.key_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that was read.

    Attributes:
        entries: by identifier.
        marks: small facts beside them.
        mac: its message authentication code; empty where there is no document to trust.
        lost: why nothing in it can be believed; empty where it can.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    mac: str = ""
    lost: str = ""


def write(
    owner: Owner,
    entries: Mapping[str, Entry],
    marks: Mapping[str, str],
    fingerprinter: Fingerprinter,
) -> tuple[bytes, Document]:
    """The text of a document, entries sorted by identifier, and what reading it back gives."""
    rows = [compact(encode(entries[name])) for name in sorted(entries)]
    opening = _opening(owner.head() | ({"marks": dict(sorted(marks.items()))} if marks else {}))
    mac = _mac(_content(opening, rows), fingerprinter)
    lines = [opening, ",\n".join(rows), f'],"mac":"{mac}"}}']
    text = "\n".join(line for line in lines if line) + "\n"
    return text.encode(), Document(entries=dict(entries), marks=dict(marks), mac=mac)


def read(text: bytes, owner: Owner, fingerprinter: Fingerprinter) -> Document:
    """What a text says, where it is this owner's and unchanged.

    Nothing inside is used before the code was checked, except to tell why it is not believed.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return Document(lost="it is cut short or not JSON")
    if not isinstance(found, dict) or not isinstance(found.get("entries"), list):
        return Document(lost="it is not a ledger")
    theirs = {key: found.get(key) for key in owner.head()}
    if doubt := doubt_of(theirs, owner):
        return Document(lost=doubt)
    told = str(found.get("mac"))
    # As novu-sync laid it out, only the line ends are in the way; then 10,000 entries need not
    # be written out once more to check them.
    end = f',"mac":"{told}"}}'.encode("utf-8", "replace")
    laid_out = text.replace(b"\n", b"").removesuffix(end) + b"}"
    if not _is(told, laid_out, fingerprinter):
        if "marks" in found:
            theirs["marks"] = found["marks"]
        rows = [compact(row) for row in found["entries"]]
        if not _is(told, _content(_opening(theirs), rows), fingerprinter):
            return Document(lost="it was changed by something else than novu-sync")
    return Document(
        entries={row["identifier"]: decode(row) for row in found["entries"]},
        marks=found.get("marks", {}),
        mac=told,
    )


def doubt_of(theirs: Mapping[str, Any], owner: Owner) -> str:
    """Why what bears this head cannot be believed; empty where the head is this owner's."""
    ours = owner.head()
    theirs = {key: theirs.get(key) for key in ours}
    if theirs["formatVersion"] != ours["formatVersion"]:
        return "another version of novu-sync wrote it, in a format that this one does not know"
    if theirs["environmentId"] != ours["environmentId"]:
        return "it belongs to another Novu environment than the API key"
    if theirs["project"] != ours["project"]:
        return "it belongs to another project"
    if theirs["keyId"] != ours["keyId"]:
        return "the API key was regenerated since, and the fingerprints are keyed with the old one"
    return ""


def claim(text: bytes) -> tuple[str, str] | None:
    """The declared name and Novu's id of the environment that a document says it is about.

    Taken at its word: it is used only to refuse a run. `None` where it says nothing of the kind.
    """
    first = text.partition(b"\n")[0]
    for candidate in (first + b"]}", text):
        try:
            found = json.loads(candidate)
            return str(found["environment"]), str(found["environmentId"])
        except (ValueError, RecursionError, KeyError, TypeError):
            continue
    return None


def encode(entry: Entry) -> dict[str, Any]:
    """An entry as JSON, without what is at its default."""
    row: dict[str, Any] = {"identifier": entry.identifier, "remoteId": entry.remote_id}
    optional = {
        "credentials": None if entry.credentials is None else dict(entry.credentials),
        "fields": dict(entry.fields) or None,
        "credentialsVersion": entry.credentials_version,
        "protected": entry.protected or None,
        "updatedAt": entry.updated_at,
        "notStored": dict(entry.not_stored) or None,
    }
    return row | {key: value for key, value in optional.items() if value is not None}


def decode(row: Mapping[str, Any]) -> Entry:
    """An entry from JSON that `encode` made."""
    return Entry(
        identifier=row["identifier"],
        remote_id=row["remoteId"],
        credentials=row.get("credentials"),
        fields=row.get("fields", {}),
        credentials_version=row.get("credentialsVersion"),
        protected=row.get("protected", False),
        updated_at=row.get("updatedAt"),
        not_stored=row.get("notStored", {}),
    )


def _opening(head: Mapping[str, Any]) -> str:
    return json.dumps(head, separators=(",", ":"))[:-1] + ',"entries":['


def _content(opening: str, rows: Sequence[str]) -> bytes:
    return (opening + ",".join(rows) + "]}").encode()


def _is(mac: str, content: bytes, fingerprinter: Fingerprinter) -> bool:
    right = _mac(content, fingerprinter)
    return hmac.compare_digest(mac.encode("utf-8", "replace"), right.encode())


def _mac(content: bytes, fingerprinter: Fingerprinter) -> str:
    return fingerprinter.mac("ledger", content)
