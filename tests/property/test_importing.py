"""Whatever lies in a file, an import ends with a project or with a finding at its place."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.cli import main
from reconciler.config.documents import Document

if TYPE_CHECKING:
    from collections.abc import Callable

ENDS = (0, 1, 3, 64)
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["ses", "slack", "email", "${env:A}", "<CHANGE_ME>", "yes", "- a: b", "#", "\ud83d"]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["_id", "_environmentId", "identifier", "name", "providerId", "channel", "kind", "active",
     "primary", "priority", "credentials", "conditions", "rules", "configurations", "deleted"]
)  # fmt: skip
RIGHT = {
    "identifier": TEXTS,
    "providerId": st.sampled_from(["ses", "slack", "fcm", "novu", "nobody"]),
    "name": TEXTS,
    "active": st.booleans(),
    "credentials": st.dictionaries(
        st.sampled_from(["apiKey", "secretKey", "region", "tlsOptions", "odd", "secret_key"]),
        VALUES,
        max_size=4,
    ),
}
ROWS = st.one_of(
    st.fixed_dictionaries({}, optional=RIGHT),
    st.fixed_dictionaries(RIGHT),
    st.dictionaries(KEYS, VALUES, max_size=6),
    VALUES,
)
LISTS = st.one_of(
    st.lists(ROWS, max_size=4), ROWS, st.builds(lambda rows: {"data": rows}, st.lists(ROWS))
)
SHELL = st.lists(
    st.sampled_from(
        ["curl", " ", "\n", "\\\n", "'", '"', "$A", "${A}", "$(", ")", "`", "\\", "-d", "-X", "PUT",
         "https://x/v1/integrations", "<<EOF", "\nEOF\n", "@-", "@a.sh", "#", ";", "|", ">", "$'",
         '{"identifier":"a","providerId":"ses"}', "é", "\t"]
    ),
    max_size=14,
)  # fmt: skip


def imported(option: str, write: Callable[[Path], object]) -> tuple[int, str, str]:
    """How an import of a folder ends, and what it says."""
    out, err = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as place:
        name = write(Path(place))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.run(["import", option, f"{place}/{name or ''}", "--project", "p"])
    return int(code), out.getvalue(), err.getvalue()


def settled(code: int, out: str, err: str) -> None:
    assert code in ENDS, err
    if code == 0:
        document = Document(out.encode(), "novu-sync.yaml")
        assert document.usable, (document.findings, out)
        assert document.value["project"] == "p"
        assert isinstance(document.value["integrations"], list)
    else:
        assert out == ""
        assert err


@settings(max_examples=150, deadline=None)
@given(LISTS)
def test_any_json_is_a_project_or_told(value: Any) -> None:  # noqa: ANN401 - any JSON
    def write(place: Path) -> str:
        (place / "list.json").write_text(json.dumps(value), "utf-8")
        return "list.json"

    settled(*imported("--from-json", write))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_told(data: bytes) -> None:
    def write(place: Path) -> str:
        (place / "list.json").write_bytes(data)
        return "list.json"

    settled(*imported("--from-json", write))


@settings(max_examples=200, deadline=None)
@given(SHELL)
def test_any_script_is_a_project_or_told(parts: list[str]) -> None:
    def write(place: Path) -> None:
        (place / "a.sh").write_text("curl" + "".join(parts), "utf-8")

    settled(*imported("--from-curl", write))
