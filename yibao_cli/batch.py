"""Many rows: text in, for each row a checklist or the reason why there is none.

Never more than a few rows are held, and what is remembered from row to row is bounded, so a
million rows need no more memory than a thousand. Row numbers count rows of data from 1.
"""

from __future__ import annotations

import csv
import gc
import json
import math
import re
import unicodedata
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TextIO

from yibao_cli import answers as door
from yibao_cli.consult import Consultant
from yibao_cli.errors import AnswerError, FileError, Finding, YibaoError
from yibao_cli.files import why
from yibao_cli.model import Knowledge
from yibao_cli.regions import Place
from yibao_cli.render.json_ import compact
from yibao_cli.render.lines import Lines

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

Kind = Literal["csv", "jsonl"]
KINDS: tuple[Kind, ...] = ("csv", "jsonl")
# GB18030 holds all of GBK and the rare characters of people's names besides.
ENCODINGS = {"utf-8": "utf-8", "gbk": "gb18030"}
SUFFIXES = {"markdown": "md", "plain": "txt"}

ID = "id"
_ID_NAMES = (ID, "编号")

_LONGEST_LINE = 1 << 20
# A spreadsheet's cell holds at most 253 line feeds; a quote still open after that was a slip.
_MOST_LINES = 254
# No accepted answer is nearly as long, and a place name is searched at every character.
_LONGEST_ANSWER = 200
_LONGEST_NAME = 40
_PLACES_REMEMBERED = 8192
_SUMMARIES_REMEMBERED, _LISTS_REMEMBERED = 4096, 128
# A whole checklist is some 15 KiB long, so that is a MiB to hand over at a time.
_CHUNK_ROWS, _CHUNK_CHARACTERS = 64, 1 << 16
_MOST_NAMED = 20

_BROKEN = re.compile("[\0\ud800-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")

_TOO_LONG = f"这一行超过 {_LONGEST_LINE} 个字，没有读"
_NOT_CLOSED = "引号没有配对"


# ---------------------------------------------------------------- rows


class Row(NamedTuple):
    """One row as it was read: its number, the line it begins on, and its text or its trouble."""

    number: int
    line: int
    text: str
    problem: str | None = None


class Sheet(NamedTuple):
    """What is read: columns (of a CSV file) hold a question's id, `id`, or nothing."""

    kind: Kind
    columns: tuple[str, ...]
    rows: Iterator[Row]


class _Line(NamedTuple):
    number: int
    text: str
    cut: bool


def open_sheet(known: Knowledge, stream: TextIO, kind: Kind | None = None) -> Sheet | None:
    """The rows of a stream, read as they are asked for; None where there is nothing at all.

    The stream has to keep line ends (`newline=""`) and undecodable bytes (`surrogateescape`).
    Raises AnswerError where the header has unknown columns, FileError where it is unreadable.
    """
    lines = _lines(stream)
    first = next((line for line in lines if line.cut or line.text.strip("\ufeff \t\r\n")), None)
    if first is None:
        return None
    first = first._replace(text=first.text.removeprefix("\ufeff"))
    start = first.text.lstrip()[:1]
    if start == "[" and kind != "csv":
        message = "输入是一个 JSON 数组；请改成每行一个对象（JSON Lines）。"
        raise AnswerError(Finding("json_array", message))
    lines = chain((first,), lines)
    if (kind or ("jsonl" if start == "{" else "csv")) == "jsonl":
        return Sheet("jsonl", (), _numbered(_single(lines), " \t\r\n"))
    records = _records(lines)
    line, text, problem = next(records)
    _check_header(text, problem)
    # Spreadsheets end with lines of nothing but commas.
    return Sheet("csv", _columns(known, _cells(text), line), _numbered(records, " \t\r\n,"))


def _lines(stream: TextIO) -> Iterator[_Line]:
    for number in count(1):
        text = _read(stream)
        if not text:
            return
        cut = len(text) == _LONGEST_LINE and text[-1] not in "\r\n"
        if cut:
            while (rest := _read(stream)) and rest[-1] not in "\r\n":
                pass
            text = ""
        yield _Line(number, text, cut)


def _read(stream: TextIO) -> str:
    try:
        return stream.readline(_LONGEST_LINE)
    except (OSError, ValueError) as error:
        raise FileError(Finding("cannot_read", f"读到一半读不下去了（{why(error)}）。")) from error


Record = tuple[int, str, str | None]


def _single(lines: Iterable[_Line]) -> Iterator[Record]:
    for line in lines:
        yield line.number, line.text, _TOO_LONG if line.cut else None


