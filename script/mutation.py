"""Prints every protection beside the test that notices when it is off."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]

from support.mutants import MUTANTS  # noqa: E402 - found on the path set above
from support.mutating import fate  # noqa: E402 - as above


def main() -> int:
    """Make every mutant."""
    width = max(len(each.protection) for each in MUTANTS.values())
    noticed = 0
    for name, mutant in MUTANTS.items():
        found = fate(name)
        who = found.test if found.is_noticed else f"NOBODY, and not by {mutant.noticed_by}"
        print(f"{mutant.protection:{width}}  {who}", flush=True)
        noticed += found.is_noticed
    print(f"{len(MUTANTS)} protections switched off, {noticed} noticed")
    return 0 if noticed == len(MUTANTS) else 1


if __name__ == "__main__":
    raise SystemExit(main())
