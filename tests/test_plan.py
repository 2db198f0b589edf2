"""`yibao plan` from outside: pipes, files, exit statuses."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from support import BASE, COMMAND, environment, flags, plan, yibao


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({}, "file_then_direct"),
        ({"stage": "住院中"}, "file_before_discharge"),
        ({"stage": "已出院"}, "manual_claim"),
        ({"care": "急诊"}, "direct_settlement"),
        ({"to": "香港"}, "not_covered"),
        ({"to": "绵阳"}, "local_care"),
        ({"filing": "已备案", "credential": "刷不出"}, "fix_problem"),
        ({"filing": "已备案"}, "direct_settlement"),
        ({"filing": "备案到了别处"}, "fix_problem"),
        ({"filing": "审核中"}, "fix_problem"),
        ({"filing": "未通过"}, "fix_problem"),
        ({"filing": "已过期"}, "file_then_direct"),
        ({"filing": "不清楚"}, "file_then_direct"),
        ({"filing": "已过期", "stage": "住院中", "filing_period": "covers"}, "direct_settlement"),
        ({"filing": "已备案", "stage": "住院中", "filing_period": "开始日晚于入院"}, "fix_problem"),
        ({"filing": "已备案", "credential": "丢失"}, "activate_credential"),
        ({"filing": "已备案", "credential": "旧卡"}, "activate_credential"),
        ({"enrolment": "断缴"}, "restore_enrolment"),
        ({"enrolment": "等待期"}, "restore_enrolment"),
        ({"enrolment": "尚未参保"}, "restore_enrolment"),
        ({"enrolment": "尚未参保", "patient": "新生儿"}, "manual_claim"),
        ({"enrolment": "重复参保"}, "fix_problem"),
        ({"enrolment": "未到账"}, "fix_problem"),
        ({"injury": "工伤"}, "not_covered"),
        ({"injury": "第三方责任"}, "not_covered"),
        ({"injury": "外伤无第三方"}, "file_then_direct"),
        ({"insurance": "离休"}, "ask_agency"),
        ({"insurance": "职工", "care": "买药"}, "personal_account"),
        ({"insurance": "居民", "care": "买药"}, "ask_agency"),
        ({"insurance": "不清楚", "care": "买药"}, "ask_agency"),
        ({"insurance": "职工", "care": "买药", "credential": "刷不出"}, "fix_problem"),
        ({"care": "生孩子"}, "ask_agency"),
        ({"care": "生孩子", "from": "南京"}, "manual_claim"),
        ({"care": "互联网诊疗"}, "ask_agency"),
        ({"hospital": "未联网"}, "fix_problem"),
        ({"hospital": "未联网", "stage": "住院中"}, "manual_claim"),
        ({"hospital": "未联网", "care": "急诊"}, "manual_claim"),
        ({"category": "急诊抢救"}, "direct_settlement"),
        ({"care": "慢特病", "filing": "已备案", "recognition": "没认定"}, "fix_problem"),
        ({"care": "慢特病", "filing": "已备案", "recognition": "已认定"}, "direct_settlement"),
        ({"from": "天津"}, "direct_settlement"),
        ({"from": "上海青浦", "to": "嘉善"}, "direct_settlement"),
        ({"from": "上海浦东", "to": "嘉善"}, "file_then_direct"),
        ({"from": "南昌", "to": "九江"}, "direct_settlement"),
        ({"from": "成都", "to": "绵阳"}, "file_then_direct"),
        ({"from": "南京", "to": "苏州"}, "file_then_direct"),
        ({"from": "厦门", "to": "福州"}, "direct_settlement"),
        ({"from": "新疆石河子", "to": "兵团石河子"}, "file_then_direct"),
        ({"from": "上海", "to": "上海浦东"}, "local_care"),
        # The first match gives the path.
        ({"to": "香港", "injury": "工伤"}, "not_covered"),
        ({"stage": "已出院", "to": "绵阳"}, "manual_claim"),
        ({"enrolment": "断缴", "stage": "已出院"}, "restore_enrolment"),
        ({"enrolment": "重复参保", "to": "绵阳"}, "local_care"),
        ({"insurance": "离休", "to": "香港"}, "ask_agency"),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else value,
)
def test_outcome_path(changes: dict[str, str], path: str) -> None:
    assert plan(**changes).data["outcome"]["path"] == path


def step_ids(**changes: str) -> list[str]:
    """The steps of a situation in the order in which they are to be done."""
    return [step["id"] for step in plan(**changes).data["steps"]]


def test_markdown_holds_what_a_referred_patient_needs() -> None:
    done = yibao("plan", *flags(), "--format", "markdown")

    for wanted in ("- [ ] ", "转诊证明", "国家医保服务平台 App", "0816-12393", "结账前",
                   "2026-11-27", "不是医保部门的决定"):  # fmt: skip
        assert wanted in done.out
    assert "医保发〔2022〕22号" not in done.out


def test_everything_has_the_papers_and_what_it_rests_on() -> None:
    done = yibao("plan", *flags(), "--format", "markdown", "--full")

    for wanted in ("- [ ] ", "转诊证明", "0816-12393", "医保发〔2022〕22号", "结账前"):
        assert wanted in done.out


def test_json_follows_the_shipped_schema() -> None:
    schema = json.loads(files("yibao_cli").joinpath("schema/checklist.json").read_text("utf-8"))

    jsonschema.validate(plan().data, schema)


def test_emergency_asks_the_hospital_for_the_flag() -> None:
    assert {"emergency_flag", "emergency_confirm"} <= {
        *step_ids(care="急诊", emergency_kind="抢救")
    }


def test_an_unclear_emergency_is_asked_about_and_keeps_its_fallback() -> None:
    found = step_ids(care="急诊")

    wanted = [
        "emergency_go", "emergency_ask_kind", "ordinary_emergency", "emergency_confirm_either",
    ]  # fmt: skip
    assert [step for step in found if step in wanted] == wanted
    assert "emergency_flag" not in found


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"credential": "未激活"},
        {"phone": "没有智能手机"},
        {"hospital": "未联网"},
        {"enrolment": "断缴"},
        {"insurance": "不清楚"},
        {"injury": "第三方责任"},
        {"to": "绵阳"},
        {"care": "住院", "category": "急诊抢救"},
    ],
    ids=str,
)
def test_rescue_comes_before_every_paper(changes: dict[str, str]) -> None:
    assert step_ids(**{"care": "急诊", **changes})[0] == "emergency_go"


@pytest.mark.parametrize(
    ("filing", "filed"),
    [("未备案", "file_even_so"), ("备案到了别处", "correct_filing_even_so")],
)
def test_nobody_pays_before_the_filing_is_made(filing: str, filed: str) -> None:
    found = step_ids(filing=filing, hospital="未联网", stage="住院中")

    wanted = ["ask_designated", "move_to_connected", filed, "pay_cash_keep", "claim_submit"]
    assert [step for step in found if step in wanted] == wanted


def test_emergency_papers_come_before_paying() -> None:
    found = step_ids(care="急诊", emergency_kind="抢救", hospital="未联网", stage="住院中")

    assert found == ["emergency_papers_first", "pay_cash_keep", "claim_submit"]


def test_the_old_filing_is_looked_up_before_a_new_one_is_made() -> None:
    found = step_ids(filing="已过期", stage="住院中")

    wanted = ["admitted_ask", "file_now", "tell_office_filed"]
    assert [step for step in found if step in wanted] == wanted


def test_a_car_accident_begins_with_the_police() -> None:
    found = step_ids(injury="车祸", stage="住院中")

    wanted = ["third_party_report", "third_party_tell", "third_party_settle", "advance_payment"]
    assert found[0] == "third_party_report"
    assert [step for step in found if step in wanted] == wanted


def test_emergency_needs_no_filing_answer() -> None:
    assert plan(care="急诊", filing=None).status == 0


def test_abroad_needs_neither_care_nor_filing() -> None:
    assert plan(to="澳门", care=None, filing=None).status == 0


def test_assumed_answers_are_listed_in_words() -> None:
    assumed = [one for one in plan().data["situation"] if one["assumed"] and one["used"]]
    full = "".join(yibao("plan", *flags(), "--full").out.split())

    assert {"stage", "enrolment", "credential"} <= {one["question"] for one in assumed}
    assert all(one["in_short"] in full for one in assumed if one["question"] != "errand")
    assert "--stage" not in full


def test_later_matches_still_add_their_steps() -> None:
    steps = {step["id"] for step in plan(enrolment="断缴", credential="丢失").data["steps"]}

    assert {"restore_pay", "file_online", "report_lost"} <= steps


def test_nothing_but_the_result_on_stdout() -> None:
    done = plan()

    assert (done.status, done.err) == (0, "")


def test_piped_answers_never_answer_a_question() -> None:
    done = yibao("plan", *flags(filing=None), stdin="\n\n\n")

    assert (done.status, done.out) == (3, "")


@pytest.mark.parametrize("left_out", ["insurance", "from", "to", "care", "filing"])
def test_missing_answer_is_named_with_its_flag(left_out: str) -> None:
    done = yibao("plan", *flags(**{left_out: None}))

    assert done.status == 3
    assert f"--{left_out}" in done.err


def test_all_missing_answers_are_named_at_once() -> None:
    done = yibao("plan")

    assert done.status == 3
    assert all(f"--{name}" in done.err for name in ("insurance", "from", "to", "care", "filing"))


@pytest.mark.parametrize(
    ("changes", "candidates"),
    [
        ({"from": "shanxi"}, ["山西", "陕西"]),
        ({"from": "吉林"}, ["吉林省", "吉林市"]),
        ({"from": "石河子"}, ["新疆维吾尔自治区石河子", "兵团石河子"]),
        ({"insurance": "灵活就业"}, ["职工医保", "居民医保"]),
        ({"from": "绵羊"}, ["绵阳"]),
        ({"care": "住元"}, ["住院"]),
    ],
    ids=str,
)
def test_what_is_not_understood_shows_candidates(
    changes: dict[str, str], candidates: list[str]
) -> None:
    done = yibao("plan", *flags(changes))

    assert (done.status, done.out) == (4, "")
    assert all(candidate in done.err for candidate in candidates)


def test_all_bad_answers_are_reported_in_one_message() -> None:
    done = yibao("plan", *flags(insurance="甲", from_=None, care="乙", filing="丙"))

    assert done.status == 4
    assert all(f"“{text}”" in done.err for text in "甲乙丙")


def test_flag_given_twice_with_different_values_names_both() -> None:
    done = yibao("plan", *flags(), "--care", "门诊")

    assert done.status == 4
    assert "“住院”" in done.err
    assert "“门诊”" in done.err


def test_flag_given_twice_with_the_same_meaning_is_fine() -> None:
    assert plan("--insurance", "城乡居民", "--to", "beijing").status == 0


def test_set_goes_through_the_same_door() -> None:
    assert plan("--set", "stage=住院中").data["outcome"]["path"] == "file_before_discharge"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["plan", "--bogus"], 2, "--bogus"),
        (["plan", "--stag", "x"], 2, "--stage"),
        (["plan", *flags(), "--format", "pdf"], 2, "markdown"),
        (["plan", *flags(), "--set", "stage"], 2, "问题=答案"),
        (["plan", *flags(), "--set", "stge=住院中"], 4, "stage"),
        (["plan", *flags(), "--on", "2022-12-31"], 4, "2023-01-01"),
        (["plan", *flags(), "--on", "昨天"], 4, "昨天"),
        (["plan", "--insurance"], 2, "--insurance"),
        (["plna"], 2, "plan"),
        ([], 2, "yibao plan"),
        (["wizard"], 2, "yibao plan"),
        (["region"], 2, "地名"),
        (["region", "shanxi"], 4, "陕西"),
        (["questions", "fling"], 4, "filing"),
        (["plan", *flags(), "--data", "/nowhere"], 5, "数据文件夹"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else str(value),
)
def test_errors_are_short_chinese_sentences(arguments: list[str], status: int, said: str) -> None:
    done = yibao(*arguments)

    assert (done.status, done.out) == (status, "")
    assert said in done.err
    assert "Traceback" not in done.err


def test_errors_speak_json_where_json_was_asked_for() -> None:
    done = plan(from_=None, **{"from": "shanxi"})

    assert done.status == 4
    assert done.data["error"]["code"] == "ambiguous"
    assert done.data["error"]["candidates"] == ["山西省", "陕西省"]


def test_output_file_is_written_and_named(tmp_path: Path) -> None:
    target = tmp_path / "list.md"
    done = yibao("plan", *flags(), "-o", str(target))

    assert (done.status, done.out) == (0, "")
    assert target.read_text("utf-8").startswith("# 医保办事清单")


def test_existing_file_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "list.md"
    target.write_text("mine")
    done = yibao("plan", *flags(), "-o", str(target))

    assert (done.status, target.read_text()) == (6, "mine")


def test_force_overwrites(tmp_path: Path) -> None:
    target = tmp_path / "list.md"
    target.write_text("mine")
    done = yibao("plan", *flags(), "-o", str(target), "--force")

    assert done.status == 0
    assert target.read_text("utf-8").startswith("# ")


def test_unwritable_folder_is_a_file_error(tmp_path: Path) -> None:
    done = yibao("plan", *flags(), "-o", str(tmp_path / "no" / "list.md"))

    assert done.status == 6
    assert list(tmp_path.iterdir()) == []


def test_reader_that_leaves_early_is_no_error() -> None:
    command = subprocess.Popen(
        [*COMMAND, "plan", *flags()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert command.stdout and command.stderr
    command.stdout.close()

    assert command.stderr.read() == b""
    assert command.wait(60) == 0


def processor_time(process: int) -> float:
    """The seconds for which a process was at work."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_interrupted_run_ends_in_130() -> None:
    command = subprocess.Popen(
        [*COMMAND, "check"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    # The survey takes seconds; the interruption finds it at work, however busy the machine is.
    while command.poll() is None and processor_time(command.pid) < 0.8:
        time.sleep(0.05)
    command.send_signal(signal.SIGINT)
    _, said = command.communicate(timeout=60)

    assert command.returncode == 130
    assert b"Traceback" not in said


def test_order_of_flags_does_not_matter() -> None:
    backwards = [part for name, text in reversed(BASE.items()) for part in (f"--{name}", text)]

    assert yibao("plan", *backwards).out == yibao("plan", *flags()).out


def test_width_is_honoured() -> None:
    narrow = yibao("plan", *flags(), COLUMNS="40").out

    assert max(sum(2 if ord(c) > 127 else 1 for c in line) for line in narrow.splitlines()) <= 40


def test_module_runs_like_the_command() -> None:
    assert yibao("--version").out.startswith("yibao ")


def test_no_home_no_folder_no_locale(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "plan", *flags()],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            # Of a checkout that is not installed, by its full name.
            "PYTHONPATH": str(Path(os.environ.get("PYTHONPATH", tmp_path)).resolve()),
        },
        timeout=60,
        check=False,
    )

    assert done.returncode == 0


