from __future__ import annotations

from reconciler.authoring.names import Names


def test_a_name_is_made_of_the_words_of_identifier_key_and_environment() -> None:
    names = Names()
    assert names.give("ses-transactional", "secretKey") == "SES_TRANSACTIONAL_SECRET_KEY"
    assert names.give("ses-", "apiKey", "eu-west.1") == "SES_API_KEY_EU_WEST_1"
    assert names.give("appio", "AppIOBearerToken") == "APPIO_APP_IO_BEARER_TOKEN"
    assert names.give("Amazon SES (dev)", "apiKey") == "AMAZON_SES_DEV_API_KEY"


def test_no_name_is_given_twice_nor_one_that_is_taken() -> None:
    names = Names(["NOVU_API_KEY"])
    assert [names.give("novu", "apiKey") for _ in range(2)] == ["NOVU_API_KEY_2", "NOVU_API_KEY_3"]


def test_a_name_begins_with_a_letter() -> None:
    names = Names()
    assert names.give("46elks", "password") == "NOVU_46ELKS_PASSWORD"
    assert names.give("ключ", "apiKey") == "API_KEY"
    assert names.give("ключ") == "NOVU"
