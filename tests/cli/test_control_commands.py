"""``mockvoice sandbox``, ``clock`` and ``snapshot``: the control API from the shell."""

import json
import stat

import pytest
from click.testing import CliRunner

from mockvoice.cli import main

START = "2026-03-01T09:00:00Z"


@pytest.fixture
def mock(server):
    """A function that runs a command against the server; returns exit code, stdout and stderr."""

    def run(*arguments, url=None, **options):
        env = {"MOCKVOICE_URL": url or server.urls["main"], **options.pop("env", {})}
        result = CliRunner().invoke(main, list(arguments), env=env, **options)
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def mine(mock):
    """A new sandbox with a frozen clock."""
    code, _, err = mock("sandbox", "create", "mine", "--data", "empty", "--now", START, "--frozen")
    assert code == 0, err
    yield "mine"
    mock("sandbox", "delete", "mine")


def test_a_sandbox_is_created_listed_reset_and_deleted(mock):
    code, out, _ = mock("sandbox", "create", "work", "--seed", "3", "--ttl", "60")

    assert code == 0
    assert out.startswith("work, ")
    assert "seed 3, expires " in out
    assert [line.split()[:2] for line in out.splitlines()[3:]] == [
        ["bell", "api_key"], ["gong", "client_id"], ["gong", "access_token"],
    ]  # fmt: skip
    _, listed, _ = mock("sandbox", "list")
    assert [line.split()[0] for line in listed.splitlines()] == ["NAME", "default", "work"]
    code, out, _ = mock("sandbox", "reset", "work", "--seed", "4", "--json")
    assert (code, json.loads(out)["seed"]) == (0, 4)
    assert mock("sandbox", "delete", "work") == (0, "work deleted\n", "")


def test_a_clock_is_shown_set_and_frozen(mock, mine):
    def clock(*arguments):
        code, out, err = mock("clock", *arguments, "--sandbox", mine)
        assert (code, err) == (0, "")
        return out.strip()

    assert clock("show") == f"{START}, frozen"
    assert clock("advance", "--days", "1", "--hours", "12") == "2026-03-02T21:00:00Z, frozen"
    assert clock("set", "2027-01-01T00:00:00Z") == "2027-01-01T00:00:00Z, frozen"
    assert clock("thaw").startswith("2027-01-01T00:00:0")
    assert clock("freeze").endswith(", frozen")
    assert json.loads(clock("show", "--json"))["frozen"] is True


def test_snapshots_are_saved_compared_and_restored(mock, mine):
    def snapshot(*arguments):
        code, out, err = mock("snapshot", *arguments, "--sandbox", mine)
        assert (code, err) == (0, "")
        return out

    assert snapshot("save", "one") == f"one: 2 rows at {START}\n"
    assert snapshot("diff", "one") == "no differences\n"
    assert [line.split()[0] for line in snapshot("list").splitlines()] == ["NAME", "one"]
    mock("clock", "advance", "--days", "400", "--sandbox", mine)
    assert snapshot("load", "one") == f"mine restored to one, {START}\n"
    assert json.loads(snapshot("diff", "one", "current", "--json"))["added"] == []
    assert snapshot("delete", "one") == "one deleted\n"


