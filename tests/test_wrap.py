"""Lines of Chinese text: nothing lost, nothing too wide, punctuation where it belongs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yibao_cli.wrap import NO_LINE_END, NO_LINE_START, cells, wrap

WORDS = (
    "https://ybj.jiangsu.gov.cn/art/2022/12/9/art_76383_10702545.html",
    "0512-12393",
    "--stage",
    "12345",
    "App",
    "50%",
)

hanzi = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=30)
closing = st.sampled_from(sorted(NO_LINE_START)) | st.just("")
opening = st.sampled_from(sorted(NO_LINE_END)) | st.just("")
words = st.sampled_from((*WORDS, "参保城市区号-12393"))
sentences = st.lists(
    st.tuples(opening, hanzi | words, closing, st.sampled_from(("", "", " "))).map("".join),
    max_size=20,
).map("".join)
widths = st.integers(40, 200)
prefixes = st.sampled_from((("", ""), ("□ ", "   "), ("12、", "   "), ("[3] ", "    ")))


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(st.text(), st.integers(8, 200), prefixes)
def test_any_text_is_kept_and_fits(text: str, width: int, prefix: tuple[str, str]) -> None:
    first, rest = prefix

    lines = wrap(text, width, first=first, rest=rest)

    assert bare(first + text) == bare("".join(lines))
    assert all(cells(line) <= width for line in lines)
    assert all(line.splitlines() == [line] for line in lines if line)
    assert lines[0].startswith(first)
    assert all(line.startswith(rest) for line in lines[1:])


@given(sentences, widths, prefixes)
def test_punctuation_stays_where_it_belongs(text: str, width: int, prefix: tuple[str, str]) -> None:
    first, rest = prefix

    lines = wrap(text, width, first=first, rest=rest)

    assert not [line for line in lines[1:] if line[len(rest)] in NO_LINE_START]
    assert not [line for line in lines[:-1] if line[-1] in NO_LINE_END]


@given(hanzi, words, hanzi, widths)
def test_words_stay_whole(before: str, word: str, after: str, width: int) -> None:
    lines = wrap(f"{before}{word}，{after}", width)

    whole = "区号-12393" if "区号" in word else word
    assert cells(whole + "，") > width or any(whole in line for line in lines)


@pytest.mark.parametrize("width", range(40, 201))
def test_lines_are_filled(width: int) -> None:
    for length in range(1, 91):
        lines = wrap("一" * length, width)

        # A last line of one character takes up to two others from those before.
        assert all(cells(line) >= width - 5 for line in lines[:-1])
        assert len(lines) == 1 or cells(lines[-1]) > 2


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("先备案，再看病", 6, ["先备", "案，再", "看病"]),
        ("去“北京”看病", 5, ["去", "“北", "京”", "看病"]),
        ("打 12393 问", 8, ["打 12393", "问"]),
        ("打0512-12393问", 10, ["打", "0512-12393", "问"]),
        ("参保城市区号-12393", 12, ["参保城市", "区号-12393"]),
        ("问清三年 [实用建议]", 12, ["问清三年", "[实用建议]"]),
        ("https://a.cn/b/c", 8, ["https://", "a.cn/b/c"]),
        # Wider than a line by itself: the one case of punctuation at the start of a line.
        ("好！！！！！", 8, ["好！！", "！！！"]),
        ("一行\n两行\t三行", 80, ["一行 两行 三行"]),
        # Hardly a line: one character more comes down to it.
        ("国家医保服务平台的备案记录。", 26, ["国家医保服务平台的备案", "记录。"]),
        ("国家医保服务平台 App 的备案", 26, ["国家医保服务平台 App", "的备案"]),
        ("e\u0301" * 4, 2, ["e\u0301e\u0301", "e\u0301e\u0301"]),
    ],
)
def test_examples(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("a", 1), ("医", 2), ("“", 2), ("□", 2), ("e\u0301", 1)]
)
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width
