"""Every command of the program, in the order of the help. Importing this costs next to nothing."""

from __future__ import annotations

from msgspec.structs import replace

from yibao_cli.cli.command import (
    ANSWERS,
    FILE,
    FOLDER,
    NODE,
    PLACE,
    QUESTION,
    RESULT,
    SETTING,
    Command,
    Parameter,
)
from yibao_cli.formats import ALL_FORMATS, DIAGRAMS, FORMATS, PAGES

ONE_SHOT = "yibao plan --insurance 居民 --from 四川绵阳 --to 北京 --care 住院 --filing 未备案"
_WITHOUT = ONE_SHOT.removeprefix("yibao plan")

_DATA = Parameter(
    "data",
    ("--data",),
    "您自己的知识文件夹：补充省市的规定；有 knowledge.yaml 的整套代替。",
    "文件夹",
    values=FOLDER,
    environ="YIBAO_DATA",
)
_ON = Parameter("on", ("--on",), "按哪一天的规则回答，例如 2025-06-01。", "日期")
_NO_INPUT = Parameter(
    "no_input",
    ("--no-input",),
    "从不提问；缺了什么就报错退出。",
    environ="YIBAO_NO_INPUT",
)
_PLAIN = Parameter(
    "plain",
    ("--plain",),
    "一行一行地问，选项用编号；适合读屏软件和旧终端。",
    environ="YIBAO_PLAIN",
)
_LISTING_FORMAT = Parameter(
    "format_",
    ("--format", "-f"),
    "plain（默认）或 json。",
    "格式",
    values=("plain", "json"),
    section=RESULT,
)
_EXPLAINING = (_LISTING_FORMAT, _PLAIN, _NO_INPUT, _ON, _DATA)
_OUTPUT = Parameter(
    "output",
    ("--output", "-o"),
    "写到文件（UTF-8）；已有的文件不覆盖。",
    "文件",
    values=FILE,
    section=RESULT,
)
_FORCE = Parameter("force", ("--force",), "允许覆盖已有的文件。", section=RESULT)

GIVEN = (
    Parameter(
        "set_",
        ("--set",),
        "给任意一个答案：问题=答案，可写多次。",
        "问题=答案",
        many=True,
        values=SETTING,
        section=ANSWERS,
    ),
    Parameter(
        "code",
        ("--code",),
        "清单末尾的答案代码；写了就不用再写那些答案。",
        "代码",
        section=ANSWERS,
    ),
    Parameter(
        "answers_file",
        ("--answers",),
        "从文件（YAML 或 JSON）读答案；选项写的优先。",
        "文件",
        values=FILE,
        section=ANSWERS,
    ),
)
"""What gives answers besides the flag of each question."""

OUTPUT = (
    Parameter(
        "format_",
        ("--format", "-f"),
        f"输出格式：{'、'.join(ALL_FORMATS)}。终端上默认 terminal，其他默认 plain。",
        "格式",
        values=ALL_FORMATS,
        section=RESULT,
        environ="YIBAO_FORMAT",
    ),
    _OUTPUT,
    _FORCE,
    Parameter("bag", ("--bag",), "只要材料清单。", section=RESULT),
    Parameter(
        "reader",
        ("--for",),
        "给谁看：patient 病人（默认），proxy 代办人。",
        "读者",
        values=("patient", "proxy"),
        section=RESULT,
    ),
    Parameter("admission", ("--admission",), "入院日期（日历用）。", "日期", section=RESULT),
    Parameter("discharge", ("--discharge",), "出院日期（日历用）。", "日期", section=RESULT),
    Parameter("filed_on", ("--filed-on",), "备案日期（日历用）。", "日期", section=RESULT),
    Parameter(
        "save_answers",
        ("--save-answers",),
        "把答案存成 YAML 文件，以后用 --answers 读。",
        "文件",
        values=FILE,
        section=RESULT,
    ),
)
"""What decides where a checklist goes, and in which form."""

_REDUCTION = "减10、乘0.9、先付10%、不减，不知道就不写"


def _number(name: str, help_: str, metavar: str) -> Parameter:
    flag = "--" + name.replace("_", "-")
    return Parameter(name, (flag,), help_, metavar, many=True, section=ANSWERS)


