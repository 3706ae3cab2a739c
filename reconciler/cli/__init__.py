"""The command line: flags in, text and exit code out; the only place where rooms are joined."""
