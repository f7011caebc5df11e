"""The table, the targets, and the picture."""

from __future__ import annotations

import datetime
import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

from peers import ANONYMOUS, BEFORE, OURS


@dataclass(frozen=True)
class Row:
    name: str
    unit: str
    figures: dict[str, float]

    def peers(self) -> dict[str, float]:
        return {name: figure for name, figure in self.figures.items() if name not in (OURS, ANONYMOUS)}


@dataclass(frozen=True)
class Target:
    says: str
    row: str
    of: str
    most: float
    than: Callable[[Row], float]


def peer(name: str) -> Callable[[Row], float]:
    return lambda row: row.figures[name]


def best_peer(row: Row) -> float:
    return min(row.peers().values())


TARGETS = [
    Target("asyncio.Lock", "mutex, free", OURS, 1.1, peer("asyncio.Lock")),
    Target("asyncio.Lock", "mutex, free", ANONYMOUS, 0.7, peer("asyncio.Lock")),
    Target("asyncio.Lock", "mutex, 100 tasks hold it across a turn", OURS, 1.0, peer("asyncio.Lock")),
    *(
        Target("the best other", f"rwlock, {name}", OURS, 0.8, best_peer)
        for name in ("free, read", "free, write", "100 tasks read across a turn", "100 tasks, one in ten writes")
    ),
    *(Target("0.1.0", f"{kind}, memory", OURS, 1.0, peer(BEFORE)) for kind in ("mutex", "rwlock")),
]


def number(figure: float) -> str:
    return f"{figure:,.0f}"


def table(rows: list[Row]) -> str:
    """The figures, each row a table's line; those of mutexes and of rwlocks have other peers."""
    text = []
    for kind in ("mutex", "rwlock"):
        of_kind = [row for row in rows if row.name.startswith(kind)]
        if not of_kind:
            continue
        names = list(of_kind[0].figures)
        text.append(f"| {kind} | " + " | ".join(names) + " |")
        text.append("|---|" + "---:|" * len(names))
        for row in of_kind:
            figures = " | ".join(number(row.figures[name]) for name in names)
            text.append(f"| {row.name.split(', ', 1)[1]}, {row.unit} | {figures} |")
        text.append("")
    return "\n".join(text) + "\n" + targets(rows)


def targets(rows: list[Row]) -> str:
    by_name = {row.name: row for row in rows}
    text = ["| target | is | |", "|---|---:|---|"]
    for target in TARGETS:
        row: Optional[Row] = by_name.get(target.row)
        if row is None:
            continue
        ratio = row.figures[target.of] / target.than(row)
        of = "" if target.of == OURS else " without owners"
        verdict = "met" if ratio <= target.most else "**missed**"
        text.append(f"| {target.row}{of}: at most {target.most} x {target.says} | {ratio:.2f} | {verdict} |")
    slower = [row.name for row in rows if row.unit == "ns" and row.figures[OURS] >= row.figures[BEFORE]]
    text.append(f"| each row faster than 0.1.0 | | {'**missed**: ' + ', '.join(slower) if slower else 'met'} |")
    return "\n".join(text) + "\n"


def picture(rows: list[Row], place: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    pyplot.rcParams.update({"svg.hashsalt": "ironfence", "svg.fonttype": "none", "font.size": 8})
    timed = [row for row in rows if row.unit == "ns"]
    figure, axes = pyplot.subplots((len(timed) + 1) // 2, 2, figsize=(9, 5.4), squeeze=False)
    for axis, row in zip(axes.flat, timed):
        names = list(row.figures)[::-1]
        figures = [row.figures[name] for name in names]
        colors = ["#b5512d" if name in (OURS, ANONYMOUS) else "#9aa5b1" for name in names]
        bars = axis.barh(names, figures, color=colors)
        axis.bar_label(bars, [number(it) for it in figures], padding=2)
        axis.set_title(f"{row.name}: ns a lock", loc="left", fontsize=8)
        axis.set_xlim(0, max(figures) * 1.15)
        axis.set_xticks([])
        for side in ("top", "right", "bottom"):
            axis.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(place, metadata={"Date": None, "Creator": None})


def publish(rows: list[Row], readme: Path, place: Path) -> None:
    """Between the marks of the README that are for this version of Python, and the picture, if it is shown there."""
    version = ".".join(platform.python_version_tuple()[:2])
    shown = place / f"python-{version}.svg"
    when = datetime.date.today().isoformat()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    head = f"Measured on {when} with {python} on {platform.system()} {platform.machine()}.\n\n"
    text = readme.read_text()
    if shown.name in text:
        picture(rows, shown)
    begin, end = f"<!-- bench {version} -->\n", f"<!-- end of bench {version} -->"
    middle = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.S)
    assert middle.search(text), f"{readme} has no marks"
    readme.write_text(middle.sub(lambda _: begin + head + table(rows) + end, text))
