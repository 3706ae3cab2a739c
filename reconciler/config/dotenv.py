r"""Reads dotenv files: ``NAME=value``, one a line.

``export`` in front, comments, and both kinds of quotes are understood. Single quotes keep
everything as it is; double quotes know ``\n``, ``\r``, ``\t``, ``\"``, ``\$`` and ``\\``. Quoted
values may go over several lines. Nothing is put in the place of variables. Of a name that stands
there twice the later value counts, as in a shell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from reconciler.errors import FileError, FindingsError
from reconciler.findings import Location, finding

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.findings import Finding

_BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_NAME = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*")
_SINGLE = re.compile(r"'([^']*)'")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_BARE = re.compile(r"((?:[^\n#]|(?<![ \t])#)*)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "$": "$", "\\": "\\"}
_MEND: Final = (
    "Write `NAME=value`, with quotes around a value that holds blanks, `#` or line breaks."
)


def dotenv(path: Path) -> dict[str, str]:
    """The variables of a dotenv file.

    Raises:
        FileError: it cannot be read.
        FindingsError: lines of it cannot be read, with a finding for each.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(f"{path} is not UTF-8 text", "Save it as UTF-8.") from None
    except OSError as error:
        raise FileError(
            f"cannot read {path}: {error.strerror}", "Check the path that --env-file names."
        ) from None
    return variables(text, str(path))


def variables(text: str, file: str) -> dict[str, str]:
    """The variables in the text of a dotenv file.

    Args:
        text: what it holds.
        file: how findings call it.

    Raises:
        FindingsError: lines of it cannot be read, with a finding for each.
    """
    text = text.replace("\r\n", "\n")
    found: dict[str, str] = {}
    findings: list[Finding] = []
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
            continue
        entry = _entry(text, at)
        if entry is None:
            place = Location(file=file, line=text.count("\n", 0, at) + 1, column=1)
            findings.append(finding("NS313", f"The line sets no variable. {_MEND}", location=place))
            at = (text.find("\n", at) + 1) or len(text)
        else:
            name, value, at = entry
            found[name] = value
    if findings:
        raise FindingsError(findings)
    return found


def _entry(text: str, at: int) -> tuple[str, str, int] | None:
    """Name, value, and where the next line begins."""
    name = _NAME.match(text, at)
    if name is None:
        return None
    quote = text[name.end() : name.end() + 1]
    pattern = {"'": _SINGLE, '"': _DOUBLE}.get(quote, _BARE)
    value = pattern.match(text, name.end())
    end = _BLANK.match(text, value.end()) if value else None
    if value is None or end is None:
        return None
    plain = value[1]
    if quote == '"':
        plain = _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[0]), plain)
    elif quote != "'":
        plain = plain.strip()
    return name[1], plain, end.end()
