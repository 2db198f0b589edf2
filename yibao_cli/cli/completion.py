"""`yibao completion` and what its scripts call: what a line may go on to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial

from yibao_cli.cli.command import FILE, FOLDER, NODE, PLACE, QUESTION, SETTING, Parameter
from yibao_cli.cli.commands import COMMANDS, GIVEN, OUTPUT
from yibao_cli.cli.parser import HELP, written
from yibao_cli.console import Console
from yibao_cli.errors import KnowledgeError
from yibao_cli.knowledge.model import Knowledge
from yibao_cli.knowledge.questions import Question
from yibao_cli.numbers import bounded

_MOST_PLACES = 40
_SCRIPTS = {
    "bash": r"""# yibao 的自动补全（bash）
_yibao() {
    local IFS=$'\n' line found
    COMPREPLY=()
    found=$(yibao complete "$COMP_CWORD" "${COMP_WORDS[@]}" 2>/dev/null) || return
    for line in $found; do
        line=${line%%$'\t'*}
        case $line in
            :file) compopt -o filenames; COMPREPLY+=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]#=}")) ;;
            :folder) compopt -o filenames; COMPREPLY+=($(compgen -d -- "${COMP_WORDS[COMP_CWORD]#=}")) ;;
            *=) compopt -o nospace; COMPREPLY+=("$line") ;;
            *) COMPREPLY+=("$(printf %q "$line")") ;;
        esac
    done
}
complete -F _yibao yibao
""",
    "zsh": r"""#compdef yibao
