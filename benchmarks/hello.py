"""Hello world of Typer."""

import typer


def main(name: str = "world") -> None:
    """Greet."""
    print(f"hello {name}")


typer.run(main)
