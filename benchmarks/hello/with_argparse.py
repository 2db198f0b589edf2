"""Hello world of argparse."""

import argparse

parser = argparse.ArgumentParser(description="Greet.")
parser.add_argument("--name", default="world")
print(f"hello {parser.parse_args().name}")
