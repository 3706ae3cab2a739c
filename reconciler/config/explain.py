"""What the JSON Schema objects to, said so that the author of a file can mend it.

The library's own messages quote the value that is wrong, which may be a secret: none of them is
used, and no message of this module holds a value. Names of keys are told, and words that the
schema would have liked better.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from reconciler.config.catalogue import catalogue
from reconciler.config.objections import Problem, objection
from reconciler.config.spelling import hint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from jsonschema import ValidationError

    from reconciler.config.objections import Objection
    from reconciler.config.places import Path


def explained(error: ValidationError, at: Path = ()) -> Iterator[Problem]:
    """The problems that an error of the schema stands for.

    Args:
        error: from a validator of the published schema.
        at: where the validated value stands.
    """
    it = objection(error, at)
    if "propertyNames" in error.absolute_schema_path:
        name = str(it.value)
        detail = f"`{name}` cannot name an environment: {_NAME_FORM}."
        yield _problem((*it.path, name), "NS206", detail)
    else:
        yield from _EXPLANATIONS[it.keyword](it)


_NAME_FORM = (
    "a name holds letters, digits, dots, dashes and underscores, begins with a letter or a digit"
    " and is 100 characters long at most"
)

_SHORT = 80  # characters that read well inside a sentence

_TYPES = {
    "string": "text",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "integer": "a whole number",
}


def _problem(path: Path, code: str, detail: str) -> Problem:
    return Problem(path=path, code=code, detail=detail)


def _called(path: Path) -> str:
    """How a message calls the place: its key, an item of a list, or the whole file."""
    if not path:
        return "The file"
    if isinstance(path[-1], int):
        return f"Item {path[-1] + 1} of {_called(path[:-1])}"
    return f"`{path[-1]}`"


def _type_of(value: object) -> str:
    match value:
        case bool():
            return "true or false (YAML also reads a bare yes, no, on and off so)"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case None:
            return "empty"
        case _:
            return "a mapping"


def for_example(path: Path, schema: Mapping[str, Any]) -> str:
    """A sentence to append to a message: what an editor would offer there, where that is short."""
    text = json.dumps(schema["examples"][0], ensure_ascii=False) if "examples" in schema else ""
    if not path or isinstance(path[-1], int) or not 0 < len(text) <= _SHORT:
        return ""
    return f" Write for example `{path[-1]}: {text}`."


def _wanted(types: Iterable[str], schema: Mapping[str, Any]) -> str:
    """The types that would be right, as words; text beside others means a reference."""
    others = [_TYPES[each] for each in types if each not in ("null", "string")]
    if "pattern" in schema and others:
        others.append("a reference like `${env:NAME}`")
    elif "string" in types:
        others.insert(0, "text")
    return " or ".join(others)


def _unknown_keys(it: Objection) -> Iterator[Problem]:
    schema = it.schema
    allowed = schema["properties"]
    patterns = schema.get("patternProperties", ())
    for key in sorted(set(it.value) - set(allowed)):
        if any(re.search(pattern, key) for pattern in patterns):
            continue
        code, detail = _unknown_key(key, it.path, schema["title"])
        meant = hint(key, allowed)
        if not meant and code == "NS201":
            misplaced = "credentials" in allowed and key in catalogue().credential_keys
            meant = " It belongs under `credentials`." if misplaced else _allowed(allowed)
        yield _problem((*it.path, key), code, detail + meant)


def _unknown_key(key: str, path: Path, title: str) -> tuple[str, str]:
    """Code and detail; the title of the schema tells what kind of key it is."""
    dropped = f"`{key}` is not one of the {title[0].lower()}{title[1:]}, and Novu would drop it."
    match title.split(maxsplit=1)[0]:
        case "Operators":
            return "NS208", f"`{key}` is no operator that Novu accepts in rules."
        case "Credentials":
            return "NS211", dropped
        case "Configurations":
            return "NS216", dropped
        case _:
            place = f"in {_called(path)}" if path else "at the top of the file"
            return "NS201", f"`{key}` means nothing {place}."


def _allowed(words: Iterable[object]) -> str:
    return f" Allowed are {_listed(words)}."


def _listed(words: Iterable[object]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _missing_keys(it: Objection) -> Iterator[Problem]:
    for key in it.rule:
        if key not in it.value:
            wanted = it.schema["properties"][key]
            example = for_example((key,), wanted)
            detail = f"`{key}` is missing. {wanted['description']}{example}"
            yield _problem(it.path, "NS203", detail)


def _wrong_type(it: Objection) -> Iterator[Problem]:
    schema = it.schema
    types = [it.rule] if isinstance(it.rule, str) else it.rule
    value = it.value
    wanted = _wanted(types, schema)
    example = for_example(it.path, schema)
    if value is None:
        instead = "; or leave it out" if it.path else ""
        detail = f"{_called(it.path)} is empty, where {wanted} belongs{instead}.{example}"
        yield _problem(it.path, "NS207", detail)
    elif wanted == "text" and isinstance(value, bool | int | float):
        detail = f"{_called(it.path)} is {_type_of(value)}, where text belongs: put it in quotes."
        yield _problem(it.path, "NS204", detail + example)
    else:
        detail = f"{_called(it.path)} is {_type_of(value)}, where {wanted} belongs.{example}"
        yield _problem(it.path, "NS202", detail)


def _wrong_word(it: Objection) -> Iterator[Problem]:
    if isinstance(it.value, str):  # anything else has the wrong type, which is told apart
        yield _not_among(it.rule, it.value, it.path)


def _not_among(words: Iterable[str | None], value: str, path: Path) -> Problem:
    allowed = [word for word in words if word is not None]
    detail = f"{_called(path)} is none of the words that are allowed: {_listed(allowed)}."
    return _problem(path, "NS205", detail + hint(value, allowed))


def _other_version(it: Objection) -> Iterator[Problem]:
    detail = f"{_called(it.path)} names a format that this novu-sync does not read."
    yield _problem(it.path, "NS205", detail + for_example(it.path, it.schema))


def _no_alternative(it: Objection) -> Iterator[Problem]:
    """An enum that also takes references, or alternatives of different types."""
    for alternative in it.rule:
        if "enum" in alternative:
            yield _not_among(alternative["enum"], it.value, it.path)
            return
    right_type = [
        branch
        for branch in it.branches
        if not any(each.keyword == "type" and each.path == it.path for each in branch)
    ]
    if right_type:
        for each in right_type[0]:
            yield from _EXPLANATIONS[each.keyword](each)
    else:
        types = [each.rule for branch in it.branches for each in branch if each.keyword == "type"]
        detail = f"{_called(it.path)} is {_type_of(it.value)}, where {_wanted(types, {})} belongs."
        yield _problem(it.path, "NS202", detail + for_example(it.path, it.schema))


def _wrong_form(it: Objection) -> Iterator[Problem]:
    schema = it.schema
    if schema["type"] == "string":
        yield _problem(it.path, "NS206", f"{_called(it.path)} cannot be that: {_NAME_FORM}.")
    else:  # text is right for a reference only
        detail = f"{_called(it.path)} is text, where {_wanted(schema['type'], schema)} belongs."
        yield _problem(it.path, "NS202", detail + for_example(it.path, schema))


def _too_short(it: Objection) -> Iterator[Problem]:
    detail = f"{_called(it.path)} is empty text; write something, or leave it out."
    yield _problem(it.path, "NS206", detail + for_example(it.path, it.schema))


def _out_of_range(it: Objection) -> Iterator[Problem]:
    edge = "at least" if it.keyword == "minimum" else "at most"
    yield _problem(it.path, "NS206", f"{_called(it.path)} has to be {edge} {it.rule}.")


def _doubles(it: Objection) -> Iterator[Problem]:
    yield _problem(it.path, "NS206", f"{_called(it.path)} names something twice; once is enough.")


def _operators(it: Objection) -> Iterator[Problem]:
    """The only mappings with a number of keys are environments (one at least) and rules (one)."""
    if it.schema.get("$ref"):
        detail = (
            f"{_called(it.path)} is a rule with {len(it.value)} operators, and Novu wants exactly"
            " one; `and` and `or` join several."
        )
        yield _problem(it.path, "NS208", detail)
    else:
        detail = f"{_called(it.path)} names none; there has to be one at least."
        yield _problem(it.path, "NS206", detail + for_example(it.path, it.schema))


_EXPLANATIONS: Mapping[str, Callable[[Objection], Iterator[Problem]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "type": _wrong_type,
    "enum": _wrong_word,
    "const": _other_version,
    "anyOf": _no_alternative,
    "pattern": _wrong_form,
    "minLength": _too_short,
    "maxLength": _wrong_form,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "uniqueItems": _doubles,
    "minProperties": _operators,
    "maxProperties": _operators,
}
"""By the schema's keyword. A test holds it to every keyword that the published schema uses."""
