"""The documents, the manifest and the lock files say what the code says."""

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from jsonschema import Draft7Validator

from bot.cli import main
from bot.domain.commands import COMMANDS
from bot.sandbox.manifest import EVENT_SCOPES
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
# The page's events need no scope; the rest is refused where its scope is missing.
SCOPED = [e for e in MANIFEST["settings"]["event_subscriptions"]["bot_events"] if EVENT_SCOPES[e]]


def commands(group, prefix="bqx"):
    """Every command of a group, as it is typed."""
    for name, command in group.commands.items():
        typed = f"{prefix} {name}"
        if isinstance(command, click.Group):
            yield from commands(command, typed)
        else:
            yield typed


@pytest.mark.parametrize("typed", list(commands(main)))
def test_the_readme_has_every_command(typed):
    assert re.search(rf"\b{typed}\b", README)


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_the_readme_has_every_setting(name):
    assert re.search(rf"\b{name}\b", README)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_has_every_slack_command(name):
    assert f"/bqx {name}" in README


def test_the_readme_has_no_setting_that_is_gone():
    shown = set(re.findall(r"^\|\s*`([A-Z][A-Z_]+)`", README, flags=re.MULTILINE))

    assert shown <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("version", ["1.0.0", "2.0.0"])
def test_the_manifest_is_what_slack_takes(shared, version):
    folder = shared / "data" / "slack" / "manifest-schema"
    schema = json.loads((folder / f"manifest.schema.{version}.json").read_text(encoding="utf-8"))

    Draft7Validator(schema).validate(MANIFEST)


@pytest.mark.parametrize("event", SCOPED)
def test_the_scopes_cover_the_event(event):
    assert set(EVENT_SCOPES[event]) <= set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_the_manifest_says_what_each_scope_is_for():
    words = (ROOT / "manifest.yml").read_text(encoding="utf-8")
    comments = "\n".join(line for line in words.splitlines() if line.startswith("#"))

    for scope in MANIFEST["oauth_config"]["scopes"]["bot"]:
        assert scope in comments


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_pins_everything_and_names_no_index(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert "://" not in text
    assert "--index" not in text
    assert pins
    for pin in pins:
        assert re.match(r"[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==\S+ ", pin), pin
        block = text.split(f"{pin}\n", 1)[1].split("\n    --hash", 2)
        assert pin.endswith("\\")
        assert block[0].lstrip().startswith("--hash=sha256:"), pin


IMPORT_ALL = """
import importlib, pkgutil, sys, threading

done = []

def watch(event, args):
    if event == "subprocess.Popen" and args[0] == "file":
        return  # croniter, which DBOS brings, asks for the width of the interpreter
    if any(word in str(args) for word in ("matplotlib", "fc-list", ".config", ".cache")):
        return  # it lists the fonts at its first import, which the job that draws alone makes
    if event in ("socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir"):
        done.append((event, str(args)))
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        done.append((event, str(args)))

names = ["bot", "handlers"]
for package in ("bot", "handlers"):
    folder = importlib.import_module(package).__path__
    names += [m.name for m in pkgutil.walk_packages(folder, f"{package}.")]
sys.addaudithook(watch)
for name in names:
    if ".migrations" not in name:  # those are Alembic's scripts, run by it alone
        importlib.import_module(name)
assert len(names) > 50, names
assert not done, done
assert threading.active_count() == 1, threading.enumerate()
"""


def test_importing_any_module_does_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", IMPORT_ALL],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    # Matplotlib's list of fonts, see above.
    assert {path.name for path in tmp_path.iterdir()} <= {".cache", ".config"}
