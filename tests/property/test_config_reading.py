"""Whatever a file holds: it is read as every other reader reads it, or it is told; never a crash."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.config.documents import Document
from reconciler.config.dotenv import variables
from reconciler.config.layers import merge
from reconciler.config.project import assembled
from reconciler.config.references import BadReferenceError, Resolver, parse
from reconciler.config.resolve import check, resolve
from reconciler.config.scalars import plain
from reconciler.errors import ApiKeyError, FindingsError
from reconciler.findings import RULES

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
printable = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp"]), max_size=12
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | printable,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(printable, inner, max_size=4),
    max_leaves=12,
)
mappings = st.dictionaries(printable, json_values, max_size=4)
loaders = st.sampled_from([yaml.SafeLoader, yaml.CSafeLoader])

FRAGMENTS = [
    *"-?:,[]{}#&*!|>'\"%@` \n\t~<",
    *(
        "integrations:",
        "identifier:",
        "\n  - ",
        "\n    ",
        "<<: ",
        "&a ",
        "*a",
        "!t ",
        "--- ",
        "...",
    ),
    *("credentials:", "providerId: ses", "channel", "environments:", "development:", "include:"),
    *("${", "}", "${env:A}", "$${", "true", "null", "0x1", "1e999", "rules:", "primary: true"),
    *("defaults:", "email:", "apiKey:", "active: false", "identifier: a", "conditions:"),
]
HEAD = """\
version: 1
project: acme
environments:
  development: {apiKey: "${env:KEY}"}
"""


@given(mappings)
def test_json_is_yaml(value: dict[str, Any]) -> None:
    document = Document(json.dumps(value, ensure_ascii=False).encode(), "a.yaml")
    assert document.findings == ()
    assert document.value == value


@given(mappings, st.booleans())
def test_what_another_program_writes_is_read_as_it_was_meant(
    value: dict[str, Any],
    flow: bool,  # noqa: FBT001 - drawn
) -> None:
    written = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow, sort_keys=False)
    document = Document(written.encode(), "a.yaml")
    # PyYAML leaves text unquoted that YAML 1.2 takes for a number, and only that may differ.
    unsure = {each.code for each in document.findings}
    assert unsure <= {"NS103", "NS110", "NS111"}
    if not unsure and not _has_number_of_1_2(value):
        assert document.value == value


def _has_number_of_1_2(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_number_of_1_2(each) for each in (*value, *value.values()))
    if isinstance(value, list):
        return any(map(_has_number_of_1_2, value))
    return isinstance(value, str) and not isinstance(plain(value), str)


@given(st.lists(st.sampled_from(FRAGMENTS) | text, max_size=30).map("".join), loaders)
def test_no_text_makes_it_crash(written: str, loader: type) -> None:
    document = Document((HEAD + written).encode(), "a.yaml", loader=loader)
    lines = (HEAD + written).splitlines() or [""]
    project = assembled(document, directory=Path())
    for finding in check(project):
        assert finding.code in RULES
        assert finding.location is not None
        assert 1 <= finding.location.line <= len(lines) + 1
        assert finding.location.column >= 1
    try:
        resolve(project, "development", variables={"KEY": "key", "A": "a"})
    except ApiKeyError:
        pytest.fail("the key is set")


@given(st.binary(max_size=60))
def test_no_bytes_make_it_crash(data: bytes) -> None:
    check(assembled(Document(data, "a.yaml"), directory=Path()))


@given(st.binary(max_size=40).map(lambda data: data.decode("latin-1")) | text)
def test_a_value_in_quotes_is_read_as_it_is(value: str) -> None:
    value = value.replace("\r\n", "\n")
    escaped = "".join({"\\": "\\\\", '"': '\\"', "$": "\\$"}.get(each, each) for each in value)
    assert variables(f'A="{escaped}"\nB=c', "a.env") == {"A": value, "B": "c"}
    if "'" not in value:
        assert variables(f"A='{value}' # d\nB=c", "a.env") == {"A": value, "B": "c"}


@given(st.lists(st.sampled_from([*"=#'\"\\ \n\r", "A", "export "]), max_size=20).map("".join))
def test_no_dotenv_file_makes_it_crash(written: str) -> None:
    codes = set()
    try:
        variables(written, "a.env")
    except FindingsError as error:
        codes = {each.code for each in error.findings}
    assert codes <= {"NS313"}


@given(st.lists(st.sampled_from(["$", "{", "}", "x"])).map("".join))
def test_every_text_can_be_written_so_that_it_stands_for_itself(value: str) -> None:
    escaped = re.sub(r"\$+(?=\{)", lambda dollars: dollars[0] * 2, value)
    assert Resolver("x", {}).text(parse(escaped)) == value


@given(
    st.lists(st.sampled_from(["$", "{", "}", "env:A", ":-", "environment", "x", "\n"])).map("".join)
)
def test_no_string_is_half_a_reference(value: str) -> None:
    code, literal = "", ""
    try:
        literal = "".join(part for part in parse(value).parts if isinstance(part, str))
    except BadReferenceError as bad:
        code = bad.code
    assert code in {"", "NS301", "NS302"}
    assert "${" not in literal or "$${" in value


@given(mappings, mappings)
def test_layers_are_merged_without_being_changed(
    below: dict[str, Any], above: dict[str, Any]
) -> None:
    before = json.dumps([below, above])
    merged = merge(below, above)
    assert json.dumps([below, above]) == before
    assert merged.keys() == below.keys() | above.keys()
    assert merge(merged, above) == merged
    assert merge(below, {}) == below
    assert merge({}, above) == above
