"""A value that cannot be shown.

Everything that came from a reference, and everything that the catalogue calls secret, is a
`Secret` from the moment it is resolved. It has no attribute that holds the value, so whatever
walks objects (``repr``, ``vars``, a debugger's summary, pickle, a diff library) finds nothing.
It is opened in two places only: where a request body is built and where a fingerprint is made.
"""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T_co = TypeVar("T_co", covariant=True)

MASK = "(secret)"

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A plain JSON value."""

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | Secret[Any] | None"
"""A JSON value in which any node may be a `Secret`."""


class Secret(Generic[T_co]):
    """Holds a value in a closure; shows, compares by meaning in constant time, never leaks.

    ``==`` compares two secrets by their JSON text in constant time. There is no hash, so a
    secret can be neither a dictionary key nor a member of a set.
    """

    __slots__ = ("_open",)
    _open: Callable[[], T_co]

    def __init__(self, value: T_co) -> None:
        self._open = lambda: value

    def reveal(self) -> T_co:
        """The value itself. Call it only to build a request body or a fingerprint."""
        return self._open()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(canonical(self), canonical(other))

    __hash__ = None  # type: ignore[assignment]  # a hash would tell equal secrets apart from others

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    __copy__ = __reduce__

    def __deepcopy__(self, memo: object) -> NoReturn:
        self.__reduce__()

    def __dir__(self) -> list[str]:
        return ["reveal"]


class Unresolved(Secret[Any]):
    """Stands for a value that a plan without secrets did not ask for; there is none to open.

    Whatever would send it, fingerprint it or compare it with another value has to look first
    (`holds_unresolved`): opening it is a bug.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(None)

    def reveal(self) -> NoReturn:
        """Never gives anything.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError("a value that was not resolved is asked for")


def reveal(value: Value) -> Json:
    """A tree of values with every secret in it opened: for request bodies and fingerprints only."""
    if isinstance(value, Secret):
        return reveal(value.reveal())
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(value: Value) -> bytes:
    """One byte string per meaning: sorted keys, no white space, UTF-8. It holds open secrets.

    A number is written one way: ``1.0`` as ``1``, since a server written in JavaScript answers so.
    """
    return _encode(_one_way(value)).encode("utf-8", "surrogatepass")


def _opened(value: object) -> Json:
    if isinstance(value, Secret):
        return reveal(value.reveal())
    raise TypeError(f"a {type(value).__name__} is no JSON value")


_encode_all = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_opened).encode


def canonical_all(values: list[list[Value]]) -> bytes:
    """As `canonical`, in ASCII and ten times as quick, for much at once.

    Numbers are left as they were written, so ``1.0`` is another one than ``1``.
    """
    return _encode_all(values).encode()


def _one_way(value: Value) -> Json:
    """As `reveal`, and a whole number is an integer whichever way it was written."""
    if isinstance(value, str):
        return value
    if isinstance(value, Secret):
        return _one_way(value.reveal())
    if isinstance(value, dict):
        return {key: _one_way(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_one_way(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def same(one: Value, other: Value) -> bool:
    """Whether two trees mean the same JSON, compared in constant time, secrets opened inside."""
    return hmac.compare_digest(canonical(one), canonical(other))


def holds_unresolved(value: Value) -> bool:
    """Whether any node of the tree has no value, since nobody asked for it."""
    if isinstance(value, dict):
        return any(holds_unresolved(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_unresolved(item) for item in value)
    return isinstance(value, Unresolved)


def holds_secret(value: Value) -> bool:
    """Whether any node of the tree is a secret."""
    if isinstance(value, dict):
        return any(holds_secret(item) for item in value.values())
    if isinstance(value, list):
        return any(holds_secret(item) for item in value)
    return isinstance(value, Secret)
