"""Every format carries the same facts, and each keeps to the rules of its medium."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from golden import styled
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from msgspec.structs import astuple, replace

import yibao_cli
from yibao_cli.evidence import ELSEWHERE
from yibao_cli.files import FORMATS
from yibao_cli.knowledge.about import (
    Calendar,
    ClaimReminder,
    Levels,
    LongTermReminder,
    MonthsReminder,
    Phases,
    YearReminder,
)
from yibao_cli.look import Colours
from yibao_cli.render import View, drawn, render
from yibao_cli.render.drawing import WIDEST
from yibao_cli.render.markdown import escape
from yibao_cli.render.writer import outline
from yibao_cli.result import (
    Answer,
    Checklist,
    CitedSource,
    Contact,
    Document,
    KnowledgeState,
    LocalRemark,
    Outcome,
    PlaceAnswer,
    Remark,
    Step,
    TraceLine,
)
from yibao_cli.wrap import cells

SCHEMA = json.loads(
    (Path(yibao_cli.__file__).parent / "schema" / "checklist.json").read_text(encoding="utf-8")
)

# What an entry rests on.
RULE: dict[str, Any] = {"level": "A", "sources": ("js",), "clauses": ("第十条",), "advice": False}
RULES: dict[str, Any] = {
    "level": "B",
    "sources": ("nhsa", "js"),
    "clauses": ("第三条", "第十条"),
    "advice": False,
}
ADVICE: dict[str, Any] = {
    "level": None,
    "sources": (),
    "clauses": (),
    "advice": True,
    "authority": "经验",
}
MUST: dict[str, Any] = {"weight": "must"}

JS = CitedSource(
    id="js",
    title="江苏省异地就医经办服务规程",
    number="苏医保发〔2022〕75号",
    issued="2022-12-09",
    effective="2023-01-01",
    read_on="2026-11-21",
    level="A",
    url="https://ybj.jiangsu.gov.cn/art/2022/12/9/art_76383_10702545.html",
    clauses=("第十条", "第十九条（五）"),
    overdue=False,
    quoted=False,
    read_as="官方文本的完整转存",
    where="江苏",
)
NHSA = replace(
    JS,
    id="nhsa",
    title="关于进一步做好基本医疗保险跨省异地就医直接结算工作的通知",
    number=None,
    issued="2022-07",
    effective=None,
    level="B",
    url=None,
    clauses=("第三条",),
    overdue=True,
    quoted=True,
    read_as="转述",
    where="全国",
)

# What a proxy needs first.
IDS = Document(
    id="ids",
    name="代办人的身份证件，病人的身份证件",
    purpose="代办",
    original=True,
    copies=0,
    alternatives=(),
    owner="一件是您（代办人）的，一件是病人的",
    proxy=True,
    **RULE,
)
LETTER = Document(
    id="letter",
    name="授权委托书",
    purpose="代办",
    detail="窗口有表。",
    original=True,
    copies=1,
    alternatives=(),
    owner="病人写给您的",
    signer="病人签",
    proxy=True,
    **RULE,
)


def answer(question: str, label: str, value: str, text: str, *, assumed: bool = False) -> Answer:
    return Answer(
        question=question,
        label=label,
        flag=f"--{question}",
        value=value,
        text=text,
        in_short=text,
        assumed=assumed,
        used=True,
    )


CHECKLIST = Checklist(
    answers={
        "errand": "care,activation",
        "from": PlaceAnswer(code="320500", name="苏州市", level="city"),
        "to": PlaceAnswer(code="110000", name="北京市", level="province", district="海淀区"),
        "stage": "before",
    },
    assumed=("stage",),
    situation=(
        answer("errand", "要办的事", "care,activation", "看病买药、激活"),
        answer("from", "参保地", "320500", "江苏省苏州市"),
        answer("to", "就医地", "110000", "北京市海淀区"),
        answer("stage", "办到哪一步", "before", "就医前", assumed=True),
    ),
    in_short="苏州 → 北京海淀区，激活",
    outcome=Outcome(
        id="file",
        path="file_then_direct",
        title="先备案，再直接结算",
        summary="现在没有有效备案，去之前先办好。",
        **RULES,
    ),
    outcomes=(
        Outcome(
            id="card",
            path="activate_credential",
            title="先激活医保码",
            summary="激活后就能用。",
            **ADVICE,
        ),
    ),
    also=(),
    steps=(
        Step(
            id="file",
            phase="before",
            text="在“国家医保服务平台”App 里办跨省异地就医备案，备案到北京市",
            detail="选“其他临时外出”，一般即时到2个工作日办好，以页面显示为准；打 0512-12393 可以问。",
            where="国家医保服务平台 App，或参保地医保经办机构窗口",
            deadline="去之前",
            because="备案情况：未备案",
            **MUST,
            **RULES,
        ),
        Step(id="tell", phase="during", text="挂号时说明是异地医保", because="", **MUST, **ADVICE),
        Step(
            id="settle",
            phase="settle",
            text="出院结账用医保码[/x]直接结算:smile:",
            detail="屏幕上 [red]不付[/red] *自费* _部分_ 的，<b>当场</b>问清 #1 | 2",
            where="医院收费处",
            because="就医方式：住院",
            **MUST,
            **RULE,
        ),
        Step(
            id="keep",
            phase="after",
            text="票据原件都留好",
            deadline="三年",
            because="办到哪一步：就医前",
            **MUST,
            **ADVICE,
        ),
    ),
    documents=(
        Document(
            id="id",
            name="病人的身份证件",
            purpose="备案、看病、核对身份",
            detail="临时身份证也行。",
            original=True,
            copies=2,
            alternatives=("户口簿", "个人承诺书（之后补材料）"),
            signer="承诺书由病人签",
            **MUST,
            **RULE,
        ),
        Document(
            id="record",
            name="备案记录截图",
            purpose="医院查不到备案时对照",
            original=False,
            copies=0,
            alternatives=(),
            **MUST,
            **ADVICE,
        ),
    ),
    warnings=(
        Remark(
            id="w",
            text="急诊算不算已备案，以医院上传的标志为准",
            detail="没有标志按没备案。",
            **MUST,
            **RULE,
        ),
    ),
    notes=(Remark(id="n", text="支付范围看就医地，起付线和比例看参保地", **RULES),),
    local=(
        LocalRemark(
            id="l",
            place="江苏",
            role="insured",
            text="江苏参保，转诊后最多降5个百分点",
            detail="比例请再问一次。",
            **MUST,
            **{**RULE, "authority": "江苏规定"},
        ),
    ),
    unknown=(),
    questions=(
        Remark(id="q1", text="去北京看病，要不要备案？", **ADVICE),
        Remark(id="q2", text="报销最晚哪天交？", detail="记下工号。", **ADVICE),
    ),
    contacts=(
        Contact(id="office", name="就医医院的医保办", detail="先问这里。", **MUST, **ADVICE),
        Contact(
            id="agency",
            name="参保地（苏州市）医保经办机构",
            phone="0512-12393",
            calendar="claim",
            **MUST,
            **RULE,
        ),
    ),
    proxy=(IDS, LETTER),
    sources=(NHSA, JS),
    trace=(
        TraceLine(
            node="filing",
            kind="ask",
            on="filing",
            label="备案情况",
            value="none",
            text="未备案",
            origin="given",
        ),
    ),
    knowledge=KnowledgeState(
        version="2026.11.21", read_on="2026-11-21", as_of="2026-12-01", overdue=("nhsa",)
    ),
    disclaimer="本清单供办事前准备用，不是医保部门的决定。",
    phases=Phases(before="去之前", during="就医时", settle="结账前", after="结账之后"),
    levels=Levels(A="读过官方原文", B="两份以上的转述一致", C="只有一份转述"),
    calendar=Calendar(
        case=("from", "to", "category"),
        claim=ClaimReminder(days=7, says="出院一周内就问清。", topics=("claim",)),
        next_year=YearReminder(month=3, says="这一天只作提醒，不是您那里的截止日。"),
        long_term=LongTermReminder(
            months=6, says="能不能改，以参保地的答复为准。", categories=("posted_worker",)
        ),
        temporary=MonthsReminder(months=6, says="到哪天，以备案记录为准。"),
    ),
)

NOTHING: dict[str, Any] = dict.fromkeys(
    (
        "assumed",
        "situation",
        "outcomes",
        "steps",
        "documents",
        "warnings",
        "notes",
        "local",
        "questions",
        "contacts",
        "sources",
        "trace",
    ),
    (),
)
BARE = replace(
    CHECKLIST,
    answers={},
    outcome=replace(CHECKLIST.outcome, **ADVICE),
    knowledge=replace(CHECKLIST.knowledge, overdue=()),
    **NOTHING,
)


FULL, SHORT = View(full=True), View()


def facts(checklist: Checklist) -> Iterator[str | None]:
    """What the whole list has to carry in every format; why it is so is another command's."""
    for end in (checklist.outcome, *checklist.outcomes):
        yield from (end.title, end.summary)
    for step in checklist.steps:
        yield from (step.text, step.detail, step.where, step.deadline)
    for paper in checklist.documents:
        yield from (paper.name, paper.purpose, paper.detail, *paper.alternatives)
    for remark in (
        *checklist.warnings,
        *checklist.notes,
        *checklist.local,
        *checklist.questions,
    ):
        yield from (remark.text, remark.detail)
    for contact in checklist.contacts:
        yield from (contact.name, contact.phone, contact.detail)
    for source in checklist.sources:
        if source.where == ELSEWHERE:
            # Those are counted.
            continue
        yield from (source.title, source.number, source.issued, source.effective)
        yield from (source.read_on, source.read_as)
        for clause in source.clauses:
            # What several clauses are part of is said once.
            part_of, mark, article = clause.partition("第")
            yield from (part_of, mark + article)
    state = checklist.knowledge
    yield from (state.version, state.read_on, state.as_of, checklist.disclaimer)


