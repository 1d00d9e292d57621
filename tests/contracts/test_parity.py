"""``mockvoice check --compare mock`` reports exactly the differences between a server and the mock."""

import json
import os
import re

import pytest
import requests

from mockvoice_contracts.check.parity import shape_differences
from mockvoice_contracts.harness import response_shapes
from tests import forked_commands
from tests.contracts.report_schemas import validator
from tests.stub_servers import forward_to, stub_server


def change_clients(request, response):
    """Add a property to clients, write dates in the German format, and reject with 400."""
    status, headers, content = response
    if request.path == "/api/clients" and request.method == "POST":
        content = content.replace(b'{"data":{', b'{"data":{"nickname":null,')
        status = 400 if status == 422 else status
    elif request.path.startswith("/api/clients/") and request.method == "GET":
        content = re.sub(rb'"updated":"(\d+)-(\d+)-(\d+)[^"]*"', rb'"updated":"\3.\2.\1"', content)
    return status, headers, content


def compare(server, folder, mode, select):
    """Compare a server with the mock in a separate process; return the report and the output."""
    target = folder / "target.toml"
    target.write_text(
        f'[growcrm]\nurl = "{server.url}"\nmode = "{mode}"\n'
        'credentials = {api_key = "env:CRM_KEY"}\n'
    )
    _, out, err = forked_commands.run(
        ["check", "growcrm", "--target", target, "--compare", "mock", "--select", select,
         "--report-dir", folder / "out", "--ledgers", folder / "ledgers"],
        {"PATH": "", "HOME": str(folder), "CRM_KEY": "growcrm-demo-key"}, seconds=240,
    )  # fmt: skip
    report = json.loads((folder / "out/report.json").read_text("utf-8"))
    validator("report").validate(report)
    return report, out + err


def count_clients(url):
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": "Bearer growcrm-demo-key"}
        response = session.get(f"{url}/api/clients", headers=headers, timeout=30)
    return response.json()["meta"]["total"]


def test_each_differing_operation_is_reported_with_its_first_difference(growcrm_url, tmp_path):
    before = count_clients(growcrm_url)
    with stub_server(forward_to(growcrm_url, change_clients)) as server:
        report, output = compare(server, tmp_path, "own-data", "test_clients")

    (parity,) = report["parity"]
    differing = {
        name: {row["path"]: (row["server"], row["mock"]) for row in operation["differences"]}
        for name, operation in parity["operations"].items()
        if operation["differences"]
    }
    assert differing == {
        "clients.create": {"$.data.nickname": ("null", "absent"), "status": ("400", "422")},
        "clients.get": {"$.data.dates.updated": ("text", "time 0000-00-00T00:00:00.0Z")},
    }
    (difference,) = parity["operations"]["clients.get"]["differences"]
    assert difference["test"].startswith("suites/growcrm/test_clients.py::")
    assert (
        "  clients.get: $.data.dates.updated is text on the server and time 0000-00-00T" in output
    )
    assert parity["exchanges"]["compared"] > 50
    assert server.writes
    assert count_clients(growcrm_url) == before
    page = (tmp_path / "out/report.html").read_text("utf-8")
    assert '"path":"$.data.nickname"' in page
    # The comparison sends no additional requests to the server.
    assert len(server.requests) <= report["vendors"][0]["requests"] + 10


def test_a_read_only_comparison_of_the_mock_with_itself_writes_nothing_and_finds_no_difference(
    growcrm_url, tmp_path
):
    with stub_server(forward_to(growcrm_url)) as server:
        report, output = compare(server, tmp_path, "read-only", "test_paging and hundred")

    assert server.writes == []
    (parity,) = report["parity"]
    assert parity["exchanges"]["compared"] > 5
    assert not [
        operation for operation in parity["operations"].values() if operation["differences"]
    ]
    (file,) = (tmp_path / "out").glob("parity-growcrm-20??-??-??T??????Z.json")
    assert json.loads(file.read_text("utf-8")) == parity
    validator("parity").validate(parity)
    assert "growcrm-demo-key" not in file.read_text("utf-8") + output


def test_a_comparison_without_a_server_is_a_usage_error():
    code, _, err = forked_commands.run(
        ["check", "growcrm", "--compare", "mock"], os.environ, seconds=60
    )

    assert code == 2
    assert err == (
        "mockvoice: --compare needs a server to compare with the mock; "
        "give it with --target or --url\n"
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
def test_values_that_vary_between_runs_are_not_a_difference(one, other, read, written):
    server, mock = response_shapes.shape_of(one, None), response_shapes.shape_of(other, None)

    assert [path for path, _, _ in shape_differences(server, mock, "$", strict=False)] == read
    assert [path for path, _, _ in shape_differences(server, mock, "$", strict=True)] == written
    assert [path for path, _, _ in shape_differences(mock, server, "$", strict=False)] == read
