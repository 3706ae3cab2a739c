"""The results as plain text and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Verdict, paired_ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.contest import Cell
    from benchmarks.figures import Row

_NONE = "-"
_MIB = 2**20


def as_text(
    machine: Mapping[str, str], runs: int, rows: Sequence[Row], cells: Sequence[Cell]
) -> str:
    """All of it for people: the machine, the promises, then every measurement."""
    facts = ", ".join(f"{name} {value}" for name, value in machine.items())
    parts = [
        facts,
        f"{runs} runs each, taking turns; medians; a ratio is the median of the ratios run by run",
        "",
        *_promises(rows),
        "",
        "Every measurement; in brackets novu-sync's time by the contestant's:",
        "",
        *_measurements(cells),
    ]
    return "\n".join(parts) + "\n"


def as_json(
    machine: Mapping[str, str], runs: int, rows: Sequence[Row], cells: Sequence[Cell]
) -> dict[str, Any]:
    """All of it for programs; times in seconds, every single run told."""
    return {
        "formatVersion": 1,
        "machine": dict(machine),
        "runs": runs,
        "promises": [_camel(asdict(row)) for row in rows],
        "measurements": [_camel(asdict(cell)) for cell in cells],
    }


def summary(rows: Sequence[Row]) -> str:
    """One line: how many hold."""
    counts = {word: sum(row.verdict is word for row in rows) for word in Verdict}
    return (
        f"{counts[Verdict.HOLDS]} hold, {counts[Verdict.FAILS]} fail, "
        f"{counts[Verdict.NOT_RUN]} not run"
    )


def _promises(rows: Sequence[Row]) -> list[str]:
    table = [("what", "novu-sync", "against", "takes", "ratio", "at most", "verdict")]
    for row in rows:
        counted = row.unit == "requests"
        table.append(
            (
                row.what,
                _amount(row.ours, row.unit),
                row.against,
                _NONE if counted else _amount(row.theirs, row.unit),
                _NONE if row.ratio is None else f"{row.ratio:.2f}",
                f"{row.at_most:g}" if counted else f"{row.at_most:.2f}",
                row.verdict.value,
            )
        )
    lines = _columns(table, right=(1, 3, 4, 5))
    noted = [f"  {row.what}: {row.note}" for row in rows if row.note]
    return [*lines, "", summary(rows), *noted]


def _measurements(cells: Sequence[Cell]) -> list[str]:
    """A table for each kind of work and unit, with a column for each contestant."""
    lines: list[str] = []
    for kind, unit in dict.fromkeys((cell.kind, cell.unit) for cell in cells):
        those = [cell for cell in cells if (cell.kind, cell.unit) == (kind, unit)]
        names = list(dict.fromkeys(each.contestant for cell in those for each in cell.series))
        table = [(kind, "N", "latency", *names)]
        table += [
            (
                "",
                f"{cell.size:,}" if cell.size else _NONE,
                f"{cell.latency * 1000:.0f} ms",
                *(_measured(cell, name) for name in names),
            )
            for cell in those
        ]
        lines += [*_columns(table, right=tuple(range(1, len(table[0])))), ""]
        reasons = dict.fromkeys(
            f"  {each.contestant} not run: {each.missing}"
            for cell in those
            for each in cell.series
            if each.missing
        )
        lines += [*reasons, ""] if reasons else []
    return lines[:-1]


def _measured(cell: Cell, name: str) -> str:
    """One contestant's median, and in brackets ours by it."""
    series = cell.of(name)
    if series.median is None:
        return "not run"
    value = _value(series.median, cell.unit)
    ratio = None if series is cell.series[0] else paired_ratio(cell.series[0], series)
    return value if ratio is None else f"{value} ({ratio:.2f})"


def _value(value: float, unit: str) -> str:
    if unit == "bytes":
        return f"{value / _MIB:.0f} MiB"
    return f"{value:.0f} requests" if unit == "requests" else f"{value:.3f} s"


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return _NONE
    if unit == "s":
        return f"{value:.3f} s"
    return f"{value:.0f} {unit}" if unit == "MiB" else f"{value:.0f}"


def _columns(table: Sequence[tuple[str, ...]], *, right: tuple[int, ...]) -> list[str]:
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]
    lines = []
    for row in table:
        cells = [
            text.rjust(width) if place in right else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return lines


def _camel(value: Any) -> Any:  # noqa: ANN401 - walks any JSON
    if isinstance(value, dict):
        return {_camel_word(key): _camel(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_camel(each) for each in value]
    return value


def _camel_word(word: str) -> str:
    first, *others = word.split("_")
    return first + "".join(other.title() for other in others)
