from __future__ import annotations

import pytest

from reconciler.sandbox.slug import slug


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("SendGrid", "send-grid"),
        ("Brevo (formerly Sendinblue)", "brevo-formerly-sendinblue"),
        ("MSTeams", "ms-teams"),
        ("APNs", "apns"),
        ("AppIO", "app-io"),
        ("BulkSMS", "bulk-sms"),
        ("SMS77 Pro", "sms-77-pro"),
        ("sms77", "sms77"),
        ("46elks", "46elks"),
        ("Africa's Talking", "africas-talking"),
        ("Ünïcode & Sons / 東京 ✉", "uenicode-and-sons"),
        ("a\0b", "a-b"),
        ("é", "e"),
        ("---", ""),
        ("", ""),
        ("東京", ""),
    ],
)
def test_names_become_words_joined_by_hyphens(name: str, made: str) -> None:
    assert slug(name) == made
