"""The knowledge as one file: the same as the YAML, in the wheel alone, and damaged it is told."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from support import INSTALLED, environment

from yibao_cli.knowledge import COMPILED
from yibao_cli.knowledge.load import load
from yibao_cli.knowledge.location import shipped
from yibao_cli.knowledge.model import Knowledge

YAML = load(shipped())[0]
WHEEL = INSTALLED / "yibao_cli/data" / COMPILED

ASKED = """
import sys
from pathlib import Path
from yibao_cli.errors import KnowledgeError
from yibao_cli.knowledge import knowledge

try:
    known = knowledge(*map(Path, sys.argv[1:]))
except KnowledgeError as error:
    print(*(f"{int(error.status)} {one.code} {one.message}" for one in error.findings), sep="\\n")
else:
    print(known.about.version, "yaml" in sys.modules)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package as it is installed."""
    return Path(shutil.copytree(INSTALLED / "yibao_cli", tmp_path / "site/yibao_cli"))


def asked(package: Path, *folders: Path) -> str:
    """What the knowledge of an installed package is, or why it is none."""
    done = subprocess.run(
        [sys.executable, "-S", "-X", "utf8", "-c", f"import sys; sys.path[:] = {sys.path!r}\n"
         f"sys.path.insert(0, {str(package.parent)!r})\n{ASKED}", *map(str, folders)],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.removesuffix("\n")


def test_it_is_the_same_as_the_yaml() -> None:
    known = msgspec.msgpack.decode(WHEEL.read_bytes(), type=Knowledge)

    assert known == YAML
    for text in ("北京海淀", "双流县", "mianyang", "四川省綿陽市", "朝阳", "sbj"):
        assert known.places.find(text) == YAML.places.find(text)
        assert known.places.suggest(text) == YAML.places.suggest(text)


def test_a_checkout_has_none() -> None:
    assert not (shipped() / COMPILED).exists()


def test_an_installed_package_reads_no_yaml(package: Path) -> None:
    (package / "data/rules.yaml").write_text("broken: [", "utf-8")

    assert asked(package) == f"{YAML.about.version} False"


def test_a_named_folder_is_read_from_its_yaml(package: Path, tmp_path: Path) -> None:
    """Whoever hands somebody a folder of knowledge is shown what stands in it."""
    folder = Path(shutil.copytree(shipped(), tmp_path / "data"))
    (folder / COMPILED).write_bytes(b"x")

    assert asked(package, folder) == f"{YAML.about.version} True"


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[:5000],
        lambda raw: raw[:-1],
        lambda raw: raw + b"x",
        lambda raw: b"\x55" + raw[1:],
        lambda raw: raw.replace("医".encode(), b"\xff\xff\xff", 1),
        lambda raw: msgspec.msgpack.encode({"about": {}}),
        lambda raw: b"\x81\xa1x" * 10_000 + b"\xc0",
    ],
    ids=["empty", "half", "cut", "longer", "no map", "no UTF-8", "other", "deep"],
)  # fmt: skip
def test_a_damaged_one_is_one_sentence(package: Path, damage) -> None:  # type: ignore[no-untyped-def]
    file = package / "data" / COMPILED
    file.write_bytes(damage(file.read_bytes()))

    (line,) = asked(package).split("\n")
    assert line.startswith("5 damaged_knowledge ")
    assert COMPILED in line
    assert line.endswith("请重新安装 yibao-cli。")


def test_one_that_cannot_be_read_is_one_sentence(package: Path) -> None:
    file = package / "data" / COMPILED
    file.unlink()
    file.mkdir()

    assert asked(package).startswith("5 damaged_knowledge ")


def test_the_version_follows_what_is_said_and_not_how_it_is_laid_out(tmp_path: Path) -> None:
    data = shutil.copytree(shipped(), tmp_path / "data")
    own = load(data)[0].about.version
    about = data / "knowledge.yaml"
    text = about.read_text("utf-8")

    about.write_text(f"# 只是说明\n\n{text}", "utf-8")
    assert load(data)[0].about.version == own

    about.write_text(text.replace("disclaimer: ", "disclaimer: 请看："), "utf-8")
    other = load(data)[0].about.version
    assert (other.partition("+")[0], other == own) == (own.partition("+")[0], False)


def test_an_archive_is_to_be_unpacked(package: Path, tmp_path: Path) -> None:
    (package.parent / "__main__.py").write_text("from yibao_cli.__main__ import main\nmain()\n")
    archive = shutil.make_archive(str(tmp_path / "yibao"), "zip", package.parent)
    done = subprocess.run(
        [sys.executable, "-X", "utf8", archive, "--version"],
        capture_output=True, encoding="utf-8", env=environment(PYTHONPATH=""), check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (5, "", 1)
    assert "压缩包" in done.stderr and "pip 安装" in done.stderr
