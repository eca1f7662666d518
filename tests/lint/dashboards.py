#!/usr/bin/python3
"""The dashboards and alerts are well formed, use only documented metrics, and each alert has a test."""
import hashlib
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parents[2] / "dashboards"
TYPES = {"row", "text", "stat", "gauge", "bargauge", "timeseries", "table", "state-timeline"}
OURS = re.compile(r"\b(?:mailserver|dovecot|rspamd)_\w+")
FROM_THE_STORE = {"up", "ALERTS"}


def main():
    faults = []
    generated = subprocess.run([sys.executable, HERE / "generate.py", "--check"], capture_output=True, text=True)
    if generated.returncode:
        faults.append(generated.stdout.strip() or generated.stderr.strip())
    boards = {file.stem: json.loads(file.read_text()) for file in sorted(HERE.glob("*.json"))}
    for name, board in boards.items():
        faults += [f"{name}.json: {fault}" for fault in board_faults(name, board)]
    faults += catalog_faults(boards)
    faults += vendor_faults()

    rules = "\n".join(file.read_text() for file in HERE.glob("rules/*.yml") if not file.stem.endswith("_test"))
    tests = "\n".join(file.read_text() for file in HERE.glob("rules/*_test.yml"))
    alerts = re.findall(r"(?m)^ +- alert: (\w+)", rules)
    faults += [f"rules: no test expects the alert {alert}" for alert in alerts if f'alertname="{alert}"' not in tests]

    used = {name for board in boards.values() for expr in expressions(board) for name in OURS.findall(expr)}
    # Of a rule's text only its expressions: the summaries are prose.
    used |= {name for line in rules.splitlines() if "summary:" not in line for name in OURS.findall(line)}
    table = HERE / "METRICS.md"
    if table.exists():
        documented = set(re.findall(r"`((?:mailserver|dovecot|rspamd)_\w+)", table.read_text()))
        faults += [
            f"{name} is used, and not in dashboards/METRICS.md"
            for name in sorted(used)
            if name not in documented and re.sub("_(bucket|sum|count)$", "", name) not in documented
        ]
    panels = sum(panel["type"] != "row" for board in boards.values() for panel in board["panels"])
    print("\n".join(faults) or f"{len(boards)} dashboards, {panels} panels, {len(alerts)} alerts, {len(used)} metrics")
    return 1 if faults else 0


def board_faults(name, board):
    for key in ("uid", "title", "schemaVersion", "time", "templating", "panels"):
        if key not in board:
            yield f"has no {key}"
    if board["uid"] != name:
        yield f"has the uid {board['uid']}"
    panels = board["panels"]
    if len({panel["id"] for panel in panels}) != len(panels):
        yield "two panels have one id"
    taken = {}
    for panel in panels:
        title = panel.get("title") or panel["type"]
        if panel["type"] not in TYPES:
            yield f"{title}: the viewer draws no {panel['type']}"
        if panel["type"] not in ("row", "text") and not panel.get("targets"):
            yield f"{title}: asks nothing"
        place = panel["gridPos"]
        for cell in (
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        ):
            if cell in taken or cell[0] >= 24:
                yield f"{title}: lies over {taken.get(cell, 'the edge')}"
                break
            taken[cell] = title
        for target in panel.get("targets", []):
            left = OURS.sub("", re.sub(r'"[^"]*"', "", target["expr"]))
            if not OURS.search(target["expr"]) and not FROM_THE_STORE & set(re.findall(r"\w+", left)):
                yield f"{title}: the query names no metric: {target['expr']}"
            if target["expr"].count("(") != target["expr"].count(")"):
                yield f"{title}: unbalanced: {target['expr']}"


def expressions(board):
    for panel in board["panels"]:
        yield from (target["expr"] for target in panel.get("targets", []))
    for variable in board["templating"]["list"]:
        yield variable.get("definition", "")


def catalog_faults(boards):
    """The viewer's navigation has each dashboard once, under the address Grafana would give it."""
    source = (HERE / "viewer/src/catalog.ts").read_text()
    listed = {
        uid: (slug, title)
        for uid, slug, title in re.findall(r"uid: '(\w+)', slug: '([\w-]+)', title: '([^']+)'", source)
    }
    if set(listed) != set(boards):
        yield f"catalog.ts lists {sorted(listed)}, the files are {sorted(boards)}"
    for uid, (slug, title) in listed.items():
        if uid in boards and (title, slug) != (boards[uid]["title"], boards[uid]["title"].lower().replace(" ", "-")):
            yield f"catalog.ts calls {uid} '{title}' at {slug}"


def vendor_faults():
    folder = HERE / "viewer/vendor/uplot"
    for name, wanted in re.findall(r"\| `([\w.]+)` \| `([0-9a-f]{64})` \|", (folder / "README.md").read_text()):
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != wanted:
            yield f"viewer/vendor/uplot/{name} is not the file its README names"


if __name__ == "__main__":
    sys.exit(main())