def written(fmt: str, width: int = 80, checklist: Checklist = CHECKLIST, view: View = FULL) -> str:
    return render(checklist, fmt, width=width, view=view)


def shown(width: int = 80, colours: Colours = "256", view: View = FULL) -> str:
    """The list as a terminal gets it."""
    return styled(drawn(CHECKLIST, view, width), width, colours)


def read(fmt: str, text: str) -> str:
    """What a reader of the format sees, without white space."""
    if fmt in ("terminal", "plain"):
        text = unstyled(text).replace("▌", "")
    if fmt == "markdown":
        # Several numbers of sources are links of their own there.
        text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).replace("] [", ",")
    return re.sub(r"\s", "", text)


def unstyled(text: str) -> str:
    """A text without styles and links."""
    return re.sub(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", text)


def loaded(checklist: Checklist = CHECKLIST) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(written("json", checklist=checklist))
    return payload


# HTML is read as a page in its own tests.
WRITTEN = tuple(fmt for fmt in FORMATS if fmt != "html")


@pytest.mark.parametrize("fmt", WRITTEN)
def test_every_format_carries_every_fact(fmt: str) -> None:
    seen = read(fmt, written(fmt))

    missing = [one for one in facts(CHECKLIST) if one and re.sub(r"\s", "", one) not in seen]
    assert not missing


@pytest.mark.parametrize("fmt", ["terminal", "plain", "markdown"])
def test_every_entry_ends_with_its_reference(fmt: str) -> None:
    seen = read(fmt, written(fmt))

    for end in (
        "去之前先办好。[1,2]",
        "激活后就能用。（经验）",
        "打0512-12393可以问。[1,2]",
        "说明是异地医保（经验）",
        "可以代替：户口簿；个人承诺书（之后补材料）[2]",
        "没有标志按没备案。[2]",
        "比例请再问一次。[2]",
    ):
        assert end in seen
    assert "要不要备案？[" not in seen


@pytest.mark.parametrize("fmt", ["terminal", "plain", "markdown"])
def test_what_the_marks_say(fmt: str) -> None:
    seen = read(fmt, written(fmt))

    for words in (
        "病人的身份证件：原件、复印件2份",
        "0512-12393参保地（苏州市）医保经办机构",
        "没问的按这些算：就医前。",
        "第三条；2022-07发布；B级，2026-11-21读，转述；过了复查日",
        "第十条、第十九条（五）；2022-12-09发布，2023-01-01起施行；A级，",
        "1份文件过了复查日",
    ):
        assert words in seen
    assert "--stage" not in seen
    assert "因为" not in seen


@pytest.mark.parametrize("fmt", ["terminal", "plain", "markdown"])
def test_texts_of_other_places_are_counted(fmt: str) -> None:
    elsewhere = replace(CHECKLIST, sources=(replace(NHSA, where=ELSEWHERE), JS))
    seen = read(fmt, written(fmt, checklist=elsewhere))

    assert "另有1份外地的文件和整理说法相同" in seen
    assert NHSA.title not in seen
    assert "去之前先办好。[1]" in seen


def test_the_short_list_holds_what_is_needed_and_names_the_rest() -> None:
    seen = read("plain", written("plain", view=SHORT))

    for words in (
        "先备案，再直接结算",
        "现在没有有效备案，去之前先办好。另外要办：先激活医保码（经验）",
        "苏州→北京海淀区，激活",
        "江苏参保，转诊后最多降5个百分点（江苏规定）",
        "0512-12393参保地（苏州市）医保经办机构",
        "“去北京看病，要不要备案？”",
        "还有",
        "依据2。",
    ):
        assert words in seen
    assert CHECKLIST.notes[0].text not in seen
    assert "一般即时到2个工作日办好" not in seen
    assert JS.title not in seen


def test_no_must_vanishes_from_the_short_list() -> None:
    steps = tuple(
        replace(CHECKLIST.steps[0], id=f"s{number}", text=f"第{number}件要办的事")
        for number in range(8)
    )
    seen = read("plain", written("plain", checklist=replace(CHECKLIST, steps=steps), view=SHORT))

    assert [one.text for one in steps if one.text not in seen] == []
    assert "没排下：第5件要办的事；第6件要办的事；第7件要办的事。" in seen


@pytest.mark.parametrize("width", range(20, 201))
@pytest.mark.parametrize("view", [FULL, SHORT], ids=["full", "short"])
def test_plain_text_keeps_to_the_width(width: int, view: View) -> None:
    text = written("plain", width, view=view)

    assert max(map(cells, text.splitlines())) <= width
    assert view == SHORT or read("plain", text) == read("plain", written("plain", 10_000))
    assert "…" not in text
    assert not re.search(r"[ \t]$", text, re.MULTILINE)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("colours", ["standard", "256"])
@pytest.mark.parametrize("view", [FULL, SHORT], ids=["full", "short"])
def test_terminal_is_the_plain_layout_with_styles(width: int, colours: Colours, view: View) -> None:
    text = shown(width, colours, view)

    assert unstyled(text) == written("plain", width, view=view)
    assert "\x1b[" in text
    assert written("terminal", width, view=view) == written("plain", width, view=view)


def test_text_is_never_wider_than_can_be_followed() -> None:
    assert max(map(cells, written("plain", 200).splitlines())) <= WIDEST


def test_sixteen_colours_are_those_that_every_terminal_can_show() -> None:
    codes = set(re.findall(r"\x1b\[([\d;]+)m", shown(colours="standard")))

    assert codes <= {"0", "1", "2", "36", "31", "1;36", "1;31", "2;36"}
    assert {"1;36", "1;31", "2"} <= codes


def test_what_can_be_followed_is_a_link() -> None:
    text = shown()

    assert "\x1b]8;id=;tel:0512-12393\x1b\\" in text
    assert f"\x1b]8;id=;{JS.url}\x1b\\" in text


def test_a_broken_address_leads_to_the_whole_one() -> None:
    links = re.findall(r"\x1b]8;id=;(http[^\x1b]+)", shown(40))

    assert len(links) > 1
    assert set(links) == {JS.url}


def test_what_matters_stands_out_by_place() -> None:
    lines = written("plain").splitlines()

    assert lines[:4] == [
        " ▌ 医保办事清单（江苏省苏州市到北京市海淀区）",
        " ▌ 先备案，再直接结算",
        " ▌ 现在没有有效备案，去之前先办好。 [1,2]",
        " ▌ 苏州 → 北京海淀区，激活",
    ]
    # The longest name of a phase has four characters, so the gutter holds ten cells.
    assert " 去之前    1  在“国家医保服务平台”App 里办跨省异地就医备案，备案到北京市" in lines
    assert " 材料      □ 病人的身份证件：原件、复印件2份" in lines
    assert " 当心      ! 急诊算不算已备案，以医院上传的标志为准" in lines


def test_a_narrow_window_has_its_labels_above() -> None:
    lines = written("plain", 55).splitlines()

    assert lines[lines.index(" 材料") + 1] == " □ 病人的身份证件：原件、复印件2份"


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("checklist", [CHECKLIST, BARE])
def test_text_ends_in_one_line_feed_and_encodes_to_gbk(fmt: str, checklist: Checklist) -> None:
    text = written(fmt, checklist=checklist)

    assert re.search(r"[^\n]\n\Z", text)
    text.encode("gbk")


def test_empty_sections_are_left_out() -> None:
    labels = re.findall("^ ([一-龥]+) ", written("plain", checklist=BARE), re.MULTILINE)

    assert labels == ["说明"]


def test_steps_are_numbered_through() -> None:
    text = written("plain")

    for number, step in enumerate(CHECKLIST.steps, 1):
        assert f" {number}  {step.text[:8]}" in text
    phases = re.findall(r"^ ([一-龥]+) +\d  ", text, re.MULTILINE)
    assert [one for one in phases if one in astuple(CHECKLIST.phases)] == [
        *astuple(CHECKLIST.phases)
    ]


def test_markdown_blocks() -> None:
    lines = written("markdown").splitlines()

    assert lines[0] == "# 医保办事清单（江苏省苏州市到北京市海淀区）"
    assert "## 结论" not in lines
    assert [line for line in lines if line != line.rstrip()] == []
    assert "## 去之前" in lines
    assert "- [ ] 2、挂号时说明是异地医保（经验）" in lines
    assert "- [ ] 备案记录截图" in lines
    assert "    - 国家医保服务平台 App，或参保地医保经办机构窗口，去之前" in lines
    assert f"1. {NHSA.title}" in lines
    assert f"2. [{JS.title}（{JS.number}）](<{JS.url}>)" in lines


def test_markdown_of_the_short_list_reads_as_it_is_pasted() -> None:
    text = written("markdown", view=SHORT)

    assert text.startswith(f"# {outline(CHECKLIST).title}\n\n**{CHECKLIST.outcome.title}**\n")
    assert "\\" not in text.replace(escape(CHECKLIST.steps[2].text), "")
    assert "](" not in text
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_markdown_shows_the_text_as_it_stands() -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(written("markdown"))

    shown = read("html", unescape(re.sub("<[^>]+>", "", html)))
    assert not [one for one in facts(CHECKLIST) if one and re.sub(r"\s", "", one) not in shown]
    assert html.count("[ ] ") == len(CHECKLIST.steps) + len(CHECKLIST.documents)
    assert html.count(f'<a href="{JS.url}"') == 1
    for number in ("1", "2"):
        assert f'<a href="#依据">{number}</a>' in unquote(html)
    assert not re.search("<(em|code|s|table|hr|pre|blockquote)\\b", html)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("[a](b) <i> *x* _y_ `z` #1 | ~", r"\[a\](b) \<i\> \*x\* \_y\_ \`z\` \#1 \| \~"),
        ("- 一", r"\- 一"),
        ("1. 一", r"1\. 一"),
        ("2026-01 一", "2026-01 一"),
        ("===", r"\==="),
        ("&amp; A&B a & b", r"\&amp; A\&B a & b"),
        ("见https://a.cn/b_c，再问", "见<https://a.cn/b_c>，再问"),
        ("见 https://a.cn/b_c.", "见 <https://a.cn/b_c>."),
        ("一\n# 二", r"一 \# 二"),
        ("a\\b", r"a\\b"),
    ],
)
def test_markdown_escapes(text: str, markdown: str) -> None:
    assert escape(text) == markdown


