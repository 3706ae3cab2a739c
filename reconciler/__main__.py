"""``python -m reconciler`` is ``novu-sync``."""

from reconciler.cli.main import main

if __name__ == "__main__":
    main()
