"""Builds the published JSON Schema and the packaged catalogue from the facts in ``schemas/facts``.

The facts are written by hand: what Novu's documentation says, what its servers take beyond that,
which providers there are, and the shape of a project. Built from them are

- ``schemas/novu-sync.schema.json``: for editors, and for `reconciler.config.schema`, which judges
  with the very definitions that an editor shows;
- ``schemas/novu-integration.schema.json``: an integration on the wire, which the sandbox is held
  to;
- ``schemas/catalogue.json``: the providers, for `reconciler.config.catalogue`.

Same facts, same bytes: nothing here depends on time, order of files or machine.
"""

from __future__ import annotations

import json
import re
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

SCHEMAS = Path(__file__).parent.parent / "schemas"

Facts = dict[str, Any]
Schema = dict[str, Any]


def load_facts(folder: Path = SCHEMAS / "facts") -> Facts:
    """The facts by the name of their file."""
    return {each.stem: yaml.safe_load(each.read_text("utf-8")) for each in folder.glob("*.yaml")}


def build(facts: Facts) -> dict[str, str]:
    """The text of each built file, by its name in ``schemas``."""
    _must_fit(facts["providers"])
    return {
        "novu-sync.schema.json": _pretty(project_schema(facts)),
        "novu-integration.schema.json": _pretty(api_schema(facts)),
        "catalogue.json": _one_line_each(catalogue(facts)),
    }


def project_schema(facts: Facts) -> Schema:
    """The schema of a project's files."""
    schema = deepcopy(facts["project"])  # anchors make shared objects of what is written once
    reference = schema.pop("x-fields")["reference"]
    definitions = schema["$defs"]
    known, server = facts["providers"], facts["server"]
    keys = {key: {"key": key, **fact} for key, fact in known["keys"].items()}
    providers = _sorted_providers(known)

    for provider in providers:
        name = f"credentials.{provider['id']}"
        definitions[name] = _mapping(
            f"Credentials of {provider['name']}",
            _about(provider),
            [keys[each["key"]] | each for each in provider.get("credentials", ())],
            provider["id"],
            reference,
        )
        definitions[f"provider.{provider['id']}"] = _provider(provider, name)
    for word in known["documentedOnly"]:
        definitions[f"provider.{word['id']}"] = _provider(word, "credentials")
    definitions["credentials"] = _mapping(
        "Credentials that Novu knows",
        "Of a provider that is not in the catalogue: every key that Novu stores.",
        [keys[key] for key in sorted(keys)],
        "PROVIDER",
        reference,
    )
    definitions["configurations"] = _mapping(
        "Configurations",
        "Every key that Novu stores.",
        [{"key": key, **fact} for key, fact in server["configurations"].items()],
        "PROVIDER",
        reference,
    )
    definitions["integration"] = _integration([*providers, *known["documentedOnly"]])
    definitions["ruleOperators"]["properties"] = {
        operator: {"$ref": "#/$defs/operand"} for operator in server["rules"]["operators"]
    }
    template = definitions.pop("defaults")
    for channel in server["channels"]:
        of_channel = [each for each in providers if each.get("channel") == channel]
        used = {each["key"] for each in of_channel for each in each.get("credentials", ())}
        defaults = definitions[f"defaults.{channel}"] = deepcopy(template)
        credentials = defaults["properties"]["credentials"]
        credentials |= _mapping(
            f"Credentials of {channel} providers",
            credentials["description"],
            [keys[key] for key in sorted(used)],
            channel,
            reference,
        )
        likely = min(used, key=lambda key: (key != "senderName", key != "from", key))
        example = {likely: (credentials["properties"][likely].get("examples") or [True])[0]}
        credentials["examples"] = [example]
        defaults |= {"title": f"Defaults of {channel}", "examples": [{"credentials": example}]}
    schema["properties"]["defaults"]["properties"] = {
        channel: {"$ref": f"#/$defs/defaults.{channel}"} for channel in server["channels"]
    }
    schema["$defs"] = dict(sorted(definitions.items()))
    finished: Schema = _finished(schema, facts)
    return finished


def api_schema(facts: Facts) -> Schema:
    """The schema of an integration as Novu's API takes and answers it."""
    schema = deepcopy(facts["api"])
    credentials = {
        key: {
            "title": fact["label"],
            "description": fact["description"],
            "type": fact["type"],
            **({"writeOnly": True} if fact.get("secret") else {}),
            **({"examples": [fact["example"]]} if "example" in fact else {}),
        }
        for key, fact in sorted(facts["providers"]["keys"].items())
    }
    for definition in ("createRequest", "integration"):
        schema["$defs"][definition]["properties"]["credentials"]["properties"] = credentials
    finished: Schema = _finished(schema, facts)
    return finished


def catalogue(facts: Facts) -> Facts:
    """The providers as the program loads them: what is the same for a key is written once."""
    known = facts["providers"]
    providers = [
        {**each, "credentials": [_plain(one) for one in each.get("credentials", ())]}
        for each in _sorted_providers(known)
    ]
    return {
        "keys": {key: _plain(fact) for key, fact in sorted(known["keys"].items())},
        "configurations": {
            key: _plain(fact) for key, fact in sorted(facts["server"]["configurations"].items())
        },
        "documentedOnly": known["documentedOnly"],
        "providers": providers,
    }


def _plain(fact: Facts) -> Facts:
    return {name: value for name, value in fact.items() if name != "example"}