_ALL = (
    Command(
        "wizard",
        "在终端上一问一答；已经写明的答案不再问。",
        ("yibao wizard --from 四川绵阳 --to 北京",),
        "consultation:wizard_command",
        (_PLAIN, _ON, _DATA),
        given=True,
        output=True,
    ),
    Command(
        "plan",
        "一次给出全部答案，得到清单；适合脚本。",
        (ONE_SHOT, f"{ONE_SHOT} -o 清单.md"),
        "consultation:plan_command",
        (_PLAIN, _NO_INPUT, _ON, _DATA),
        given=True,
        output=True,
    ),
    Command(
        "resume",
        "接着上次没问完的问题；只存答案，不存姓名和证件。",
        ("yibao resume", "yibao resume --list", "yibao resume --forget"),
        "consultation:resume_command",
        (
            Parameter("list_", ("--list",), "列出存着的答案和存在哪里，不接着问。"),
            Parameter("forget", ("--forget",), "删掉存着的答案。"),
            _PLAIN,
            _DATA,
        ),
        output=True,
    ),
    Command(
        "questions",
        "列出每个问题、可以写的答案和写法。",
        ("yibao questions filing",),
        "listings:questions",
        (
            Parameter("ids", (), "只看这些问题。", "问题", many=True, values=QUESTION),
            _LISTING_FORMAT,
            _DATA,
        ),
    ),
    Command(
        "region",
        "查一个地名认成哪里，当地有哪些已知的规定，热线是多少。",
        ("yibao region 江苏",),
        "listings:region",
        (
            Parameter(
                "text", (), "省名、市名或拼音。", "地名", many=True, required=True, values=PLACE
            ),
            _LISTING_FORMAT,
            _DATA,
        ),
    ),
    Command(
        "sources",
        "列出全部依据：文件、文号、日期、哪天读的、可信程度、有没有过复查日。",
        ("yibao sources --overdue",),
        "listings:sources",
        (Parameter("overdue", ("--overdue",), "只看过了复查日的。"), _LISTING_FORMAT, _DATA),
    ),
    Command(
        "cost",
        "按您填的数字，算一算在参保地看病和去外地看病各要自己付多少。",
        ("yibao cost --bill 20000 --covered 18000 --deductible 1000 --ratio 80 --referral 减10",),
        "cost:cost",
        (
            _number("bill", "总费用，元。", "金额"),
            _number("covered", "目录内费用，元；不超过总费用。", "金额"),
            _number("deductible", "起付线，元。", "金额"),
            _number("ratio", "参保地的支付比例，例如 80 或 80%。", "百分比"),
            _number("cap", "封顶线：这次基金最多付多少元；没有就不写。", "金额"),
            _number("long_term", f"长期备案怎么少报：{_REDUCTION}。", "算法"),
            _number("referral", "转诊或急诊抢救怎么少报，写法同上。", "算法"),
            _number("temporary", "其他临时外出怎么少报，写法同上。", "算法"),
            _number("unfiled", "没有备案怎么少报，写法同上。", "算法"),
            Parameter(
                "first_after_deductible",
                ("--first-after-deductible",),
                "先扣起付线，再先付百分之几。",
                section=ANSWERS,
            ),
            Parameter(
                "format_",
                ("--format", "-f"),
                f"输出格式：{'、'.join(FORMATS)}。",
                "格式",
                values=FORMATS,
                section=RESULT,
            ),
            _PLAIN,
            _NO_INPUT,
        ),
    ),
    Command(
        "why",
        "说明清单为什么是这样：走过哪几步，每一步加上了什么，依据是什么。",
        (f"yibao why{_WITHOUT}", f"yibao why{_WITHOUT} --not direct_settlement"),
        "explain:why",
        (
            Parameter(
                "not_",
                ("--not",),
                "为什么没有这一条，最少改哪个答案才会有：条目或结论的编号，或者一段文字。",
                "条目",
            ),
            *_EXPLAINING,
        ),
        given=True,
    ),
    Command(
        "compare",
        "比较两种情况：换一个答案、换一天或换一套资料，清单上多了什么、少了什么。",
        (f"yibao compare{_WITHOUT} --with filing=已备案",),
        "explain:compare",
        (
            Parameter(
                "with_",
                ("--with",),
                "另一种情况的答案：问题=答案，可写多次。",
                "问题=答案",
                many=True,
                values=SETTING,
                section=ANSWERS,
            ),
            Parameter("with_on", ("--with-on",), "另一种情况按哪一天的规则。", "日期"),
            Parameter(
                "with_data",
                ("--with-data",),
                "另一种情况用哪个知识文件夹。",
                "文件夹",
                values=FOLDER,
            ),
            *_EXPLAINING,
        ),
        given=True,
    ),
    Command(
        "tree",
        "画出决策树：每个问题怎么分，哪里加条目，在哪里得出结论。",
        ("yibao tree 转移接续", "yibao tree care --format mermaid --depth 3"),
        "tree:tree",
        (
            Parameter(
                "where",
                (),
                "要办的事，或从哪个节点起；同名时是要办的事。",
                "要办的事|节点",
                values=NODE,
            ),
            Parameter(
                "format_",
                ("--format", "-f"),
                f"输出格式：{'、'.join(DIAGRAMS)}；默认 {DIAGRAMS[0]}。",
                "格式",
                values=DIAGRAMS,
                section=RESULT,
            ),
            Parameter("depth", ("--depth",), "只看这么多步。", "步数"),
            _DATA,
        ),
    ),
    Command(
        "batch",
        "一次处理一整张表：第一行写列名（问题的编号或名称，另可有 id），每行一个人。",
        (
            "yibao batch 名单.csv -o 结果.jsonl",
            "yibao batch 名单.csv --into 清单 --format markdown",
        ),
        "batch:batch",
        (
            Parameter(
                "file",
                (),
                "CSV 或 JSON Lines 文件；- 是标准输入。",
                "文件",
                required=True,
                values=FILE,
            ),
            _OUTPUT,
            Parameter("summary", ("--summary",), "每行只写结论，不写整张清单。", section=RESULT),
            Parameter(
                "format_",
                ("--format", "-f"),
                f"每行一个文件时的格式：{'、'.join(PAGES)}。",
                "格式",
                values=PAGES,
                section=RESULT,
            ),
            Parameter(
                "into",
                ("--into",),
                "每行写成一个文件，放到这个文件夹。",
                "文件夹",
                values=FOLDER,
                section=RESULT,
            ),
            _FORCE,
            Parameter(
                "encoding",
                ("--encoding",),
                "输入的编码：utf-8（默认）或 gbk（Excel 存的 CSV 多是 gbk）。",
                "编码",
            ),
            replace(GIVEN[0], help="各行没有写的答案：问题=答案，可写多次。"),
            _ON,
            _DATA,
        ),
    ),
    Command(
        "check",
        "检查知识：每条路都有结论吗，有没有多余、矛盾、过期、太长的内容。",
        ("yibao check --data ./data --cases ./cases",),
        "check:check",
        (
            replace(_DATA, help="检查这个知识文件夹，代替自带的。", environ=None),
            Parameter("cases", ("--cases",), "另外跑这个文件夹里的案例。", "文件夹", values=FOLDER),
            Parameter(
                "mutate",
                ("--mutate",),
                "逐条改坏规则，看案例能不能发现（要同时写 --cases）。",
            ),
            Parameter("update", ("--update",), "重写案例文件夹里的 ways.tsv（要同时写 --cases）。"),
            Parameter("strict", ("--strict",), "提醒也算错误。"),
            _LISTING_FORMAT,
        ),
    ),
    Command(
        "completion",
        "打印让命令行自动补全的脚本，地名和答案也能补全。",
        (
            "yibao completion bash >> ~/.bashrc",
            "yibao completion fish > ~/.config/fish/completions/yibao.fish",
        ),
        "completion:completion",
        (
            Parameter(
                "shell",
                (),
                "bash、zsh、fish 或 powershell。",
                "终端",
                required=True,
                values=("bash", "zsh", "fish", "powershell"),
            ),
        ),
    ),
    Command(
        "manual",
        "打印手册页，存下来就可以用 man 看。",
        ("yibao manual > yibao.1",),
        "manual:manual",
    ),
    Command(
        "complete",
        "补全脚本用的：列出一行命令接下来可以写什么。",
        ("yibao complete 2 yibao plan --fr",),
        "completion:complete",
        (
            Parameter("at", (), "光标在第几个词，从 0 数。", "第几个", required=True),
            Parameter("words", (), "命令行的各个词。", "词", many=True),
        ),
        hidden=True,
    ),
)

COMMANDS = {command.name: command for command in _ALL}
