"""What references look like, and what they stand for."""

from __future__ import annotations

import pytest

from reconciler.config.references import BadReferenceError, Reference, Resolver, parse
from reconciler.config.sources import Variables

A = Reference(source="env", argument="A")
HERE = Reference(source="environment")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("text", ("text",)),
        ("${env:A}", (A,)),
        ("${environment}", (HERE,)),
        ("x${env:A}y${environment}", ("x", A, "y", HERE)),
        ("${env:A}${env:A}", (A, A)),
        ("${env:A:-b}", (Reference(source="env", argument="A", default="b"),)),
        ("${env:A:-}", (Reference(source="env", argument="A", default=""),)),
        ("${env:A:-b:-c}", (Reference(source="env", argument="A", default="b:-c"),)),
        ("${file:a/b c.txt}", (Reference(source="file", argument="a/b c.txt"),)),
        ("$${env:A}", ("${env:A}",)),
        ("$$${env:A}", ("$", A)),
        ("$$$${env:A}", ("$${env:A}",)),
        ("a $ b $$ c {d}", ("a $ b $$ c {d}",)),
        ("}${env:A}}", ("}", A, "}")),
    ],
)
def test_a_string_is_taken_apart(text: str, parts: tuple[str | Reference, ...]) -> None:
    assert parse(text).parts == parts


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("${env:A", "NS301", "not closed"),
        ("${", "NS301", "not closed"),
        ("${env:${env:A}}", "NS301", "cannot be nested"),
        ("${env:A:-{}}", "NS301", "cannot be nested"),
        ("${A}", "NS301", "does not say where its value comes from"),
        ("${}", "NS301", "does not say where its value comes from"),
        ("${env:}", "NS301", "is no reference"),
        ("${env:A-B}", "NS301", "is no reference"),
        ("${env: A}", "NS301", "is no reference"),
        ("${file:}", "NS301", "is no reference"),
        ("${file: }", "NS301", "is no reference"),
        ("${file:a:-b}", "NS301", "is no reference"),
        ("${file:a\nb}", "NS301", "is no reference"),
        ("${environment:A}", "NS301", "is no reference"),
        ("${envs:A}", "NS302", "Did you mean `env`?"),
        ("${vault:A}", "NS302", "does not exist"),
        ("${exec:}", "NS301", "is no reference"),
        ("${exec:ls:-a}", "NS301", "is no reference"),
        ("${exec:ls 'a}", "NS301", "quote is not closed"),
        ("${exec:ls a\\}", "NS301", "backslash ends it"),
        ("${exec:'' a}", "NS301", "cannot be taken apart"),
    ],
)
def test_what_looks_like_a_reference_and_is_none_is_told(text: str, code: str, says: str) -> None:
    with pytest.raises(BadReferenceError) as caught:
        parse(text)
    assert caught.value.code == code
    assert says in caught.value.detail


def test_what_stands_inside_is_never_told_since_it_may_be_half_of_a_password() -> None:
    for text in ("${hunter2", "${hunter2}", "${hunter2:x}", "${env:hunter-2}", "${env:{hunter2}}"):
        with pytest.raises(BadReferenceError) as caught:
            parse(text)
        assert "hunter" not in caught.value.detail


def test_a_long_text_of_many_references_is_taken_apart_in_no_time() -> None:
    assert len(parse("${env:A}," * 200_000).references) == 200_000


def test_a_reference_reads_as_it_is_written() -> None:
    assert str(A) == "${env:A}"
    assert str(HERE) == "${environment}"


def test_of_a_command_only_the_program_is_shown_since_its_arguments_may_be_anything() -> None:
    assert str(parse("${exec:curl -u hunter2}").whole) == "${exec:curl …}"


def test_two_spellings_of_one_command_are_one() -> None:
    one, other = (parse(f"${{exec:{each}}}").whole for each in ("pass  'a' b", 'pass a "b"'))
    assert one == other


def test_a_template_knows_its_references_and_whether_it_is_one() -> None:
    assert parse("x${env:A}").references == (A,)
    assert parse("${env:A}").whole == A
    assert parse("x${env:A}").whole is None
    assert parse("x").whole is None
    assert parse("").whole is None


def test_the_environments_name_is_public_and_nothing_else_is() -> None:
    assert parse("x").is_public
    assert parse("x-${environment}").is_public
    assert not parse("${environment}${env:A}").is_public


def test_two_spellings_of_one_path_stand_for_the_same() -> None:
    targets = {parse(f"${{file:{path}}}").references[0].target for path in ("a/b", "./a//b")}
    assert targets == {("file", "a/b")}
    assert A.target == ("env", "A")


def resolved(text: str, **variables: str) -> str:
    return Resolver("production", {"env": Variables(variables)}).text(parse(text))


def test_references_are_replaced_by_what_they_stand_for() -> None:
    assert resolved("${env:A}-${environment}-$${x}", A="a") == "a-production-${x}"


def test_a_value_is_never_read_as_a_reference_again() -> None:
    assert resolved("${env:A}", A="${env:B}") == "${env:B}"


def test_a_default_stands_in_for_what_is_unset_or_empty() -> None:
    assert resolved("${env:A:-b}") == "b"
    assert resolved("${env:A:-b}", A="") == "b"
    assert resolved("${env:A:-b}", A="a") == "a"
    assert resolved("${env:A:-}") == ""


@pytest.mark.parametrize("variables", [{}, {"A": ""}])
def test_without_a_default_what_is_unset_or_empty_is_told(variables: dict[str, str]) -> None:
    with pytest.raises(BadReferenceError) as caught:
        resolved("${env:A}", **variables)
    assert caught.value.code == "NS305"
    assert "`A` is not set, or is empty" in caught.value.detail