# yibao 的自动补全（zsh）
_yibao() {
    local line
    local -a values
    for line in "${(@f)$(yibao complete $((CURRENT - 1)) "${words[@]}" 2>/dev/null)}"; do
        case $line in
            :file) _files ;;
            :folder) _files -/ ;;
            ?*) line=${line//:/\\:}; values+=("${line/$'\t'/:}") ;;
        esac
    done
    (( ${#values} )) && _describe 'yibao' values
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _yibao yibao
""",
    "fish": r"""# yibao 的自动补全（fish）
function __yibao
    set -l words (commandline -opc) (commandline -ct)
    for line in (yibao complete (math (count $words) - 1) $words 2>/dev/null)
        switch $line
            case ':file'
                __fish_complete_path (commandline -ct)
            case ':folder'
                __fish_complete_directories (commandline -ct)
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c yibao -f -a '(__yibao)'
""",
    "powershell": r"""# yibao 的自动补全（PowerShell）
Register-ArgumentCompleter -Native -CommandName yibao -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
    if ($wordToComplete -eq '') { $words += '""' }
    yibao complete ($words.Count - 1) @words 2>$null | ForEach-Object {
        $value, $help = $_ -split "`t", 2
        if ($value -in ':file', ':folder') { return }
        if (-not $help) { $help = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
    }
}
""",
}


def completion(console: Console, *, shell: str) -> None:
    """Print the script of a shell."""
    console.result(_SCRIPTS[shell])


def complete(console: Console, *, at: str, words: list[str]) -> None:
    """Print what the word at a position may be: one a line, with its meaning after a tab.

    `:file` and `:folder` stand for the names that the shell itself knows.
    """
    position = bounded(at, 0, len(words)) or 0
    before, word = _line(words, position)
    # Most lines are completed without it.
    known = cache(partial(_known, console, before))
    found = candidates(before, word, known)
    lines = [f"{value}\t{said}" if said else value for value, said in found]
    console.result("".join(f"{line}\n" for line in lines))


def _known(console: Console, before: Sequence[str]) -> Knowledge:
    """The knowledge that the line is answered by, or the shipped one where that is broken."""
    from yibao_cli.cli.options import knowledge_for
    from yibao_cli.knowledge import knowledge

    command = COMMANDS.get(before[0]) if before else None
    data = (
        next((one for one in command.parameters if one.name == "data"), None) if command else None
    )
    text = written(data, before, console.environ).strip("\"'") if data else ""
    try:
        if not text:
            return knowledge_for(console, None)
        from pathlib import Path

        # No shell has done this to a line that is still typed.
        return knowledge_for(console, Path(text).expanduser())
    except (KnowledgeError, RuntimeError):
        return knowledge()


def candidates(
    before: Sequence[str], word: str, known: Callable[[], Knowledge]
) -> Iterable[tuple[str, str]]:
    """What may stand after some words, with its meaning."""
    if not before:
        return [
            (one.name, one.summary)
            for one in COMMANDS.values()
            if not one.hidden and one.name.startswith(word)
        ]
    command = COMMANDS.get(before[0])
    if command is None:
        return []
    parameters = [
        *command.parameters,
        HELP,
        *(GIVEN if command.given else ()),
        *(OUTPUT if command.output else ()),
    ]
    # The flags of the questions cost the most: only when nothing else is meant.
    asked = _open(parameters, before[-1])
    if asked is None and command.given:
        from yibao_cli.cli.options import flags

        parameters = [*flags(), *parameters]
        asked = _open(parameters, before[-1])
    flag, equals, text = word.partition("=")
    if asked is None and equals and flag.startswith("--"):
        asked = next((one for one in parameters if flag in one.flags and one.metavar), None)
        word = text
    if asked is not None:
        return _values(asked, word, known)
    if word.startswith("-"):
        used = {spelling for one in before for spelling in (one.partition("=")[0],)}
        return [
            (spelling, one.help)
            for one in parameters
            for spelling in one.flags
            if spelling.startswith(word)
            and (one.many or not used & set(one.flags))
            and ("_" not in spelling or "_" in word)
        ]
    arguments = [one for one in command.parameters if not one.flags]
    if arguments:
        return _values(arguments[0], word, known)
    return candidates(before, "-" + word, known)


def _open(parameters: Iterable[Parameter], word: str) -> Parameter | None:
    """The option that this word left without its value."""
    return next((one for one in parameters if word in one.flags and one.metavar), None)


def _values(
    asked: Parameter, word: str, known: Callable[[], Knowledge]
) -> Iterable[tuple[str, str]]:
    """What an option or argument takes, as far as it is typed."""
    if asked.values in (FILE, FOLDER):
        return [(f":{asked.values}", "")]
    if asked.values == PLACE:
        return _places(known(), word)
    if asked.values == SETTING:
        return _settings(known(), word)
    if asked.values == QUESTION:
        questions = known().questions.values()
        ids = _begin(((one.id, one.label) for one in questions), word)
        return ids or _begin(((one.label, one.id) for one in questions), word)
    if asked.values == NODE:
        errands = ((one.label, one.id) for one in known().questions["errand"].options.values())
        return _begin([*errands, *((name, "") for name in known().nodes)], word)
    if asked.name.startswith("answer_"):
        question = known().questions.get(asked.name.removeprefix("answer_"))
        return _options(question, word) if question else []
    return _begin(((one, "") for one in asked.values), word)


def _places(known: Knowledge, word: str) -> list[tuple[str, str]]:
    """Places in the way they are being written, so that every shell takes them for a match."""
    gazetteer = known.places
    meant = [gazetteer.written(place) for place in gazetteer.complete(word, _MOST_PLACES)]
    # What only sounds or is abbreviated so is offered where nothing is spelt so.
    spelt = [names for names in meant if any(one.startswith(word) for one in names)]
    found: dict[str, list[str]] = {}
    for names in spelt or meant:
        name = next((one for one in names if one.startswith(word)), names[0])
        found.setdefault(name, []).append(names[0])
    # A way of writing that fits several places is no answer.
    return [
        pair
        for name, full in found.items()
        for pair in ([(name, full[0])] if len(full) == 1 else [(one, "") for one in full])
    ]


def _settings(known: Knowledge, word: str) -> Iterable[tuple[str, str]]:
    from yibao_cli.answers import find_question

    name, equals, text = word.partition("=")
    if not equals:
        questions = known.questions.values()
        ids = _begin(((f"{one.id}=", one.label) for one in questions), word)
        return ids or _begin(((f"{one.label}=", one.id) for one in questions), word)
    question = find_question(known, name)
    if question is None:
        return []
    found = _places(known, text) if question.kind == "place" else _options(question, text)
    return [(f"{name}={value}", said) for value, said in found]


def _options(question: Question, word: str) -> Iterable[tuple[str, str]]:
    """Labels; or, where none begins so, any other spelling that does."""
    labels = _begin(((one.label, one.id) for one in question.options.values()), word)
    if labels:
        return labels
    spellings = (
        (text, one.label) for one in question.options.values() for text in (one.id, *one.also)
    )
    return _begin(dict(spellings).items(), word)


def _begin(pairs: Iterable[tuple[str, str]], word: str) -> list[tuple[str, str]]:
    return [(value, said) for value, said in pairs if value.startswith(word)]


def _line(words: Sequence[str], position: int) -> tuple[list[str], str]:
    """The words before the one to complete, without the program's own name, and that word.

    Bash cuts at an equals sign, so `--from=四川` comes in three words.
    """
    joined: list[str] = []
    for word in words[: position + 1]:
        if joined and (word == "=" or joined[-1].endswith("=")) and joined[-1].startswith("--"):
            joined[-1] += word
        else:
            joined.append(word)
    if position >= len(words):
        joined.append("")
    return joined[1:-1], joined[-1].strip("\"'")
