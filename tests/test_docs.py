"""The documents: every command, option, make target, setting and file that they name exists."""

import argparse
import re
import shlex
import tomllib
from dataclasses import fields
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rcm_tui.cli import build_parser
from rcm_tui.settings import PREFIX, Settings
from tests.key_table import PART, key_table
from tests.rights_table import PART as RIGHTS_PART
from tests.rights_table import rights_table

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    str(path.relative_to(ROOT))
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("deploy/*.md")]
)


def code(document: str) -> list[str]:
    """What stands in a document's code: lines of its blocks, and what is between backticks."""
    text = (ROOT / document).read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()] + re.findall(
        r"`([^`\n]+)`", prose
    )


def named(program: str) -> list[tuple[str, list[str]]]:
    """Each call of a program that the documents show, with its document."""
    return [
        (document, shlex.split(snippet, comments=True)[1:])
        for document in DOCUMENTS
        for snippet in code(document)
        if re.match(rf"{program}(\s|$)", snippet)
    ]


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return {
        name: child
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, child in action.choices.items()
    }


def unknown_words(parser: argparse.ArgumentParser, words: list[str]) -> list[str]:
    """The commands and options among the words of a call that the parser does not have."""
    unknown = []
    options = set(parser._option_string_actions)
    for word in words:
        children = subcommands(parser)
        if word.startswith("-"):
            if word.split("=")[0] not in options:
                unknown.append(word)
        elif children and re.fullmatch(r"[a-z][a-z0-9-]*", word):
            if word not in children:
                return [*unknown, word]
            parser = children[word]
            options |= set(parser._option_string_actions)
    return unknown


def all_commands(parser: argparse.ArgumentParser, path: str = "rcm-tui") -> list[str]:
    """Every command that does something itself, as it is called."""
    children = subcommands(parser)
    if not children:
        return [path]
    return [
        found for name, child in children.items() for found in all_commands(child, f"{path} {name}")
    ]


def test_every_command_and_option_named_exists() -> None:
    calls = named("rcm-tui")
    assert len(calls) > 10
    wrong = [
        f"{document}: rcm-tui {' '.join(words)}: no {word}"
        for document, words in calls
        for word in unknown_words(build_parser(), words)
    ]
    assert not wrong


def test_every_command_is_in_the_readme() -> None:
    shown = [" ".join(["rcm-tui", *words]) for _, words in named("rcm-tui")]
    missing = [
        command
        for command in all_commands(build_parser())
        if not any(call == command or call.startswith(command + " ") for call in shown)
    ]
    assert not missing


def test_unknown_commands_and_options_are_found() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--db")
    children = parser.add_subparsers()
    children.add_parser("list").add_argument("--limit")
    children.add_parser("db").add_subparsers().add_parser("upgrade")
    assert unknown_words(parser, ["list", "QUEUE", "--limit", "3", "--db=x"]) == []
    assert unknown_words(parser, ["db", "upgrade"]) == []
    assert unknown_words(parser, ["lists"]) == ["lists"]
    assert unknown_words(parser, ["db", "downgrade"]) == ["downgrade"]
    assert unknown_words(parser, ["list", "--limits", "3"]) == ["--limits"]
    assert all_commands(parser) == ["rcm-tui list", "rcm-tui db upgrade"]


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE))
    calls = named("make")
    assert {words[0] for _, words in calls} >= {"demo", "run", "test", "check", "bench"}
    for document, words in calls:
        wanted = [word for word in words if "=" not in word]
        assert set(wanted) <= targets, (document, words)


def test_every_key_of_the_actions_is_in_its_document() -> None:
    assert PART.read() == key_table(), "run `python -m tests.key_table`"


def test_every_right_is_in_its_document() -> None:
    assert RIGHTS_PART.read() == rights_table(), "run `python -m tests.rights_table`"


@pytest.mark.parametrize("setting", [item.name for item in fields(Settings)])
def test_every_setting_is_in_its_document(setting: str) -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert f"| `{setting}` | `{PREFIX}{setting.upper()}` |" in text


def test_every_setting_named_exists() -> None:
    variables = {PREFIX + item.name.upper() for item in fields(Settings)} | {"RCM_TUI_CONFIG"}
    text = "".join((ROOT / document).read_text(encoding="utf-8") for document in DOCUMENTS)
    for_tests = {
        "RCM_TUI_PTYBENCH",
        "RCM_TUI_X12_SAMPLES",
        "RCM_TUI_TEST_POSTGRESQL",
    }  # of `make bench` and `make test`
    assert set(re.findall(r"RCM_TUI_[A-Z0-9_]+", text)) - for_tests == variables


def depended_on(requirement: Requirement, found: dict[str, str]) -> dict[str, str]:
    """What a requirement brings along, by its name in lower case and as it writes itself."""
    name = canonicalize_name(requirement.name)
    if name in found:
        return found
    installed = metadata.distribution(name)
    found[name] = installed.metadata["Name"]
    for text in installed.requires or []:
        further = Requirement(text)
        extras = {"", *requirement.extras}
        if not further.marker or any(further.marker.evaluate({"extra": one}) for one in extras):
            depended_on(further, found)
    return found


def test_the_licence_of_every_package_that_comes_along_is_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, str] = {}
    extras = project["optional-dependencies"]
    for text in project["dependencies"] + extras["postgresql"] + extras["keyring"]:
        depended_on(Requirement(text), found)
    assert len(found) > len(project["dependencies"])
    licences = (ROOT / "README.md").read_text(encoding="utf-8").split("## Licences")[1].lower()
    named = {canonicalize_name(word) for word in re.findall(r"[\w.-]+", licences)}
    assert sorted(name for name in found if name not in named) == []


def anchors(path: Path) -> set[str]:
    """What a link into a document can end in: its headings, as they are shown on the web."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_place_linked_exists(document: str) -> None:
    path = ROOT / document
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if not link.startswith(("https://", "http://")):
            name, _, anchor = link.partition("#")
            target = path.parent / name if name else path
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def test_the_readme_leads_to_every_document() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    others = [document for document in DOCUMENTS if document != "README.md"]
    assert [document for document in others if f"]({document})" not in text] == []
