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


class Bar:
    """The actions, one of them pointed at; a letter, or the arrow keys and Enter, choose."""

    def __init__(self, console: Console, actions: Actions, above: str, back: str) -> None:
        self.console, self.actions, self.above, self.back = console, actions, above, back
        self.at = 0

    def text(self) -> StyleAndTextTuples:
        """What stands above, and the actions in lines that are not broken inside one."""
        width = self.console.asking_width
        found: StyleAndTextTuples = []
        if self.above:
            found += [("", f"{line}\n") for line in wrap(self.above, width, first=" ", rest=" ")]
        used = 0
        for number, (key, label, _) in enumerate(self.actions):
            size = cells(f" {key} {label} ")
            if used and used + size > width:
                found.append(("", "\n"))
                used = 0
            used += size
            found += self.action(key, label, pointed=number == self.at)
        if used + cells(f" {_HINT}") < width:
            found.append(("class:keys", f" {_HINT}"))
        return found

    def action(self, key: str, label: str, *, pointed: bool) -> StyleAndTextTuples:
        """One action; screen readers follow the cursor, which stands on the one pointed at."""
        if not pointed:
            return [("", " "), ("class:pointer", key), ("", f" {label} ")]
        cursor = ("[SetCursorPosition]", "")
        return [("class:pointer", "["), cursor, ("class:pointer", f"{key} {label}]")]

    def keys(self) -> KeyBindings:
        """A letter for each action; leaving is an interruption."""
        keys = KeyBindings()

        def move(key: str, by: int) -> None:
            @keys.add(key)
            def moved(event: KeyPressEvent) -> None:
                self.at = (self.at + by) % len(self.actions)

        def choose(key: str, value: str) -> None:
            @keys.add(key)
            @keys.add(key.upper())
            def chosen(event: KeyPressEvent) -> None:
                event.app.exit(result=value)

        for key, by in (("left", -1), ("up", -1), ("right", 1), ("down", 1), ("tab", 1)):
            move(key, by)
        for key, _, value in self.actions:
            choose(key, value)
        keys.add("escape", eager=True)(lambda event: event.app.exit(result=self.back))

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
