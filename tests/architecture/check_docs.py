#!/usr/bin/env python3
"""Fails where the documents lead nowhere, or speak of log lines otherwise than the code does.

usage: check_docs.py ROOT

- Relative links of every committed .md file lead to a file or folder, and their #anchors to a heading.
- Metrics that they name have a row in docs/metrics.md.
- docs/operations.md, "What the log says", has a row for every line of info and above, and no other; what its "Messages the daemon
  sends about itself" quotes is said.
"""
import pathlib
import re
import subprocess
import sys

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.*?)#*$")
EXPLICIT = re.compile(r'<a (?:id|name)="([^"]+)"')
FENCE = re.compile(r"^\s*(```|~~~)")
LOGGED = re.compile(r'spdlog::(?:info|warn|error|critical)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
FIRST_KEY = re.compile(r"\s*[a-z_]+=")


def anchor_of(heading):
    """As GitHub makes it: lower case, punctuation gone, blanks to dashes."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def prose(text):
    """The lines outside of fences, with their numbers."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            yield number, line


def anchors_of(path):
    seen, anchors = {}, set()
    for _, line in prose(path.read_text(encoding="utf-8")):
        anchors |= set(EXPLICIT.findall(line))
        heading = HEADING.match(line)
        if not heading:
            continue
        anchor = anchor_of(heading.group(1))
        count = seen.get(anchor, 0)
        seen[anchor] = count + 1
        anchors.add(f"{anchor}-{count}" if count else anchor)
    return anchors


def wrong_links(root, path):
    for number, line in prose(path.read_text(encoding="utf-8")):
        for target in LINK.findall(re.sub(r"`[^`]*`", "``", line)):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            leads_to = (path.parent / file).resolve() if file else path
            where = f"{path.relative_to(root)}:{number}"
            if not leads_to.exists():
                yield f"{where}: {target} leads nowhere"
            elif anchor and anchor not in anchors_of(leads_to):
                yield f"{where}: {target}: no heading #{anchor}"


def events_in_code(root):
    """What stands before the first key of each line that is logged, and where."""
    events = {}
    for folder in ("alerts", "daemon", "feeds", "net", "report", "store"):
        for path in sorted((root / folder).rglob("*.cpp")):
            text = path.read_text(encoding="utf-8")
            for found in LOGGED.finditer(text):
                message = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1)))
                key = FIRST_KEY.search(message)
                event = (message[: key.start()] if key else message).strip()
                line = text.count("\n", 0, found.start()) + 1
                events.setdefault(event, f"{path.relative_to(root)}:{line}")
    return events


def rows_of_the_log(root):
    """The first cell of every row below "What the log says", as it stands."""
    text = (root / "docs/operations.md").read_text(encoding="utf-8")
    section = text.partition("\n## What the log says\n")[2].partition("\n## ")[0]
    cells = re.findall(r"(?m)^\| `([^`]*)`", section)
    return [re.split(r" [a-z_]+=| …", cell)[0].strip() for cell in cells]


def shape_of(event):
    """What a row may say for it: "feed {}" is "feed lost" and the like."""
    whole, filled = re.subn(r" \{\}$", "", event)
    return re.compile(".+".join(map(re.escape, whole.split("{}"))) + ("(?: .+)?" if filled else "") + "$")


def wrong_log_lines(root):
    rows = rows_of_the_log(root)
    # "{}" alone is an alert event, or a config's mistake: told in prose.
    events = {event: where for event, where in events_in_code(root).items() if event.strip("{}")}
    for event, where in events.items():
        if not any(shape_of(event).match(row) for row in rows):
            yield f'{where}: the log line "{event}" has no row in docs/operations.md, "What the log says"'
    for row in rows:
        if not any(shape_of(event).match(row) for event in events):
            yield f'docs/operations.md: nothing logs "{row}"'


def wrong_messages(root):
    """What "Messages the daemon sends about itself" quotes stands somewhere in what makes messages."""
    files = [path for folder in ("alerts", "daemon", "model", "rules") for path in (root / folder).rglob("*") if path.suffix in (".cpp", ".toml")]
    source = "".join(path.read_text(encoding="utf-8") for path in files).lower()
    text = (root / "docs/operations.md").read_text(encoding="utf-8")
    section = text.partition("\n## Messages the daemon sends about itself\n")[2].partition("\n## ")[0]
    for cell in re.findall(r"(?m)^\| ([^|]*) \|", section)[2:]:
        for phrase in re.split(r" / |; |…|, ", cell):
            if phrase.strip(' "').lower() not in source:
                yield f'docs/operations.md: no message says "{phrase}"'


def wrong_metrics(root, documents):
    """Every metric that a document in docs/ names has its row in docs/metrics.md, which is held to what is exported."""
    rows = set(re.findall(r"(?m)^\| `(foghorn_[a-z_]+)`", (root / "docs/metrics.md").read_text(encoding="utf-8")))
    rows |= {row + part for row in rows for part in ("_bucket", "_count", "_sum")}
    for path in documents:
        if path.parent != root / "docs":
            continue
        for name in sorted(set(re.findall(r"`(foghorn_[a-z_]+[a-z])(?![a-z_*])", path.read_text(encoding="utf-8"))) - rows):
            yield f"{path.relative_to(root)}: {name} has no row in docs/metrics.md"


def main(root):
    root = pathlib.Path(root).resolve()
    listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "*.md"], capture_output=True, text=True)
    names = listed.stdout.split() if listed.returncode == 0 else [p.relative_to(root) for p in root.glob("*.md")] + [p.relative_to(root) for p in root.glob("docs/**/*.md")]
    documents = [root / name for name in names if (root / name).exists()]
    errors = [error for path in documents for error in wrong_links(root, path)]
    errors += wrong_log_lines(root)
    errors += wrong_messages(root)
    errors += wrong_metrics(root, documents)
    print("\n".join(errors) or f"{len(documents)} documents, no wrong link, every log line told")
    return bool(errors)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