# ---------------------------------------------------------------- a place that nobody knows yet


@pytest.mark.parametrize("text", ["不知道", "还没定", "unsure", "不清楚"])
@pytest.mark.parametrize("end", ["from", "to"])
def test_a_place_may_be_unknown(end: str, text: str) -> None:
    given = {"from": "绵阳", "to": "北京", end: text}
    flags = [word for name, place in given.items() for word in (f"--{name}", place)]
    done = yibao(
        "plan", "--insurance", "居民", *flags, "--care", "住院", "--filing", "未备案", "-f", "json"
    )

    answered = json.loads(done.out)
    assert answered["answers"][end] is None
    assert end in answered["assumed"]
    assert answered["outcome"]["path"] == "file_then_direct"
    # The code gives the same list again.
    again = yibao("plan", "--code", answered["code"], "-f", "json")
    assert json.loads(again.out) == answered


@pytest.mark.parametrize("place", ["江西", "不知道"])
def test_a_hotline_without_its_city_is_told_once_as_one_that_cannot_be_rung_yet(place: str) -> None:
    done = yibao("plan", *flags(**{"from": place}), COLUMNS="80")

    [line] = [one for one in done.out.splitlines() if one.startswith(" 打电话")]
    assert "参保城市区号-12393" in line and "知道城市区号再拨" in line
    assert "12345" not in line


