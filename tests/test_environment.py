"""Defaults from the environment, and mistakes on the command line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support import flags, plan, yibao

from yibao_cli.knowledge.location import shipped

SOURCE = """
nx-demo:
  title: 一份办法
  issued: 2026-03-01
  effective: 2026-04-01
  read_on: 2026-11-21
  level: A
  scope: 640000
  read_as: 官方网站上的全文
"""
REST = ["--to", "北京", "--care", "住院", "--filing", "未备案"]


def test_answers_that_do_not_change_stand_in_the_environment() -> None:
    done = yibao("plan", *REST, "--format", "json", YIBAO_INSURANCE="居民", YIBAO_FROM="四川绵阳")

    assert done.data["answers"]["from"]["name"] == "绵阳市"
    assert "insurance" not in done.data["assumed"]


def test_a_flag_counts_more_than_the_environment() -> None:
    done = yibao("plan", *flags(), "--format", "json", YIBAO_FROM="德阳", YIBAO_CARE="xyz")

    assert done.data["answers"]["from"]["name"] == "绵阳市"


def test_a_file_and_a_code_count_more_than_the_environment(tmp_path: Path) -> None:
    code = plan().data["code"]
    file = tmp_path / "answers.yaml"
    yibao("plan", *flags(), "--save-answers", str(file))

    for source in (("--code", code), ("--answers", str(file))):
        done = yibao("plan", *source, "--format", "json", YIBAO_FROM="德阳")
        assert done.data["answers"]["from"]["name"] == "绵阳市"


def test_an_empty_variable_is_none() -> None:
    assert yibao("plan", *flags(), YIBAO_CARE="").status == 0


@pytest.mark.parametrize(("name", "text"), [("YIBAO_CARE", "住旅馆"), ("YIBAO_FROM", "shanxi")])
def test_a_bad_variable_is_called_by_its_name(name: str, text: str) -> None:
    done = yibao("plan", "--insurance", "居民", *REST[2:], **{name: text}, YIBAO_TO="北京")

    if name == "YIBAO_CARE":
        done = yibao("plan", *flags(care=None), **{name: text})
    assert done.status == 4
    assert name in done.err


def test_the_usual_format() -> None:
    assert yibao("plan", *flags(), YIBAO_FORMAT="markdown").out.startswith("# ")
    assert yibao("plan", *flags(), "-f", "plain", YIBAO_FORMAT="markdown").out[0] != "#"
    assert yibao("plan", *flags(), YIBAO_FORMAT="docx").status == 2


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (("plan", "--format", "JSON"), {}),
        (("plan", "-fJSON"), {}),
        (("plan",), {"YIBAO_FORMAT": "JSON"}),
        (("plan", "--nonsense"), {"YIBAO_FORMAT": "json"}),
        (("plan", "--nonsense", "--format=Json"), {}),
        (("plam",), {"YIBAO_FORMAT": "json"}),
    ],
)
def test_errors_speak_json_wherever_it_was_asked_for(
    words: tuple[str, ...], environ: dict[str, str]
) -> None:
    assert yibao(*words, **environ).data["error"]["message"]


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (("plan", "--nonsense", "--format", "plain"), {"YIBAO_FORMAT": "json"}),
        (("plan", "--", "--format", "json"), {}),
        (("questions", "--nonsense"), {"YIBAO_FORMAT": "json"}),
    ],
)
def test_errors_speak_no_json_where_none_was_asked_for(
    words: tuple[str, ...], environ: dict[str, str]
) -> None:
    assert yibao(*words, **environ).out == ""


def test_variables_are_those_of_the_chosen_knowledge(tmp_path: Path) -> None:
    data = Path(shutil.copytree(shipped(), tmp_path / "data"))
    asked = re.compile(r"\b(phone|agent)\b(?=:|\]|,|$)", re.MULTILINE)
    for path in data.rglob("*.yaml"):
        # A contact has a phone of its own.
        if path.name != "contacts.yaml":
            path.write_text(asked.sub(r"my_\1", path.read_text("utf-8")), "utf-8")
    words = ("plan", *flags(), "--data", str(data), "--format", "json")

    assert yibao(*words, YIBAO_PHONE="none").data["answers"]["my_phone"] == "own"
    assert yibao(*words, YIBAO_MY_PHONE="none").data["answers"]["my_phone"] == "none"
    assert yibao(*words, "--for", "proxy").status == 0
    assert yibao(*words, "--phone", "own").data["error"]["code"] == "unknown_question"


@pytest.mark.parametrize("name", [None, ".DS_Store", "sources.yaml", "regions/provinces/.gitkeep"])
def test_the_own_folder_may_hold_nothing_yet(name: str | None, tmp_path: Path) -> None:
    folder = tmp_path / "yibao/data"
    folder.mkdir(parents=True)
    if name is not None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(SOURCE if name == "sources.yaml" else "", "utf-8")

    assert yibao("plan", *flags(), XDG_CONFIG_HOME=str(tmp_path)).status == 0
    # Whoever names a folder means what stands in it.
    done = yibao("plan", *flags(), "--data", str(folder))
    assert done.status == 5
    assert "至少要有一个 .yaml" in done.err


def test_a_list_by_own_facts_says_so_by_its_version(tmp_path: Path) -> None:
    file = tmp_path / "yibao/data/sources.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(SOURCE, "utf-8")
    words = ("plan", *flags(), "--format", "json")
    own = yibao(*words, XDG_CONFIG_HOME=str(tmp_path)).data["knowledge"]["version"]

    assert own != yibao(*words).data["knowledge"]["version"]


def test_a_mistake_in_the_own_folder_is_told_with_its_whole_path(tmp_path: Path) -> None:
    file = tmp_path / "yibao/data/regions/provinces/ningxia.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("code：640000\n", "utf-8")
    done = yibao("plan", *flags(), XDG_CONFIG_HOME=str(tmp_path))

    assert done.status == 5
    assert f"{file}:1: " in done.err


def test_a_folder_of_local_facts(tmp_path: Path) -> None:
    assert yibao("questions", YIBAO_DATA=str(tmp_path / "none")).status == 5


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plam",), "plan"),
        (("plan", "--insurence", "居民"), "--insurance"),
        (("plan", "--fro=北京"), "--from"),
        (("plan", "--from"), "--from 后面要写内容"),
        (("plan", "--from", "--to", "北京"), "--from 后面要写内容"),
        (("plan", "--bag=yes"), "--bag 后面不写内容"),
        (("tree", "--depth", "where"), "--depth 写的是“where”"),
        (("tree", "--where"), "没有 --where 这个选项。是不是：--help？"),
        (("plan", "北京"), "多写了“北京”"),
        (("plan", "--format", "markdwon"), "markdown"),
        (("plan", "--for", "nurse"), "patient、proxy"),
        (("region",), "还缺 地名"),
        (("batch",), "还缺 文件"),
        (("questions", "-f", "html"), "plain、json"),
        (("--verbose",), "--verbose"),
        (("--from", "北京"), "yibao wizard --from"),
        (("--plain",), "yibao wizard --plain"),
        (("-f", "plain"), "yibao wizard -f"),
        (("-fplain",), "yibao wizard -f"),
        (("-o", "x.md"), "yibao wizard -o"),
        (("plan", "--care", "住院", "-o", "same.md", "--save-answers", "./same.md"), "同一个文件"),
        (("sources", "--json"), "--json"),
    ],
)
def test_wrong_usage_is_told_in_chinese_with_what_was_meant(
    words: tuple[str, ...], said: str
) -> None:
    done = yibao(*words)

    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert "Error" not in done.err and "usage" not in done.err.lower()


def test_arguments_may_stand_anywhere() -> None:
    first = yibao("region", "--format", "json", "江苏").out

    assert first == yibao("region", "江苏", "--format=json").out
    assert first == yibao("region", "-fjson", "--", "江苏").out
    assert yibao("questions", "care", "-f", "json", "filing").status == 0


def test_help_wins_over_what_is_missing() -> None:
    assert yibao("region", "-h").status == 0
    assert yibao("batch", "--help").out.split("\n")[1].strip() == "用法：yibao batch 文件 [选项]"
