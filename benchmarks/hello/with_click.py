"""Hello world of click."""

import click


@click.command()
@click.option("--name", default="world")
def main(name: str) -> None:
    """Greet."""
    print(f"hello {name}")


main()
