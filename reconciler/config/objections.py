"""Problems of a value, and the objections of the JSON Schema that they are told from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import ValidationError

    from reconciler.config.places import Path
    from reconciler.findings import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, and where.

    Attributes:
        path: keys and indices from the top of the value that was looked at; of a key that is
            missing the place where it is missing, of a key that is too much the key itself.
        code: one of the rules ``NS2xx``.
        detail: what is wrong, why it matters, what to write instead; never a value of the file.
        severity: another one than the rule's own.
    """

    path: Path
    code: str
    detail: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What the library has to say, without its words.

    Attributes:
        path: where the value stands.
        keyword: the schema's keyword that it breaks.
        rule: what the schema says under that keyword.
        value: the value; it is looked at and never quoted.
        schema: the whole schema of the value.
        branches: for each alternative of an ``anyOf`` what it objects to.
    """

    path: Path
    keyword: str
    rule: Any
    value: Any = field(repr=False)
    schema: Any = field(repr=False)
    branches: tuple[tuple[Objection, ...], ...]


def objection(error: ValidationError, at: Path = ()) -> Objection:
    """What an error of the library says, without its words.

    Args:
        error: from a validator of the published schema.
        at: where the validated value stands.
    """
    branches: dict[object, list[Objection]] = {}
    for each in error.context or ():
        branches.setdefault(each.relative_schema_path[0], []).append(objection(each, at))
    return Objection(
        path=(*at, *error.absolute_path),
        keyword=str(error.validator),
        rule=error.validator_value,
        value=error.instance,
        schema=error.schema,
        branches=tuple(map(tuple, branches.values())),
    )
