#!/usr/bin/python3
"""The documents and the program say the same: settings, subcommands, host commands and their options.
Usage: documented.py BUILD_FOLDER"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def main(build):
    program = pathlib.Path(build) / "src/app/mailserver"
    faults = []
    template = output(program, "settings-template")
    if template != (ROOT / "settings.env.empty").read_text():
        faults.append("settings.env.empty differs from `mailserver settings-template`: write it anew")
    keys = set(re.findall(r"^([A-Z0-9_]+)=", template, re.M))
    if output(program, "metrics", "--reference") != (ROOT / "dashboards/METRICS.md").read_text():
        faults.append("dashboards/METRICS.md differs from `mailserver metrics --reference`: write it anew")

    readme = (ROOT / "README.md").read_text() if (ROOT / "README.md").exists() else ""
    # Keys the README sets or names as code, but for variables of the host's commands.
    own = set(re.findall(r"^# {3}([A-Z_]+) ", (ROOT / "scripts/host/lib.sh").read_text(), re.M))
    for key in sorted(set(re.findall(r"(?m)^([A-Z][A-Z0-9_]+)=", readme)) - keys - own):
        faults.append(f"README.md sets {key}, which is no setting")

    # Host commands: what their help offers is in the README, what the README shows is in the help.
    for script in ("start_mailserver.sh", "stop_mailserver.sh"):
        compare(script, output("bash", ROOT / script, "--help"), readme, faults)
    environment = {"DOMAIN": "example.test", "HOSTNAME": "mail.example.test", "ADMIN_EMAIL": "a@example.test",
                   "PATH": "/usr/bin:/bin"}
    user_help = subprocess.run([program, "user", "help"], check=True, capture_output=True, text=True,
                               env=environment).stdout
    compare("user.sh", user_help, readme, faults)
    for verb in re.findall(r"(?m)^ {10}([a-z][a-z-]+) ", user_help):
        if not re.search(rf"user\.sh {verb}\b", readme) and verb != "help":
            faults.append(f"README.md does not show ./user.sh {verb}")
    for verb in set(re.findall(r"\./user\.sh ([a-z][a-z-]+)", readme)):
        if not re.search(rf"(?m)^ {{10}}{verb}\b", user_help):
            faults.append(f"README.md shows ./user.sh {verb}, which does not exist")
    subcommands = set(re.findall(r"(?m)^  ([a-z-]+) ", output(program, "help")))
    texts = "\n".join(file.read_text() for file in (ROOT / "README.md", ROOT / "src/README.md") if file.exists())
    for shown in set(re.findall(r"(?:`mailserver|\./mailserver\.sh) ([a-z][a-z-]+)", texts)) - subcommands - {"help"}:
        faults.append(f"a README shows `mailserver {shown}`, which does not exist")
    for script in re.findall(r"\./([a-z_]+\.sh)", readme):
        if not (ROOT / script).exists():
            faults.append(f"README.md shows ./{script}, which does not exist")
    print("\n".join(sorted(set(faults))) or f"{len(keys)} settings, {len(subcommands)} subcommands: documents agree")
    return 1 if faults else 0


def compare(script, help_text, readme, faults):
    offered = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", help_text)) - {"--help"}
    lines = [line for line in readme.splitlines() if script in line]
    shown = {option for line in lines for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)}
    # A table or a paragraph may name an option without the command.
    for option in sorted(offered):
        if option not in readme:
            faults.append(f"README.md does not show {option} of ./{script}")
    others = {"--json"}
    for option in sorted(shown - offered - others - {"--help"}):
        if re.search(rf"{re.escape(script)}[^|`#]*{option}\b", "\n".join(lines)):
            faults.append(f"README.md shows ./{script} {option}, which does not exist")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
