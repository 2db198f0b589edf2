"""The HTML page: every fact, nothing but text from texts, and a real browser's word for it."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from golden import frozen
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from test_render import BARE, CHECKLIST, FULL, JS, SHORT, facts

from yibao_cli.render import View, render
from yibao_cli.render.html import page as page_of
from yibao_cli.render.outline import Entry, Group, Outline, Section
from yibao_cli.render.writer import outline
from yibao_cli.result import Checklist

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-pdf-header-footer",
)

VOID = {"meta", "input"}
HOSTILE = (
    "<script>document.title='x'</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></textarea><h1>一</h1>",
    "&lt;b&gt; &amp; &#60; ' ` <!-- -->",
    "javascript:alert(1)",
)


class Page(HTMLParser):
    """A page taken apart: elements with attributes, visible text, and whether tags match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    @property
    def shown(self) -> str:
        return "".join(text for tag, text in self.texts if tag not in ("style", "title"))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def as_html(checklist: Checklist, view: View = FULL) -> str:
    return render(checklist, "html", view=view)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def missing(checklist: Checklist, text: str) -> list[str]:
    seen = bare(text)
    return [one for one in facts(checklist) if one and bare(one) not in seen]


def hostile() -> Checklist:
    bad = "".join(HOSTILE)
    first, second = CHECKLIST.sources
    return replace(
        CHECKLIST,
        outcome=replace(CHECKLIST.outcome, title=bad),
        situation=tuple(replace(one, text=bad) for one in CHECKLIST.situation),
        steps=tuple(replace(one, text=bad, detail=bad, where=bad) for one in CHECKLIST.steps),
        documents=tuple(replace(one, name=bad) for one in CHECKLIST.documents),
        sources=(first, replace(second, title=bad, url='javascript:alert(1)"><b>')),
        disclaimer=bad,
    )


def test_page_carries_every_fact() -> None:
    assert not missing(CHECKLIST, Page(as_html(CHECKLIST)).shown)


def test_page_is_marked_up_for_people_and_machines() -> None:
    text = as_html(CHECKLIST)
    page = Page(text)

    assert text.startswith("<!DOCTYPE html>\n")
    assert page.all("html") == [{"lang": "zh-CN"}]
    assert {"charset": "utf-8"} in page.all("meta")
    assert any(one.get("name") == "viewport" for one in page.all("meta"))
    assert ("title", outline(CHECKLIST).title) in page.texts
    assert len(page.all("h1")) == 1
    named = [one["aria-label"] for one in page.all("section")]
    assert named == [one.heading for one in outline(CHECKLIST).sections]
    headings = [text for tag, text in page.texts if tag == "h2"]
    # What opens the page needs no heading, and each phase is one.
    assert headings[:5] == ["同时要办的事", "去之前", "就医时", "结账前", "结账之后"]
    assert "结论" not in headings


def test_rules_and_sources_are_folded() -> None:
    page = Page(as_html(CHECKLIST))

    assert [text for tag, text in page.texts if tag == "summary"] == [
        "待遇和规则",
        "没问的",
        "依据",
    ]
    assert page.all("details") == [{}, {}, {}]
    assert not Page(as_html(CHECKLIST, SHORT)).all("details")


def test_every_task_is_a_labelled_unchecked_box() -> None:
    text = as_html(CHECKLIST)
    boxes = Page(text).all("input")

    assert boxes == [{"type": "checkbox"}] * (len(CHECKLIST.steps) + len(CHECKLIST.documents))
    labels = re.findall('<label><input type="checkbox">(.+?)</label>', text)
    assert len(labels) == len(boxes)
    assert labels[0] == f"1、{CHECKLIST.steps[0].text}"


def test_numbers_are_those_of_the_outline() -> None:
    page = Page(as_html(CHECKLIST))

    assert [one["value"] for one in page.all("li") if "value" in one] == ["1", "2", "1", "2"]
    assert [text for tag, text in page.texts if tag == "span" and text in ("[1]", "[2]")]


def test_numbers_lead_to_the_sources() -> None:
    page = Page(as_html(CHECKLIST))
    links = {one["href"] for one in page.all("a") if str(one["href"]).startswith("#")}

    assert links == {f"#{one['id']}" for one in page.all("span") if "id" in one}


