"""A store that fails: requests get the vendor's 503, nothing is half done, and it recovers by itself."""

import resource
import signal
import sqlite3

import psutil
import pytest
import requests

from tests.conftest import Process
from tests.state.stored_server import damage_invoices, stored_server
from tests.state.test_restart import FROZEN, INVOICE

KEY = "growcrm-demo-key"
FULL = (64 * 1024, resource.RLIM_INFINITY)  # bytes of a file
ANY = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def new_invoice(server):
    return server.vendor("growcrm", "POST", "/api/invoices", KEY, INVOICE)


def numbers(server, key=KEY):
    response = server.vendor("growcrm", "GET", "/api/invoices?limit=100", key)
    assert response.status_code == 200, response.text
    return sorted(row["id"] for row in response.json()["data"])


def refused_start(file, tmp_path):
    process = Process(
        "serve", "--port", "0", "--state", f"sqlite:///{file}",
        "--ready-file", str(tmp_path / "ready"), example_vendors=False,
    )  # fmt: skip
    code, out, err = process.result()
    assert (code, out) == (2, ""), err
    return err


class Locked:
    """Another program's transaction, which locks a file for the block."""

    def __init__(self, file):
        self.connection = sqlite3.connect(file, isolation_level=None)

    def __enter__(self):
        self.connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_):
        self.connection.execute("ROLLBACK")
        self.connection.close()


def test_a_locked_file_refuses_writes_until_it_is_free(file):
    with stored_server(file) as server:
        kept = new_invoice(server).json()
        before = numbers(server)
        other = server.control("POST", "/sandboxes", {"name": "other"})["credentials"]["growcrm"]
        with Locked(file):
            refused = new_invoice(server)
            assert numbers(server) == before
            assert numbers(server, other["api_key"])
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "1"
        assert "was not stored" in refused.text
        assert "locked" in refused.text
        new = new_invoice(server)
        assert new.status_code in (200, 201)
        # The number of the refused invoice was not used.
        assert numbers(server)[-1] == numbers(server)[-2] + 1
    with stored_server(file) as server:
        assert numbers(server) == [*before, before[-1] + 1]
    assert kept


def test_the_refusal_has_the_vendors_envelope(file):
    with stored_server(file) as server:
        with Locked(file):
            halo = server.vendor("halo", "POST", "/api/Client", "halo-demo-token", [{"name": "A"}])
            owner = "1|optiflow-demo-owner"
            optiflow = server.vendor("optiflow", "DELETE", "/api/v1/quotations/1", owner)
            count = server.urls["vendors"]["count"]["root_url"]
            page = server.session.post(
                f"{count}/auth2/consent?clientId=count-demo-client&redirectUri="
                "http://localhost/callback&state=s",
                data={"decision": "allow"},
                allow_redirects=False,
                timeout=30,
            )
        assert [each.status_code for each in (halo, optiflow, page)] == [503] * 3
        assert halo.json().startswith("The change was not stored: ")
        assert optiflow.json()["message"].startswith("The change was not stored: ")
        assert page.json()["code"] == "service_unavailable"


def test_the_control_api_refuses_what_cannot_be_stored(file):
    with stored_server(file) as server:
        server.control("POST", "/sandboxes", {"name": "a", **FROZEN})
        before = server.sandbox("a")
        with Locked(file):
            error = server.control("POST", "/sandboxes", {"name": "b"}, status=503)
            assert error["error"]["code"] == "state_unavailable"
            server.control("DELETE", "/sandboxes/a", status=503)
        assert server.sandbox("a") == before
        names = {each["name"] for each in server.control("GET", "/sandboxes")}
        assert names == {"default", "a"}
        with Locked(file):
            server.control("POST", "/sandboxes/a/clock/advance", {"days": 5}, status=503)
        assert server.sandbox("a") == before
        assert server.control("POST", "/sandboxes", {"name": "b"})["name"] == "b"
    with stored_server(file) as server:
        assert len(server.control("GET", "/sandboxes")) == 3


def test_a_file_that_is_gone_refuses_everything_it_has_until_it_is_back(file, tmp_path):
    with stored_server(file) as server:
        before = numbers(server)
        moved = tmp_path / "moved.db"
        file.rename(moved)
        refused = new_invoice(server)
        assert refused.status_code == 503
        assert "is gone" in refused.text
        assert server.vendor("growcrm", "GET", "/api/invoices", KEY).status_code == 503
        moved.rename(file)
        assert numbers(server) == before
        assert new_invoice(server).status_code in (200, 201)
    with stored_server(file) as server:
        assert len(numbers(server)) == len(before) + 1


def test_a_replaced_file_is_never_written(file, tmp_path):
    with stored_server(file) as server:
        file.rename(tmp_path / "moved.db")
        file.write_bytes(b"precious")
        response = new_invoice(server)
        assert response.status_code == 503
        assert "was replaced" in response.text
    assert file.read_bytes() == b"precious"


