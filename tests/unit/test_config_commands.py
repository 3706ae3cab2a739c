"""Commands that print values: without a shell, in good time, and without a word of what they say."""

from __future__ import annotations

import os
import shlex
import sys
import threading
import time
from pathlib import Path

import pytest

from reconciler.config.commands import MAX_BYTES, Commands
from reconciler.config.refusing import BadReferenceError


def commands(tmp_path: Path, *, allowed: bool = True, seconds: float = 20.0) -> Commands:
    return Commands(
        tmp_path, {"PATH": os.environ["PATH"], "SEEN": "yes"}, allowed=allowed, seconds=seconds
    )


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def refused(source: Commands, argument: str) -> BadReferenceError:
    with pytest.raises(BadReferenceError) as caught:
        source.read(argument)
    return caught.value


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("a", "a"),
        ("a\\n", "a"),
        ("a\\r\\n", "a"),
        ("a\\n\\n", "a\n"),
        ("\\na b\\nc\\n", "\na b\nc"),
        ("", ""),
        ("ä🔑", "ä🔑"),
    ],
)
def test_what_a_command_prints_is_the_value_without_one_line_break(
    printed: str, value: str, tmp_path: Path
) -> None:
    code = f"import sys; sys.stdout.buffer.write('{printed}'.encode())"
    assert commands(tmp_path).read(python(code)) == value


def test_there_is_no_shell(tmp_path: Path) -> None:
    assert commands(tmp_path).read("printf %s '$HOME;' '|' '*' '>a'") == "$HOME;|*>a"
    assert list(tmp_path.iterdir()) == []


def test_a_command_runs_in_the_projects_directory_and_sees_the_variables_given(
    tmp_path: Path,
) -> None:
    script = tmp_path / "script"
    script.write_text('#!/bin/sh\nprintf \'%s %s\' "$PWD" "$SEEN"\n', "utf-8")
    script.chmod(0o700)
    assert commands(tmp_path).read("./script") == f"{tmp_path} yes"


def test_a_command_has_nothing_to_read_and_no_terminal(tmp_path: Path) -> None:
    code = "import sys, os; print(sys.stdin.read() == '' and os.getsid(0) == os.getpid())"
    assert commands(tmp_path).read(python(code)) == "True"


def test_without_permission_nothing_is_run(tmp_path: Path) -> None:
    bad = refused(commands(tmp_path, allowed=False), "touch a")
    assert bad.code == "NS303"
    assert "`--allow-exec`" in bad.detail
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("no-such-program --key hunter2", "`no-such-program` does not exist"),
        ("./folder hunter2", "`folder` cannot be started"),
        (python("import sys; print('hunter2'); sys.exit('hunter2')"), "ended with exit status 1"),
        (python("print('hunter2'); import os; os.kill(os.getpid(), 15)"), "ended by signal 15"),
        (
            python("import os; os.write(1, b'hunter2' + bytes([255]))"),
            "printed what is not UTF-8 text",
        ),
        (python(f"print('hunter2' * {MAX_BYTES})"), "printed more than 1,000,000 bytes"),
    ],
)
def test_a_failure_is_told_without_anything_that_was_said_or_asked(
    command: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    bad = refused(commands(tmp_path), command)
    assert bad.code == "NS320"
    assert says in bad.detail
    assert "hunter2" not in bad.detail


def test_the_longest_output_is_taken(tmp_path: Path) -> None:
    assert len(commands(tmp_path).read(python(f"print('a' * {MAX_BYTES - 1})"))) == MAX_BYTES - 1


def dead(pid: int) -> bool:
    """Whether a process is gone, or waits only for somebody to ask how it ended."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


SLOW = "import time; time.sleep(60)"


STARTS_ANOTHER = "sleep 60 & echo $! > pid"


@pytest.mark.parametrize(
    "script",
    [f"{STARTS_ANOTHER}; wait", STARTS_ANOTHER],
    ids=["one that waits", "one that left its output to another"],
)
def test_a_command_that_takes_too_long_is_ended_with_all_that_it_started(
    script: str, tmp_path: Path
) -> None:
    began = time.monotonic()
    bad = refused(commands(tmp_path, seconds=2.0), shlex.join(["sh", "-c", script]))
    assert time.monotonic() - began < 30
    assert bad.code == "NS321"
    assert "longer than 2 seconds" in bad.detail
    assert dead(int((tmp_path / "pid").read_text("utf-8")))


def test_a_command_that_closes_its_output_and_goes_on_takes_too_long_too(tmp_path: Path) -> None:
    code = f"import os; os.close(1); {SLOW}"
    assert refused(commands(tmp_path, seconds=1.0), python(code)).code == "NS321"


def test_stopping_ends_what_runs_and_what_would_be_started(tmp_path: Path) -> None:
    source = commands(tmp_path)
    found: list[BadReferenceError] = []
    thread = threading.Thread(
        target=lambda: found.append(
            refused(source, python(f"import os; open('pid', 'w').write(str(os.getpid())); {SLOW}"))
        )
    )
    thread.start()
    pid = tmp_path / "pid"
    while not (pid.exists() and pid.read_text("utf-8")):
        time.sleep(0.01)
    source.stop()
    thread.join(10)
    assert "ended by signal 9" in found[0].detail
    assert dead(int(pid.read_text("utf-8")))
    assert "ended by signal 9" in refused(source, python(SLOW)).detail


def test_a_command_that_prints_nothing_lacks_a_value(tmp_path: Path) -> None:
    assert "`cat` printed nothing" in commands(tmp_path).lacking("/bin/cat hunter2")
    assert "hunter2" not in commands(tmp_path).lacking("/bin/cat hunter2")
