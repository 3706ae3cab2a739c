"""Turns what a body says into what Novu's database stores, as its schema casts it.

The schema keeps the members it knows and drops the others without a word; it turns numbers into
strings and words into booleans, and fails where that cannot be done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.sandbox.fields import is_object_id, parsed_object
from reconciler.sandbox.refusals import compact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.sandbox.stamps import Stamps
    from reconciler.sandbox.wire import Document
    from reconciler.secret import Json

_YES: tuple[Json, ...] = (True, "true", 1, "1", "yes")
_NO: tuple[Json, ...] = (False, "false", 0, "0", "no")
_GROUP = {"isNegated": "boolean", "type": "string", "value": "string"}
_CHILD = {"field": "string", "value": "any", "operator": "string", "on": "string"}


class CastError(Exception):
    """A value cannot be stored as what it must be.

    Attributes:
        path: which value, dotted, from the document's root.
        detail: what is wrong with it, in the database's words.
    """

    def __init__(self, path: str, kind: str, value: Json, reason: str = "") -> None:
        """Say which value.

        Args:
            path: dotted, from the document's root.
            kind: what it must be.
            value: what it is.
            reason: the name of the fault behind this one.
        """
        own = path if path.startswith("configurations.") else path.rpartition(".")[2]
        because = f' because of "{reason}"' if reason else ""
        self.path = path
        self.detail = (
            f'Cast to {kind} failed for value "{_shown(value)}" (type {_type_of(value)})'
            f' at path "{own}"{because}'
        )
        super().__init__(f"{path}: {self.detail}")


def cast_configurations(value: Document, types: Mapping[str, str]) -> Document:
    """The members of ``configurations`` that are stored.

    Raises:
        CastError: one of them cannot be cast.
    """
    return {
        key: _cast(value[key], types[key], f"configurations.{key}") for key in types if key in value
    }


def cast_conditions(groups: list[Json], stamps: Stamps) -> list[Document]:
    """The groups as they are stored, with an id for each group and child.

    Raises:
        CastError: a group or a child cannot be cast.
    """
    return [_group(each, stamps, f"conditions.{at}") for at, each in enumerate(groups)]


def cast_credentials(value: Json, types: Mapping[str, str], *, worded_objects: bool) -> Document:
    """The credentials that are stored; a list counts as none.

    Args:
        value: from a body, its types already looked at.
        types: the JSON type of every key that is stored.
        worded_objects: whether an object may come as text; ``null`` is no object then.
    """
    if not isinstance(value, dict):
        return {}
    # What stands for nothing is left out, not stored as nothing.
    nothing: dict[str, tuple[Json, ...]] = {"boolean": ("",)}
    if worded_objects:
        nothing["object"] = (None,)
    return {
        key: _credential(value[key], kind)
        for key, kind in types.items()
        if key in value and value[key] not in nothing.get(kind, ())
    }


def _credential(value: Json, kind: str) -> Json:
    if kind == "boolean" and isinstance(value, str):
        return {"true": True, "false": False}.get(value)
    if kind == "object" and isinstance(value, str):
        return parsed_object(value)
    return value


def _group(value: Json, stamps: Stamps, path: str) -> Document:
    given = value if isinstance(value, dict) else {}
    group = _members(given, _GROUP, path)
    children = given.get("children", [])
    if children is not None:
        listed = children if isinstance(children, list) else [children]
        children = [
            _child(each, stamps, f"{path}.children", f"{path}.children.{at}")
            for at, each in enumerate(listed)
        ]
    return group | {"children": children, "_id": _id(given, stamps, path)}


def _child(value: Json, stamps: Stamps, parent: str, path: str) -> Document | None:
    if value is None:
        return None
    if not isinstance(value, dict | list):
        raise CastError(parent, "embedded", value, "ObjectParameterError")
    given = value if isinstance(value, dict) else {}
    return _members(given, _CHILD, path) | {"_id": _id(given, stamps, path)}


def _members(given: Document, types: Mapping[str, str], path: str) -> Document:
    return {
        key: _cast(given[key], kind, f"{path}.{key}") for key, kind in types.items() if key in given
    }


def _id(given: Document, stamps: Stamps, path: str) -> str:
    own = given.get("_id")
    if own is None:
        return stamps.object_id()
    if isinstance(own, str) and is_object_id(own):
        return own.lower()
    raise CastError(f"{path}._id", "ObjectId", own, "BSONError")


def _cast(value: Json, kind: str, path: str) -> Json:
    if value is None or kind == "any":
        return value
    if kind == "boolean":
        if value in _YES:
            return True
        if value in _NO:
            return False
        raise CastError(path, "Boolean", value, "CastError")
    if isinstance(value, dict | list):
        raise CastError(path, "string", value)
    return value if isinstance(value, str) else compact(value)


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else compact(value)


def _type_of(value: Json) -> str:
    if isinstance(value, dict | list):
        return "Array" if isinstance(value, list) else "Object"
    if isinstance(value, bool):
        return "boolean"
    return "string" if isinstance(value, str) else "number"
