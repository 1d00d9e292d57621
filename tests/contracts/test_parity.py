"""``mockvoice check --compare mock``: where a server and the mock differ, and that nothing else is told."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import requests

import mockvoice_contracts.check
from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.check.parity import shape_differences
from mockvoice_contracts.harness import response_shapes
from tests.stub_servers import answering, passing_on

SCHEMA = json.loads(
    Path(mockvoice_contracts.check.__file__).with_name("report.schema.json").read_text("utf-8")
)
PARITY = {"$defs": SCHEMA["$defs"], "$ref": "#/$defs/parity"}


@pytest.fixture(scope="module")
def mock():
    """Grow CRM with nothing beside it that tells of a mock."""
    with Server(Settings(port=0, vendors=("growcrm",), control=False)) as server:
        yield server.urls["vendors"]["growcrm"]["root_url"]


def other_clients(asked, answer):
    """Clients with a property more, changed on days written as in Germany, refused with 400."""
    status, headers, content = answer
    if asked.path == "/api/clients" and asked.method == "POST":
        content = content.replace(b'{"data":{', b'{"data":{"nickname":null,')
        status = 400 if status == 422 else status
    elif asked.path.startswith("/api/clients/") and asked.method == "GET":
        content = re.sub(rb'"updated":"(\d+)-(\d+)-(\d+)[^"]*"', rb'"updated":"\3.\2.\1"', content)
    return status, headers, content


def compare(stranger, folder, mode, select):
    """Compare a stranger with the mock, as a process of its own; gives the report and what was printed."""
    target = folder / "target.toml"
    target.write_text(
        f'[growcrm]\nurl = "{stranger.url}"\nmode = "{mode}"\n'
        'credentials = {api_key = "env:CRM_KEY"}\n'
    )
    ran = subprocess.run(
        [sys.executable, "-m", "mockvoice", "check", "growcrm", "--target", target,
         "--compare", "mock", "--select", select, "--report-dir", folder / "out",
         "--ledgers", folder / "ledgers"],
        capture_output=True, text=True, timeout=240, check=False,
        env={"PATH": "", "HOME": str(folder), "CRM_KEY": "growcrm-demo-key"},
    )  # fmt: skip
    report = json.loads((folder / "out/report.json").read_text("utf-8"))
    jsonschema.validate(report, SCHEMA)
    return report, ran.stdout + ran.stderr


def clients_in(url):
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": "Bearer growcrm-demo-key"}
        answer = session.get(f"{url}/api/clients", headers=headers, timeout=30)
    return answer.json()["meta"]["total"]


def test_each_operation_that_differs_is_told_with_the_first_place_where_it_does(mock, tmp_path):
    before = clients_in(mock)
    with answering(passing_on(mock, other_clients)) as stranger:
        report, said = compare(stranger, tmp_path, "own-data", "test_clients")

    (parity,) = report["parity"]
    differing = {
        name: {each["path"]: (each["server"], each["mock"]) for each in operation["differences"]}
        for name, operation in parity["operations"].items()
        if operation["differences"]
    }
    assert differing == {
        "clients.create": {"$.data.nickname": ("null", "absent"), "status": ("400", "422")},
        "clients.get": {"$.data.dates.updated": ("text", "time 0000-00-00T00:00:00.0Z")},
    }
    (place,) = parity["operations"]["clients.get"]["differences"]
    assert place["test"].startswith(
        "contract_tests/mockvoice_contracts/suites/growcrm/test_clients.py::"
    )
    assert "  clients.get: $.data.dates.updated is text, in the mock time 0000-00-00T" in said
    assert parity["exchanges"]["compared"] > 50
    assert stranger.written
    assert clients_in(mock) == before
    page = (tmp_path / "out/report.html").read_text("utf-8")
    assert "growcrm beside the mock: " in page
    assert "<code>$.data.nickname</code>" in page
    # The server is asked no more than it would be without a mock beside it.
    assert len(stranger.asked) <= report["vendors"][0]["requests"] + 10


def test_a_server_that_is_only_read_is_only_read_and_one_that_is_the_mock_differs_in_nothing(
    mock, tmp_path
):
    with answering(passing_on(mock)) as stranger:
        report, said = compare(stranger, tmp_path, "read-only", "test_paging and hundred")

    assert stranger.written == []
    (parity,) = report["parity"]
    assert parity["exchanges"]["compared"] > 5
    assert not [each for each in parity["operations"].values() if each["differences"]]
    (file,) = (tmp_path / "out").glob("parity-growcrm-20??-??-??T??????Z.json")
    assert json.loads(file.read_text("utf-8")) == parity
    jsonschema.validate(parity, PARITY)
    assert "growcrm-demo-key" not in file.read_text("utf-8") + said


def test_without_a_server_there_is_nothing_to_compare():
    ran = subprocess.run(
        [sys.executable, "-m", "mockvoice", "check", "growcrm", "--compare", "mock"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert ran.returncode == 2
    assert ran.stderr == (
        "mockvoice: --compare needs a server beside the mock: name it by --target or --url\n"
    )


@pytest.mark.parametrize(
    ("one", "other", "read", "written"),
    [
        ({"id": 1, "name": "A"}, {"id": 2, "name": "B"}, [], []),
        ({"at": "2026-03-01T09:00:00Z"}, {"at": "2025-12-31T00:00:00Z"}, [], []),
        ({"at": "2026-03-01T09:00:00Z"}, {"at": "2026-03-01 09:00:00"}, ["$.at"], ["$.at"]),
        ({"at": "2026-03-01T09:00:00.5Z"}, {"at": "2025-12-31T00:00:00.123456Z"}, [], []),
        ({"on": "2026-03-01"}, {"on": "01/03/2026"}, ["$.on"], ["$.on"]),
        ({"total": "1.50"}, {"total": "27.00"}, [], []),
        ({"total": "1.50"}, {"total": "1.5"}, ["$.total"], ["$.total"]),
        ({"total": "1.50"}, {"total": 1.5}, ["$.total"], ["$.total"]),
        ({"note": None}, {"note": "x"}, [], ["$.note"]),
        ({"rows": []}, {"rows": [{"id": 1}]}, [], ["$.rows[]"]),
        ({"rows": [{"a": None}, {"a": "x"}]}, {"rows": [{"a": 1}]}, ["$.rows[].a"], ["$.rows[].a"]),
        ({"a": 1}, {"a": 1, "b": None}, ["$.b"], ["$.b"]),
        ({"a": {"b": 1}}, {"a": [1]}, ["$.a"], ["$.a"]),
        ([], {}, ["$"], ["$"]),
        ({"a": True}, {"a": False}, [], []),
    ],
)
def test_what_differs_from_run_to_run_is_no_difference(one, other, read, written):
    here, there = response_shapes.shape_of(one, None), response_shapes.shape_of(other, None)

    assert [path for path, _, _ in shape_differences(here, there, "$", strict=False)] == read
    assert [path for path, _, _ in shape_differences(here, there, "$", strict=True)] == written
    assert [path for path, _, _ in shape_differences(there, here, "$", strict=False)] == read
