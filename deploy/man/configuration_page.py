#!/usr/bin/env python3
"""docs/configuration.md as the manual page foghorn.toml(5): configuration_page.py MARKDOWN PAGE

Knows what that document uses: headings, paragraphs, lists, tables and indented or fenced blocks; `code`, **bold**, *emphasis*
and links, of which only the text stays.
"""
import re
import sys


def roff(text):
    """What no line of it can be taken for a request, nor a character for an escape."""
    text = text.replace("\\", "\\e")
    return "\\&" + text if text[:1] in ".'" else text


def inline(text):
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\*\*(`[^`]+`)\*\*", r"\1", text)  # both are bold here
    parts = re.split(r"(`+)(.+?)\1", text)
    told = []
    for i in range(0, len(parts), 3):
        plain = roff(parts[i]) if i == 0 else parts[i].replace("\\", "\\e")
        plain = re.sub(r"\*\*(.+?)\*\*", r"\\fB\1\\fR", plain)
        told.append(re.sub(r"(?<![\w*])\*([^*\s][^*]*?)\*(?![\w*])", r"\\fI\1\\fR", plain))
        if i + 2 < len(parts):
            told.append("\\fB" + parts[i + 2].strip().replace("\\", "\\e") + "\\fR")
    return "".join(told)


def cells(row):
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))]


def table(rows):
    """Each row an item: its first cell, and the others in their order."""
    head = cells(rows[0])
    for row in rows[2:]:
        first, *rest = cells(row)
        yield ".TP"
        yield inline(first)
        told = [inline(cell) if i == len(rest) - 1 else f"{head[i + 1].capitalize()}: {inline(cell)}."
                for i, cell in enumerate(rest) if cell]
        for i, cell in enumerate(told):
            if i:
                yield ".br"
            yield cell


def page(markdown):
    yield r'''.TH FOGHORN.TOML 5 2026-11-23 Foghorn
.SH NAME
foghorn.toml \- the configuration of foghorn(1): every key'''
    block, kind, first = [], None, True  # first: of a section

    def end():
        if kind == "table":
            yield from table(block)
        elif kind == "code":
            yield (".RS 4" if first else ".PP\n.RS 4") + "\n.nf"
            yield from (roff(line) or "\\&" for line in block)
            yield ".fi\n.RE"
        elif kind == "item":
            yield ".IP \\(bu 2"
            yield inline(" ".join(block))
        elif kind == "text":
            if not first:
                yield ".PP"
            yield inline(" ".join(block))

    fenced = False
    for line in markdown.splitlines() + [""]:
        if line.startswith("```"):
            if fenced or block:
                yield from end()
            block, kind, fenced = [], "code" if not fenced else None, not fenced
            continue
        if fenced:
            block.append(line)
            continue
        if line.startswith("#"):
            now = "heading"
        elif line.startswith("|"):
            now = "table"
        elif line.startswith("    ") and kind not in ("item", "text"):
            now = "code"
        elif line.startswith("- "):
            now = "item"
        elif line.startswith("<!--"):
            now = None
        elif line.strip():
            now = "item" if kind == "item" and line.startswith("  ") else "text"
        else:
            now = None
        if now != kind or line.startswith("- "):
            yield from end()
            first = first and not block
            block, kind = [], now
        if now == "heading":
            level = len(line) - len(line.lstrip("#"))
            title = line.strip("# ")
            if level == 1:
                yield ".SH DESCRIPTION"
            else:
                yield (".SH " if level == 2 else ".SS ") + '"' + roff(title.replace("`", "").replace('"', "\\(dq")) + '"'
            kind, first = None, True
        elif now == "code":
            block.append(line[4:])
        elif now == "item":
            block.append(line[2:].strip())
        elif now:
            block.append(line.strip())
    yield '.SH "SEE ALSO"\n.BR foghorn (1)'


def main():
    with open(sys.argv[1], encoding="utf-8") as markdown, open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write("\n".join(page(markdown.read())) + "\n")


if __name__ == "__main__":
    main()
