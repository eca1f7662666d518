#!/usr/bin/python3
"""No variable outlives the functions that use it: our libraries have nothing in .data and .bss but what is listed here
with its reason. Usage: globals.py BUILD_FOLDER"""
import pathlib
import re
import subprocess
import sys

# demangled name (a regular expression) → why it is no mutable global
ALLOWED = {
    r"guard variable for .*": "belongs to the variable it guards, which is judged by itself",
    r"std::__ioinit": "iostream's own",
    r"__odr_asan[._].*": "the address sanitizer's",
    r"__sancov_gen_.*": "the fuzzer's: tables of the values that branches compare with",
    r"DW\.ref\..*": "the compiler's, for exceptions",
    r"json::(Value::\w+(\[abi:cxx11\])?\(\) const::none|\(anonymous namespace\)::null_value)": "the empty values; const",
    r"Poco::Placeholder<.*>::isEmpty\(\) const::buf": "Poco's header",
    r"ctemplate::(kStsEmpty|ctemplate_sts_init::.*)": "ctemplate's header puts them into each file that includes it",
}
SYMBOL = re.compile(r"^[0-9a-f]{16} (.{7}) (\.(?:data|bss|tdata|tbss)\S*)\s+[0-9a-f]{16}\s+(?:\.hidden )?(.+)$")


def main(build):
    faults = []
    libraries = sorted((pathlib.Path(build) / "src").rglob("*.a"))
    for library in libraries:
        table = subprocess.run(["objdump", "--syms", "--demangle", library], check=True, capture_output=True,
                               text=True).stdout
        for line in table.splitlines():
            found = SYMBOL.match(line)
            if not found or "O" not in found[1] or found[2].startswith(".data.rel.ro"):
                continue
            if not any(re.fullmatch(pattern, found[3]) for pattern in ALLOWED):
                faults.append(f"{library.name}: {found[3]} ({found[2]})")
    faults = sorted(set(faults))
    print("\n".join(faults) or f"{len(libraries)} libraries without mutable globals")
    return 1 if faults or not libraries else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
