"""What is wrong with one form of an integration: told without secrets, without the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.config.plaintext import (
    DEFAULT,
    PLACEHOLDER,
    PLAINTEXT,
    has_default,
    has_placeholder,
    is_written_down,
)
from reconciler.config.references import MARK, BadReferenceError, Template, parse
from reconciler.config.schema import integration_problems
from reconciler.config.sources import leaves, outside
from reconciler.config.telling import told
from reconciler.findings import finding
from reconciler.model import Channel

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from reconciler.config.forms import Form
    from reconciler.config.places import Path
    from reconciler.config.references import Reference
    from reconciler.findings import Finding
    from reconciler.secret import Json

_OPEN: Final = frozenset({"name", "active", "credentials", "conditions", "rules", "configurations"})
"""Fields that take every reference."""
_NAMES: Final = frozenset({"identifier", "previousIdentifiers"})
"""Fields that take ``${environment}`` alone: integrations are paired by them."""
_CLOSED: Final = frozenset(
    (
        "providerId",
        "channel",
        "kind",
        "primary",
        "check",
        "protect",
        "ignoreChanges",
        "credentialsVersion",
    )
)
"""Fields that take none. Of a key that does not exist it is enough to say so."""
WITH_PRIMARY: Final = frozenset(channel.value for channel in Channel if channel.has_primary)
_BLANKS: Final = (
    "The identifier holds blanks. Novu takes it, but it has to be quoted wherever it is named."
    " Use dashes."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """What the settings of a project and an environment permit.

    Attributes:
        keys: what the references stand for that an ``apiKey`` of the project uses.
        plaintext: secrets may be written down.
        unknown: providers and keys that the catalogue lacks are warnings only.
        elsewhere: files outside of the project may be named; which, is seen when they are read.
    """

    keys: Collection[tuple[str, str]]
    plaintext: bool
    unknown: bool
    elsewhere: bool = False


def strings(value: Json, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every string in a value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from strings(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from strings(each, (*path, index))


def inspect(form: Form, leave: Leave) -> Iterator[Finding]:
    """Everything that is wrong with a form taken by itself."""
    for problem in integration_problems(
        form.value, allow_unknown=leave.unknown, cleared=form.cleared
    ):
        yield told(problem, form.layered.spot(problem.path), problem.path)
    for path, text in strings(form.value):
        for code, detail in _text_problems(form, path, text, leave):
            yield at(form, path, code, detail)
    for path in form.cleared:
        if form.layered.spot(path).unquoted == "":
            detail = (
                f"`{path[-1]}` stands here without a value, which clears what Novu has. Write"
                " `null` if that is meant, or remove the key."
            )
            yield at(form, path, "NS411", detail)
    yield from contradictions(form, active=form.value.get("active"))


def at(form: Form, path: Path, code: str, detail: str) -> Finding:
    """A finding about a value of a form."""
    spot = form.layered.spot(path)
    return finding(code, detail, location=spot.location, pointer=spot.pointer)


def contradictions(form: Form, *, active: Json) -> Iterator[Finding]:
    """What an integration says of itself and Novu cannot do.

    Args:
        form: the integration.
        active: whether it is active, where that is known by now.
    """
    value = form.value
    filtered = next((key for key in ("conditions", "rules") if value.get(key)), None)
    if value.get("conditions") and value.get("rules"):
        detail = "Novu empties `conditions` when it gets `rules`. Keep the rules and remove these."
        yield at(form, ("conditions",), "NS408", detail)
    if value.get("primary") is not True:
        return
    path = ("primary",)
    channel = value.get("channel")
    if channel not in WITH_PRIMARY and (form.provider or isinstance(channel, str)):
        where = f"`{channel}`" if isinstance(channel, str) else "an agent"
        detail = f"There is no primary for {where}, only for email and sms. Remove the line."
        yield at(form, path, "NS405", detail)
    elif active is False:
        detail = "A primary has to be active; Novu would activate it. Say one or the other."
        yield at(form, path, "NS406", detail)
    elif filtered:
        detail = (
            f"A primary sends where no other integration fits, so it has no `{filtered}`; Novu"
            " would empty them. Say one or the other."
        )
        yield at(form, path, "NS407", detail)


def _text_problems(form: Form, path: Path, text: str, leave: Leave) -> Iterator[tuple[str, str]]:
    if MARK in text:
        try:
            template = parse(text)
        except BadReferenceError as bad:
            yield bad.code, bad.detail
            return
        yield from _reference_problems(form, path, template, leave)
    else:
        template = Template(parts=(text,) if text else ())
    if path[0] in ("credentials", "configurations"):
        yield from _secret_problems(form, path, template, leave)
    elif path == ("identifier",) and any(map(str.isspace, text)):
        yield "NS412", _BLANKS


def _reference_problems(
    form: Form, path: Path, template: Template, leave: Leave
) -> Iterator[tuple[str, str]]:
    field = path[0]
    for reference in template.references:
        if field in _CLOSED or (field in _NAMES and not reference.is_public):
            yield "NS304", refusal(str(field), names=field in _NAMES)
            return
        yield from reference_problems(reference, leave.keys, elsewhere=leave.elsewhere)
    kind = form.json_type(path)
    if kind != "string" and template.references and template.whole is None:
        yield "NS308", f"`{path[-1]}` is no text: a reference has to be all of its value."


def refusal(key: str, *, names: bool = False) -> str:
    """Why a key takes no reference, or only the environment's name."""
    takes = "only `${environment}`" if names else "no reference"
    return (
        f"`{key}` takes {takes}: it has to be the same for everybody who reads the file. Write"
        " the value itself; `$${` is a plain `${`."
    )


def reference_problems(
    reference: Reference, keys: Collection[tuple[str, str]], *, elsewhere: bool
) -> Iterator[tuple[str, str]]:
    """What is wrong with a reference wherever it stands.

    Args:
        reference: the reference.
        keys: those that hold API keys, and may stand nowhere else.
        elsewhere: whether files outside of the project may be named.
    """
    if reference.target in keys:
        detail = (
            f"`{reference}` holds an API key of Novu, which would be sent to a provider or shown in"
            " Novu. Use another one here."
        )
        yield "NS309", detail
    if reference.source == "file" and not elsewhere and leaves(reference.argument):
        bad = outside(reference.argument)
        yield bad.code, bad.detail


def _secret_problems(
    form: Form, path: Path, template: Template, leave: Leave
) -> Iterator[tuple[str, str]]:
    if has_placeholder(template):
        yield "NS311", f"`{path[-1]}` {PLACEHOLDER}"
    elif not leave.plaintext and form.is_secret(path) and (leave.unknown or form.known(path)):
        if is_written_down(template):
            yield "NS310", f"`{path[-1]}` {PLAINTEXT}"
        elif has_default(template):
            yield "NS312", f"`{path[-1]}` {DEFAULT}"
