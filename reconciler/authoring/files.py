"""The files that an export is written to: YAML with a head that explains it, and a dotenv file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.authoring import writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.authoring.export import Exported

_NAMES: Final = {"in_app": "in-app", "agent": "agents"}
_WITHHELD: Final = (
    "Novu does not give credentials back: secrets are references to variables, and `<CHANGE_ME>`",
    "stands for what else has to be filled in (`novu-sync validate` points at it). Who does not",
    "know the credentials of an integration removes its `credentials`: they stay as they are.",
)


def project_head(
    project: str, environments: Mapping[str, Mapping[str, str]], *, include: Sequence[str] = ()
) -> str:
    """The beginning of a project file.

    Args:
        project: its name.
        environments: what each of them says, like ``apiKey``, by name.
        include: patterns of files with integrations.
    """
    tree: dict[str, writing.Tree] = {
        "version": 1,
        "project": project,
        "environments": {name: dict(each) for name, each in environments.items()},
    }
    if include:
        tree["include"] = list(include)
    return "\n".join(writing.lines(tree)) + "\n"


def integrations(
    exported: Exported, environments: Iterable[str], *, head: str = "", verb: str = "Exported"
) -> str:
    """All integrations in one file.

    Args:
        exported: what live environments come to.
        environments: which ones.
        head: what stands before the integrations in a project file.
        verb: how they came here.
    """
    return f"{_preface(exported, environments, verb)}{head}{_below(exported.parts.values())}"


def by_channel(exported: Exported, environments: Iterable[str]) -> dict[str, str]:
    """A file for each channel, by its name."""
    preface = _preface(exported, environments)
    return {
        f"{_NAMES.get(part, part)}.yaml": f"{preface}{_below([text])}"
        for part, text in exported.parts.items()
    }


def dotenv(exported: Exported, api_keys: Iterable[str]) -> str:
    """An example of a dotenv file with every variable that has to be set.

    Args:
        exported: what live environments come to.
        api_keys: names of the variables that hold API keys.
    """
    lines = [
        "# What the project refers to. Copy this file to .env, fill it in, keep it out of git, and",
        "# add --env-file .env to novu-sync plan and apply; or set the variables where they run.",
    ]
    keys = [f"{name}=" for name in api_keys]
    if keys:
        lines += ["", "# API keys of Novu", *keys]
    if exported.variables:
        lines.append("")
    for each in exported.variables:
        lines.append(f"# {each.purpose}")
        lines.append(f"# {each.name}=" if each.optional else f"{each.name}=")
    return "\n".join(lines) + "\n"


def _preface(exported: Exported, environments: Iterable[str], verb: str = "Exported") -> str:
    lines = [f"{verb} by novu-sync from {' and '.join(environments)}."]
    if exported.withheld and (exported.placeholders or exported.variables):
        lines += _WITHHELD
    return "".join(f"# {line}\n" for line in lines)


def _below(texts: Iterable[str]) -> str:
    inner = "\n".join(texts)
    return f"integrations:\n{inner}" if inner else "integrations: []\n"
