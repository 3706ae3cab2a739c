"""What other tools left behind, lists and curl commands, read as Novu's API would answer it."""
