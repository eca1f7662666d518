#!/usr/bin/python3
"""Texts speak of the product only: no paths of somebody's machine, nothing left to do."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = {".git", "build", "results", "__pycache__", "_server_workspace_", "_demo_workspace_", "vendor"}
# Written with brackets so that this file does not find itself.
FORBIDDEN = {
    r"/[w]ork/|/[t]mp/w\b|/[h]ome/[a-z]+/": "a path of somebody's machine",
    r"\b(T[O]DO|F[I]XME|X[X]X)\b": "work left undone",
    r"(?i)\bclau[d]e\b|\bAI-gen[e]rated\b|\bsub[a]gent\b": "who or what wrote it",
}


def main():
    faults = []
    for file in sorted(ROOT.rglob("*")):
        if not file.is_file() or SKIPPED & set(file.relative_to(ROOT).parts):
            continue
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, what in FORBIDDEN.items():
                if re.search(pattern, line):
                    faults.append(f"{file.relative_to(ROOT)}:{number}: {what}: {line.strip()[:100]}")
    print("\n".join(faults) or "no forbidden words")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
