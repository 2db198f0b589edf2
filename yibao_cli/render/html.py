"""One self-contained HTML page: large type, boxes to tick, made for printing on A4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import count, groupby

from yibao_cli.render.outline import Entry, Outline, Section

_ADDRESS = re.compile(r"https?://[!-~]+")

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --page: #fff; --soft: #505050;
  --mark: #0b4f8a; --tint: #eef4fa; --rule: #b8c4d0; }
* { box-sizing: border-box; }
html { font-size: 125%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1rem; max-width: 42rem; color: var(--ink);
  background: var(--page); line-height: 1.6; line-break: strict; overflow-wrap: anywhere;
  font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC",
  system-ui, sans-serif; }
h1, h2, h3 { line-height: 1.3; text-wrap: balance; break-after: avoid; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h2 { font-size: 1.3rem; margin: 2rem 0 .8rem; padding-bottom: .2rem; color: var(--mark);
  border-bottom: .12rem solid var(--rule); }
h3 { font-size: 1.1rem; margin: 1.4rem 0 .6rem; }
p { margin: 0 0 .5rem; }
ul, ol { margin: 0; padding: 0; list-style-position: outside; }
li { margin: 0 0 .8rem; break-inside: avoid; }
li p { margin: .15rem 0 0; }
.bullet, .ordered { padding-left: 1.6em; }
.bullet > li, .ordered > li { margin-bottom: .4rem; }
.task, .source { list-style: none; }
.task > li { padding-left: 2em; }
.task label { display: block; margin-left: -2em; padding-left: 2em; font-weight: bold;
  cursor: pointer; }
input { appearance: none; float: left; width: 1.25em; height: 1.25em; margin: .18em 0 0 -2em;
  border: .11em solid currentColor; border-radius: .15em; font: inherit; cursor: pointer;
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
input:checked::before { content: ""; display: block; width: .35em; height: .7em; margin: .05em auto;
  border: solid currentColor; border-width: 0 .16em .16em 0; transform: rotate(45deg); }
input:focus-visible { outline: .15em solid var(--mark); outline-offset: .15em; }
.lead { padding: .8rem 1rem; margin: 0 0 1rem; background: var(--tint);
  border-left: .3rem solid var(--mark); break-inside: avoid; }
.lead p { margin: 0; }
.lead strong { font-size: 1.2rem; }
.source > li { padding-left: 2.4em; }
.number { float: left; margin-left: -2.4em; }
.small { font-size: .85rem; }
.small h2 { font-size: 1.15rem; }
.reference { font-size: .8em; color: var(--soft); white-space: nowrap; }
a { color: var(--mark); }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --page: #141414; --soft: #b4b4b4; --mark: #8fc1f5; --tint: #1d2833;
    --rule: #46535f; }
}
@media print {
  @page { size: A4; margin: 16mm 15mm; }
  :root { --ink: #000; --page: #fff; --soft: #333; --mark: #000; --tint: #fff; --rule: #000;
    color-scheme: light; }
  html { font-size: 14pt; }
  body { max-width: none; padding: 0; orphans: 3; widows: 3; }
  h2 { margin-top: 1.4rem; }
  .lead { border: .1rem solid #000; border-left-width: .3rem; }
  a { text-decoration: none; }
}
"""

_HEAD = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
"""

# For looking things up afterwards, not for reading along.
_SMALL = frozenset({"source", "plain"})


def page(document: Outline, _width: int = 0) -> str:
    """An HTML page that needs neither network nor scripts."""
    title = escape(document.title)
    sections = map(_section, document.sections, count(1))
    lines = (line for section in sections for line in section)
    body = "\n".join(lines)
    return (
        f"{_HEAD}<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _section(section: Section, number: int) -> Iterator[str]:
    marks = {entry.mark for group in section.groups for entry in group.entries}
    small = ' class="small"' if marks <= _SMALL else ""
    yield f'<section aria-labelledby="s{number}"{small}>'
    yield f'<h2 id="s{number}">{escape(section.title)}</h2>'
    for group in section.groups:
        if group.heading:
            yield f"<h3>{escape(group.heading)}</h3>"
        for mark, entries in groupby(group.entries, key=lambda entry: entry.mark):
            match mark:
                case "lead":
                    for entry in entries:
                        yield f'<div class="lead">{_paragraphs(entry, "strong")}</div>'
                case "plain":
                    for entry in entries:
                        yield _paragraphs(entry)
                case _:
                    yield from _list(mark, entries)
    yield "</section>"


def _list(mark: str, entries: Iterator[Entry]) -> Iterator[str]:
    tag = "ol" if mark == "ordered" else "ul"
    # A list without bullets is none for some screen readers unless it says so.
    yield f'<{tag} class="{mark}" role="list">'
    for entry in entries:
        match mark:
            case "task":
                yield f"<li>{_task(entry)}</li>"
            case "ordered":
                yield f'<li value="{entry.number}">{_paragraphs(entry)}</li>'
            case "source":
                number = f'<span class="number">[{entry.number}]</span>'
                yield f"<li>{number}{_paragraphs(entry)}</li>"
            case _:
                yield f"<li>{_paragraphs(entry)}</li>"
    yield f"</{tag}>"


def _task(entry: Entry) -> str:
    number = f"{entry.number}、" if entry.number else ""
    text, *details = _texts(entry)
    label = f'<label><input type="checkbox">{number}{text}</label>'
    return label + "".join(f"<p>{detail}</p>" for detail in details)


def _paragraphs(entry: Entry, tag: str = "") -> str:
    text, *details = _texts(entry)
    if tag:
        text = f"<{tag}>{text}</{tag}>"
    return "".join(f"<p>{line}</p>" for line in (text, *details))


def _texts(entry: Entry) -> list[str]:
    """Text and details as HTML, the reference at the end of the last."""
    texts = [escape(entry.text)]
    texts += [
        f'<a href="{escape(detail)}" rel="noreferrer">{escape(detail)}</a>'
        if entry.mark == "source" and _ADDRESS.fullmatch(detail)
        else escape(detail)
        for detail in entry.below
    ]
    if entry.reference:
        texts[-1] += f' <span class="reference">{escape(entry.reference)}</span>'
    return texts
