"""Why a checklist is as it is, what would change it, and what two situations do not share."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from support import Ran, examples, flags, yibao

from yibao_cli import explain
from yibao_cli import why_not as search
from yibao_cli.answers import parse_answer, parse_answers
from yibao_cli.errors import AnswerError, MissingAnswerError
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.location import shipped
from yibao_cli.look import unstyled
from yibao_cli.places import Place
from yibao_cli.render import explanation, json_text
from yibao_cli.render.listings import Listing
from yibao_cli.result import Contact
from yibao_cli.why_not import WhyNot

KNOWN = knowledge()
TODAY = "2026-11-21"
PAPER = explain.text_of(KNOWN.items["referral_paper"])
CITIES = ("四川绵阳", "成都", "北京", "天津", "河北", "南京", "江苏", "厦门", "福州", "上海青浦",
          "苏州吴江", "广州", "新疆", "兵团石河子", "香港")  # fmt: skip
BASE = {"insurance": "居民", "from": "四川绵阳", "to": "北京", "care": "住院", "filing": "未备案"}


def situation(day: str = TODAY, **changes: str) -> explain.Situation:
    texts = {**BASE, **{name.rstrip("_"): text for name, text in changes.items()}}
    parsed = parse_answers(KNOWN, {name: [text] for name, text in texts.items()})
    return explain.situation(KNOWN, parsed, day)


def missed(base: explain.Situation, text: str) -> WhyNot:
    return search.why_not(base, search.find_goal(base, text))


def plain(listing: Listing, width: int) -> str:
    return unstyled(listing.drawn(width), width)


def changed(found: WhyNot) -> list[dict[str, str]]:
    return [{one.question: one.value for one in way.changes} for way in found.proposals]


def place(text: str) -> Place:
    found: Place = KNOWN.places.find(text)[0]
    return found


@st.composite
def situations(draw: st.DrawFn) -> explain.Situation:
    """Any answers that lead to a checklist."""
    chosen: dict[str, str | Place] = {}
    for question in KNOWN.questions.values():
        if question.kind == "place":
            texts = CITIES[:-1] if question.id == "from" else CITIES
            chosen[question.id] = place(draw(st.sampled_from(texts)))
        elif question.several:
            ids = [*question.options]
            chosen[question.id] = ",".join(
                draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True))
            )
        else:
            ids = [*question.options]
            value = draw(st.sampled_from([*ids, *([None] * len(ids) if question.default else [])]))
            if value is not None:
                chosen[question.id] = value
    day = draw(st.sampled_from([TODAY, "2023-06-01", "2024-05-01"]))
    return explain.situation(KNOWN, chosen, day)


GOALS = st.sampled_from(
    [*KNOWN.items, *KNOWN.outcomes, *dict.fromkeys(one.path for one in KNOWN.outcomes.values())]
)
SLOW = settings(examples(30), suppress_health_check=[HealthCheck.too_slow])


# ---------------------------------------------------------------- why


@SLOW
@given(situations())
def test_every_entry_is_explained_by_the_stop_that_added_it(base: explain.Situation) -> None:
    stages = explain.why(base).stops
    told = {one.id: stage for stage in stages for one in stage.added}
    on_list = {
        name: entry
        for name, (part, entry) in explain.entries(base.checklist).items()
        if part != "local"
    }

    assert sum(len(stage.added) for stage in stages) == len(told)
    assert {one.id for stage in stages for one in stage.added if not one.hidden} == set(on_list)
    for name, entry in on_list.items():
        line = told[name]
        if not isinstance(entry, Contact):
            assert entry.because == f"{line.label}是“{line.text}”"


@SLOW
@given(situations())
def test_every_conclusion_is_reached_at_one_stop(base: explain.Situation) -> None:
    reached = [stage.concluded.id for stage in explain.why(base).stops if stage.concluded]
    decided = [name for one in base.decisions for name in (one.outcome, *one.also)]

    assert sorted(reached) == sorted(decided)


@SLOW
@given(situations())
def test_the_way_is_told_in_full_and_prints_anywhere(base: explain.Situation) -> None:
    found = explanation.why(explain.why(base))
    text = plain(found, 100)
    data = json.loads(json_text(found.data))

    text.encode("gbk")
    assert [one["node"] for one in data["stops"]] == [one.node for one in base.checklist.trace]
    assert data["outcome"]["id"] == base.checklist.outcome.id
    squeezed = "".join(text.split())
    for _, entry in explain.entries(base.checklist).values():
        if entry not in base.checklist.local:
            assert "".join(explain.text_of(entry).split()) in squeezed


def test_a_stop_tells_answer_item_source_and_clause() -> None:
    text = "".join(plain(explanation.why(explain.why(situation(category="转诊"))), 200).split())

    assert "备案类型：医院开了转诊（您答的）加上要办的事：备好转诊证明" in text
    assert f"加上材料：{PAPER}[医保发〔2022〕22号经办规程第八条" in text
    assert "医院是否联网：不清楚（没有写，按默认算，可用--hospital改）" in text


def test_a_local_rule_is_cited_where_it_decides() -> None:
    base = situation(from_="厦门", to="福州")
    stage = next(one for one in explain.why(base).stops if one.on == "filing_rule")

    assert stage.evidence and stage.evidence.clauses


# ---------------------------------------------------------------- why not


@settings(examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(situations(), GOALS)
def test_a_proposed_change_holds(base: explain.Situation, goal: str) -> None:
    found = missed(base, goal)
    for way in found.proposals:
        answers: dict[str, Any] = dict(base.answers)
        for one in way.changes:
            assert answers.get(one.question) != one.value
            question = KNOWN.questions[one.question]
            answers[one.question] = parse_answer(KNOWN, question, one.value)
        again = explain.situation(KNOWN, answers, base.day)

        assert search.reached(again.checklist, found.goal)
        assert again.checklist.outcome == way.outcome
    assert len(found.proposals) <= search.MOST_PROPOSALS
    if search.reached(base.checklist, found.goal):
        assert found.stops and not found.proposals
    plain(explanation.why_not(found), 80).encode("gbk")
    json.loads(json_text(explanation.why_not(found).data))


@SLOW
@given(situations(), GOALS)
def test_no_smaller_change_does_it(base: explain.Situation, goal: str) -> None:
    """Whatever one answer can do is proposed as one answer."""
    found = missed(base, goal)
    assume(not search.reached(base.checklist, found.goal))
    enough = set()
    for question in KNOWN.questions.values():
        for option in question.options:
            answers = {**base.answers, question.id: option}
            try:
                result = explain.situation(KNOWN, answers, base.day)
            except MissingAnswerError:
                continue
            if search.reached(result.checklist, found.goal):
                enough.add((question.id, option))
    if enough:
        assert found.proposals
        for way in changed(found):
            assert set(way) <= {"from", "to"} or (len(way) == 1 and set(way.items()) <= enough)


def test_another_outcome_by_one_answer() -> None:
    found = missed(situation(), "direct_settlement")

    assert {"filing": "valid"} in changed(found)
    assert {"care": "emergency"} in changed(found)
    assert "把异地备案从“没有备案”改成“已备案”" in plain(explanation.why_not(found), 200)


def test_an_item_by_two_answers() -> None:
    found = missed(situation(), "dual_channel_first")

    assert changed(found) == [{"care": "pharmacy", "medicine": "dual_channel"}]


def test_an_outcome_by_three_answers() -> None:
    found = missed(situation(), "direct_admitted_while_valid")

    assert changed(found) == [{"stage": "in_care", "filing": "expired", "filing_period": "covers"}]


def test_places_are_tried_by_what_they_are_to_each_other() -> None:
    assert {"to": "四川省绵阳市"} in changed(missed(situation(), "local_care"))
    assert all(set(way) <= {"from", "to"} for way in changed(missed(situation(), "direct_free")))
    assert changed(missed(situation(), "not_covered_abroad"))[0]["to"]
    assert "跨省" in "".join(missed(situation(to="绵阳"), "ask_bingtuan").proposals[0].facts)


def test_a_required_answer_that_was_never_given_counts_as_a_change() -> None:
    answers = {"errand": ["激活"], "insurance": ["居民"], "from": ["绵阳"]}
    base = explain.situation(KNOWN, parse_answers(KNOWN, answers), TODAY)
    found = missed(base, "not_covered_abroad")

    assert all("to" in way for way in changed(found))


def test_an_item_that_is_about_other_answers_is_reached_by_them() -> None:
    base = situation(care="慢特病", recognition="没认定")
    found = missed(base, "recognition_ask_paid")

    assert found.hidden == "只有“到了哪一步”是“已经自己付了钱”时才列出来"
    assert [stage.on for stage in found.stops] == ["recognition"]
    assert {"stage": "paid"} in changed(found)
    assert found.hidden in "".join(plain(explanation.why_not(found), 200).split())


def test_an_item_beside_the_point_is_told_so() -> None:
    base = situation(care="慢特病", recognition="没认定")
    hidden = {one.id: one.hidden for stage in explain.why(base).stops for one in stage.added}

    assert hidden["recognition_ask_paid"] == "只有“到了哪一步”是“已经自己付了钱”时才列出来"


def test_what_is_there_is_traced_to_its_stop() -> None:
    found = missed(situation(category="转诊"), "referral_paper")

    assert [stage.on for stage in found.stops] == ["category"]
    assert "已经在清单上" in plain(explanation.why_not(found), 80)


def test_an_outcome_that_came_second_is_told_so() -> None:
    base = situation(filing="备案到了别处", credential="丢失")
    found = missed(base, "activate_lost")

    assert found.concluded_later and found.proposals


def test_a_rule_that_is_out_of_force_is_told_with_its_date() -> None:
    assert "2024-12-31 为止" in str(missed(situation(care="慢病"), "chronic_count_five").hidden)
    early = missed(situation("2024-05-01", care="慢病"), "chronic_count")
    assert "还没有" in str(early.hidden)


@pytest.mark.parametrize(
    ("text", "code", "candidate"),
    [
        ("referal_paper", "unknown_item", "referral_paper"),
        ("local_car", "unknown_item", "local_care"),
        (f"{PAPER}书", "unknown_item", "referral_paper"),
        (PAPER[:-1], "ambiguous_item", "referral_paper"),
        ("", "unknown_item", None),
        ("[/red]\x1b", "unknown_item", None),
    ],
)
def test_what_is_not_understood(text: str, code: str, candidate: str | None) -> None:
    with pytest.raises(AnswerError) as raised:
        search.find_goal(situation(), text)

    (finding,) = raised.value.findings
    assert finding.code == code
    assert candidate is None or candidate in finding.candidates
    assert finding.message.isprintable()


def test_a_part_of_a_text_is_enough() -> None:
    base = situation()
    text = base.say(explain.text_of(KNOWN.items["referral_step"]))

    assert search.find_goal(base, PAPER).ids == ("referral_paper",)
    assert search.find_goal(base, text[2:-2]).ids == ("referral_step",)
    assert search.find_goal(base, "免备案，带码去直接结算 ").kind == "outcome"


def test_every_goal_is_answered() -> None:
    base = situation()
    for goal in (*KNOWN.items, *KNOWN.outcomes):
        found = missed(base, goal)

        assert found.stops or found.hidden or found.proposals, goal


# ---------------------------------------------------------------- compare


@SLOW
@given(situations())
def test_a_situation_is_like_itself(one: explain.Situation) -> None:
    found = explain.compare(one, one)

    assert found.same
    assert (found.answers, found.gained, found.lost, found.reworded) == ((), (), (), ())
    assert "没有不同" in plain(explanation.compare(found), 80)


@SLOW
@given(situations(), situations())
def test_what_one_gains_the_other_loses(one: explain.Situation, other: explain.Situation) -> None:
    there, back = explain.compare(one, other), explain.compare(other, one)
    mine, theirs = explain.entries(one.checklist), explain.entries(other.checklist)

    assert there.gained == back.lost
    assert there.lost == back.gained
    assert {entry.id for entry in there.gained} == set(theirs) - set(mine)
    assert there.outcome_changed == back.outcome_changed
    plain(explanation.compare(there), 80).encode("gbk")
    json.loads(json_text(explanation.compare(there).data))


def test_filed_and_not_filed() -> None:
    found = explain.compare(situation(category="转诊"), situation(category="转诊", filing="已备案"))
    lost = {one.id: one for one in found.lost}

    assert found.outcome_changed
    assert [(one.question, one.before, one.after) for one in found.answers] == [
        ("filing", "没有备案", "已备案")
    ]
    assert lost["referral_paper"].part == "documents"
    assert lost["referral_paper"].clauses


def test_two_days_differ_by_their_rules() -> None:
    found = explain.compare(situation(care="慢病"), situation("2024-05-01", care="慢病"))
    gained = {one.id: one for one in found.gained}

    assert not found.answers and not found.outcome_changed
    assert "2024-12-31" in str(gained["chronic_count_five"].lacking)
    assert "2024-05-01" in plain(explanation.compare(found), 80)


def test_another_place_is_told_in_the_words_that_change() -> None:
    filed = {"filing": "备案到别处"}
    found = explain.compare(situation(**filed), situation(**filed, to="上海"))

    assert not found.outcome_changed and not found.same
    assert "只是说法不同" in plain(explanation.compare(found), 80)
    assert any("text" in one.fields for one in found.reworded)


# ---------------------------------------------------------------- the command


def explained(command: str, *more: str, **changes: str | None) -> Ran:
    return yibao(command, *flags(**changes), *more)


def test_why_as_a_command() -> None:
    done = explained("why")

    assert done.status == 0
    assert "走过的路（看病买药）" in done.out
    assert explained("why", "--format", "json").data["schema"] == "yibao.why/1"


def test_why_not_as_a_command() -> None:
    done = explained("why", "--not", "direct_settlement")

    assert done.status == 0
    assert "--filing valid" in done.out
    data = explained("why", "--not", "direct_settlement", "-f", "json").data
    assert data["proposals"][0]["outcome"]["path"] == "direct_settlement"


def test_why_says_what_is_wrong() -> None:
    unknown = explained("why", "--not", "direct_settlment", "--format", "json")

    assert unknown.status == 4
    assert unknown.data["error"]["candidates"][0] == "direct_settlement"
    assert explained("why", filing=None).status == 3
    assert explained("why", "--format", "html").status == 2


def test_compare_as_a_command() -> None:
    done = explained("compare", "--with", "filing=已备案")

    assert done.status == 0
    assert "异地备案：从“没有备案”改成“已备案”" in done.out
    assert "没有不同" in explained("compare", "--with", "filing=未备案").out


def test_compare_with_another_day_and_other_data(tmp_path: Path) -> None:
    province = tmp_path / "regions" / "provinces"
    province.mkdir(parents=True)
    (province / "sichuan.yaml").write_text(
        "code: 510000\nname: 四川省\nreviewed: 2026-11-21\nreview_by: 2027-05-21\n"
        "facts:\n  - id: my_own\n    topic: filing\n    role: insured\n"
        "    says: 我们单位的备案找三楼\n    level: C\n"
        "    cites: [nhsa-2022-22 通知正文]\n",
        encoding="utf-8",
    )

    assert "2024-05-01" in explained("compare", "--with-on", "2024-05-01").out
    done = explained("compare", "--with-data", str(tmp_path), "--format", "json")
    assert done.status == 0, done.err
    assert "my_own" in [one["id"] for one in done.data["gained"]]


def test_compare_tells_whose_papers_are_now(tmp_path: Path) -> None:
    data = Path(shutil.copytree(shipped(), tmp_path / "data"))
    papers, steps = data / "checklist/documents.yaml", data / "checklist/steps.yaml"
    text = papers.read_text("utf-8").replace(
        "  purpose: 备案、挂号、结算\n", "  purpose: 备案、挂号、结算\n  owner: 病人自己的\n"
    )
    papers.write_text(text, "utf-8")
    text = steps.read_text("utf-8").replace("  calendar: discharge\n", "")
    steps.write_text(text, "utf-8")

    said = explained("compare", "--with-data", str(data)).out.replace(" ", "").replace("\n", "")
    assert said.count("改成“") == 1
    assert "谁的：从“" in said
    assert "改成“病人自己的”" in said


def test_a_stage_that_only_the_data_know_is_like_any_other(tmp_path: Path) -> None:
    data = Path(shutil.copytree(shipped(), tmp_path / "data"))
    questions = data / "questions.yaml"
    paid = "    paid: {label: 已经自己付了钱,"
    text = questions.read_text("utf-8")
    own = f"    on_the_way: {{label: 在路上, number: 3}}\n{paid}"
    questions.write_text(text.replace(paid, own), "utf-8")
    folder, stage = ("--data", str(data)), ("--stage", "在路上")

    # Nothing has passed there, so nothing is too late.
    steps = explained("plan", "-f", "json", *folder, *stage).data["steps"]
    assert any(one["by"] == "leaving" for one in steps)
    assert "在路上" in explained("why", *folder, *stage).out
    assert (
        "--stage on_the_way"
        in explained("why", "--not", "file_online", *folder, "--stage", "已自费").out
    )
    assert "在路上" in explained("compare", *folder, "--with", "stage=在路上").out
    assert yibao("check", *folder).status == 0


def test_compare_says_what_is_wrong() -> None:
    assert explained("compare").status == 2
    assert "--with 写的是“foo”" in explained("compare", "--with", "foo").err
    assert "--with-on 写的是" in explained("compare", "--with-on", "昨天").err
    assert explained("compare", "--with", "filing=没这种").status == 4
    assert explained("compare", "--with-data", "/没有").status in (5, 6)
