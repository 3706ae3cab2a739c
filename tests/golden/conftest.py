"""The flag that writes every golden file anew."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden-rewrite",
        action="store_true",
        help="write the files of the golden cases instead of comparing with them",
    )


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    """Whether to write the files anew. Known only where pytest is started on tests/golden."""
    return bool(request.config.getoption("--golden-rewrite", default=False))
