"""Makes exchanges with different servers comparable: ids, times and random words become symbols.

The same exchange, held with a real server or with the sandbox, gives the same symbols: an id is
named after the exchange that showed it first (``<30.1>``), a time after how often its row had
moved by then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SEALED = re.compile(r"nvsk\.[0-9a-f]+:[0-9a-f]+")
_ID = re.compile(r"\b[0-9a-f]{24}\b", re.IGNORECASE)
_SYMBOL = re.compile(r"<[\w.]+!?>")
_RUN = re.compile(r"(.)\1{99,}", re.DOTALL)
_RUN_SYMBOL = re.compile(r"⟪(.)\*(\d+)⟫", re.DOTALL)


def makes_up(method: str, path: str, body: object) -> bool:
    """Whether a request leaves it to the server to make up an identifier."""
    named = isinstance(body, dict) and body.get("identifier") is not None
    return method == "POST" and path.lower() == "/v1/integrations" and not named


def shortened(text: str) -> str:
    """The text with long runs of one character written as a count."""
    return _RUN.sub(lambda run: f"⟪{run[1]}*{len(run[0])}⟫", text)


def lengthened(text: str) -> str:
    """The text that `shortened` began with."""
    return _RUN_SYMBOL.sub(lambda run: run[1] * int(run[2]), text)


class Symbols:
    """The symbols of one scenario with one server."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """Begin a scenario.

        Args:
            known: symbols of ids that are known from the start, by id.
        """
        self._symbols = dict(known)
        self._made: dict[str, str] = {}
        self._moves: dict[str, tuple[str, int]] = {}
        self._seq = 0
        self._shown = 0

    def asked(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """A request, or a part of it, with symbols; ids that the client made up stay."""
        return self._map(value, self._in_request)

    def filled(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """A request, or a part of it, with this server's ids in place of the symbols."""
        ids = {symbol: each for each, symbol in self._symbols.items()}

        def fill(text: str) -> str:
            return lengthened(_SYMBOL.sub(lambda found: _real(found[0], ids), text))

        return self._map(value, fill)

    def answered(self, seq: int, value: Any, *, made_up: str | None) -> Any:  # noqa: ANN401 - any JSON
        """An answer with symbols.

        Args:
            seq: which exchange it is.
            value: the body of the answer.
            made_up: what is not random in the identifier that the server made up; `None` where
                it did not.
        """
        self._seq, self._shown = seq, 0
        row = value.get("data") if isinstance(value, dict) else None
        if made_up is not None and isinstance(row, dict) and "identifier" in row:
            self._made.setdefault(row["identifier"], f"<made {made_up}>")
        return self._map(value, self._in_answer)

    def _map(self, value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, str):
            return change(value)
        if isinstance(value, list):
            return [self._map(each, change) for each in value]
        if not isinstance(value, dict):
            return value
        answers = change == self._in_answer
        keys = sorted(value) if answers else list(value)
        mapped = {key: self._map(value[key], change) for key in keys}
        if answers:
            self._name_made(value, mapped)
        return mapped

    def _name_made(self, value: dict[str, Any], mapped: dict[str, Any]) -> None:
        if "updatedAt" in value:
            row = str(value.get("_id") or (value.get("type"), value.get("id")))
            before, moves = self._moves.get(row, (value["createdAt"], 0))
            moves += value["updatedAt"] != before
            self._moves[row] = (value["updatedAt"], moves)
            mapped["updatedAt"] = f"<moved {moves}>"
            mapped["createdAt"] = "<time>"
        made = {"timestamp": "<time>", "errorId": "<error>", "hash": "<hash>"}
        mapped |= {key: symbol for key, symbol in made.items() if key in value}
        if "widget" in value:  # an environment
            mapped |= {key: "<random>" for key in ("identifier", "slug") if key in value}
        elif isinstance(made_up := value.get("identifier"), str) and made_up in self._made:
            mapped["identifier"] = self._made[made_up]

    def _in_request(self, text: str) -> str:
        def name(found: re.Match[str]) -> str:
            symbol = self._symbols.setdefault(found[0].lower(), found[0].lower())
            is_upper = found[0] != found[0].lower() and symbol.startswith("<")
            return f"{symbol[:-1]}!>" if is_upper else symbol

        return shortened(_ID.sub(name, text))

    def _in_answer(self, text: str) -> str:
        def name(found: re.Match[str]) -> str:
            if found[0] not in self._symbols:
                self._shown += 1
                self._symbols[found[0]] = f"<{self._seq}.{self._shown}>"
            return self._symbols[found[0]]

        return shortened(_ID.sub(name, _SEALED.sub("<sealed>", text)))


def _real(symbol: str, ids: Mapping[str, str]) -> str:
    real = ids.get(symbol.replace("!", ""), symbol)
    return real.upper() if symbol.endswith("!>") else real
