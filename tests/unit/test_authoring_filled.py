from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.authoring import filled
from reconciler.authoring.definitions import Variable
from reconciler.config.dotenv import variables as read
from reconciler.model import (
    Observed,
    ObservedCredentials,
    ObservedIntegration,
    Readback,
)
from reconciler.secret import Secret, reveal

ROW = ObservedIntegration(
    id="1",
    environment_id="e",
    identifier="a",
    provider_id="ses",
    channel="email",
    credentials=ObservedCredentials(
        readback=Readback.READABLE,
        values={
            "apiKey": Secret("k"),
            "headers": Secret({"a": ["b"]}),
            "token": Secret("<CHANGE_ME>"),
            "password": Secret(""),
        },
    ),
    configurations={"inboundWebhookSigningKey": Secret("s")},
)
LIVE = {"dev": Observed(environment_id="e", environment_name="E", integrations=(ROW,))}


def variable(name: str, field: str, key: str) -> Variable:
    return Variable(name=name, purpose=f"{key} of it", place=("dev", "a", field, key))


VARIABLES = (
    variable("KEY", "credentials", "apiKey"),
    variable("HEADERS", "credentials", "headers"),
    variable("LEFT", "credentials", "token"),
    variable("EMPTY", "credentials", "password"),
    variable("LACKING", "credentials", "user"),
    variable("SIGN", "configurations", "inboundWebhookSigningKey"),
    Variable(name="OFFERED", purpose="something, if it is set", optional=True),
)


def test_values_that_were_told_are_found_and_placeholders_are_none() -> None:
    told = filled.values(VARIABLES, LIVE)
    assert {name: reveal(each) for name, each in told.items()} == {
        "KEY": "k",
        "HEADERS": '{"a": ["b"]}',
        "SIGN": "s",
    }


def test_a_row_without_configurations_has_none() -> None:
    bare = ObservedIntegration(
        id="1", environment_id="e", identifier="a", provider_id="ses", channel="email"
    )
    live = {"dev": Observed(environment_id="e", environment_name="E", integrations=(bare,))}
    assert filled.values(VARIABLES, live) == {}


def test_the_file_names_every_variable_and_what_is_optional_in_a_remark() -> None:
    text = filled.dotenv(VARIABLES, {"KEY": Secret("k")}, ["NOVU_KEY"]).reveal()
    assert text == (
        "# Secrets. Keep this file out of git.\n"
        "\n"
        "NOVU_KEY=\n"
        "\n"
        "# apiKey of it\nKEY='k'\n"
        "# headers of it\nHEADERS=\n"
        "# token of it\nLEFT=\n"
        "# password of it\nEMPTY=\n"
        "# user of it\nLACKING=\n"
        "# inboundWebhookSigningKey of it\nSIGN=\n"
        "# something, if it is set\n# OFFERED=\n"
    )


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_any_value_reads_back_as_it_was(value: str) -> None:
    text = filled.dotenv([VARIABLES[0]], {"KEY": Secret(value)}, []).reveal()
    assert read(text, ".env") == {"KEY": value}