def _records(lines: Iterator[_Line]) -> Iterator[Record]:
    """Lines put together where a quoted cell goes over several.

    A quote that is never closed costs its own line alone: the lines after it are read again.
    """
    back: deque[_Line] = deque()

    def take() -> _Line | None:
        return back.popleft() if back else next(lines, None)

    while (line := take()) is not None:
        if line.cut or '"' not in line.text or not _stays_open(line.text, False):
            yield line.number, line.text, _TOO_LONG if line.cut else None
            continue
        group, size, is_open = [line], len(line.text), True
        while is_open and len(group) < _MOST_LINES and size < _LONGEST_LINE:
            more = take()
            if more is None:
                break
            group.append(more)
            if more.cut:
                break
            size += len(more.text)
            is_open = _stays_open(more.text, True)
        if is_open:
            back.extendleft(reversed(group[1:]))
            yield line.number, line.text, _NOT_CLOSED
        else:
            yield line.number, "".join(one.text for one in group), None


def _stays_open(text: str, is_open: bool) -> bool:
    """Whether a quoted cell goes on after this line, as the csv module sees quotes."""
    at = 0
    while True:
        if is_open:
            at = text.find('"', at)
            if at < 0:
                return True
            if text.startswith('"', at + 1):
                at += 2
                continue
            is_open = False
        elif text.startswith('"', at):
            is_open = True
            at += 1
            continue
        at = text.find(",", at) + 1
        if not at:
            return False


def _numbered(records: Iterable[Record], blank: str) -> Iterator[Row]:
    number = 0
    for line, text, problem in records:
        if problem or text.strip(blank):
            number += 1
            yield Row(number, line, text, problem)


def _cells(text: str) -> list[str]:
    text = text.rstrip("\r\n")
    return next(csv.reader([text])) if '"' in text else text.split(",")


# ---------------------------------------------------------------- columns


def _check_header(text: str, problem: str | None) -> None:
    if problem:
        raise FileError(Finding("bad_header", f"第一行（列名）读不懂：{problem}。"))
    if not _BROKEN.search(text):
        return
    raw = text.encode("utf-8", "surrogateescape")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw:
        hint = "像是 UTF-16；请另存为“CSV UTF-8”。"
    else:
        hint = "换一个 --encoding（utf-8 或 gbk）试试；Excel 直接存的 CSV 多是 gbk。"
    raise FileError(Finding("bad_encoding", f"第一行（列名）不是这种编码的文字。{hint}"))


def _columns(known: Knowledge, cells: Sequence[str], line: int) -> tuple[str, ...]:
    names = _names(known)
    wrong: list[Finding] = []
    found: list[str] = []
    for number, cell in enumerate(cells, 1):
        target = names.get(_plain(cell), "")
        found.append(target)
        if cell.strip() and not target:
            wrong.append(_unknown(names, cell, f"第 {number} 列"))
    if found.count(ID) > 1:
        wrong.append(Finding("two_ids", "有两列都是 id；只能留一列。"))
    if wrong:
        rest = len(wrong) - _MOST_NAMED
        if rest > 0:
            wrong[_MOST_NAMED:] = [Finding("unknown_column", f"另有 {rest} 列也不认识。")]
        hint = f"文件第 {line} 行要写列名：问题的编号或名称；用 yibao questions 看全部。"
        raise AnswerError(*wrong, Finding("unknown_column", hint))
    return tuple(found)


def _names(known: Knowledge) -> dict[str, str]:
    """Every accepted name of a column → the question's id."""
    found = {_plain(name): ID for name in _ID_NAMES}
    for question in known.questions.values():
        for name in (question.id, question.label):
            found[_plain(name)] = question.id
    return found


def _plain(name: str) -> str:
    normal = unicodedata.normalize("NFKC", name[:_LONGEST_ANSWER]).casefold()
    return "".join(normal.split()).removeprefix("--").replace("-", "_")


def _unknown(names: Mapping[str, str], name: str, where: str) -> Finding:
    near = tuple(get_close_matches(_plain(name), names, 3))
    hint = f"是不是：{'、'.join(near)}？" if near else ""
    return Finding("unknown_column", f"{where}“{_shown(name)}”不认识。{hint}", near)


# ---------------------------------------------------------------- answers


