"""A bar of keys: what can be done next, in one line, so that the list above it stays in sight."""

from __future__ import annotations

from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import Layout, Window
from prompt_toolkit.layout.controls import FormattedTextControl

from yibao_cli.ask.prompts import Actions
from yibao_cli.console import Console
from yibao_cli.wrap import cells, wrap

_HINT = "←→ 回车"
_MOVES = {"left": -1, "up": -1, "right": 1, "down": 1, "tab": 1}


class Bar:
    """The actions, one of them pointed at; a letter, or the arrow keys and Enter, choose."""

    def __init__(self, console: Console, actions: Actions, above: str, back: str) -> None:
        self.console, self.actions, self.above, self.back = console, actions, above, back
        self.at = 0

    def text(self) -> StyleAndTextTuples:
        """What stands above, and the actions in lines that are not broken inside one."""
        width, used = self.console.asking_width, 0
        above = wrap(self.above, width, first=" ", rest=" ") if self.above else ()
        found: StyleAndTextTuples = [("", f"{line}\n") for line in above]
        for number, (key, label, _) in enumerate(self.actions):
            size = cells(f" {key} {label} ")
            found.append(("", "\n" if used and used + size > width else ""))
            used = size if found[-1][1] else used + size
            if number == self.at:
                # Screen readers follow the cursor.
                cursor = ("[SetCursorPosition]", "")
                found += [("class:pointer", "["), cursor, ("class:pointer", f"{key} {label}]")]
            else:
                found += [("", " "), ("class:pointer", key), ("", f" {label} ")]
        return [*found, ("class:keys", f" {_HINT}" if used + cells(_HINT) + 1 < width else "")]

    def keys(self) -> KeyBindings:
        """A letter for each action, Esc for going back; leaving is an interruption."""
        keys = KeyBindings()

        def move(key: str, by: int) -> None:
            @keys.add(key)
            def moved(event: KeyPressEvent) -> None:
                self.at = (self.at + by) % len(self.actions)

        def choose(value: str, *names: str) -> None:
            for name in names:
                keys.add(name, eager=True)(lambda event: event.app.exit(result=value))

        for key, by in _MOVES.items():
            move(key, by)
        for letter, _, value in self.actions:
            choose(value, letter, letter.upper())
        choose(self.back, "escape")

        @keys.add("enter")
        @keys.add("c-j")
        def accept(event: KeyPressEvent) -> None:
            event.app.exit(result=self.actions[self.at][2])

        @keys.add("<sigint>")
        @keys.add("c-c")
        @keys.add("c-d")
        def leave(event: KeyPressEvent) -> None:
            event.app.exit(exception=KeyboardInterrupt)

        return keys

    def ask(self, **look: Any) -> str:
        """The action that was chosen; raises KeyboardInterrupt where none was."""
        control = FormattedTextControl(self.text, focusable=True)
        window = Window(control, dont_extend_height=True, wrap_lines=True)
        application: Application[str] = Application(
            Layout(window), key_bindings=self.keys(), **look
        )
        try:
            return application.run()
        except (EOFError, OSError) as error:
            # The end of input, or a window that was closed.
            raise KeyboardInterrupt from error