def test_a_snapshot_is_exported_and_imported(mock, mine, tmp_path):
    file = tmp_path / "export.json"
    code, out, _ = mock("snapshot", "export", "--sandbox", mine, "--out", str(file))
    assert (code, out) == (0, f"{file}: {file.stat().st_size} bytes\n")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert mock("snapshot", "export", "--sandbox", mine)[1] == file.read_text("utf-8")

    assert mock("snapshot", "import", "back", str(file), "--sandbox", mine)[0] == 0
    piped = mock("snapshot", "import", "piped", "-", "--sandbox", mine, input=file.read_bytes())
    assert piped[0] == 0, piped
    assert mock("snapshot", "diff", "back", "piped", "--sandbox", mine)[1] == "no differences\n"
    code, out, _ = mock("sandbox", "create", "copy", "--data", str(file), "--json")
    assert (code, json.loads(out)["now"]) == (0, START)
    mock("sandbox", "delete", "copy")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sandbox", "delete", "default"), "cannot be deleted"),
        (("sandbox", "create", "default"), "A sandbox named 'default' already exists"),
        (("sandbox", "create", ".no"), "name must be a string of 1 to 64"),
        (("sandbox", "delete", "no where?"), "must be a string of 1 to 64"),
        (("clock", "set", "soon"), "now must be an instant"),
        (("clock", "show", "--sandbox", "none"), "There is no sandbox 'none'"),
        (("snapshot", "load", "none"), "There is no snapshot 'none'"),
        (("snapshot", "diff", "none"), "There is no snapshot 'none'"),
        (("snapshot", "save", "current"), "'current' is reserved for the present state"),
    ],
)
def test_an_error_response_is_printed_and_the_exit_code_is_1(mock, arguments, message):
    code, out, err = mock(*arguments)

    assert (code, out) == (1, "")
    (line,) = err.splitlines()
    assert line.startswith("mockvoice: ")
    assert message in line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("clock", "advance"), "at least one of --days"),
        (("clock", "advance", "--days", "many"), "not a valid float"),
        (("sandbox", "create", "--data", "none.json"), "none.json"),
        (("sandbox", "create", "--data", "README.md"), "is not JSON"),
        (("snapshot", "import", "x", "none.json"), "none.json"),
        (("snapshot", "export", "--out", "/no/such/folder/file"), "--out"),
        (("snapshot", "forget", "x"), "forget"),
    ],
)
def test_invalid_arguments_lead_to_exit_code_2(mock, arguments, message):
    code, _, err = mock(*arguments)

    assert code == 2
    assert message in err


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[", "ftp://x"])
def test_an_unreachable_server_is_reported(mock, url):
    code, out, err = mock("clock", "show", url=url)

    assert (code, out) == (2, "")
    assert err.startswith(f"mockvoice: no mock server responds at {url}: ")


def test_a_url_without_a_scheme_is_reported(mock):
    assert "begin it with http:// or https://" in mock("clock", "show", url="127.0.0.1:8080")[2]


def test_the_prefix_of_the_control_api_may_be_a_part_of_the_url(mock, server):
    assert mock("clock", "show", url=server.urls["main"] + "/_mock/")[0] == 0


def test_a_server_that_is_not_a_mock_is_reported(mock, server):
    code, _, err = mock("clock", "show", url=server.urls["vendors"]["bell"]["root_url"])

    assert code == 2
    assert "is not a mock server" in err


def test_the_control_token_is_sent_to_the_server(mock, serve):
    url = serve(control_token="open-sesame").urls["main"]

    assert mock("clock", "show", url=url)[0] == 1
    assert mock("clock", "show", "--control-token", "open-sesame", url=url)[0] == 0
    token = {"MOCKVOICE_CONTROL_TOKEN": "open-sesame"}
    assert mock("clock", "show", url=url, env=token)[0] == 0


@pytest.mark.parametrize("group", ["sandbox", "clock", "snapshot"])
def test_every_command_has_help(mock, group):
    code, out, _ = mock(group, "--help")
    names = [line.split()[0] for line in out.partition("Commands:\n")[2].splitlines()]

    assert code == 0
    assert names
    for name in names:
        code, out, _ = mock(group, name, "--help")
        assert code == 0
        assert "--url" in out


def test_null_and_an_empty_object_are_values_of_options(mock, mine):
    arguments = ("add", "bell", "answer", "--answer", "null", "--body", "{}", "--json")
    code, out, _ = mock("faults", *arguments, "--sandbox", mine)
    stub = json.loads(out)

    assert code == 0
    assert (stub["effect"]["body"], stub["match"]) == (None, {"body": {}})


def test_faults_are_added_listed_and_deleted(mock, mine):
    def faults(*arguments):
        code, out, err = mock("faults", *arguments, "--sandbox", mine)
        assert (code, err) == (0, "")
        return out

    added = faults(
        "add", "bell", "answer", "--operation", "reminders.search", "--status", "202", "--answer", "[1]",
        "--times", "2", "--path", "/rem*", "--query", "tag=a", "--query", "tag=b", "--header", "X-Try=1",
    )  # fmt: skip
    faults(
        "add", "*", "rate_limit", "--limit", "5", "--window-seconds", "60", "--probability", "0.5"
    )
    first = json.loads(faults("list", "--json"))[0]

    columns = ["1", "bell", "reminders.search", "answer", "202", "0", "2", "-"]
    assert added.splitlines()[1].split()[:8] == columns
    assert '"path": "/rem*"' in added
    assert first["effect"] == {"kind": "answer", "status": 202, "body": [1]}
    assert first["match"] == {
        "path": "/rem*",
        "query": {"tag": ["a", "b"]},
        "headers": {"X-Try": "1"},
    }
    assert [line.split()[0] for line in faults("list").splitlines()] == ["ID", "1", "2"]
    assert faults("clear", "2") == "fault 2 deleted\n"
    assert faults("clear") == "all faults deleted\n"
    assert faults("list").splitlines()[1:] == []


def test_a_stub_has_headers_and_effects_come_in_turn(mock, mine):
    def faults(*arguments):
        code, out, err = mock("faults", *arguments, "--sandbox", mine, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    stub = faults(
        "add", "bell", "answer", "--answer", '"busy"', "--answer-header", "Content-Type: text/plain",
        "--answer-header", "X-Try=1", "--header", "Accept: a", "--header", "Accept=b",
    )  # fmt: skip
    in_turn = faults(
        "sequence", "bell", '{"kind": "status", "status": 503}', '{"kind": "drop"}',
        "--operation", "reminders.create", "--body", '{"text": "Tea"}',
    )  # fmt: skip

    assert stub["effect"]["headers"] == {"Content-Type": "text/plain", "X-Try": "1"}
    assert stub["match"] == {"headers": {"Accept": "a, b"}}
    assert in_turn["effects"] == [{"kind": "status", "status": 503}, {"kind": "drop"}]
    assert (in_turn["operation"], in_turn["match"]) == (
        "reminders.create",
        {"body": {"text": "Tea"}},
    )
    wrong = mock("faults", "add", "bell", "answer", "--answer-header", "text/plain")
    assert (wrong[0], "'text/plain' must be 'NAME: VALUE'" in wrong[2]) == (2, True)
    wrong = mock("faults", "sequence", "bell", "{")
    assert (wrong[0], "is not JSON" in wrong[2]) == (2, True)
    assert mock("faults", "sequence", "bell")[0] == 2


def test_the_journal_is_filtered_by_a_header_and_emptied(mock, mine, remind):
    remind("Tea")

    def lines(*arguments):
        code, out, err = mock("journal", "--sandbox", mine, *arguments)
        assert (code, err) == (0, "")
        return out.splitlines()

    assert len(lines("--header", "Content-Type: application/json")) == 1
    assert len(lines("--header", "Content-Type=application/json")) == 1
    assert lines("--header", "Content-Type: text/plain") == []
    code, _, err = mock("journal", "--sandbox", mine, "--clear", "--vendor", "bell")
    assert (code, "--clear empties the whole journal" in err) == (2, True)
    assert lines("--clear") == ["journal emptied"]
    assert lines() == []


@pytest.fixture
def remind(server, http, mock, mine):
    """Return a function that creates a reminder in the sandbox."""
    _, out, _ = mock("sandbox", "list", "--json")
    (row,) = (row for row in json.loads(out) if row["name"] == mine)
    key = row["credentials"]["bell"]["api_key"]
    url = f"{server.urls['vendors']['bell']['root_url']}/reminders"

    def send(text):
        body = {"text": text, "day": "2026-03-01"}
        http.post(url, json=body, headers={"Authorization": f"Bearer {key}"}).raise_for_status()

    return send


def test_requests_are_verified(mock, mine, remind):
    remind("Tea")
    expected = ("verify", "bell", "reminders.create", "--sandbox", mine, "--body")
    code, out, _ = mock(*expected, '{"text": "Tea"}', "--times", "1", "--status", "2xx")
    other_code, other, _ = mock(*expected, '{"text": "Coffee"}')

    assert (code, out) == (0, "1 request of bell reminders.create matches, expected 1\n")
    assert other_code == 1
    assert other.splitlines() == [
        "0 requests of bell reminders.create match, expected at least 1",
        "request 1:",
        '  body.text is "Tea", expected "Coffee"',
    ]
    assert mock(*expected, "null")[0] == 1
    assert mock(*expected, "null", "--times", "0")[0] == 0
    for text in ("NaN", "1e999", '"\\ud800"'):
        assert mock(*expected, text)[0] == 2
    assert mock(*expected, "{")[0] == 2
    assert "is not JSON" in mock(*expected, "{")[2]
    code, _, err = mock("verify", "bell", "reminders.creat", "--sandbox", mine)
    assert (code, "did you mean 'reminders.create'?" in err) == (2, True)
    assert mock("verify", "bell", "--status", "9xx", "--sandbox", mine)[0] == 2


def test_the_journal_is_printed_and_followed(mock, mine, remind, monkeypatch):
    remind("Tea")
    remind("Coffee")
    code, out, _ = mock("journal", "--sandbox", mine, "--body", '{"text": "Tea"}')
    arrivals = iter(["Milk", KeyboardInterrupt])

    def arrive(_):
        text = next(arrivals)
        if text is KeyboardInterrupt:
            raise KeyboardInterrupt
        remind(text)

    monkeypatch.setattr("mockvoice.commands.journal.time.sleep", arrive)
    follow_code, followed, _ = mock("journal", "--sandbox", mine, "--follow", "--json")

    assert code == 0
    assert out == f"1  {START}  201  POST /reminders  reminders.create\n"
    assert follow_code == 130
    texts = [json.loads(line)["request"]["body"]["text"] for line in followed.splitlines()]
    assert texts == ["Tea", "Coffee", "Milk"]


def test_the_outbox_is_listed(mock, mine):
    code, out, err = mock("outbox", "--sandbox", mine, "--vendor", "bell", "--limit", "5")

    assert (code, err) == (0, "")
    assert out.split() == ["AT", "VENDOR", "TO", "SUBJECT", "ABOUT"]
