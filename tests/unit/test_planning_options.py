from __future__ import annotations

import pytest

from reconciler.planning.options import Options


def test_without_globs_everything_is_covered_and_nothing_is_rotated() -> None:
    options = Options()

    assert options.covers("ses")
    assert not options.rotates("ses")


@pytest.mark.parametrize(
    ("targets", "excludes", "covered"),
    [
        (("ses-*",), (), True),
        (("twilio",), (), False),
        ((), ("ses-*",), False),
        (("ses-*",), ("ses-eu",), False),
        (("SES-*",), (), False),
        (("twilio", "ses-eu"), (), True),
    ],
)
def test_targets_choose_and_excludes_take_away(
    targets: tuple[str, ...], excludes: tuple[str, ...], *, covered: bool
) -> None:
    assert Options(targets=targets, excludes=excludes).covers("ses-eu") is covered


def test_rotation_is_asked_for_by_glob() -> None:
    assert Options(rotate=("ses-*",)).rotates("ses-eu")
    assert not Options(rotate=("ses-*",)).rotates("twilio")
