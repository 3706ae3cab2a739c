import pytest

from reconciler.transport.messages import shown

PLANTED = "sk_live_planted"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"message": "Integration with identifier already exists"},
            "Integration with identifier already exists",
        ),
        (
            {
                "statusCode": 422,
                "message": "Validation Error",
                "errors": {
                    "general": {
                        "messages": [
                            "channel should not be null or undefined",
                            "channel must be one of the following values: in_app, email",
                        ],
                        "value": PLANTED,
                    }
                },
            },
            (
                "channel should not be null or undefined; "
                "channel must be one of the following values: in_app, email"
            ),
        ),
        (
            {"message": ["credentials.port must be a string"], "error": "Bad Request"},
            "credentials.port must be a string",
        ),
        (
            {"message": "credentials.nested property credentials must be either object or array"},
            "credentials.nested property credentials must be either object or array",
        ),
        (
            {
                "message": "Validation failed for SetPrimary: integrationId: …",
                "errors": {
                    "integrationId": {
                        "messages": ["integrationId must be a mongodb id"],
                        "value": PLANTED,
                    },
                    "odd": "x",
                },
            },
            "integrationId must be a mongodb id",
        ),
        ({"message": "Entity with id 64b0c0ffee not found"}, "integration not found"),
        ({"message": f"Integration not found, id: {PLANTED}"}, "integration not found"),
        (
            {"message": "Channel push does not support primary"},
            "Channel push does not support primary",
        ),
        (
            {"message": "Provider gateway can't resolve the host with the given hostname mx.acme"},
            "Novu cannot resolve the provider's host name",
        ),
        (
            {"message": f'Unsupported operator "{PLANTED}"; Value is not valid'},
            (
                "rules hold an operator that Novu does not know; "
                "rules use a variable that Novu does not allow there"
            ),
        ),
        (
            {
                "message": "Integration validation failed: conditions.0.isNegated: Cast to Boolean"
                f' failed for value "{PLANTED}" (type string) at path "isNegated" because of x'
            },
            "the value of isNegated has a shape that Novu cannot store",
        ),
        (
            {
                "message": f"Cast to embedded failed for value \"{{\n  a: '{PLANTED}'\n}}\" (type"
                ' Object) at path "conditions" because of "CastError"'
            },
            "the value of conditions has a shape that Novu cannot store",
        ),
        (
            {"message": f'{{"success":false,"code":"failed","message":"bad key {PLANTED}"}}'},
            "the provider refused the credentials when Novu tried them",
        ),
        (
            {"message": f"Webhook URL is not allowed: {PLANTED} is private"},
            "Webhook URL is not allowed",
        ),
        (
            {
                "message": "API key authentication is scoped to a single environment and cannot"
                " update an integration that belongs to a different environment. Use an API key"
                " from the integration's environment, or authenticate with a session token."
            },
            (
                "API key authentication is scoped to a single environment and cannot"
                " update an integration that belongs to a different environment. Use an API key"
                " from the integration's environment, or authenticate with a session token."
            ),
        ),
    ],
)
def test_novus_known_sentences_are_shown_without_values(body: object, words: str) -> None:
    assert shown(body) == words  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        {"message": f"Invalid login: 535 {PLANTED}"},
        {"message": f"'{PLANTED}' not a valid key=value pair in Authorization header"},
        {"message": f'Invalid authentication scheme: "{PLANTED}"'},
        {"message": f"Integration with identifier already exists {PLANTED}"},
        {"message": f"{PLANTED} must be a string"},
        {"message": {"message": PLANTED}},
        {"message": [PLANTED, 5, None]},
        {"errors": [PLANTED]},
        {"errors": {"general": {"messages": PLANTED, "value": PLANTED}}},
        {"error": PLANTED, "ctx": {"error": PLANTED}},
        [PLANTED],
        PLANTED,
        None,
    ],
)
def test_anything_else_is_withheld(body: object) -> None:
    assert shown(body) == ""  # type: ignore[arg-type]


def test_a_sentence_is_shown_once_and_an_unknown_one_beside_it_is_left_out() -> None:
    body = {
        "message": ["name must be a string", f"mail to {PLANTED} bounced", "name must be a string"]
    }
    assert shown(body) == "name must be a string"  # type: ignore[arg-type]
