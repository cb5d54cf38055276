"""The project as a checkout, as a package and as a process."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = sorted((ROOT / ".ci" / "lock").iterdir())
TOP = {"console", "screens", "tests", "docs", "bench", ".ci"} | {
    "console.tcss",
    "pyproject.toml",
    "Makefile",
    "README.md",
    "LICENSE",
}


def git(*arguments: str) -> list[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()


def python(code: str, **environment: str) -> str:
    """Run code in a new interpreter, away from the checkout."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd="/", env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# A checkout


def test_the_top_level_holds_what_people_look_for() -> None:
    top = {name.split("/")[0] for name in git("ls-files")}
    assert {name for name in top - TOP if not name.startswith(".git")} == set()


def test_nothing_that_a_tool_makes_is_committed() -> None:
    assert git("ls-files", "--cached", "--ignored", "--exclude-standard") == []


def test_the_scripts_can_be_run() -> None:
    modes = {line.split("\t")[1]: line.split()[0] for line in git("ls-files", "--stage", ".ci")}
    scripts = {name: mode for name, mode in modes.items() if "lock/" not in name}
    assert set(scripts.values()) == {"100755"}


def test_the_readme_names_the_commands_that_ci_runs() -> None:
    readme = (ROOT / "README.md").read_text()
    commands = re.findall(r"^make .+", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert commands
    assert [command for command in commands if command not in readme] == []


def test_every_picture_of_a_screen_belongs_to_a_test() -> None:
    pictures = [ROOT / name for name in git("ls-files", "tests") if "__snapshots__" in name]
    modules = {picture.parent.parent.parent / f"{picture.parent.name}.py" for picture in pictures}
    assert [module for module in modules if not module.exists()] == []


def test_every_module_of_the_console_has_its_layer() -> None:
    layers = " ".join(PROJECT["tool"]["importlinter"]["contracts"][0]["layers"])
    parts = {
        path.stem for path in (ROOT / "console").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {part for part in parts - {"__init__"} if not re.search(rf"\bconsole\.{part}\b", layers)} == set()


# The locks


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_address(lock: Path) -> None:
    assert re.findall(r"\S*(?:://|--\w*(?:index|links|trusted))\S*", lock.read_text()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_has_a_hash_for_everything(lock: Path) -> None:
    requirements = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert [requirement for requirement in requirements if "--hash=sha256:" not in requirement] == []


def locked(name: str) -> dict[str, str]:
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / ".ci" / "lock" / name).read_text(), re.MULTILINE)
    return {package.lower(): version for package, version in pins}


def missing(requirements: list[str], pins: dict[str, str]) -> list[str]:
    """The requirements that the lock doesn't fulfil; of a package's extras only the package is looked at."""
    parsed = [Requirement(requirement) for requirement in requirements]
    return [
        str(requirement)
        for requirement in parsed
        if requirement.marker is None or requirement.marker.evaluate()
        if not requirement.specifier.contains(pins.get(requirement.name.lower(), "0"))
    ]


def test_the_locks_fulfil_what_the_project_asks_for() -> None:
    assert missing(PROJECT["project"]["dependencies"], locked("run.txt")) == []
    assert missing(PROJECT["project"]["dependencies"], locked("develop.txt")) == []
    assert missing(PROJECT["dependency-groups"]["develop"], locked("develop.txt")) == []


def test_what_is_tested_is_what_runs() -> None:
    develop = locked("develop.txt")
    assert {name: pin for name, pin in locked("run.txt").items() if develop.get(name) != pin} == {}


# A package


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files, as an installation lays them out."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "files")
    return folder / "files"


def test_the_wheel_holds_every_file_of_the_packages(unpacked: Path) -> None:
    committed = {name for name in git("ls-files", "console", "screens") if (ROOT / name).exists()}
    assert {name for name in committed if not (unpacked / name).exists()} == set()
    assert any("/migrations/" in name and "/versions/" in name for name in committed)


def test_the_wheel_holds_nothing_else(unpacked: Path) -> None:
    assert {path.name for path in unpacked.iterdir() if path.suffix != ".dist-info"} == {"console", "screens"}


def test_the_style_sheet_is_found_in_a_wheel_and_in_a_checkout(unpacked: Path) -> None:
    find = "from console.app import ConsoleApp; print(ConsoleApp.CSS_PATH)"
    assert python(find, PYTHONPATH=str(unpacked)).strip() == str(unpacked / "console" / "console.tcss")
    assert python(find).strip() == str(ROOT / "console.tcss")


# A process


def test_the_console_loads_nothing_of_the_platform() -> None:
    """FastAPI and SQLModel cost a second of start-up."""
    loaded = json.loads(python("import console.app, json, sys; print(json.dumps(list(sys.modules)))"))
    heavy = {"fastapi", "sqlmodel", "sqlalchemy", "alembic", "psycopg", "console.platform_api"}
    assert heavy & set(loaded) == set()
    assert "PIL" not in loaded, "it is loaded with the first picture"


def test_the_command_loads_no_screen_before_it_is_asked_for_one() -> None:
    """The first picture is drawn before Textual is imported."""
    loaded = json.loads(python("import console.__main__, json, sys; print(json.dumps(list(sys.modules)))"))
    assert {"textual", "httpx", "fastapi", "console.app", "console.platform_api"} & set(loaded) == set()
