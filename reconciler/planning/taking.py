"""Takes JSON that others may have written apart, member by member."""

from __future__ import annotations

from datetime import datetime
from typing import Any


class MalformedError(Exception):
    """What is not as it should be, in words."""


def taken(found: object, key: str, kind: type) -> Any:  # noqa: ANN401 - of that type
    """A member of an object that has to be there and of a type.

    Raises:
        MalformedError: it is not; so too the other functions here.
    """
    value = found.get(key) if isinstance(found, dict) else None
    if not isinstance(value, kind):
        raise MalformedError(f"`{key}` is missing or is something else")
    return value


def maybe(found: object, key: str, kind: type) -> Any:  # noqa: ANN401 - of that type, or None
    """As `taken`, where null says that there is none."""
    if isinstance(found, dict) and key in found and found[key] is None:
        return None
    return taken(found, key, kind)


def words(found: object, key: str) -> tuple[str, ...]:
    """A list of texts."""
    values = taken(found, key, list)
    if not all(isinstance(each, str) for each in values):
        raise MalformedError(f"`{key}` is something else")
    return tuple(values)


def texts(found: object, key: str) -> dict[str, str]:
    """An object of texts."""
    values: dict[str, str] = taken(found, key, dict)
    if not all(isinstance(each, str) for each in values.values()):
        raise MalformedError(f"`{key}` is something else")
    return values


def time(found: object, key: str) -> datetime:
    """A time with its zone, in ISO 8601."""
    try:
        time = datetime.fromisoformat(taken(found, key, str))
    except ValueError:
        raise MalformedError(f"`{key}` is no time") from None
    if time.tzinfo is None:
        raise MalformedError(f"`{key}` is no time in a zone")
    return time
