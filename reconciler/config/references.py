"""References in strings, like ``${env:NAME}``: what they look like and what they stand for.

They stand for a whole string or for a part of it. ``$${`` is a literal ``${``: of several dollar
signs before a brace each two are one, and an odd one left begins a reference. A reference that
cannot be read or resolved is never passed on as text. No message of this module holds a value,
nor the inside of what only looks like a reference: that may be half of a password.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import lru_cache
from posixpath import normpath
from typing import TYPE_CHECKING, Final, Protocol

from reconciler.config.dotenv import dotenv
from reconciler.config.plugins import installed
from reconciler.config.refusing import BadReferenceError
from reconciler.config.spelling import hint

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MARK",
    "BadReferenceError",
    "Reference",
    "Resolver",
    "Source",
    "Template",
    "dotenv",
    "parse",
]

MARK: Final = "${"
"""What every reference begins with: a string without it is only itself."""

_OPENING = re.compile(r"(?<!\$)(\$+)\{")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KNOWN: Final = ("env", "file", "environment", "exec")
_FORMS: Final = (
    "Write `${env:NAME}`, `${env:NAME:-default}`, `${file:path}`, `${exec:command}` or"
    " `${environment}`; `$${` is a plain `${`."
)
_UNCLOSED: Final = f"A reference begins with `${{` and is not closed by `}}`. {_FORMS}"
_NESTED: Final = f"A reference holds a brace; references cannot be nested. {_FORMS}"
_MALFORMED: Final = f"What stands between `${{` and `}}` is no reference. {_FORMS}"
_SOURCELESS: Final = f"A reference does not say where its value comes from. {_FORMS}"
_UNKNOWN: Final = (
    "A reference names a source of values that does not exist, nor does a plug-in that is installed"
    f" here give it. {_FORMS}"
)
_QUOTES: Final = (
    "The command of a reference cannot be taken apart: a quote is not closed, or a backslash ends"
    " it. Put what is longer than a line into a script of the project, and run that."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One reference.

    Attributes:
        source: where the value comes from: ``env``, ``file``, ``exec``, ``environment`` or the word
            of a plug-in.
        argument: the name of the variable, the path of the file, the command as a shell would
            quote it, or what the plug-in is asked for; empty for ``environment``.
        default: what stands in where the value is unset or empty.
    """

    source: str
    argument: str = ""
    default: str | None = None

    @property
    def target(self) -> tuple[str, str]:
        """What it stands for: the same for two spellings of one path."""
        return self.source, normpath(self.argument) if self.source == "file" else self.argument

    @property
    def is_public(self) -> bool:
        """Whether its value may be shown: the name of the environment may."""
        return self.source == "environment"

    def __str__(self) -> str:
        if self.source == "exec":  # arguments of a command may be anything
            return f"${{exec:{shlex.split(self.argument)[0]} …}}"
        return f"${{{self.source}:{self.argument}}}" if self.argument else f"${{{self.source}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A string that was taken apart.

    Attributes:
        parts: literal text and references, in order.
    """

    parts: tuple[str | Reference, ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """Its references, in order."""
        return tuple(part for part in self.parts if isinstance(part, Reference))

    @property
    def whole(self) -> Reference | None:
        """The reference, where it is all that there is."""
        return (
            part if len(self.parts) == 1 and isinstance(part := self.parts[0], Reference) else None
        )

    @property
    def is_public(self) -> bool:
        """Whether nothing in it comes from outside of the project's files."""
        return all(reference.is_public for reference in self.references)


class Source(Protocol):
    """Where values of references come from; there may be more kinds of them one day."""

    def read(self, argument: str) -> str | None:
        """The value, or `None` where there is none.

        Raises:
            BadReferenceError: it may not be had, or cannot be read.
        """

    def lacking(self, argument: str) -> str:
        """What to tell where there is no value, or an empty one: what it is and what to do."""


class Resolver:
    """Puts values in the place of references, for one environment.

    Attributes:
        environment: what ``${environment}`` stands for.
    """

    def __init__(self, environment: str, sources: Mapping[str, Source]) -> None:
        """Make one.

        Args:
            environment: its name.
            sources: by the word before the colon.
        """
        self.environment = environment
        self._sources = sources

    def text(self, template: Template) -> str:
        """The string that a template stands for. It may be secret unless the template is public.

        Raises:
            BadReferenceError: a value is unset or empty, and there is no default.
        """
        return "".join(
            part if isinstance(part, str) else self._value(part) for part in template.parts
        )

    def _value(self, reference: Reference) -> str:
        if reference.is_public:
            return self.environment
        source = self._sources[reference.source]
        value = source.read(reference.argument)
        if value:
            return value
        if reference.default is not None:
            return reference.default
        raise BadReferenceError("NS305", source.lacking(reference.argument))


@lru_cache(maxsize=4096)
def parse(text: str) -> Template:
    """Take a string apart.

    Raises:
        BadReferenceError: something in it looks like a reference and is none.
    """
    parts: list[str | Reference] = []
    literal = ""
    done = 0
    while opening := _OPENING.search(text, done):
        dollars = len(opening[1])
        literal += text[done : opening.start()] + "$" * (dollars // 2)
        done = opening.end()
        if dollars % 2 == 0:
            literal += "{"
            continue
        end = text.find("}", done)
        body = text[done:] if end < 0 else text[done:end]
        if "{" in body:
            raise BadReferenceError("NS301", _NESTED)
        if end < 0:
            raise BadReferenceError("NS301", _UNCLOSED)
        parts += [literal, _reference(body)] if literal else [_reference(body)]
        literal = ""
        done = end + 1
    literal += text[done:]
    return Template(parts=(*parts, literal) if literal else tuple(parts))


def _reference(body: str) -> Reference:
    if body == "environment":
        return Reference(source="environment")
    source, colon, rest = body.partition(":")
    if not colon:
        raise BadReferenceError("NS301", _SOURCELESS)
    if source not in _KNOWN and source not in installed():
        raise BadReferenceError("NS302", _UNKNOWN + hint(source, (*_KNOWN, *installed())))
    argument, has_default, default = rest.partition(":-")
    if source == "env" and _NAME.fullmatch(argument):
        return Reference(source=source, argument=argument, default=default if has_default else None)
    takes_any = source not in ("env", "environment")
    if takes_any and not has_default and argument.strip() and argument.isprintable():
        return Reference(
            source=source, argument=_command(argument) if source == "exec" else argument
        )
    raise BadReferenceError("NS301", _MALFORMED)


def _command(text: str) -> str:
    """A command in the one way in which all spellings of it are the same."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    if not words or not words[0]:
        raise BadReferenceError("NS301", _QUOTES)
    return shlex.join(words)