@given(st.text("\\`*_[]()<>#|~$&!+-=.:;/'\"^ 1a医，", min_size=1).filter(str.strip))
def test_markdown_shows_any_text_as_it_stands(text: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).render(escape(text))

    shown = re.fullmatch(r"<p>([^<>]*)</p>\n", html)
    assert shown
    assert unescape(shown[1]) == " ".join(text.split())


def test_json_fits_its_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)

    for checklist in (CHECKLIST, BARE):
        assert not list(validator.iter_errors(loaded(checklist)))


def test_json_keys_are_those_of_the_schema() -> None:
    payload = loaded()

    assert list(payload) == list(SCHEMA["properties"])
    for part, name in (
        ("steps", "Step"),
        ("documents", "Document"),
        ("warnings", "Remark"),
        ("contacts", "Contact"),
        ("questions", "Remark"),
        ("sources", "CitedSource"),
        ("trace", "TraceLine"),
        ("outcomes", "Outcome"),
    ):
        assert list(payload[part][0]) == list(SCHEMA["$defs"][name]["properties"])


def test_json_values() -> None:
    payload = loaded()

    assert payload["answers"] == {
        "errand": "care,activation",
        "from": {"code": "320500", "name": "苏州市", "level": "city", "district": None},
        "to": {"code": "110000", "name": "北京市", "level": "province", "district": "海淀区"},
        "stage": "before",
    }
    assert payload["assumed"] == ["stage"]
    assert payload["steps"][0]["sources"] == ["nhsa", "js"]
    assert payload["steps"][1]["advice"] is True
    assert payload["documents"][0]["copies"] == 2
    assert payload["sources"][0]["overdue"] is True
    assert "\\u" not in written("json")


def test_formats_are_imported_only_when_used() -> None:
    code = """
import sys
import yibao_cli.render
print([name for name in sys.modules if name.startswith("yibao_cli.render.")])
"""

    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (
        run.stdout
        == "['yibao_cli.render.brief', 'yibao_cli.render.outline', 'yibao_cli.render.writer']\n"
    )
