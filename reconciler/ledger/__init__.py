"""The memory of what was applied: keyed fingerprints, row ids, protection; never a value."""
