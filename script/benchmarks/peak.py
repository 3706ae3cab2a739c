"""Runs its arguments as a program and prints the peak of its memory, in bytes, as JSON."""

import json
import os
import resource
import sys

process = os.spawnvp(os.P_NOWAIT, sys.argv[1], sys.argv[1:])  # noqa: S606 - the program measured
_, status = os.waitpid(process, 0)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux KiB
print(json.dumps({"peak": peak * unit}))
sys.exit(os.waitstatus_to_exitcode(status))
