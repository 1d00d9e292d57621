"""``mockvoice check``: messages and exit codes of checks that cannot start."""

import json
import socket

import pytest

from mockvoice.app import Server
from mockvoice.cli import main
from mockvoice.outbound import retry_policy
from mockvoice.settings import Settings
from mockvoice_contracts.harness import targets
from tests.stub_servers import forward_to, stub_server

UNCHECKED = 2
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def mock():
    """Grow CRM and Halo without a control API, so that they are not recognised as mocks."""
    with Server(Settings(port=0, vendors=("growcrm", "halo"), control=False)) as server:
        yield {key: urls["root_url"] for key, urls in server.urls["vendors"].items()}


@pytest.fixture
def failure_message(capfd):
    """Return a function that runs a failing check and returns its error message."""

    def run(*arguments):
        with pytest.raises(SystemExit) as exit_info:
            main(["check", *map(str, arguments)])
        out, err = capfd.readouterr()

        assert exit_info.value.code == UNCHECKED, out + err
        (line,) = err.splitlines()
        return line.removeprefix("mockvoice: ")

    return run


def html(request):
    return 200, {"Content-Type": "text/html; charset=utf-8"}, b"<h1>Welcome</h1>"


def test_a_server_that_does_not_run_cannot_be_reached(failure_message):
    with socket.socket() as not_listening:
        not_listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{not_listening.getsockname()[1]}"

        assert (
            failure_message("growcrm", "--url", url)
            == f"{url} cannot be reached: connection refused"
        )


def test_an_unknown_host_cannot_be_reached(failure_message, tmp_path):
    file = tmp_path / "target.toml"
    file.write_text(
        '[growcrm]\nurl = "http://crm.invalid"\ncredentials = {api_key = "secret-of-crm"}\n'
    )

    assert "http://crm.invalid cannot be reached" in failure_message("growcrm", "--target", file)


def test_rejected_credentials_are_reported_without_the_secret(failure_message, mock, tmp_path):
    file = tmp_path / "target.toml"
    file.write_text(
        f'[growcrm]\nurl = "{mock["growcrm"]}"\ncredentials = {{api_key = "secret-of-crm"}}\n'
    )

    message = failure_message("growcrm", "--target", file)

    assert "rejects the credentials: GET /api/invoices returned 401" in message
    assert "secret-of-crm" not in message


def test_a_url_of_another_vendor_is_reported(failure_message, mock):
    assert "does not look like Grow CRM" in failure_message("growcrm", "--url", mock["halo"])


@pytest.mark.parametrize("key", targets.own_vendor_keys())
def test_an_html_page_instead_of_an_api_is_reported(failure_message, key):
    with stub_server(html) as server:
        message = failure_message(key, "--url", server.url)

        assert "returned an HTML page (200)" in message
        assert not server.writes


@pytest.mark.parametrize("key", targets.own_vendor_keys())
@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{}", 200), (b"[]", 200), (b"null", 200), (b'"hello"', 200), (b"{", 200), (b"{}", 418)],
)
def test_unrelated_json_is_not_accepted_as_a_vendor(failure_message, key, body, status):
    if (key, body) == ("halo", b"[]"):
        body = b"[1]"
    with stub_server(lambda request: (status, JSON, body)) as server:
        assert "does not look like" in failure_message(key, "--url", server.url)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ((503, {}, b"sorry"), "has a server error: GET /api/invoices returned 503"),
        ((429, JSON, b"{}"), "limits the request rate (429)"),
        ((302, {"Location": "https://sso.example.com/?token=abc"}, b""), "redirects GET /api/invoices"),
    ],
)  # fmt: skip
def test_other_error_responses_have_their_own_messages(
    failure_message, monkeypatch, response, expected
):
    monkeypatch.setattr(retry_policy, "FIRST_WAIT_SECONDS", 0.001)
    with stub_server(lambda request: response) as server:
        message = failure_message("growcrm", "--url", server.url)

    assert expected in message
    assert "token=abc" not in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[growcrm", "is not valid TOML"),
        ("[halo]\nurl = 'http://127.0.0.1:1'", "has no table [growcrm]"),
        ("[growcrm]\n", "needs a url"),
        ("[growcrm]\nurl = 'crm'", "url must be a URL such as"),
        ("[growcrm]\nurl = 'http://127.0.0.1:1'\nmode = 'wild'", "mode must be one of read-only"),
        ("[growcrm]\nurl = 'http://127.0.0.1:1'\nspeed = 3", "has the unknown setting speed"),
        ("[growcrm]\nurl = 'http://127.0.0.1:1'\nmax_requests = 0", "whole number above zero"),
        (
            "[growcrm]\nurl = 'http://127.0.0.1:1'\ncredentials = {key = 'k'}",
            "has the unknown credential key; known credentials are api_key",
        ),
        (
            "[growcrm]\nurl = 'http://127.0.0.1:1'\ncredentials = {api_key = 'env:NO_SUCH_NAME'}",
            "the environment variable NO_SUCH_NAME",
        ),
        ("[growcrm]\nurl = 'https://crm.example.com'", "needs credentials in a target file"),
    ],
)
def test_an_invalid_target_file_is_reported(failure_message, tmp_path, text, expected):
    file = tmp_path / "target.toml"
    file.write_text(text)

    assert expected in failure_message("growcrm", "--target", file)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nope"], "expected one of count, growcrm, halo, optiflow"),
        (["count", "halo", "--url", "http://127.0.0.1:1"], "--url is the server of one vendor"),
        (["count", "--mode", "wild"], "Invalid value for '--mode'"),
        (["count", "--seed", "0"], "Invalid value for '--seed'"),
        (["count", "--min-coverage", "x"], "'x' is not a valid percentage"),
        (["growcrm", "--url", "crm"], "--url must be a URL such as"),
        (["count", "--target", "/no/such/file"], "does not exist"),
        ([], "Missing argument 'VENDOR…'"),
    ],
)
def test_an_invalid_command_line_is_reported(failure_message, arguments, expected):
    assert expected in failure_message(*arguments)


def test_mode_full_on_a_real_account_needs_confirmation(failure_message, mock):
    """An account that already contains invoices is treated as a real one."""
    with stub_server(forward_to(mock["growcrm"])) as server:
        message = failure_message("growcrm", "--url", server.url, "--mode", "full")

        assert "the account already contains invoices" in message
        assert "--yes-this-account-may-be-changed" in message
        assert not server.writes


def test_a_selection_without_tests_checks_nothing(mockvoice, mock, tmp_path):
    status, out, err = mockvoice(
        "check", "halo", "--url", mock["halo"], "--select", "no_such_test",
        "--report-dir", str(tmp_path), example_vendors=False,
    ).result()  # fmt: skip

    assert status == UNCHECKED, out + err
    assert "no test matches --select 'no_such_test'" in out
    assert json.loads((tmp_path / "report.json").read_text())["outcome"] == "unchecked"


def test_a_selection_that_the_mode_does_not_allow_checks_nothing(mockvoice, mock):
    status, out, err = mockvoice(
        "check", "halo", "--url", mock["halo"], "--select", "test_totals", example_vendors=False
    ).result()

    assert status == UNCHECKED, out + err
    assert "Halo was not checked: all selected tests were skipped" in out
    assert "mode read-only sends only GET and HEAD" in out
