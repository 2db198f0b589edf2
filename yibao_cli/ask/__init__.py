"""Asking a person on a terminal: prompts, the wizard, the menu after the list, saved answers."""
