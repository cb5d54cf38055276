"""The pages say what is so: links lead somewhere, commands and targets are there, settings and keys are all named."""

import contextlib
import dataclasses
import importlib.util
import io
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest

from console import settings
from console.__main__ import _run as run
from console.platform_api import app as platform_app
from console.platform_api import rules
from console.platform_api.routes.offer import ENTITIES
from docs import keys_page

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
CONFIGURATION = (DOCS / "configuration.md").read_text(encoding="utf-8")

LINK = re.compile(r"\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`]+)`")
VARIABLE = re.compile(r"\bPETWORKS_[A-Z_]*[A-Z]\b")
FILE = re.compile(r"(?:console|screens|tests|bench|docs|\.ci)/[\w./-]*\w(?:\.\w+|/)")

on_every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def code(page: Path) -> list[str]:
    """What a page shows as code: indented lines without their comment, and spans."""
    found: list[str] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        found += [line.split(" #")[0].strip()] if line.startswith("    ") else SPAN.findall(line)
    return found


# Links and files


def slugs(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@on_every_page
def test_every_link_leads_to_a_page_or_a_picture_of_the_project(page: Path) -> None:
    wrong = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        place, _, part = link.partition("#")
        target = page.parent / place if place else page
        if not target.is_file() or (part and part not in slugs(target)):
            wrong.append(link)
    assert wrong == []


@on_every_page
def test_every_file_named_is_there(page: Path) -> None:
    """But for those of an entity that isn't there yet."""
    named = {name for text in code(page) for name in FILE.findall(text) if "survey" not in name and "*" not in text}
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_the_readme_leads_to_every_page() -> None:
    linked = set(LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    assert {f"docs/{page.name}" for page in DOCS.glob("*.md")} - linked == set()


def test_the_index_of_decisions_has_every_decision_once() -> None:
    linked = LINK.findall((DOCS / "decisions" / "README.md").read_text(encoding="utf-8"))
    assert sorted(linked) == sorted(page.name for page in (DOCS / "decisions").glob("0*.md"))


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(page.name.split("-")[0]) for page in (DOCS / "decisions").glob("0*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


# Commands


def commands() -> list[str]:
    """Every petworks command with its arguments that any page shows."""
    found = {
        re.sub(r"[\[\]…]", "", match[1]).strip()
        for page in PAGES
        for text in code(page)
        for match in re.finditer(r"(?:^|\()petworks ([^)]+)", text)
    }
    return sorted(found - {""})


def help_of(*words: str) -> str:
    """What the command says to --help behind these words; it ends with 2 when it doesn't take them."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), pytest.raises(SystemExit) as end:
        run([*words, "--help"])
    assert end.value.code == 0
    return said.getvalue()


@pytest.mark.parametrize("command", commands())
def test_every_command_shown_is_taken_as_it_is_written(command: str) -> None:
    words = shlex.split(command)
    options = [word.split("=")[0] for word in words if word.startswith("--") and word not in ("--help", "--version")]
    first = next((place for place, word in enumerate(words) if word.startswith("-")), len(words))
    known = help_of(*words) + help_of(*words[:first])
    assert [option for option in options if not re.search(rf"{option}\b", known)] == []


@on_every_page
def test_every_module_to_be_run_is_there(page: Path) -> None:
    named = {match for text in code(page) for match in re.findall(r"python -m ([\w.]+)", text)}
    assert {name for name in named if importlib.util.find_spec(name) is None} == set()


@on_every_page
def test_every_make_target_named_is_one(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {match for text in code(page) for match in re.findall(r"^make ([a-z][a-z-]*)", text)}
    assert named - targets == set()


def test_the_readme_names_every_target_that_people_work_with() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE)
    rare = {"help", "lock", "snapshots", "clean"}
    assert [target for target in targets if target not in rare and f"make {target}" not in readme] == []


# Settings


def variables_of_the_code() -> set[str]:
    sources = [path for folder in ("console", "screens") for path in (ROOT / folder).rglob("*.py")]
    written = {name for path in sources for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    return written | {f"PETWORKS_{key.upper()}" for key in (*settings._TOP, *settings._PROFILE)}


def test_the_configuration_page_names_every_variable_and_no_other() -> None:
    assert set(VARIABLE.findall(CONFIGURATION)) == variables_of_the_code()


@on_every_page
def test_every_variable_named_is_read_somewhere(page: Path) -> None:
    named = set(VARIABLE.findall(page.read_text(encoding="utf-8")))
    assert named - variables_of_the_code() == set()


def test_the_configuration_page_names_every_key_and_no_other() -> None:
    table = CONFIGURATION.split("| Key | Where")[1].split("\n\n")[0]
    named = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    assert named == {*settings._TOP, *settings._PROFILE, "profile", "profiles", "keys"}


def example() -> str:
    block = CONFIGURATION.split("## The config file")[1].split("| Key |")[0]
    return "\n".join(line[4:] for line in block.splitlines() if line.startswith("    "))


def test_the_example_of_a_config_file_is_taken(tmp_path: Path) -> None:
    """With authorities that are there."""
    authorities = tmp_path / "company.pem"
    authorities.touch()
    text = example().replace("/etc/ssl/company.pem", str(authorities))
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    written: dict[str, Any] = tomllib.loads(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PETWORKS_CONFIG", str(tmp_path / "config.toml"))
        for profile, values in written["profiles"].items():
            loaded = settings.load(profile=profile, environ={})._asdict()
            assert {name: loaded[name] for name in values} == values
    assert set(settings._TOP) <= set(written)
    assert set(settings._PROFILE) <= set(written["profiles"]["production"])


# Keys


def test_the_keys_page_is_what_the_bindings_say() -> None:
    assert keys_page.PAGE.read_text(encoding="utf-8") == keys_page.page(), "run: make docs"


def test_every_key_in_an_example_has_a_name_on_the_keys_page() -> None:
    page = keys_page.page()
    examples = re.findall(r"^    \[keys\]\n((?:    [a-z-]+ = .+\n)+)", page + CONFIGURATION, re.MULTILINE)
    named = {name for block in examples for name in re.findall(r"^    ([a-z-]+) =", block, re.MULTILINE)}
    assert named
    assert {name for name in named if f"`{name}` |" not in page} == set()


# The API


def test_the_page_of_the_api_names_every_route() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    paths = {route.path for router in platform_app.ROUTERS for route in router.routes if hasattr(route, "path")}
    words = {word for path in paths for word in path.strip("/").split("/") if not word.startswith("{")}
    assert paths
    assert {word for word in words if not re.search(rf"\b{word}\b", page)} == set()


# The platform's settings


def platform_settings() -> str:
    return CONFIGURATION.split("## The platform's settings")[1].split("\n## ")[0]


def test_the_configuration_page_names_every_rule_with_its_default() -> None:
    named = dict(re.findall(r"^\| `([\w.]+)` \| `([^`]*)` \|", platform_settings(), re.MULTILINE))
    simple = {".".join(key): getattr(rules.Rules(), field) for key, (field, _) in rules.SIMPLE.items()}
    amounts = {".".join(key): (field, role) for key, (field, role) in rules.AMOUNTS.items()}
    assert set(named) == {*simple, *amounts}
    assert {key: said for key, said in named.items() if key in simple} == {
        key: str(value).lower() if isinstance(value, bool) else str(value) or "none" for key, value in simple.items()
    }
    for key, (field, role) in amounts.items():
        default = getattr(rules.Rules(), field)
        assert tomllib.loads(named[key]) == dict(default[role] if role else default)


def test_the_example_of_the_platform_s_settings_is_taken(tmp_path: Path) -> None:
    """It is what holds without it, but for the processor."""
    block = "\n".join(line[4:] for line in platform_settings().splitlines() if line.startswith("    "))
    (tmp_path / rules.FILE).write_text(block, encoding="utf-8")
    assert rules.load_rules(tmp_path) == dataclasses.replace(rules.Rules(), processor="stripe")


def test_the_page_of_the_api_has_every_list_with_its_filters_and_orders() -> None:
    """What a filter takes stands in brackets, and isn't looked at."""
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    table = page.split("| collection |")[1].split("\n\n")[0]
    rows = [
        [cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines() if line.startswith("|")
    ]
    said = {
        row[0]: (row[1], set(SPAN.findall(re.sub(r"\(.*?\)", "", row[2]))), set(row[3].split(", "))) for row in rows[1:]
    }
    assert said == {entity.resource: (entity.prefix, set(entity.filters), set(entity.sorts)) for entity in ENTITIES}