def common(known: Knowledge, given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What rows leave open is answered by these texts; question id → texts.

    Raises AnswerError where they are not understood.
    """
    door.parse_all(known, given)
    names = _names(known)
    return {names[_plain(name)]: list(texts) for name, texts in given.items()}


@dataclass(frozen=True, slots=True)
class Task:
    """How every row is answered; travels to other processes.

    `fixed` are texts for what a row leaves open. `format` None stands for one JSON line,
    otherwise the checklist is rendered for a file of its own. `summary` leaves only the outcome.
    """

    known: Knowledge
    day: str
    kind: Kind
    columns: tuple[str, ...]
    fixed: dict[str, list[str]]
    format: str | None
    summary: bool
    width: int


class Done(NamedTuple):
    """One row answered: the line for the output in UTF-8, and the text and name of its own file.

    `id` is for messages, so only a row that failed has one.
    """

    number: int
    line: int
    id: str
    failure: str | None
    text: bytes
    name: str
    page: str


class Chunk(NamedTuple):
    """So many rows answered, in order; `notable` failed or have a page.

    `text` are the lines of all for the output, in UTF-8, which nobody copies.
    """

    size: int
    notable: list[Done]
    text: bytes


class _Answer(NamedTuple):
    failed: str | None
    body: bytes
    page: str


_Given = tuple[tuple[str, tuple[str, ...]], ...]


class _Pairs(list[tuple[str, Any]]):
    """A JSON object that still shows keys that were written twice."""


class Desk:
    """Answers row after row; remembers a bounded number of texts and rows."""

    def __init__(self, task: Task) -> None:
        """Begin with nothing remembered."""
        self._task = task
        self._known = task.known
        self._consultant = Consultant(task.known, task.day)
        self._lines = Lines(self._consultant)
        self._names = _names(task.known)
        self._decoder = json.JSONDecoder(
            object_pairs_hook=_Pairs, parse_constant=_refuse, parse_float=_finite
        )
        self._value = lru_cache(_PLACES_REMEMBERED)(self._parse)
        self._target = lru_cache(_PLACES_REMEMBERED)(self._find_target)
        remembered = _SUMMARIES_REMEMBERED if task.summary else _LISTS_REMEMBERED
        self._same = lru_cache(remembered)(self._answer)

    def answer(self, row: Row) -> Done:
        """The row's checklist, or the reason why there is none; never raises."""
        identity: Any = None
        # One row may break in a way nobody thought of; the rows after it are still wanted.
        try:
            if row.problem:
                raise AnswerError(_bad(f"{row.problem}。"))
            read = self._read_csv if self._task.kind == "csv" else self._read_json
            identity, given, wrong = read(row.text.strip("\r\n"))
            if wrong:
                raise AnswerError(*wrong)
            answer = self._same(given)
        except YibaoError as error:
            answer = _failed(error)
        except Exception as error:
            said = f"程序内部出错（{type(error).__name__}），这一行没有清单。"
            answer = _failed(YibaoError(Finding("internal", said)))
        identity = _whole(identity) if isinstance(identity, str) else identity
        name, extra = "", ""
        if self._task.format and not answer.failed:
            name = file_name(row.number, identity, self._task.format)
            extra = f',"file":{json.dumps(name, ensure_ascii=False)}'
        begin = f'{{"row":{row.number},"id":{_identity(identity)},'
        text = b"".join((begin.encode(), answer.body, extra.encode(), b"}\n"))
        shown = _shown(str(identity)) if answer.failed and identity is not None else ""
        return Done(row.number, row.line, shown, answer.failed, text, name, answer.page)

    # ------------------------------------------------------------ reading one row

    def _read_csv(self, text: str) -> tuple[str | None, _Given, list[Finding]]:
        identity: str | None = None
        given: dict[str, tuple[str, ...]] = {}
        wrong: list[Finding] = []
        columns = self._task.columns
        try:
            # Python 3.10 refuses NUL bytes by itself, without the cells.
            cells = _cells(text.replace("\0", "?"))
        except csv.Error:
            return None, (), [_bad("有一格太长，没有读。")]
        for number, cell in enumerate(cells):
            cell = cell.strip()
            if not cell:
                continue
            target = columns[number] if number < len(columns) else ""
            if target == ID:
                identity = cell
            elif target:
                given[target] = (*given.get(target, ()), cell)
            elif not wrong:
                wrong.append(_bad(f"第 {number + 1} 列没有列名，却写了“{_shown(cell)}”。"))
        if _BROKEN.search(text):
            wrong = [_undecodable(text)]
        return identity, self._with_fixed(given), wrong

    def _read_json(self, text: str) -> tuple[Any, _Given, list[Finding]]:
        if _BROKEN.search(text):
            return None, (), [_undecodable(text)]
        try:
            pairs = self._decoder.decode(text)
        except (ValueError, RecursionError):
            return None, (), [_bad("不是完整的 JSON；每行要写一个对象。")]
        if not isinstance(pairs, _Pairs):
            return None, (), [_bad("不是 JSON 对象；每行要写一个对象。")]
        identity: Any = None
        given: dict[str, tuple[str, ...]] = {}
        wrong: list[Finding] = []
        for key, value in pairs:
            target = self._names.get(key) or self._target(key[:_LONGEST_ANSWER])
            if isinstance(target, Finding):
                wrong.append(target)
            elif target == ID:
                if isinstance(value, list):
                    wrong.append(_bad("id 要写成文字或数。"))
                else:
                    identity = value
            elif (texts := self._texts(target, value)) is None:
                label = self._known.questions[target].label
                wrong.append(_bad(f"{label}（{target}）要写成文字。"))
            elif texts:
                given[target] = given.get(target, ()) + texts
        return identity, self._with_fixed(given), wrong

    def _find_target(self, key: str) -> str | Finding:
        return self._names.get(_plain(key)) or _unknown(self._names, key, "")

    def _texts(self, question_id: str, value: Any) -> tuple[str, ...] | None:
        """The texts of a JSON value; None where it is none."""
        if isinstance(value, str):
            return (value.strip(),) if value.strip() else ()
        if value is None:
            return ()
        if isinstance(value, int) and not isinstance(value, bool):
            return (str(value),)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            texts = tuple(one.strip() for one in value if one.strip())
            several = self._known.questions[question_id].several and texts
            return (",".join(texts),) if several else texts
        return None

    def _with_fixed(self, given: dict[str, tuple[str, ...]]) -> _Given:
        for question_id, texts in self._task.fixed.items():
            given.setdefault(question_id, tuple(texts))
        return tuple(given.items())

    # ------------------------------------------------------------ answering one row

    def _answer(self, given: _Given) -> _Answer:
        """What the same texts always lead to, errors too."""
        task = self._task
        try:
            answers = self._answers(given)
            case = self._consultant.case(answers)
        except YibaoError as error:
            return _failed(error)
        if not task.summary and not task.format:
            return _Answer(None, b'"checklist":' + self._lines.line(case), "")
        shown, page = case.conclusion, ""
        if task.format:
            from yibao_cli.render import render

            page = render(case.checklist(), task.format, width=task.width)
        return _Answer(None, _outcome(shown.path, shown.title), page)

    def _answers(self, given: _Given) -> dict[str, str | Place]:
        found: dict[str, str | Place] = {}
        wrong: list[Finding] = []
        several = False
        for question_id, texts in given:
            several = several or len(texts) > 1
            for text in texts:
                if len(text) > _LONGEST_ANSWER:
                    wrong.append(self._long(question_id, text))
                    continue
                value = self._value(question_id, text)
                if isinstance(value, (str, Place)):
                    found[question_id] = value
                else:
                    wrong += value
        if wrong:
            raise AnswerError(*wrong)
        if several:
            # Whether texts contradict each other is judged in one place.
            return door.parse_all(self._known, dict(given))
        return found

    def _parse(self, question_id: str, text: str) -> str | Place | tuple[Finding, ...]:
        try:
            return door.parse(self._known, self._known.questions[question_id], text)
        except AnswerError as error:
            return error.findings

    def _long(self, question_id: str, text: str) -> Finding:
        question = self._known.questions[question_id]
        return Finding(
            "unknown_place" if question.kind == "place" else "unknown_value",
            f"{question.label}（{question.flag}）写了 {len(text)} 个字，看不懂：“{_shown(text)}”。",
            question=question_id,
        )


def file_name(number: int, identity: object, format_: str) -> str:
    """A name that cannot leave its folder: the row's number, and letters and digits of its id."""
    text = identity if isinstance(identity, str) else ""
    if isinstance(identity, int) and not isinstance(identity, bool):
        text = str(identity)
    normal = unicodedata.normalize("NFC", text[: _LONGEST_NAME * 4])
    safe = "".join(char if char.isalnum() or char in "-_" else "_" for char in normal)
    safe = re.sub("_+", "_", safe)[:_LONGEST_NAME].strip("_")
    return f"{number:06}{'-' if safe else ''}{safe}.{SUFFIXES.get(format_, format_)}"


def _failed(error: YibaoError) -> _Answer:
    body = {
        "code": error.findings[0].code,
        "message": str(error),
        "candidates": [one for finding in error.findings for one in finding.candidates],
    }
    return _Answer(str(error), f'"error":{compact(body)}'.encode(), "")


def _outcome(path: str, title: str) -> bytes:
    return compact({"path": path, "title": title})[1:-1].encode()


def _shown(text: str) -> str:
    return door.shown(text[:_LONGEST_ANSWER])


def _bad(message: str) -> Finding:
    return Finding("bad_row", message)


def _undecodable(text: str) -> Finding:
    if "\0" in text:
        return _bad("有空字符（NUL），文件可能坏了。")
    return _bad("有的字不是这种编码；换一个 --encoding（utf-8 或 gbk）试试。")


def _identity(value: object) -> str:
    """An id as JSON: what is no ordinary text is spelt out, so that no terminal obeys it."""
    if isinstance(value, str) and value.isprintable():
        return compact(value)
    return json.dumps(value)


def _whole(text: str) -> str:
    """Text that every encoding of Unicode can write: halves of characters are replaced."""
    return _LONE.sub("\ufffd", text)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


# ---------------------------------------------------------------- one process or several


def answer_all(task: Task, rows: Iterator[Row], jobs: int) -> Generator[Chunk, None, None]:
    """Every row answered, in order; close the iterator to end early."""
    if jobs > 1:
        chunks = _chunks(rows)
        first = list(islice(chunks, jobs))
        # One chunk is answered before another process has even started.
        if len(first) > 1:
            yield from _side_by_side(task, first, chunks)
            return
        rows = chain.from_iterable(first)
    desk = Desk(task)
    for row in rows:
        yield _answered(desk, (row,))


def _answered(desk: Desk, rows: Iterable[Row]) -> Chunk:
    done = [desk.answer(row) for row in rows]
    # The lines travel once, together.
    text = b"".join([one.text for one in done])
    notable = [one._replace(text=b"") for one in done if one.failure is not None or one.name]
    return Chunk(len(done), notable, text)


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    chunk: list[Row] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += len(row.text)
        if len(chunk) == _CHUNK_ROWS or size > _CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _side_by_side(
    task: Task, first: list[list[Row]], chunks: Iterator[list[Row]]
) -> Iterator[Chunk]:
    """One chunk at a time for each worker, in turn; so order keeps itself and nothing piles up.

    A worker is given the next chunk only when it has handed back the last one. So neither side
    ever waits for the other to empty a full pipe.
    """
    import pickle
    from multiprocessing import get_context, resource_tracker

    context = get_context("spawn")
    workers: list[tuple[SpawnProcess, Connection]] = []
    try:
        with _deaf(), _alive():
            for _ in first:
                here, there = context.Pipe()
                process = context.Process(target=_work, args=(there,), daemon=True)
                process.start()
                there.close()
                workers.append((process, here))
        described = pickle.dumps(task)
        with _alive():
            for _, here in workers:
                here.send_bytes(described)
            for (_, here), chunk in zip(workers, first, strict=True):
                here.send(chunk)
        busy = deque(here for _, here in workers)
        while busy:
            here = busy.popleft()
            with _alive():
                # Lines are many times as long as all the rest; unpickled, they would be copied.
                size, notable = here.recv()
                done = Chunk(size, notable, here.recv_bytes())
            following = next(chunks, None)
            if following is not None:
                with _alive():
                    here.send(following)
                busy.append(here)
            yield done
    finally:
        for process, here in workers:
            here.close()
            process.terminate()
        for process, _ in workers:
            process.join()
        # Python before 3.13 leaves its helper for `init` to bury, which some containers never do.
        stop = getattr(getattr(resource_tracker, "_resource_tracker", None), "_stop", None)
        if stop is not None:
            stop()


@contextmanager
def _alive() -> Iterator[None]:
    """A worker that is gone is an error of ours, not a reader of the output who left."""
    try:
        yield
    except (EOFError, OSError) as error:
        message = "处理数据的进程意外退出了；请少用几个 --jobs 再试。"
        raise YibaoError(Finding("worker_gone", message)) from error


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started meanwhile never hears Ctrl-C, which a terminal sends to all processes."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


def _work(pipe: Connection) -> None:
    """A worker: until the other end of its pipe is closed, whatever the reason."""
    import pickle
    import signal

    # On Windows nothing of this is inherited.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        desk = Desk(pickle.loads(pipe.recv_bytes()))
        # As in the process that started this one: the knowledge never becomes garbage.
        gc.freeze()
        while True:
            rows: list[Row] = pipe.recv()
            done = _answered(desk, rows)
            pipe.send((done.size, done.notable))
            pipe.send_bytes(done.text)
    except (EOFError, OSError):
        return
