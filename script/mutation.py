"""Prints every protection beside the test that notices when it is off."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]

from faults.test_mutants import fate  # noqa: E402 - found on the path set above
from support.mutants import MUTANTS  # noqa: E402 - as above


def main() -> int:
    """Make every mutant, two at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        fates = list(pool.map(fate, MUTANTS))
    width = max(len(each.protection) for each in MUTANTS.values())
    for mutant, found in zip(MUTANTS.values(), fates, strict=True):
        who = found.test if found.is_noticed else f"NOBODY, and not by {mutant.noticed_by}"
        print(f"{mutant.protection:{width}}  {who}")
    noticed = sum(each.is_noticed for each in fates)
    print(f"{len(fates)} protections switched off, {noticed} noticed")
    return 0 if noticed == len(fates) else 1


if __name__ == "__main__":
    raise SystemExit(main())
