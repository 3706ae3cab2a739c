"""One provider as text: what it takes, and a piece of YAML to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.views import values
from reconciler.views.snippet import snippet_lines
from reconciler.views.style import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.views.style import Look, Style
    from reconciler.views.subjects import Credential, Provider


def render(provider: Provider, look: Look, /) -> str:
    """Everything that the catalogue knows of one provider."""
    return "\n".join(_lines(provider, look.style)) + "\n"


def _lines(provider: Provider, style: Style) -> Iterator[str]:
    facts = f"({provider.channel or provider.kind})"
    yield (
        f"{style.paint(Tone.STRONG, provider.id)}  {values.escaped(provider.name)}"
        f"  {style.paint(Tone.FAINT, facts)}"
    )
    if provider.docs:
        yield style.paint(Tone.FAINT, provider.docs)
    yield from values.prose(provider.note)
    yield ""
    if provider.credentials:
        yield style.paint(Tone.STRONG, "Credentials")
        yield from _credentials(provider.credentials, style)
    else:
        yield "It takes no credentials."
    yield ""
    if provider.configurations:
        yield style.paint(Tone.STRONG, "Configurations")
        yield from (f"  {key}" for key in provider.configurations)
        yield ""
    yield style.paint(Tone.STRONG, "To start from")
    yield from (f"  {line}" for line in snippet_lines(provider))


def _credentials(credentials: Sequence[Credential], style: Style) -> Iterator[str]:
    """A table: key, JSON type, whether it is required and secret, what it is."""
    rows = [
        (
            each.key,
            each.json_type,
            _need(each),
            "secret" if each.secret else "",
            _meaning(each),
        )
        for each in credentials
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        *cells, meaning = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        line = "  ".join(cell for cell, width in zip(cells, widths, strict=False) if width)
        yield f"  {line}  {style.paint(Tone.FAINT, meaning.rstrip())}".rstrip()


def _need(credential: Credential) -> str:
    if credential.server_made:
        return "left to Novu"
    return "required" if credential.required else "optional"


def _meaning(credential: Credential) -> str:
    parts = [values.sentence(part) for part in (credential.label, credential.description)]
    if credential.enum:
        parts.append(f"One of {', '.join(values.name(each) for each in credential.enum)}")
    return ". ".join(part.rstrip(".") for part in parts if part)
