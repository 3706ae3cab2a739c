"""The demo tells the whole story, shows no secret and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from reconciler.resources import shipped

if TYPE_CHECKING:
    from pathlib import Path


def test_the_demo_ends_well_and_leaves_nothing_behind(tmp_path: Path) -> None:
    workplace, temporary = tmp_path / "here", tmp_path / "temporary"
    workplace.mkdir()
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", "demo"],
        cwd=workplace,
        env={**os.environ, "TMPDIR": str(temporary), "SES_SECRET_ACCESS_KEY": "a-users-own-secret"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(workplace.iterdir()) == []
    assert list(temporary.iterdir()) == []
    assert done.stdout.count("$ novu-sync") == 7
    assert "0 to create, 2 to update, 0 to delete" in done.stdout
    assert done.stdout.count("No changes: development is as declared.") == 2
    assert "(secret, changed)" in done.stdout
    assert "\x1b" not in done.stdout
    lines = (shipped("examples", "demo") / ".env.example").read_text(encoding="utf-8").splitlines()
    secrets = [line.partition("=")[2] for line in lines if "=" in line]
    assert len(secrets) > 5
    for secret in [*secrets, "another-signing-secret-of-the-demo", "a-users-own-secret"]:
        assert secret not in done.stdout + done.stderr