def test_a_full_disk_refuses_writes_until_there_is_space(file, tmp_path):
    ready = tmp_path / "ready"
    process = Process(
        "serve", "--port", "0", "--state", f"sqlite:///{file}", "--ready-file", str(ready),
        example_vendors=False,
    )  # fmt: skip
    url = f"{process.ready(ready)['vendors']['growcrm']['root_url']}/api/invoices"
    headers = {"Authorization": f"Bearer {KEY}"}
    statuses = [requests.post(url, json=INVOICE, headers=headers, timeout=30).status_code]
    psutil.Process(process.pid).rlimit(psutil.RLIMIT_FSIZE, FULL)
    statuses += [
        requests.post(url, json=INVOICE, headers=headers, timeout=30).status_code for _ in range(3)
    ]
    psutil.Process(process.pid).rlimit(psutil.RLIMIT_FSIZE, ANY)
    statuses.append(requests.post(url, json=INVOICE, headers=headers, timeout=30).status_code)
    count = requests.get(url, headers=headers, timeout=30).json()["meta"]["total"]
    assert process.signal(signal.SIGTERM)[0] == 0
    assert [status // 100 for status in statuses] == [2, 5, 5, 5, 2]
    with stored_server(file) as server:
        response = server.vendor("growcrm", "GET", "/api/invoices", KEY)
        assert response.json()["meta"]["total"] == count


def test_a_second_server_says_who_uses_the_file(file, tmp_path):
    with stored_server(file) as server:
        error = refused_start(file, tmp_path)
        assert f"is in use by the process {server.urls['pid']} on " in error
    assert error.count("\n") <= 4


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"hello", "it is not an SQLite file"),
        (b"SQLite format 3\0", "it is not an SQLite file"),
        (b"SQLite format 3\0" + b"\x10\0" + bytes(200), "cannot be opened"),
    ],
)
def test_a_foreign_file_is_refused_and_left_alone(file, tmp_path, content, reason):
    file.write_bytes(content)
    assert reason in refused_start(file, tmp_path)
    assert file.read_bytes() == content


def test_a_database_of_another_program_is_refused(file, tmp_path):
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE theirs (id INTEGER)")
    connection.close()
    content = file.read_bytes()
    assert "it is a file of another program" in refused_start(file, tmp_path)
    assert file.read_bytes() == content


def test_a_store_without_its_end_is_refused(file, tmp_path):
    with stored_server(file):
        pass
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert "its end is missing" in refused_start(file, tmp_path)


def test_a_store_of_a_newer_version_is_refused(file, tmp_path):
    with stored_server(file):
        pass
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert "was written by a newer version of Mockvoice" in refused_start(file, tmp_path)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://host/db", "is not the address of a store"),
        ("state.db", "is not the address of a store"),
        ("sqlite:///", "has no file"),
        ("sqlite:///a.db?mode=ro", "unknown option 'mode'"),
        ("sqlite:////no/such/folder/a.db", "the folder of /no/such/folder/a.db cannot be written"),
    ],
)
def test_an_invalid_address_is_refused(url, reason, tmp_path):
    process = Process("serve", "--port", "0", "--state", url, example_vendors=False)
    code, out, err = process.result()
    assert (code, out) == (2, "")
    assert reason in " ".join(err.split())


def test_damaged_rows_refuse_only_their_sandbox(file):
    with stored_server(file) as server:
        server.control("POST", "/sandboxes", {"name": "a"})
        key = server.control("GET", "/sandboxes/a")["credentials"]["growcrm"]["api_key"]
        server.vendor("growcrm", "POST", "/api/invoices", key, INVOICE)
    damage_invoices(file)
    with stored_server(file) as server:
        assert server.vendor("growcrm", "GET", "/api/invoices", key).status_code == 503
        assert "cannot be read" in server.vendor("growcrm", "GET", "/api/invoices", key).text
        assert numbers(server)
        assert len(server.control("GET", "/sandboxes")) == 2


def test_what_a_thread_has_changed_is_not_acknowledged_if_it_was_undone(file, tmp_path):
    """The batch may have failed before the thread that made the change returns."""
    with stored_server(file) as server:
        server.control("POST", "/sandboxes", {"name": "a", **FROZEN})
        before = server.sandbox("a")
        moved = tmp_path / "moved.db"
        file.rename(moved)
        body = {"vendor": "growcrm", "clients": 2, "invoices": 2}
        server.control("POST", "/sandboxes/a/seed", body, status=503)
        moved.rename(file)
        assert server.sandbox("a") == before
        file.rename(moved)
        server.control("PUT", "/sandboxes/a/clock", {"now": "2026-04-01T00:00:00Z"}, status=503)
        moved.rename(file)
        assert server.sandbox("a") == before
