"""How commands end that do not end well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stitcher import errors
from stitcher.cli.exit_status import bug, expected
from stitcher.cli.output import printable, table
from tests.cli.conftest import Run


def _every_error(root: type[errors.StitcherError]) -> list[type[errors.StitcherError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in _every_error(child))]


def test_a_bug_leaves_a_log_and_ends_with_70(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STITCHER_CACHE", str(here / "cache"))
    monkeypatch.setattr("stitcher.api.schema", lambda out: 1 // 0)
    ended = run("schema")
    assert (ended.code, ended.out) == (70, "")
    assert "Traceback" not in ended.err
    (log,) = (here / "cache" / "logs").iterdir()
    assert str(log) in ended.err
    text = log.read_text()
    for told in ("ZeroDivisionError", "Traceback", "Python 3", "av ", "arguments: ['schema']"):
        assert told in text


def test_a_bug_is_one_json_document_too(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STITCHER_CACHE", str(here / "cache"))
    monkeypatch.setattr("stitcher.api.schema", lambda out: 1 // 0)
    error = run("schema", "--json").document["error"]
    assert (error["kind"], error["exit_code"], Path(error["log"]).is_file()) == ("Bug", 70, True)


def test_a_log_keeps_no_key(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STITCHER_CACHE", str(here / "cache"))
    ending = bug(RuntimeError("Authorization: Bearer abcdef123456"), ["--set", "k=key_0123456789abcdef"])
    text = Path(str(ending.facts["log"])).read_text()
    assert "abcdef123456" not in text
    assert "key_0123456789abcdef" not in text


def test_a_bug_is_told_where_no_log_can_be_written(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "file").write_text("")
    monkeypatch.setenv("STITCHER_CACHE", str(here / "file"))
    ending = bug(RuntimeError("odd"), [])
    assert "RuntimeError: odd" in ending.message
    assert "log" not in ending.facts


def test_an_error_keeps_its_facts_for_machines() -> None:
    ending = expected(errors.MediaMissing("/x/a.mp4", "is not there."))
    assert (ending.kind, ending.exit_code) == ("MediaMissing", 66)
    assert ending.facts == {"path": "/x/a.mp4", "reason": "is not there."}
    ending = expected(errors.NotGenerated("no take yet", ["a", "b"]))
    assert ending.facts == {"shots": ("a", "b")}


def test_issues_of_a_storyboard_are_told_one_by_one(run: Run, here: Path) -> None:
    (here / "b.yaml").write_text("stitcher: 1\nshots: [{id: a, clip: a.mp4, fit: stretch}]\nsond: []\n")
    issues = run("check", "b.yaml", "--json").document["error"]["issues"]
    assert [(issue["line"], issue["column"]) for issue in issues] == [(2, 23), (2, 35), (3, 1)]


def test_issues_of_a_plan_are_told_one_by_one(run: Run, here: Path) -> None:
    """As those of a storyboard: with line and column, for whatever does not go together."""
    (here / "b.yaml").write_text(
        "stitcher: 1\n"
        "format: {size: 320x180, fps: 24}\n"
        "shots:\n"
        "  - {id: a, title: {text: A, duration: 1s}}\n"
        "  - id: b\n"
        "    title: {text: B, duration: 1s}\n"
        "    transition: {kind: dissolve, duration: 3s}\n"
    )
    error = run("plan", "b.yaml", "--json").document["error"]
    assert error["kind"] == "PlanError"
    assert [(issue["line"], issue["column"]) for issue in error["issues"]] == [(7, 44), (7, 44)]
    assert all(issue["path"] == str(here / "b.yaml") for issue in error["issues"])


def test_an_unusable_start_timecode_is_told_with_its_line(run: Run, here: Path) -> None:
    (here / "b.yaml").write_text(
        "stitcher: 1\n"
        "format:\n"
        "  {size: 320x180, fps: 24, start: '01:00:00:30'}\n"
        "shots: [{id: a, title: {text: A, duration: 1s}}]\n"
    )
    (issue,) = run("plan", "b.yaml", "--json").document["error"]["issues"]
    assert (issue["line"], issue["column"]) == (3, 35)


@pytest.mark.parametrize("kind", _every_error(errors.StitcherError), ids=lambda kind: kind.__name__)
def test_exit_codes_are_the_documented_ones(kind: type[errors.StitcherError], run: Run) -> None:
    assert f" {kind.exit_code}   " in (errors.__doc__ or "")
    # Paid generation is not part of this command line yet, and neither are its codes.
    if not issubclass(kind, errors.GenerateError) and kind is not errors.StitcherError:
        assert f" {kind.exit_code} " in " ".join(run("--help").out.split())


def test_what_could_steer_a_terminal_is_shown_as_an_escape() -> None:
    assert printable("a\x1b[2J\r\u202eb\n\tc") == "a\\x1b[2J\\r\\u202eb\n\tc"


def test_tables_line_up() -> None:
    assert table(("a", "n"), [("xyz", "1"), ("x\ny", "22")], right=(1,)) == [
        "a      n",
        "xyz    1",
        "x\\ny  22",
    ]


def test_documents_are_ascii_so_that_any_terminal_can_print_them(run: Run, here: Path) -> None:
    ended = run("probe", "grün.mp4", "--json")
    assert ended.out.isascii()
    assert "grün" in json.loads(ended.out)["error"]["message"]
