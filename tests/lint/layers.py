#!/usr/bin/python3
"""Every #include of ours names the including folder itself or one in its USES, and USES only go down.
Usage: layers.py BUILD_FOLDER (its layers.txt is written by cmake/layer.cmake: `name level uses…`)."""
import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "src"


def owner(path, names):
    """The layer a path below src/ belongs to: the longest name that is one of its folders."""
    fitting = [name for name in names if path == name or path.startswith(name + "/")]
    return max(fitting, key=len, default=None)


def main(build):
    rows = [line.split() for line in (pathlib.Path(build) / "layers.txt").read_text().splitlines()]
    level = {row[0]: int(row[1]) for row in rows}
    uses = {row[0]: set(row[2:]) for row in rows}
    faults = []
    for name in uses:
        for used in sorted(uses[name]):
            if used not in level:
                faults.append(f"src/{name} uses {used}, which is no layer")
            elif level[used] >= level[name]:
                faults.append(f"src/{name} (level {level[name]}) uses {used} (level {level[used]}): not a lower one")
    files = [file for ending in ("*.h", "*.cpp", "*.cpp.in") for file in SOURCE.rglob(ending)]
    for file in sorted(files):
        relative = str(file.relative_to(SOURCE))
        here = owner(relative, level)
        if here is None:
            faults.append(f"src/{relative} is in no layer")
            continue
        for included in re.findall(r'^\s*#\s*include\s+"([^"]+)"', file.read_text(), re.M):
            if not (SOURCE / included).exists():
                faults.append(f"src/{relative} includes \"{included}\": write it as \"folder/file.h\"")
                continue
            there = owner(included, level)
            if there != here and there not in uses[here]:
                faults.append(f"src/{relative} includes {included}, and {there} is not in the USES of {here}")
    print("\n".join(faults) or f"{len(level)} layers, {len(files)} files: all includes go down")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
