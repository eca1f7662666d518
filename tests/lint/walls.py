#!/usr/bin/python3
"""A third-party header appears in the folder that is the wall around it, and nowhere else."""
import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "src"

# header → folders of src/ that may include it. What is in no row must be a header of C++, C or the system.
WALLS = {
    r"openssl/": {"crypto", "net"},  # net: the TLS of its own connections; keys and certificates are crypto's
    r"curl/": {"net"},
    r"Poco/Net/": {"net"},
    r"Poco/JSON/": {"json"},
    r"Poco/Dynamic/": {"json"},
    r"Poco/SAX/": {"xml"},
    r"(sqlite3\.h|Poco/Data/)": {"db"},
    r"ctemplate/": {"render"},
    r"(unbound|ares)\.h": {"resolver"},
    r"ldap\.h": {"directory"},
    r"Poco/RegularExpression": {"regexp"},
    r"Poco/Zip/": {"pack"},
    r"Poco/Prometheus/": {"metrics"},
    r"Poco/(?!Net/|JSON/|SAX/|Data/|Dynamic/|Prometheus/|Zip/)": {"net", "pack", "json", "xml", "db", "regexp"},  # Poco's own basics, where its parts are used
}
SYSTEM = re.compile(r"(sys|netinet|arpa|linux)/[a-z0-9_-]+\.h|[a-z0-9_]+(\.h)?")


def main():
    faults = []
    for file in sorted([*SOURCE.rglob("*.h"), *SOURCE.rglob("*.cpp")]):
        relative = file.relative_to(SOURCE)
        for header in re.findall(r"^\s*#\s*include\s+<([^>]+)>", file.read_text(), re.M):
            wall = next((folders for pattern, folders in WALLS.items() if re.match(pattern, header)), None)
            if wall is None and not SYSTEM.fullmatch(header):
                faults.append(f"src/{relative} includes <{header}>, which has no wall: add a row to {__file__}")
            elif wall is not None and relative.parts[0] not in wall:
                faults.append(f"src/{relative} includes <{header}>, which only {' and '.join(sorted(wall))} may")
    print("\n".join(faults) or "every third-party header stays behind its wall")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