@pytest.mark.parametrize("checklist", [CHECKLIST, BARE, hostile()])
def test_page_needs_nothing_from_elsewhere(checklist: Checklist) -> None:
    text = as_html(checklist)
    page = Page(text)
    links = [one["href"] for one in page.all("a")]

    assert not set(links) - {JS.url, "tel:0512-12393", "#source-1", "#source-2"}
    assert not {tag for tag, _ in page.elements} & {"script", "link", "img", "iframe", "base"}
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            assert name not in ("src", "style") and not name.startswith("on")
            assert "http" not in str(value) or (tag, name) == ("a", "href")
    style = "".join(data for tag, data in page.texts if tag == "style")
    assert "url(" not in style and "@import" not in style and "@font-face" not in style
    assert "default-src 'none'" in text


@pytest.mark.parametrize("view", [FULL, SHORT], ids=["full", "short"])
def test_telephone_numbers_can_be_dialled(view: View) -> None:
    links = [one["href"] for one in Page(as_html(CHECKLIST, view)).all("a")]

    assert "tel:0512-12393" in links


def test_page_prints_on_a4_without_cut_entries_and_knows_the_dark() -> None:
    style = as_html(BARE)

    for rule in ("size: A4", "break-inside: avoid", "prefers-color-scheme: dark", "break-after"):
        assert rule in style


def test_hostile_texts_stay_texts() -> None:
    checklist = hostile()

    assert not missing(checklist, Page(as_html(checklist)).shown)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
def test_any_text_is_shown_as_it_stands(text: str) -> None:
    entries = (Entry("task", text, (text,)), Entry("source", text, (text,), number=1))
    document = Outline(text, (Section(text, (Group(text, entries),)),))

    assert Page(page_of(document)).shown.count(text) >= 7


@pytest.mark.parametrize("checklist", [CHECKLIST, BARE])
def test_page_is_gbk_text_ending_in_one_line_feed(checklist: Checklist) -> None:
    text = as_html(checklist)

    text.encode("gbk")
    assert re.search(r"[^\n]\n\Z", text)


# ---------------------------------------------------------------- a real browser


class Quiet(SimpleHTTPRequestHandler):
    asked: list[str]

    def send_head(self):  # type: ignore[no-untyped-def]
        self.asked.append(self.path)
        return super().send_head()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """A folder behind a local server, and the list of what was asked of it."""
    asked: list[str] = []
    handler = type("Handler", (Quiet,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def browse(tmp_path: Path, address: str, *arguments: str) -> str:
    done = subprocess.run(
        [str(CHROMIUM), *QUIET, f"--user-data-dir={tmp_path / 'profile'}", *arguments, address],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return done.stdout


@needs_chromium
@pytest.mark.parametrize("checklist", [CHECKLIST, hostile()], ids=["plain", "hostile"])
def test_browser_shows_every_fact_and_asks_for_nothing(
    checklist: Checklist, tmp_path: Path, served: tuple[str, list[str]]
) -> None:
    address, asked = served
    (tmp_path / "page.html").write_text(as_html(checklist), encoding="utf-8")

    page = Page(browse(tmp_path, f"{address}/page.html", "--dump-dom"))

    assert not missing(checklist, page.shown)
    assert bare(outline(checklist).title) in bare(
        "".join(text for tag, text in page.texts if tag == "title")
    )
    assert not page.all("script") and not page.all("img")
    assert len(page.all("input")) == len(CHECKLIST.steps) + len(CHECKLIST.documents)
    assert asked == ["/page.html"]


@needs_chromium
@pytest.mark.parametrize(("view", "most"), [(SHORT, 1), (FULL, 4)], ids=["short", "full"])
def test_browser_prints_few_a4_pages(view: View, most: int, tmp_path: Path) -> None:
    page, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(as_html(frozen(), view), encoding="utf-8")

    browse(tmp_path, page.as_uri(), f"--print-to-pdf={pdf}")

    data = pdf.read_bytes()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", data)) <= most
    width, height = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", data)[0]
    assert (round(float(width)), round(float(height))) == (595, 842)


@pytest.mark.parametrize("document", [outline(CHECKLIST, bag=True), outline(CHECKLIST, "proxy")])
def test_any_outline_becomes_a_page(document: Outline) -> None:
    page = Page(page_of(document))

    assert document.title in page.shown
    assert page.all("input")
