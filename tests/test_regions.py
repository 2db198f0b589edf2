"""What people write for a place, and the place that is meant."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import examples

from yibao_cli.gazetteer import Gazetteer
from yibao_cli.knowledge import knowledge
from yibao_cli.knowledge.reading import Problems, read
from yibao_cli.places import Nicknames, Place

DATA = Path(__file__).parent.parent / "data" / "regions"


def rows(name: str) -> list[list[str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def listed(flow: str) -> list[str]:
    return flow.strip("[]").split(", ")


PLACES = rows("places.csv")
DISTRICTS = rows("districts.csv")
KNOWN = knowledge()
SAID_FILE = read(DATA / "nicknames.yaml", "nicknames.yaml", Nicknames, Problems()).value
assert SAID_FILE is not None
SAID: Nicknames = SAID_FILE
TRADITIONAL = KNOWN.spellings.traditional


def build() -> Gazetteer:
    return Gazetteer(
        KNOWN.place_rows,
        lambda: KNOWN.district_rows,
        KNOWN.spellings,
        KNOWN.hospitals,
        KNOWN.spelled,
    )


GAZETTEER = build()


def found(text: str) -> list[str]:
    return [place.full_name for place in GAZETTEER.find(text)]


# The tables


def test_the_tables_hold_what_is_promised() -> None:
    levels = [row[3] for row in PLACES]
    assert {level: levels.count(level) for level in set(levels)} == {
        "province": 32,
        "city": 333,
        "county": 46,
        "pool": 33,
        "abroad": 4,
        "unsure": 1,
    }
    assert len(DISTRICTS) == 2812


def test_codes_are_unique_and_every_reference_holds() -> None:
    codes = [row[0] for row in PLACES]
    all_codes = codes + [row[0] for row in DISTRICTS]
    assert len(set(all_codes)) == len(all_codes)
    assert all(row[4] in codes or not row[4] for row in PLACES)
    assert all(row[3] in codes for row in DISTRICTS)
    assert set(KNOWN.spellings.names) <= set(all_codes)


def test_full_names_are_unique() -> None:
    names = [GAZETTEER.get(row[0]).full_name for row in PLACES + DISTRICTS]
    assert len(set(names)) == len(names)


def test_an_area_code_has_a_level_and_own_knowledge_is_not_shown() -> None:
    for *_, area_code, level in PLACES:
        assert level in ("B", "C") if area_code else level == ""


def test_members_of_zones_are_places_or_districts() -> None:
    text = (DATA / "zones.yaml").read_text(encoding="utf-8")
    members = [code for flow in re.findall(r"members: (.*)", text) for code in listed(flow)]
    assert [GAZETTEER.get(code).full_name for code in members] == [
        "北京市",
        "天津市",
        "河北省",
        "上海市青浦区",
        "江苏省苏州市吴江区",
        "浙江省嘉兴市嘉善县",
    ]


def test_characters_fold_one_for_one() -> None:
    old, new = TRADITIONAL.start, TRADITIONAL.end
    assert len(old) == len(new) == len(set(old))
    assert not set(old) & set(new)
    names = "".join(row[1] for row in PLACES + DISTRICTS)
    assert not set(old) & set(names)


def test_no_word_of_an_answer_holds_a_character_that_is_folded_away() -> None:
    questions = KNOWN.questions.values()
    words = [one.label for one in questions] + [word for one in questions for word in one.fits]
    for question in questions:
        for one in question.options.values():
            words += [one.label, *one.also, *one.was]
    assert not set(TRADITIONAL.start) & set("".join(words))


# Every place


@pytest.mark.parametrize("row", PLACES, ids=lambda row: row[0])
def test_every_place_by_code_and_by_its_name_in_its_province(row: list[str]) -> None:
    place = GAZETTEER.get(row[0])
    province = GAZETTEER.get(place.province)
    province_pinyin = next(row[5] for row in PLACES if row[0] == province.code)
    assert GAZETTEER.find(place.code) == (place,)
    assert GAZETTEER.find(place.full_name) == (place,)
    if place != province:
        assert GAZETTEER.find(f"{province.name} / {place.name}") == (place,)
        assert GAZETTEER.find(province.short + place.short) == (place,)
        assert place in GAZETTEER.find(f"{province_pinyin} {row[5]}")
        assert place in GAZETTEER.children(province.code)
    assert place in GAZETTEER.find(place.short)
    assert place in GAZETTEER.find(row[5])


@pytest.mark.parametrize("row", DISTRICTS[::23], ids=lambda row: row[0])
def test_every_district_folds_into_its_city_and_is_named(row: list[str]) -> None:
    code, name, short, city, _ = row
    place = GAZETTEER.get(code)
    assert (place.code, place.district, place.district_code) == (city, name, code)
    assert GAZETTEER.find(code) == GAZETTEER.find(place.full_name) == (place,)
    assert GAZETTEER.find(place.short + name) == (place,)
    assert city in {other.code for other in GAZETTEER.find(short)} or short in {
        row[2] for row in PLACES
    }


@pytest.mark.parametrize(
    ("code", "spelling"),
    [(code, word) for code, words in KNOWN.spellings.names.items() for word in words],
)
def test_every_further_spelling_is_found(code: str, spelling: str) -> None:
    places = GAZETTEER.find(spelling)
    assert code in {place.code for place in places} | {place.district_code for place in places}


WORDS_SAID = [
    *(
        (word, set(meant.places))
        for kind in (SAID.hospitals, SAID.towns, SAID.shared)
        for name, meant in kind.items()
        for word in (name, *meant.also)
    ),
    *((word, {code}) for code, one in SAID.abroad.items() for word in one.names),
]


@pytest.mark.parametrize(("word", "codes"), WORDS_SAID)
def test_what_people_say_for_a_place_is_found_there_and_nowhere_else(
    word: str, codes: set[str]
) -> None:
    assert {place.district_code or place.code for place in GAZETTEER.find(word)} == codes


def test_what_people_say_for_a_place_stands_in_one_line() -> None:
    words = [word for word, _ in WORDS_SAID]
    assert len(words) == len(set(words))


def test_a_hospital_stands_for_its_city_and_proves_it() -> None:
    assert len(SAID.hospitals) >= 80
    for name, hospital in SAID.hospitals.items():
        assert hospital.named_in, name
        assert all(not GAZETTEER.get(code).district for code in hospital.places), name


@pytest.mark.parametrize(
    ("text", "hospital", "full_name"),
    [
        ("华西", "华西医院", "四川省成都市"),
        ("華西醫院", "华西医院", "四川省成都市"),
        (" 湘雅 ", "湘雅医院", "湖南省长沙市"),
        ("瑞金医院", "瑞金医院", "上海市"),
        ("301", "解放军总医院", "北京市"),
        ("四川省人民医院", "四川省人民医院", "四川省成都市"),
        ("绵阳市人民医院", "绵阳市人民医院", "四川省绵阳市"),
        ("绵阳市第一人民医院", "绵阳市第一人民医院", "四川省绵阳市"),
        ("四川省绵阳市第三人民医院", "四川省绵阳市第三人民医院", "四川省绵阳市"),
        ("绵阳人民医院", "绵阳人民医院", "四川省绵阳市"),
        ("南充市中心医院", "南充市中心医院", "四川省南充市"),
        ("杭州市第一医院", "杭州市第一医院", "浙江省杭州市"),
        ("嘉善县中医医院", "嘉善县中医医院", "浙江省嘉兴市嘉善县"),
    ],
)
def test_a_hospital_is_named_with_its_place(text: str, hospital: str, full_name: str) -> None:
    found = GAZETTEER.hospital(text)
    assert found is not None
    assert (found[0], found[1].full_name) == (hospital, full_name)
    assert GAZETTEER.find(text) == (found[1],)


@pytest.mark.parametrize(
    "text", ["四川绵阳", "成都", "燕郊", "东京", "协和", "瑞金", "510100", "人民医院", "x" * 300]
)
def test_what_names_no_single_hospital(text: str) -> None:
    assert GAZETTEER.hospital(text) is None


@pytest.mark.parametrize(
    "text",
    ["四川成都华西", "四川华西附近", "友谊医院", "江西人民医院", "不知道人民医院", "北京湘雅"],
)
def test_a_hospital_is_a_whole_word_and_never_guessed(text: str) -> None:
    assert GAZETTEER.find(text) == ()


# What resolves


@pytest.mark.parametrize(
    ("text", "full_name"),
    [
        (" 四川 ", "四川省"),
        ("川", "四川省"),
        ("沪", "上海市"),
        ("SH", "上海市"),
        ("ＳＨ", "上海市"),
        ("BT", "新疆生产建设兵团"),
        ("JS", "江苏省"),
        ("四川/绵阳", "四川省绵阳市"),
        ("四川绵阳", "四川省绵阳市"),
        ("四川省绵阳市", "四川省绵阳市"),
        ("四川 - 绵阳", "四川省绵阳市"),
        ("四川、绵阳", "四川省绵阳市"),
        ("四川，绵阳", "四川省绵阳市"),
        ("四川·绵阳", "四川省绵阳市"),
        ("四川 > 绵阳", "四川省绵阳市"),
        ("sichuanmianyang", "四川省绵阳市"),
        ("Sichuan Mianyang", "四川省绵阳市"),
        ("sichuan/mianyang", "四川省绵阳市"),
        ("Sichuan Province, Mianyang City", "四川省绵阳市"),
        ("Miányáng", "四川省绵阳市"),
        ("绵阳涪城", "四川省绵阳市涪城区"),
        ("四川涪城区", "四川省绵阳市涪城区"),
        ("四川绵阳涪城", "四川省绵阳市涪城区"),
        ("sichuan mianyang fucheng", "四川省绵阳市涪城区"),
        ("四川綿陽", "四川省绵阳市"),
        ("廣東廣州", "广东省广州市"),
        ("臺灣", "台湾"),
        ("雲南麗江", "云南省丽江市"),
        ("乾县", "陕西省咸阳市乾县"),
        ("510700", "四川省绵阳市"),
        ("110108", "北京市海淀区"),
        ("X-659001", "新疆生产建设兵团石河子市"),
        ("魔都", "上海市"),
        ("羊城", "广东省广州市"),
        ("蓉城", "四川省成都市"),
        ("鹏城", "广东省深圳市"),
        ("冰城", "黑龙江省哈尔滨市"),
        ("Hohhot", "内蒙古自治区呼和浩特市"),
        ("Ürümqi", "新疆维吾尔自治区乌鲁木齐市"),
        ("Xi'an", "陕西省西安市"),
        ("luliang", "山西省吕梁市"),
        ("shaanxi", "陕西省"),
        ("shanxi xian", "陕西省西安市"),
        ("内蒙", "内蒙古自治区"),
        ("广西省", "广西壮族自治区"),
        ("恩施州", "湖北省恩施土家族苗族自治州"),
        ("西双版纳", "云南省西双版纳傣族自治州"),
        ("白沙县", "海南省白沙黎族自治县"),
        ("海南省/省直辖县级行政区划/文昌市", "海南省文昌市"),
        ("辛集", "河北省辛集市"),
        ("石家庄辛集", "河北省辛集市"),
        ("北京海淀", "北京市海淀区"),
        ("海淀区", "北京市海淀区"),
        ("海淀", "北京市海淀区"),
        ("haidian", "北京市海淀区"),
        ("北京市北京", "北京市"),
        ("北京市/市辖区/海淀区", "北京市海淀区"),
        ("青浦", "上海市青浦区"),
        ("江苏吴江", "江苏省苏州市吴江区"),
        ("嘉善县", "浙江省嘉兴市嘉善县"),
        ("双流县", "四川省成都市双流区"),
        ("承德", "河北省承德市"),
        ("承德县", "河北省承德市承德县"),
        ("大理", "云南省大理白族自治州"),
        ("大理市", "云南省大理白族自治州大理市"),
        ("西安", "陕西省西安市"),
        ("nanjing", "江苏省南京市"),
        ("河北", "河北省"),
        ("江西", "江西省"),
        ("山东", "山东省"),
        ("山西", "山西省"),
        ("河南", "河南省"),
        ("海南省", "海南省"),
        ("海南州", "青海省海南藏族自治州"),
        ("吉林省", "吉林省"),
        ("吉林市", "吉林省吉林市"),
        ("jilinshi", "吉林省吉林市"),
        ("吉林朝阳", "吉林省长春市朝阳区"),
        ("朝阳市", "辽宁省朝阳市"),
        ("长春朝阳", "吉林省长春市朝阳区"),
        ("新疆石河子", "新疆维吾尔自治区石河子市"),
        ("兵团石河子", "新疆生产建设兵团石河子市"),
        ("新疆兵团石河子", "新疆生产建设兵团石河子市"),
        ("第八师", "新疆生产建设兵团石河子市"),
        ("四川省本级", "四川省本级"),
        ("四川省直", "四川省本级"),
        ("四川省级", "四川省本级"),
        ("四川/省本级", "四川省本级"),
        ("广西区直", "广西壮族自治区本级"),
        ("兵团本级", "新疆生产建设兵团本级"),
        ("中国香港", "香港特别行政区"),
        ("Macau", "澳门特别行政区"),
        ("台湾省", "台湾"),
        ("国外", "境外"),
        ("日本", "境外"),
        ("東京", "境外"),
        ("紐約", "境外"),
        ("台北市", "台湾"),
        ("Kowloon", "香港特别行政区"),
        ("燕郊", "河北省廊坊市三河市"),
        ("河北燕郊镇", "河北省廊坊市三河市"),
        ("汉口", "湖北省武汉市"),
        ("浦东", "上海市浦东新区"),
        ("深圳蛇口", "广东省深圳市南山区"),
        ("哲里木盟", "内蒙古自治区通辽市"),
        ("Kwangtung", "广东省"),
    ],
)
def test_resolves(text: str, full_name: str) -> None:
    assert found(text) == [full_name]


@pytest.mark.parametrize(
    ("text", "full_names"),
    [
        ("shanxi", ["山西省", "陕西省"]),
        ("吉林", ["吉林省", "吉林省吉林市"]),
        ("海南", ["海南省", "青海省海南藏族自治州"]),
        ("石河子", ["新疆维吾尔自治区石河子市", "新疆生产建设兵团石河子市"]),
        ("石河子市", ["新疆维吾尔自治区石河子市", "新疆生产建设兵团石河子市"]),
        ("朝阳", ["北京市朝阳区", "辽宁省朝阳市", "吉林省长春市朝阳区"]),
        ("chaoyang", ["北京市朝阳区", "辽宁省朝阳市", "吉林省长春市朝阳区"]),
        ("suzhou", ["江苏省苏州市", "安徽省宿州市"]),
        ("HN", ["河南省", "湖南省", "海南省"]),
        ("hb", ["河北省", "湖北省"]),
        ("SX", ["山西省", "陕西省"]),
        ("春城", ["吉林省长春市", "云南省昆明市"]),
        ("榕城", ["福建省福州市", "广东省揭阳市榕城区"]),
        ("江北区", ["浙江省宁波市江北区", "重庆市两江新区"]),
        ("瑞金", ["上海市", "江西省赣州市瑞金市"]),
        ("协和", ["北京市", "福建省福州市", "湖北省武汉市"]),
        ("朝阳区人民医院", ["北京市朝阳区", "吉林省长春市朝阳区"]),
        ("新北市", ["江苏省常州市新北区", "台湾"]),
        ("潮汕", ["广东省汕头市", "广东省潮州市", "广东省揭阳市"]),
    ],
)
def test_is_never_guessed(text: str, full_names: list[str]) -> None:
    assert found(text) == full_names


def test_a_bare_own_pool_fits_every_province_that_has_one() -> None:
    pools = GAZETTEER.find("省本级")
    assert len(pools) == 28
    assert all(place.level == "pool" for place in pools)


@pytest.mark.parametrize("text", ["", "  ", "/ -", "中国", "市辖区", "MY", "cd", "绵洋", "999999"])
def test_is_not_a_place(text: str) -> None:
    assert GAZETTEER.find(text) == ()


def test_a_code_that_is_none() -> None:
    with pytest.raises(KeyError):
        GAZETTEER.get("999999")


# Suggestions and completion


@pytest.mark.parametrize(
    ("typo", "full_name"),
    [
        ("棉阳", "四川省绵阳市"),
        ("四川棉阳", "四川省绵阳市"),
        ("广洲", "广东省广州市"),
        ("莆天", "福建省莆田市"),
        ("beijin", "北京市"),
        ("shanghia", "上海市"),
        ("mianyan", "四川省绵阳市"),
        ("海殿区", "北京市海淀区"),
        ("吴将", "江苏省苏州市吴江区"),
        ("去北京", "北京市"),
        ("MY", "四川省绵阳市"),
        ("武汗", "湖北省武汉市"),
        ("wuhna", "湖北省武汉市"),
        ("汉武", "湖北省武汉市"),
        ("chengdy", "四川省成都市"),
        ("xinign", "青海省西宁市"),
        ("重亲", "重庆市"),
        ("抗州", "浙江省杭州市"),
        ("六鞍", "安徽省六安市"),
        ("哈尔宾", "黑龙江省哈尔滨市"),
    ],
)
def test_a_typo_is_answered_with_the_likeliest_first(typo: str, full_name: str) -> None:
    assert GAZETTEER.find(typo) == ()
    assert GAZETTEER.suggest(typo)[0].full_name == full_name


def test_suggestions_are_few_and_never_noise() -> None:
    assert len(GAZETTEER.suggest("洲", limit=3)) <= 3
    assert GAZETTEER.suggest("xxxxxx") == ()
    assert GAZETTEER.suggest("") == ()


@pytest.mark.parametrize(
    ("prefix", "full_name"),
    [
        ("绵", "四川省绵阳市"),
        ("mian", "四川省绵阳市"),
        ("my", "四川省绵阳市"),
        ("scm", "四川省绵阳市"),
        ("四川绵", "四川省绵阳市"),
        ("四川省绵", "四川省绵阳市"),
        ("sh", "上海市"),
        ("蓉", "四川省成都市"),
        ("海淀", "北京市海淀区"),
    ],
)
def test_completion(prefix: str, full_name: str) -> None:
    assert full_name in [place.full_name for place in GAZETTEER.complete(prefix, 10)]


def test_completion_of_nothing_offers_provinces() -> None:
    assert [place.short for place in GAZETTEER.complete("", 3)] == ["北京", "天津", "河北"]


# Any text

WORDS = sorted({word for row in PLACES for word in (row[1], row[2], row[5]) if word})


@given(st.text(max_size=30))
@examples(100)
def test_find_and_its_kin_take_any_text(text: str) -> None:
    for place in (*GAZETTEER.find(text), *GAZETTEER.complete(text, 3)):
        assert isinstance(place, Place)


@given(st.text(alphabet="川陕西安南京州shanxibeijing12 /-", max_size=12))
@examples(30)
def test_suggest_takes_any_text(text: str) -> None:
    assert len(GAZETTEER.suggest(text)) <= 5


@given(st.sampled_from(WORDS), st.data())
@examples(80)
def test_blanks_width_and_case_change_nothing(word: str, data: st.DataObject) -> None:
    def disguised(char: str) -> str:
        wide = chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char
        shape = data.draw(st.sampled_from([char, char.upper(), wide]))
        return shape + data.draw(st.sampled_from(["", " ", "\u3000", "\t"]))

    assert GAZETTEER.find("".join(map(disguised, word))) == GAZETTEER.find(word)


def test_places_known_by_their_names_are_compared_to_nothing() -> None:
    def known() -> None:
        gazetteer = build()
        gazetteer.find("四川绵阳")
        gazetteer.find("海淀")

    # Building takes about 80,000; comparing one unknown name to all others 700,000 more.
    assert calls(known) < 200_000


def calls(work: Callable[[], object]) -> int:
    """How many functions were entered and left: the same on every machine."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
