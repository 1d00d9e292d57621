"""``mockvoice check``: what it says, and how it ends, before anything has been checked."""

import json
import socket

import pytest

from mockvoice.app import Server
from mockvoice.cli import main
from mockvoice.settings import Settings
from mockvoice_contracts.harness import targets
from tests.stub_servers import answering, passing_on

UNCHECKED = 2
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def mock():
    """Grow CRM and Halo, with nothing beside them that tells of a mock."""
    with Server(Settings(port=0, vendors=("growcrm", "halo"), control=False)) as server:
        yield {key: each["root_url"] for key, each in server.urls["vendors"].items()}


@pytest.fixture
def refused(capfd):
    """Gives the sentence with which a check that could not be made ends."""

    def ended(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["check", *map(str, arguments)])
        out, err = capfd.readouterr()

        assert end.value.code == UNCHECKED, out + err
        (line,) = err.splitlines()
        return line.removeprefix("mockvoice: ")

    return ended


def html(asked):
    return 200, {"Content-Type": "text/html; charset=utf-8"}, b"<h1>Welcome</h1>"


def test_nobody_is_there(refused):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"

        assert refused("growcrm", "--url", url) == f"{url} cannot be reached: connection refused"


def test_a_host_that_does_not_exist(refused, tmp_path):
    file = tmp_path / "target.toml"
    file.write_text(
        '[growcrm]\nurl = "http://crm.invalid"\ncredentials = {api_key = "secret-of-crm"}\n'
    )

    assert "http://crm.invalid cannot be reached" in refused("growcrm", "--target", file)


def test_credentials_that_are_refused(refused, mock, tmp_path):
    file = tmp_path / "target.toml"
    file.write_text(
        f'[growcrm]\nurl = "{mock["growcrm"]}"\ncredentials = {{api_key = "secret-of-crm"}}\n'
    )

    said = refused("growcrm", "--target", file)

    assert "refuses the credentials: GET /api/invoices answered 401" in said
    assert "secret-of-crm" not in said


def test_another_vendor_behind_the_url(refused, mock):
    assert "is no Grow CRM, as far as one can see" in refused("growcrm", "--url", mock["halo"])


@pytest.mark.parametrize("key", targets.vendor_keys())
def test_pages_for_people_where_an_api_should_be(refused, key):
    with answering(html) as stranger:
        said = refused(key, "--url", stranger.url)

        assert "with a page for people (HTML, 200)" in said
        assert not stranger.written


@pytest.mark.parametrize("key", targets.vendor_keys())
@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{}", 200), (b"[]", 200), (b"null", 200), (b'"hello"', 200), (b"{", 200), (b"{}", 418)],
)
def test_some_json_is_no_vendor_yet(refused, key, body, status):
    if (key, body) == ("halo", b"[]"):
        body = b"[1]"
    with answering(lambda asked: (status, JSON, body)) as stranger:
        assert "as far as one can see" in refused(key, "--url", stranger.url)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((503, {}, b"sorry"), "is out of order: GET /api/invoices answered 503"),
        ((429, JSON, b"{}"), "has had too many requests (429)"),
        ((302, {"Location": "https://sso.example.com/?token=abc"}, b""), "leads GET /api/invoices"),
    ],
)  # fmt: skip
def test_other_answers_are_told_apart(refused, answer, said):
    with answering(lambda asked: answer) as stranger:
        sentence = refused("growcrm", "--url", stranger.url)

    assert said in sentence
    assert "token=abc" not in sentence


@pytest.mark.parametrize(
    ("text", "said"),
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
def test_a_target_file_that_says_too_little_or_too_much(refused, tmp_path, text, said):
    file = tmp_path / "target.toml"
    file.write_text(text)

    assert said in refused("growcrm", "--target", file)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope"], "known are count, growcrm, halo, optiflow"),
        (["count", "halo", "--url", "http://127.0.0.1:1"], "--url stands for one vendor's server"),
        (["count", "--mode", "wild"], "Invalid value for '--mode'"),
        (["count", "--seed", "0"], "Invalid value for '--seed'"),
        (["count", "--target", "/no/such/file"], "does not exist"),
        ([], "Missing argument 'VENDOR…'"),
    ],
)
def test_a_command_line_that_cannot_be_meant(refused, arguments, said):
    assert said in refused(*arguments)


def test_mode_full_on_what_looks_real_has_to_be_said_twice(refused, mock):
    """An account that already holds invoices is somebody's."""
    with answering(passing_on(mock["growcrm"])) as stranger:
        said = refused("growcrm", "--url", stranger.url, "--mode", "full")

        assert "the account already holds invoices" in said
        assert "--yes-this-account-may-be-changed" in said
        assert not stranger.written


def test_a_selection_of_nothing_holds_nothing(mockvoice, mock, tmp_path):
    status, out, err = mockvoice(
        "check", "halo", "--url", mock["halo"], "--select", "no_such_test",
        "--report-dir", str(tmp_path), toys=False,
    ).result()  # fmt: skip

    assert status == UNCHECKED, out + err
    assert "nothing is selected by 'no_such_test'" in out
    assert json.loads((tmp_path / "report.json").read_text())["outcome"] == "unchecked"


def test_a_selection_of_what_may_not_be_done_holds_nothing(mockvoice, mock):
    status, out, err = mockvoice(
        "check", "halo", "--url", mock["halo"], "--select", "test_totals", toys=False
    ).result()

    assert status == UNCHECKED, out + err
    assert "nothing of Halo has been checked: what was selected was left out" in out
    assert "would write, and the mode is read-only" in out