def _must_fit(known: Facts) -> None:
    """Stops where the facts contradict themselves."""
    ids = [provider["id"] for provider in known["providers"]]
    doubles = sorted({each for each in ids if ids.count(each) > 1})
    unknown = sorted(
        f"{provider['id']}.{credential['key']}"
        for provider in known["providers"]
        for credential in provider.get("credentials", ())
        if credential["key"] not in known["keys"]
    )
    if doubles or unknown:
        raise SystemExit(f"facts: providers named twice {doubles}, keys nobody describes {unknown}")


def _sorted_providers(known: Facts) -> list[Facts]:
    return sorted(known["providers"], key=lambda provider: provider["id"])


def _value(fact: Facts, example: str | None, reference: str) -> Schema:
    """One credential or configuration: its own type, a reference, or null to take it out."""
    schema: Schema = {"title": fact["label"], "description": _description(fact)}
    if fact["type"] == "string":
        schema["type"] = ["string", "null"]
        if "enum" in fact:
            schema["anyOf"] = [{"enum": [*fact["enum"], None]}, {"pattern": reference}]
            example = fact["enum"][0]
    else:
        schema["type"] = [fact["type"], "string", "null"]
        schema["pattern"] = reference
    if fact.get("secret"):
        schema["writeOnly"] = True
    if example:
        schema["examples"] = [example]
    return schema


def _description(fact: Facts) -> str:
    words = [fact["description"]]
    if fact.get("required"):
        words.append("Required.")
    if fact.get("secret"):
        words.append("Secret: write a reference.")
    return " ".join(words)


def _example(owner: str, fact: Facts) -> str | None:
    """What an editor offers: for a secret a reference to a variable named after its owner."""
    if fact.get("secret"):
        snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", fact["key"])
        return "${env:" + re.sub(r"\W", "_", f"{owner}_{snake}").upper() + "}"
    return fact.get("example")


def _mapping(
    title: str, description: str, facts: list[Facts], owner: str, reference: str
) -> Schema:
    """A mapping that takes these keys and no others."""
    return {
        "title": title,
        "description": description,
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {
            fact["key"]: _value(fact, _example(owner, fact), reference) for fact in facts
        },
    }


def _about(provider: Facts) -> str:
    words = [provider.get("note", ""), f"See {provider['docs']}" if "docs" in provider else ""]
    return " ".join(filter(None, words)) or f"What {provider['name']} takes."


def _provider(provider: Facts, credentials: str) -> Schema:
    """What an integration of the provider looks like, overlays included."""
    takes = {"$ref": f"#/$defs/{credentials}"}
    return {
        "properties": {
            "channel": {"const": provider["channel"]} if "channel" in provider else False,
            "kind": {"const": provider.get("kind", "delivery")},
            "credentials": takes,
            "environments": {"additionalProperties": {"properties": {"credentials": takes}}},
        },
    }


def _integration(providers: list[Facts]) -> Schema:
    """The shape of an integration and, chosen by its provider, what that provider takes."""
    names = {each["id"]: each["name"] for each in sorted(providers, key=lambda each: each["id"])}
    configurations = {"$ref": "#/$defs/configurations"}
    overlay = {"properties": {"configurations": configurations}}
    return {
        "title": "Integration",
        "description": "One integration: a provider with its credentials, on one channel.",
        "properties": {
            "providerId": {"enum": list(names), "enumDescriptions": list(names.values())},
            "configurations": configurations,
            "environments": {"additionalProperties": overlay},
        },
        "allOf": [
            {"$ref": "#/$defs/shape"},
            *(
                {
                    "if": {
                        "properties": {"providerId": {"const": id_}},
                        "required": ["providerId"],
                    },
                    "then": {"$ref": f"#/$defs/provider.{id_}"},
                }
                for id_ in names
            ),
        ],
    }


def _finished(node: Any, facts: Facts) -> Any:  # noqa: ANN401 - walks any JSON
    """Words where ``enumFrom`` names them, and examples where they go without saying."""
    if isinstance(node, list):
        return [_finished(each, facts) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: _finished(value, facts) for key, value in node.items() if key != "enumFrom"}
    if isinstance(path := node.get("enumFrom"), str):
        words: Any = facts
        for step in path.split("."):
            words = words[step]
        made["enum"] = words
    if isinstance(made.get("title"), str) and "examples" not in made:
        if isinstance(made.get("enum"), list):
            made["examples"] = made["enum"][:1]
        elif "boolean" in str(made.get("type")):
            made["examples"] = [True]
    return made


def _pretty(document: Schema) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _one_line_each(document: Facts) -> str:
    """Compact, but a line for each entry, so that a change of one shows as a change of one."""

    def compact(value: Any) -> str:  # noqa: ANN401 - any JSON
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    parts = []
    for name, entries in document.items():
        if isinstance(entries, dict):
            lines = [f"{compact(key)}:{compact(value)}" for key, value in entries.items()]
            parts.append(f"{compact(name)}:{{\n" + ",\n".join(lines) + "\n}")
        else:
            lines = [compact(value) for value in entries]
            parts.append(f"{compact(name)}:[\n" + ",\n".join(lines) + "\n]")
    return "{" + ",\n".join(parts) + "}\n"


def main(arguments: list[str], folder: Path = SCHEMAS) -> int:
    """Writes the built files into the folder, or with ``--check`` tells which are stale there."""
    if arguments not in ([], ["--check"]):
        print("usage: script/schemas [--check]", file=sys.stderr)
        return 64
    built = build(load_facts())
    stale = [name for name in built if _read(folder / name) != built[name]]
    for name in stale:
        if arguments:
            print(f"schemas/{name} is stale: run script/schemas", file=sys.stderr)
        else:
            (folder / name).write_text(built[name], "utf-8")
            print(f"schemas/{name} written")
    return 1 if arguments and stale else 0


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
