"""What the numbers were measured on."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess

from benchmarks.peers import INSTALLED, NODE_SDK, PYTHON_SDK


def machine() -> dict[str, str]:
    """Names and versions of what takes part, and how busy the machine is at the beginning."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    facts = {
        "novu-sync": importlib.metadata.version("novu-sync"),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "cores": str(cores),
        "load at start": f"{os.getloadavg()[0]:.2f}",
    }
    for package in ("click", "httpx", "pyyaml"):
        facts[package] = importlib.metadata.version(package)
    for tool in ("curl", "jq", "node"):
        facts[tool] = _version(tool)
    facts["sdks"] = f"{NODE_SDK}, {PYTHON_SDK}" if INSTALLED.exists() else "not installed"
    return facts


def _version(tool: str) -> str:
    if shutil.which(tool) is None:
        return "not found"
    try:
        said = subprocess.run((tool, "--version"), capture_output=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return "does not start"
    words = said.stdout.decode(errors="replace").split()
    return next((word for word in words if any(map(str.isdigit, word))), "unknown")
