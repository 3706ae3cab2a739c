"""What the project file says of a ledger that lies at an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from reconciler.config.inspection import reference_problems, strings
from reconciler.config.plaintext import (
    DEFAULT,
    PLACEHOLDER,
    PLAINTEXT,
    has_default,
    has_placeholder,
    is_written_down,
)
from reconciler.config.references import BadReferenceError, parse
from reconciler.model import LedgerAddress
from reconciler.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from reconciler.config.places import Path
    from reconciler.config.project import Project
    from reconciler.config.references import Resolver
    from reconciler.secret import Json

_ADDRESSES: Final = ("address", "lockAddress", "unlockAddress")
_OPEN: Final = (*_ADDRESSES, "username", "password")
"""What takes references."""

_NO_ADDRESS: Final = (
    "is no address that novu-sync can use. Write one like"
    " `https://gitlab.com/api/v4/projects/1/terraform/state/novu-sync`: http or https, a host,"
    " perhaps a port and a path, and no user, password, query or fragment."
)


def ledger_problems(
    ledger: Json, keys: Collection[tuple[str, str]], *, elsewhere: bool, plaintext: bool
) -> Iterator[tuple[Path, str, str]]:
    """What is wrong with the settings of a ledger: path, code and detail.

    Args:
        ledger: as it stands in an environment.
        keys: the references that hold API keys, which may stand nowhere else.
        elsewhere: whether files outside of the project may be named.
        plaintext: whether secrets may be written down.
    """
    if ledger == "http" or (isinstance(ledger, dict) and _lacks_address(ledger)):
        path: Path = ("ledger",) if ledger == "http" else ("ledger", "backend")
        detail = (
            "The ledger `http` needs an `address`, in a mapping: `{backend: http, address: …}`."
        )
        yield path, "NS420", detail
    if not isinstance(ledger, dict):
        return
    for key in ledger:
        if key != "backend" and ledger.get("backend") != "http":
            detail = f"`{key}` is a setting of the backend `http`, and this is another."
            yield ("ledger", key), "NS421", detail
    for path, text in strings(ledger, ("ledger",)):
        for code, detail in _text(str(path[-1]), text, keys, elsewhere, plaintext):
            yield path, code, detail


def _lacks_address(ledger: dict[str, Any]) -> bool:
    return ledger.get("backend") == "http" and "address" not in ledger


def _text(
    key: str,
    text: str,
    keys: Collection[tuple[str, str]],
    elsewhere: bool,  # noqa: FBT001 - handed on
    plaintext: bool,  # noqa: FBT001 - as above
) -> Iterator[tuple[str, str]]:
    try:
        template = parse(text)
    except BadReferenceError as bad:
        yield bad.code, bad.detail
        return
    if key not in _OPEN:
        if template.references:
            yield (
                "NS304",
                f"`{key}` takes no references: what it says must be readable in a review.",
            )
        return
    for reference in template.references:
        yield from reference_problems(reference, keys, elsewhere=elsewhere)
    if key in _ADDRESSES and not template.references and not _is_usable(text):
        yield "NS422", f"`{key}` {_NO_ADDRESS}"
    if key != "password":
        return
    if has_placeholder(template):
        yield "NS311", f"`{key}` {PLACEHOLDER}"
    elif not plaintext and is_written_down(template):
        yield "NS310", f"`{key}` {PLAINTEXT}"
    elif not plaintext and has_default(template):
        yield "NS312", f"`{key}` {DEFAULT}"


def ledger_address(project: Project, name: str, resolver: Resolver) -> LedgerAddress | None:
    """Where the ledger of an environment lies; `None` where that takes no address.

    Raises:
        BadReferenceError: a reference in it has no value, or it is no address.
    """
    ledger = project.settings(name).value.get("ledger")
    if not isinstance(ledger, dict) or ledger.get("backend") != "http":
        return None
    found = {key: resolver.text(parse(str(ledger[key]))) for key in _OPEN if key in ledger}
    for key in _ADDRESSES:
        if key in found and not _is_usable(found[key]):
            raise BadReferenceError("NS422", f"`{key}` {_NO_ADDRESS}")
    password = found.get("password")
    return LedgerAddress(
        address=found["address"],
        lock_address=found.get("lockAddress", ""),
        unlock_address=found.get("unlockAddress", ""),
        update_method=str(ledger.get("updateMethod", "POST")),
        lock_method=str(ledger.get("lockMethod", "LOCK")),
        unlock_method=str(ledger.get("unlockMethod", "UNLOCK")),
        username=found.get("username", ""),
        password=None if password is None else Secret(password),
    )


def _is_usable(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain
