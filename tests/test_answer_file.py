"""Answer files: round trips, every accepted form, and files that are wrong or hostile."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
import yaml
from editions import ANSWERS, KNOWN, TYPICAL, edited, with_options
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import plan, within

from yibao_cli import answer_file
from yibao_cli.answers import parse_answers
from yibao_cli.errors import AnswerError, FileError, YibaoError
from yibao_cli.knowledge import yaml_nodes
from yibao_cli.knowledge.questions import Option
from yibao_cli.places import Place

in_one_folder = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def from_text(folder: Path, text: str | bytes, name: str = "answers.yaml") -> dict[str, list[str]]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return answer_file.read(path, KNOWN)


def refusal(folder: Path, text: str | bytes, name: str = "answers.yaml") -> str:
    with pytest.raises(AnswerError) as caught:
        from_text(folder, text, name)
    message = str(caught.value)
    assert f"{name}”第" in message
    assert "行：" in message
    return message


# ---------------------------------------------------------------- writing


@in_one_folder
@given(ANSWERS.filter(bool))
def test_written_answers_read_back_equal(tmp_path: Path, answers: dict[str, str | Place]) -> None:
    path = tmp_path / "answers.yaml"
    answer_file.write(path, KNOWN, answers, force=True)
    assert parse_answers(KNOWN, answer_file.read(path, KNOWN)) == answers


@in_one_folder
@given(ANSWERS.filter(bool))
def test_other_readers_of_yaml_see_texts(tmp_path: Path, answers: dict[str, str | Place]) -> None:
    found = yaml.safe_load(answer_file.text(KNOWN, answers))
    assert all(isinstance(value, str) for value in found.values())


def test_a_written_file_is_commented_and_private(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    before = os.umask(0o022)
    try:
        answer_file.write(path, KNOWN, TYPICAL, force=False)
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert "# 参保地：四川省绵阳市\nfrom: 四川省绵阳市\n" in text
    assert "# 备案类型：医院开了转诊\ncategory: referral\n" in text
    text.encode("gbk")


def test_a_file_is_overwritten_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileError):
        answer_file.write(path, KNOWN, TYPICAL, force=False)
    assert path.read_text(encoding="utf-8") == "mine"
    answer_file.write(path, KNOWN, TYPICAL, force=True)
    assert parse_answers(KNOWN, answer_file.read(path, KNOWN)) == TYPICAL


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize(
    "text",
    [
        "insurance: 居民\nfrom: 四川绵阳\nfiling-period: unsure\n",
        "参保险种: 居民医保\n参保地: 绵阳\n备案有效期: 不清楚\n",
        "\ufeffinsurance: 居民 # 妈妈的\r\nfrom: '510700'\r\nfiling_period: [unsure, 不清楚]\r\n",
        "{insurance: 居民, from: 绵阳, filing_period: 不清楚}",
        '{"insurance": "居民", "from": "绵阳", "filing_period": ["不清楚"]}',
        '{\n\t"insurance": "\\u5c45\\u6c11", "from": 510700,\n"filing-period": "unsure"}',
    ],
)
def test_every_form_is_read(tmp_path: Path, text: str) -> None:
    assert parse_answers(KNOWN, from_text(tmp_path, text)) == {
        "insurance": "resident",
        "from": KNOWN.places.get("510700"),
        "filing_period": "unsure",
    }


def test_words_of_yaml_are_text(tmp_path: Path) -> None:
    found = parse_answers(
        KNOWN, from_text(tmp_path, "recognition: yes\nfiling: none\nfrom: 510700\n")
    )
    assert (found["recognition"], found["filing"]) == ("yes", "none")


def test_several_errands_are_one_answer(tmp_path: Path) -> None:
    for text in (
        "errand: [看病, 激活]",
        "errand: 看病、激活",
        '{"errand": ["care", "activation"]}',
    ):
        assert parse_answers(KNOWN, from_text(tmp_path, text)) == {"errand": "care,activation"}


def test_a_checklist_is_told_from_answers(tmp_path: Path) -> None:
    message = refusal(tmp_path, plan().out, "list.json")
    assert "像是一份清单" in message and "--code" in message


def test_json_is_read_alike_without_libyaml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_nodes, "_Loader", yaml.SafeLoader)
    text = '{\n\t"care":\t"\\u4f4f\\u9662",\n\t"from": "510700"\n}'
    assert from_text(tmp_path, text) == {"care": ["住院"], "from": ["510700"]}


def test_an_id_of_former_times(tmp_path: Path) -> None:
    renamed = Option(id="permanent", label="长住", number=1, was=("long_term_resident",))
    known = edited(category=with_options("category", renamed))
    path = tmp_path / "answers.yaml"
    path.write_text("category: long_term_resident\n", encoding="utf-8")
    assert parse_answers(known, answer_file.read(path, known)) == {"category": "permanent"}


def test_an_ambiguous_text_is_left_to_whoever_can_ask(tmp_path: Path) -> None:
    found = from_text(tmp_path, "from: shanxi\ninsurance: 灵活就业\n")
    assert found == {"from": ["shanxi"], "insurance": ["灵活就业"]}


# ---------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("insurance: 居民\ncare: 住院部\n", 2, "看不懂“住院部”"),
        ("insurance: 居民\n\ncategry: 转诊\n", 3, "没有“categry”这个问题"),
        ("care: 住院\nfrom: 火星\n", 2, "找不到地名"),
        ("care: 住院\ncare: 门诊\n", 2, "写了两遍"),
        ("care: 住院\n看什么: 门诊\n", 2, "写了两遍"),
        ("care: [住院, 门诊]\n", 1, "不同的答案"),
        ("care:\n", 1, "空的"),
        ("care: []\n", 1, "列表是空的"),
        ("care: {a: b}\n", 1, "要是文字"),
        ("care: [[住院]]\n", 1, "要是文字"),
        ("care: &a 住院\nfiling: *a\n", 1, "别名"),
        ("care: !!str 住院\n", 1, "标签"),
        ("care: !%1b%0a" + "a" * 9000 + " 住院\n", 1, "“!??aaa"),
        ("参保地：绵阳\n看什么: 门诊\n", 1, "半角"),
        ("care: 住院\n---\ncare: 门诊\n", 2, "第二份"),
        ("care：住院\n", 1, "半角"),
        ("insurance: 居民\ncare：住院\n", 2, "半角"),
        ("insurance: 居民\n\tcare: 住院\n", 2, "制表符"),
        ("care:　住院\nfrom: 绵阳\n", 1, "全角空格（U+3000）"),
        ("care:\u00a0住院\nfrom: 绵阳\n", 1, "特殊空格（U+00A0）"),
        ("from: 绵阳\ncare:　住院", 2, "全角空格（U+3000）"),
        ("care: '住院\n", 1, "YAML"),
        ("- 住院\n", 1, "问题: 答案"),
        ("", 1, "没有答案"),
        ("# nothing\n", 1, "没有答案"),
        ("from: {code: 510700}\n", 1, "要是文字"),
        ("from: 519999\n", 1, "找不到地名“519999”"),
        ("schema: yibao.checklist/1\nanswers: {}\n", 1, "像是一份清单"),
        ("from: 香港\n", 1, "内地"),
    ],
)
def test_file_and_line_are_named(tmp_path: Path, text: str, line: int, says: str) -> None:
    message = refusal(tmp_path, text)
    assert f"第{line}行：" in message
    assert says in message


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('{\n  "care": "住院"\n  "from": "绵阳"\n}', 3, "JSON"),
        ('{\n  "care": "住院部"\n}', 2, "看不懂"),
        ('{\n  "care": true\n}', 2, "看不懂“true”"),
        ('{\n  "care": null\n}', 2, "看不懂“null”"),
        ('{\n  "care": "住院",\n  "care": "门诊"\n}', 3, "写了两遍"),
        ('{\n "from": "绵阳",\n "care": [\n  "住院",\n  null\n ]\n}', 3, "看不懂“null”"),
        ('{\n "care": "住院,\n "from": "绵阳"\n}', 2, "JSON"),
        ('{"care": "住院",}', 1, "JSON"),
        ('{\n "care": "😀"\n}', 2, "看不懂“😀”"),
        ('{\n "care": "\\ud83d"\n}', 2, "YAML"),
        ('{\n "care": "\\\\ud83d"\n}', 2, "看不懂“\\ud83d”"),
        ('{\n "care": "\u2028住"\n}', 2, "看不懂“住”"),
        ('{\n "care": "\\/\\b"\n}', 2, "看不懂“/?”"),
        ('{"error": {"code": "x"}}', 1, "没有“error”这个问题"),
        ("[]", 1, "问题: 答案"),
        ('"care"', 1, "问题: 答案"),
        ("", 1, "JSON"),
        ("[" * 100_000, 1, "太深"),
        # Deep enough for us and not for the library.
        ("[" * 600 + "]" * 600, 1, "太深"),
        ('{"care": ' * 100 + "1" + "}" * 100, 1, "太深"),
        ('{"care": ' + "9" * 5000 + "}", 1, "看不懂“999"),
    ],
)
def test_file_and_line_of_json_are_named(tmp_path: Path, text: str, line: int, says: str) -> None:
    message = refusal(tmp_path, text, "answers.json")
    assert f"第{line}行：" in message
    assert says in message


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    message = refusal(tmp_path, "care: x1\nfiling: x2\nfrom: x3\n")
    assert [f"第{n}行" in message for n in (1, 2, 3)] == [True] * 3


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    assert "UTF-8" in refusal(tmp_path, "insurance: 居民\n".encode("gbk"))
    assert "UTF-8" in refusal(tmp_path, "care: 住院\n".encode("utf-16"))


def test_unreadable_files(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.yaml", tmp_path / "a\0b", tmp_path / ("x" * 300)):
        with pytest.raises(FileError):
            answer_file.read(path, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "a" * (1 << 20) + "b",
        "from: " + "山" * 300_000,
        "from: [" + "山, " * 200_000 + "]",
        "".join(f"k{n}: v\n" for n in range(100_000)),
        "[" * 100_000,
        "{" * 100_000,
        "- " * 100_000,
        "? " * 100_000,
        '{"from": {"code": "' + "1" * 500_000 + '"}}',
        "{" + ",".join(f'"\\u0061{n}": 1' for n in range(50_000)) + "}",
        '{"' + "k" * 1_000_000 + '": 1}',
        'from: "\\ud800"\n',
        '{"from": "\\ud800", "\\udfff": 1}',
        'from: "\\U00110000"\n',
        "a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
        "!!python/object/apply:os.system [id]",
        "\0",
        "%YAML 9.9\n---\na: b\n",
        "<<: {care: 住院}\n",
        "? [a, b]\n: c\n",
    ],
)
def test_hostile_files_are_refused_quickly(tmp_path: Path, text: str) -> None:
    with within(60):
        for name in ("answers.yaml", "answers.json"):
            refusal(tmp_path, text, name)


@in_one_folder
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
    | st.text("care:from {}[]\"',&*!-#|>?%@\n\t 住院0", max_size=80).map(str.encode)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["from", "care", "schema", "answers", "assumed", "code", "name"]),
                inner,
                max_size=4,
            )
        ),
    ).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(["a.yaml", "a.json"]),
)
def test_no_file_raises_anything_but_our_errors(tmp_path: Path, raw: bytes, name: str) -> None:
    try:
        from_text(tmp_path, raw, name)
    except YibaoError as error:
        str(error).encode("utf-8")