@pytest.mark.parametrize(
    ("insured", "said"),
    [("赣州", "只查到转述的规定，要打电话问"), ("阜阳", "没有查到可靠的当地规定，要打电话问")],
)
@pytest.mark.parametrize("more", [(), ("--full",)], ids=["short", "full"])
def test_rules_that_were_only_retold_are_not_said_to_be_none(
    more: tuple[str, ...], insured: str, said: str
) -> None:
    given = flags(**{"from": insured, "to": "广州", "category": "临时外出"})
    done = yibao("plan", *given, *more, COLUMNS="120")

    [line] = [one for one in done.out.splitlines() if one.startswith(f" {insured}  ")]
    assert said in line


def test_who_has_filed_asks_for_what_was_filed() -> None:
    done = yibao("plan", *flags(filing="已备案", category=None))

    assert "我备案的这一类，去北京报多少" in done.out
    assert "长期居住、转诊" not in done.out


def test_no_region_is_unknown() -> None:
    done = yibao("region", "不知道")

    assert done.status == 4
    assert "要写一个省、市或区" in done.err


PAID: dict[str, str | None] = {"filing": "none", "stage": "paid", "category": None}


def test_a_clause_is_told_once_however_it_is_cited() -> None:
    listed = plan(**PAID).data
    [told] = [one["clauses"] for one in listed["sources"] if one["id"] == "nhsa-2022-22"]
    articles = [one for one in told if one.startswith("经办规程")]
    assert articles == ["经办规程第八条", "经办规程第十七条", "经办规程第三十四条"]


@pytest.mark.parametrize("form", ["plain", "markdown", "html"])
def test_a_rule_of_the_place_of_care_is_not_that_of_the_insured_place(form: str) -> None:
    # 绵阳 decides on late filing; the answer that was read is about people insured in 北京.
    page = plan("--full", "--format", form, **PAID).out
    text = re.sub("<[^>]*>", "", page)
    [line] = [one for one in text.splitlines() if "认的今天就补到北京" in one]
    assert re.search(r"（外省规定）\[\d+\]", line)
