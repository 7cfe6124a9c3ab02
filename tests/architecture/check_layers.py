#!/usr/bin/env python3
"""Fails if a file includes what its folder may not, as the build graph says who may.

usage: check_layers.py ROOT name=folder=dep,dep=PURE ...   (the lines that foghorn_library() recorded)
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#include\s+[<"]([^>"]+)[>"]')
IMPURE = re.compile(
    r"boost/(asio|beast)|spdlog/|prometheus/|sqlite3|SQLiteCpp|toml\+\+|<(thread|mutex|atomic|iostream|fstream|filesystem)>"
)
CLOCK = re.compile(r"(system|steady|high_resolution)_clock::now|\btime\s*\(\s*(NULL|nullptr|0|&)")

# design.md §4: who may use whom. The build graph must not allow more than this.
ALLOWED = {
    "model": set(),
    "rules": {"model"},
    "venues": {"model"},
    "net": {"model"},
    "feeds": {"model", "net", "venues"},
    "capture": {"model", "venues", "feeds"},
    "store": {"model"},
    "channels": {"model"},
    "alerts": {"model", "net", "store", "channels"},
    "report": {"model", "store", "rules"},
}


def main(root, *layers):
    root, table, errors = pathlib.Path(root), {}, []
    for line in layers:
        name, folder, deps, pure = line.split("=")
        table[name] = (folder, set(filter(None, deps.split(","))), pure == "TRUE")
    folders = {folder: name for name, (folder, _, _) in table.items()}

    for name, allowed in ALLOWED.items():
        for extra in sorted(table.get(name, ("", set(), False))[1] - allowed):
            errors.append(f"{table[name][0]}/CMakeLists.txt: {name} links {extra}; design §4 does not allow it")

    def closure(name):
        seen = {name}
        for dep in table[name][1]:
            seen |= closure(dep)
        return seen

    def owner(path):
        for folder in sorted(folders, key=len, reverse=True):
            if path.startswith(folder + "/"):
                return folders[folder]
        return None

    for name, (folder, _, pure) in table.items():
        allowed = closure(name)
        for path in sorted((root / folder).rglob("*.[hc]pp")):
            rel = path.relative_to(root).as_posix()
            if owner(rel) != name or rel.endswith("_test.cpp"):  # tests may include everything
                continue
            for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                where, include = f"{rel}:{number}", INCLUDE.match(text)
                target = owner(include.group(1)) if include else None
                if target and target not in allowed:
                    errors.append(f"{where}: {name} may not include {target}")
                if pure and include and IMPURE.search(text):
                    errors.append(f"{where}: {name} is pure, but includes {include.group(1)}")
                if pure and CLOCK.search(text.split("//")[0]):
                    errors.append(f"{where}: {name} is pure, but reads a clock")
    print("\n".join(errors) or f"{len(table)} layers, no trespass")
    return bool(errors)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
