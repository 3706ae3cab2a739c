"""Live environments as the files of a project: the way from what somebody clicked to YAML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.authoring.definitions import Writer
from reconciler.authoring.names import Names
from reconciler.authoring.overriding import over_defaults
from reconciler.authoring.pairing import paired
from reconciler.authoring.rows import form_of, primaries_of, refuse_twins
from reconciler.authoring.sketch import is_taken, sketched
from reconciler.findings import finding
from reconciler.model import Channel, Kind, Readback

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from reconciler.authoring.definitions import Variable
    from reconciler.authoring.sketch import Sketch
    from reconciler.config.forms import Form
    from reconciler.findings import Finding
    from reconciler.model import Observed, ObservedIntegration
    from reconciler.secret import Json

_CHANNELS: Final = {channel.value: number for number, channel in enumerate(Channel)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What live environments come to.

    Attributes:
        parts: the text below ``integrations:``, by channel (``agent`` for agents), in the order
            of the channels; those that hold nothing are left out.
        variables: what the references need.
        definitions: how many integrations are declared.
        rows: how many rows of the server that makes.
        placeholders: how many values have to be filled in in the file.
        withheld: some server does not give credentials back.
        left_alone: rows of Novu's own providers that were not taken along.
        findings: what could not be taken along; warnings all.
    """

    parts: Mapping[str, str]
    variables: tuple[Variable, ...]
    definitions: int
    rows: int
    placeholders: int
    withheld: bool
    left_alone: int
    findings: tuple[Finding, ...]


def export(
    live: Mapping[str, Observed],
    *,
    environments: Sequence[str] = (),
    reserved: Collection[str] = (),
    declared: Mapping[str, Mapping[str, Form]] | None = None,
    defaults: Mapping[str, Mapping[str, Json]] | None = None,
) -> Exported:
    """The integrations of live environments as declarations.

    The same environments give the same text, byte for byte, in whichever order the server lists.

    Args:
        live: by the project's name for each environment, in the project's order.
        environments: all that the project has; an integration says where it lives unless that is
            everywhere.
        reserved: names of variables that must not be given out, like those of API keys.
        declared: what the project declares already, by environment and identifier: its references
            are kept.
        defaults: what lies under every integration of a channel.

    Raises:
        ServerStateError: two rows of an environment share an identifier.
    """
    found: list[Finding] = []
    sketches: list[Sketch] = []
    left_alone = 0
    for name, observed in live.items():
        refuse_twins(observed.integrations, name)
        primaries = primaries_of(observed.integrations)
        forms = (declared or {}).get(name, {})
        for row in observed.integrations:
            if not is_taken(row):
                left_alone += 1
            elif not row.identifier:
                found.append(_nameless(row, name))
            else:
                form = form_of(forms, row)
                sketch, problems = sketched(
                    row, name, primary=row.id in primaries, declared=form.value if form else None
                )
                under = (defaults or {}).get(str(row.channel))
                sketches.append(over_defaults(sketch, row, under) if under else sketch)
                found += problems
    everywhere = tuple(environments) or tuple(live)
    writer = Writer(everywhere, Names(reserved), {each.identifier for each in sketches})
    parts: dict[str, list[str]] = {}
    for members, shared in sorted(paired(sketches), key=_place):
        first = members[0]
        part = "agent" if first.kind is Kind.AGENT else first.channel or "agent"
        parts.setdefault(part, []).append(writer.block(members, shared))
    return Exported(
        parts={part: "\n".join(blocks) for part, blocks in parts.items()},
        variables=tuple(writer.variables),
        definitions=sum(map(len, parts.values())),
        rows=len(sketches),
        placeholders=writer.placeholders,
        withheld=any(
            row.credentials.readback is not Readback.READABLE
            for observed in live.values()
            for row in observed.integrations
        ),
        left_alone=left_alone,
        findings=tuple(found),
    )


def _place(definition: tuple[tuple[Sketch, ...], str | None]) -> tuple[int, str, str]:
    """By channel, agents last, then by identifier."""
    members, shared = definition
    channel = members[0].channel or ""
    return _CHANNELS.get(channel, len(_CHANNELS)), channel, shared or members[0].identifier


def _nameless(row: ObservedIntegration, environment: str) -> Finding:
    detail = (
        f"The integration {row.id} ({row.provider_id}) has no identifier, as very old ones do, so"
        " nothing could be paired with it. Give it one in Novu's dashboard, then export again."
    )
    return finding("NS340", detail, environment=environment)
