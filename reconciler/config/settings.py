"""What the project file says of an environment: its key, address, ledger and guards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from reconciler.config.inspection import reference_problems, refusal, strings
from reconciler.config.ledgers import ledger_problems
from reconciler.config.plaintext import (
    DEFAULT,
    PLACEHOLDER,
    PLAINTEXT,
    has_default,
    has_placeholder,
    is_written_down,
)
from reconciler.config.policy import policy_of
from reconciler.config.references import BadReferenceError, parse
from reconciler.errors import ApiKeyError
from reconciler.findings import finding
from reconciler.model import Environment, Guards, OutsideChanges
from reconciler.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from reconciler.config.places import Path
    from reconciler.config.project import Project
    from reconciler.config.references import Reference, Resolver
    from reconciler.findings import Finding
    from reconciler.model import LedgerAddress
    from reconciler.secret import Json

API_URL: Final = "https://api.novu.co"
"""Where Novu's API is unless an environment says otherwise."""

_CLOSED: Final = frozenset(
    (
        "environmentId",
        "ledger",
        "guards",
        "ownership",
        "policy",
        "outsideChanges",
        "allowPlaintextSecrets",
        "allowUnknownProviders",
    )
)
"""Settings that take no reference. Of a key that does not exist it is enough to say so."""
_NO_ADDRESS: Final = (
    "`apiUrl` is no address that novu-sync can use. Write one like `https://api.novu.co`: http or"
    " https, a host, perhaps a port and a path, and no user, password, query or fragment."
)


def api_keys(project: Project) -> frozenset[tuple[str, str]]:
    """What every reference that holds an API key of the project stands for."""
    return frozenset(
        reference.target
        for name in project.environments
        for reference in _key_references(project.settings(name).value.get("apiKey"))
        if not reference.is_public
    )


def environment_findings(
    project: Project, name: str, keys: Collection[tuple[str, str]]
) -> Iterator[Finding]:
    """What is wrong with the settings of an environment, told without any secret.

    Args:
        project: the project.
        name: one of its environments.
        keys: the references that hold API keys.
    """
    settings = project.settings(name)
    plaintext = project.allows("allowPlaintextSecrets", name)
    problems: list[tuple[Path, str, str]] = []
    # What stands in a ledger's own settings is judged by them.
    told = {key: each for key, each in settings.value.items() if not _is_settings(key, each)}
    for path, text in strings(told):
        problems += (
            (path, code, detail)
            for code, detail in _text_problems(
                str(path[0]), text, keys, elsewhere=bool(project.readable), plaintext=plaintext
            )
        )
    ledger = settings.value.get("ledger")
    problems += ledger_problems(ledger, keys, elsewhere=bool(project.readable), plaintext=plaintext)
    for path, code, detail in problems:
        spot = settings.spot(path)
        yield finding(code, detail, location=spot.location, pointer=spot.pointer)


def _text_problems(
    key: str, text: str, keys: Collection[tuple[str, str]], *, elsewhere: bool, plaintext: bool
) -> Iterator[tuple[str, str]]:
    try:
        template = parse(text)
    except BadReferenceError as bad:
        yield bad.code, bad.detail
        return
    if key in _CLOSED and template.references:
        yield "NS304", refusal(key)
    if key not in ("apiKey", "apiUrl"):
        return
    for reference in template.references:
        held = keys if key == "apiUrl" else ()
        yield from reference_problems(reference, held, elsewhere=elsewhere)
    if key == "apiUrl":
        if not template.references and _usable(text) is None:
            yield "NS314", _NO_ADDRESS
    elif has_placeholder(template):
        yield "NS311", f"`{key}` {PLACEHOLDER}"
    elif not plaintext and is_written_down(template):
        yield "NS310", f"`{key}` {PLAINTEXT}"
    elif not plaintext and has_default(template):
        yield "NS312", f"`{key}` {DEFAULT}"


def api_url(project: Project, name: str, resolver: Resolver) -> str:
    """The address of an environment's API, without a slash at its end and without ``/v1``.

    Raises:
        BadReferenceError: a reference in it has no value, or it is no address.
    """
    text = project.settings(name).value.get("apiUrl", API_URL)
    url = _usable(resolver.text(parse(str(text))))
    if url is None:
        raise BadReferenceError("NS314", _NO_ADDRESS)
    return url


def api_key(project: Project, name: str, resolver: Resolver) -> Secret[str]:
    """The secret key of an environment.

    Raises:
        BadReferenceError: it is not set.
        ApiKeyError: it cannot be a key.
    """
    template = parse(str(project.settings(name).value.get("apiKey")))
    key = resolver.text(template)
    if not (key.isascii() and key.isprintable()) or " " in key:
        held = ", ".join(map(str, template.references)) or "the project file"
        raise ApiKeyError(
            f"the API key of `{name}` holds blanks, line breaks or other characters of no key",
            f"Look at the value of {held}, at its end above all.",
        )
    return Secret(key)


def described(
    project: Project,
    name: str,
    *,
    url: str,
    key: Secret[str],
    address: LedgerAddress | None = None,
) -> Environment:
    """The settings of an environment that has no findings.

    Args:
        project: the project.
        name: one of its environments.
        url: from `api_url`.
        key: from `api_key`.
        address: from `ledger_address`.
    """
    # The schema has judged every type in it.
    value: Any = project.settings(name).value
    ledger = value.get("ledger", "auto")
    limits = value.get("guards", {})
    return Environment(
        name=name,
        api_url=url,
        api_key=key,
        environment_id=value.get("environmentId"),
        ledger=ledger["backend"] if isinstance(ledger, dict) else ledger,
        ledger_address=address,
        guards=Guards(
            max_deletes=limits.get("maxDeletes"),
            max_delete_percent=limits.get("maxDeletePercent"),
            max_updates=limits.get("maxUpdates"),
        ),
        identifier_prefix=value.get("ownership", {}).get("identifierPrefix"),
        inactive_policy=policy_of(project, name).inactive_level,
        outside_changes=OutsideChanges(value.get("outsideChanges", OutsideChanges.WARN)),
    )


def _is_settings(key: str, value: Json) -> bool:
    return key == "ledger" and isinstance(value, dict)


def _usable(text: str) -> str | None:
    """An address in the one way that the rest of the program writes it; `None` for any other."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or port == 0
        or "@" in parts.netloc
        or any(each in text for each in "?#\\")
        or not text.isprintable()
        or " " in text
    ):
        return None
    return text.rstrip("/").removesuffix("/v1").rstrip("/")


def _key_references(value: Json) -> tuple[Reference, ...]:
    try:
        return parse(value).references if isinstance(value, str) else ()
    except BadReferenceError:
        return ()  # that is a finding already
