"""Waving through what is right, without jsonschema."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reconciler.config.accept import Acceptor

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "schemas" / "novu-sync.schema.json").read_text("utf-8")
)
ACCEPTOR = Acceptor(SCHEMA["$defs"])

CASES: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"type": "string"}, ["a", ""], [1, None, True, [], {}]),
    ({"type": ["boolean", "null"]}, [True, None], [0, "true"]),
    ({"type": "integer"}, [0, -1], [True, 0.5, "1"]),
    ({"type": "number"}, [0, 0.5], [True, "1"]),
    ({"type": ["integer", "boolean"]}, [1, True], [0.5]),
    ({"enum": ["a", None]}, ["a", None], ["b", 1, []]),
    ({"const": 1}, [1], [True, 2, "1"]),
    ({"const": True}, [], [True, 1]),
    ({"const": 1, "enum": ["a"]}, [], ["a", 1]),
    ({"pattern": "^a"}, ["ab", 5], ["ba"]),
    ({"minLength": 1, "maxLength": 2}, ["a", [], 5], ["", "abc"]),
    ({"minimum": 0, "maximum": 2}, [0, 2, 1.5, "9"], [-1, 3, 2.5]),
    ({"items": {"type": "string"}}, [[], ["a"], "a"], [["a", 1]]),
    ({"uniqueItems": True}, [[], ["a", "b"], {}], [["a", "a"], [1, 1]]),
    ({"required": ["a"]}, [{"a": 1}, 5], [{}]),
    ({"minProperties": 1, "maxProperties": 1}, [{"a": 1}, []], [{}, {"a": 1, "b": 2}]),
    ({"properties": {"a": {"type": "string"}}}, [{"a": "x"}, {"b": 1}], [{"a": 1}]),
    ({"properties": {"a": {}}, "additionalProperties": False}, [{"a": 1}], [{"b": 1}]),
    ({"additionalProperties": {"type": "string"}}, [{"b": "x"}], [{"b": 1}]),
    ({"propertyNames": {"pattern": "^a"}}, [{"ab": 1}, {}], [{"b": 1}]),
    (
        {
            "properties": {"xa": {"type": "string"}},
            "patternProperties": {"^x": {"minLength": 1}},
            "additionalProperties": False,
        },
        [{"xa": "b"}, {"xb": 5}],
        [{"xa": ""}, {"xa": 5}, {"xb": ""}, {"y": 1}],
    ),
    ({"anyOf": [{"type": "string"}, {"minimum": 3}]}, ["a", 3, None], [2]),
    ({"$ref": "#/$defs/ledgerBackend"}, ["auto"], ["disk", None]),
    ({"title": "no say in it"}, [None, 1, "a", [], {}], []),
]


@pytest.mark.parametrize(("schema", "right", "wrong"), CASES, ids=lambda case: str(case)[:40])
def test_a_keyword_accepts_what_is_right_and_leaves_the_rest(
    schema: dict[str, Any], right: list[Any], wrong: list[Any]
) -> None:
    accepts = ACCEPTOR.schema(schema)
    assert [each for each in right if not accepts(each)] == []
    assert [each for each in wrong if accepts(each)] == []


def test_a_keyword_that_is_not_known_leaves_everything_to_jsonschema() -> None:
    accepts = ACCEPTOR.schema({"type": "string", "contentEncoding": "base64"})
    assert not accepts("a")


def test_a_definition_may_refer_to_itself() -> None:
    accepts = ACCEPTOR.definition("operand")
    assert accepts({"and": [{"or": [{"==": [{"var": "a"}, 1]}]}]})
    assert not accepts({"and": [{"or": [{"===": [{"var": "a"}, 1]}]}]})
    assert ACCEPTOR.definition("operand") is ACCEPTOR.definition("operand")


def test_a_project_that_is_right_never_wakes_jsonschema() -> None:
    """Its import takes longer than judging a thousand integrations does."""
    program = """
import json, sys
from reconciler.config.schema import document_problems, integration_problems
integration = json.loads(sys.argv[1])
project = {"version": 1, "project": "a", "environments": {"dev": {"apiKey": "${env:X}"}}}
assert document_problems(project | {"integrations": [integration]}) == ()
assert document_problems({"integrations": [integration]}, included=True) == ()
del integration["environments"]
assert integration_problems(integration) == ()
print("jsonschema" in sys.modules)
"""
    integration = {
        "identifier": "smtp-${environment}",
        "name": "SMTP",
        "providerId": "nodemailer",
        "active": True,
        "credentials": {
            "host": "smtp.acme.com",
            "port": "587",
            "secure": "${env:SECURE}",
            "tlsOptions": {"servername": "acme.com"},
            "from": "no-reply@acme.com",
            "senderName": "Acme",
        },
        "conditions": [{"children": [{"on": "tenant", "operator": "EQUAL", "value": 1}]}],
        "rules": {"==": [{"var": "context.tenant.id"}, "acme"]},
        "configurations": {"inboxCount": "unread"},
        "environments": {"dev": None, "prod": {"credentials": {"secure": True}}},
    }
    ran = subprocess.run(
        [sys.executable, "-c", program, json.dumps(integration)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "False\n"
