"""Control characters in the responses of a server are shown in reports and outputs, and never executed."""

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import requests

from mockvoice_contracts.harness import curl
from tests.stub_servers import forward_to, stub_server

ROOT = Path(__file__).parents[2]
# Sequences that set a terminal's title and its colour, a character that reverses text, half of a pair, DEL.
HOSTILE = "\x1b]0;pwned\x07\x9b31m\u202e\x00\ud800\x7f"
SHOWN = r"\x1b]0;pwned\x07\x9b31m\u202e\x00\ud800\x7f"
SHOWN_BY_CHECK = SHOWN.replace(r"\ud800", "")
REASON = "\x1b]0;pwned\x07\x9b31m"
EXECUTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Characters above ASCII remain as they are in the document, the others must be escaped in it.
IN_JSON = json.dumps(HOSTILE)[1:-1].replace("\\u009b", "\x9b").replace("\\u202e", "\u202e").encode()
SURROGATE = rb"\ud800"
SELECTED = "paymentId and test_contract or test_each_type_has_a_system_default_category"
HEADERS = {"Content-Type": "application/json", "X-Note": REASON}


def executed(*texts):
    """Return the characters that a terminal would execute."""
    return sorted({character for text in texts for character in EXECUTED.findall(text)})


def shown_by_page(page):
    """Return the texts that the script of ``report.html`` renders."""
    data = page.partition('<script type="application/json" id="data">')[2].partition("</script>")[0]
    return "\n".join(finding["message"] for finding in json.loads(data)["findings"])


def rename_properties(request, response):
    """Rename a property, and put control characters before the JSON of other responses."""
    status, headers, content = response
    if request.path.startswith("/api/payments"):
        # Generated tests reject the half of a pair before they look at anything else.
        name = (
            IN_JSON
            if request.path.startswith("/api/payments?")
            else IN_JSON.replace(SURROGATE, b"")
        )
        content = content.replace(b'"gateway"', b'"' + name + b'"')
    elif request.path.startswith("/api/categories"):
        content = HOSTILE.encode(errors="ignore") + content
    return status, {**headers, "X-Note": REASON}, content


def test_check_shows_control_characters_in_all_its_outputs(growcrm_url, mockvoice, tmp_path):
    with stub_server(forward_to(growcrm_url, rename_properties), REASON) as server:
        code, out, err = mockvoice(
            "check", "growcrm", "--url", server.url, "--report-dir", str(tmp_path), "--max-examples", "2",
            "--select", SELECTED,
            example_vendors=False,
        ).result()  # fmt: skip

    assert code == 1, out + err
    assert executed(out, err) == []
    assert SHOWN_BY_CHECK in out
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    texts = {file.name: file.read_text("utf-8") for file in files}
    assert {name: executed(text) for name, text in texts.items()} == {name: [] for name in texts}
    assert SHOWN_BY_CHECK in shown_by_page(texts["report.html"])
    assert json.loads(texts["report.json"])["findings"]
    failures = [failure.text for failure in ET.parse(tmp_path / "junit.xml").iter("failure")]
    assert any(SHOWN_BY_CHECK in text for text in failures)


def test_the_suites_show_control_characters_under_pytest(growcrm_url):
    with stub_server(forward_to(growcrm_url, rename_properties), REASON) as server:
        result = subprocess.run(
            [sys.executable, "-m", "pytest", "contract_tests", "-q", "--vendor", "growcrm",
             "--url", server.url, "--max-examples", "1", "-k", SELECTED],
            cwd=ROOT, capture_output=True, text=True, encoding="utf-8", errors="surrogateescape",
        )  # fmt: skip

    assert result.returncode == 1, result.stdout
    assert executed(result.stdout, result.stderr) == []
    assert SHOWN_BY_CHECK in result.stdout


def test_an_address_in_a_redirect_is_shown(mockvoice):
    with stub_server(lambda _: (302, {"Location": f"/{REASON}"}, b""), REASON) as server:
        code, out, err = mockvoice("check", "growcrm", "--url", server.url).result()

    assert code == 2
    assert executed(out, err) == []


def test_seeding_shows_the_reason_of_a_rejection(mockvoice, tmp_path):
    body = b'{"message": "' + IN_JSON + b'\x1b]0;pwned\x07"}'
    with stub_server(lambda _: (422, HEADERS, body), REASON) as server:
        code, out, err = mockvoice(
            "seed", "growcrm", "--url", server.url, "--checkpoint", str(tmp_path / "checkpoint"),
            "--clients", "1", "--invoices", "1", example_vendors=False,
        ).result()  # fmt: skip

    assert code == 1
    assert executed(out, err) == []
    assert r"\x1b]0;pwned\x07" in err


SANDBOX = {"name": HOSTILE, "now": HOSTILE, "frozen": False, "seed": 1, "expires_at": HOSTILE,
           "created_at": HOSTILE, "credentials": {HOSTILE: {"key": HOSTILE}}, "counts": {}}  # fmt: skip
DIFF = {"added": [], "removed": [], "changed": [
    {"vendor": HOSTILE, "table": "t\nx", "id": 1, "before": {"a": 1}, "after": {"a": 2, HOSTILE: 1}}]}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "response", "lines"),
    [
        (("sandbox", "list"), [SANDBOX], 2),
        (("sandbox", "reset", "a"), SANDBOX, 4),
        (("clock", "show"), SANDBOX, 1),
        (("snapshot", "save", "a"), SANDBOX, 1),
        (("snapshot", "list"), [SANDBOX], 2),
        (("snapshot", "diff", "a"), DIFF, 2),
        (("seed", "growcrm"), {"counts": {HOSTILE: 3}}, 1),
    ],
)
def test_commands_for_a_server_show_its_texts(mockvoice, arguments, response, lines):
    content = json.dumps(response).encode()
    with stub_server(lambda _: (200, HEADERS, content), REASON) as server:
        option = "--server" if arguments[0] == "seed" else "--url"
        code, out, err = mockvoice(*arguments, option, server.url, example_vendors=False).result()

    assert (code, err) == (0, "")
    assert executed(out) == []
    assert SHOWN in out
    assert len(out.splitlines()) == lines


@pytest.mark.parametrize("arguments", [("snapshot", "export"), ("clock", "show", "--json")])
def test_json_of_a_server_is_printed_with_the_same_data(mockvoice, arguments):
    content = b'{"name": "' + IN_JSON + b'"}'
    with stub_server(lambda _: (200, HEADERS, content), REASON) as server:
        code, out, err = mockvoice(*arguments, "--url", server.url).result()

    assert (code, err) == (0, "")
    assert executed(out) == []
    assert json.loads(out) == {"name": HOSTILE}


def test_error_messages_of_a_server_are_shown(mockvoice):
    content = json.dumps({"error": {"message": HOSTILE}}).encode()
    with stub_server(lambda _: (409, HEADERS, content), REASON) as server:
        code, out, err = mockvoice("sandbox", "delete", "a", "--url", server.url).result()

    assert (code, out, err) == (1, "", f"mockvoice: {SHOWN}\n")


@pytest.mark.parametrize("text", ["it's plain", "\x1b]0;\x07\x9b31m\u202e1\x7f", "KEY-and-\x1b", "é\n\t\\"])  # fmt: skip
def test_a_curl_command_has_no_control_characters_and_sends_them(text):
    request = requests.Request(
        "POST", "http://127.0.0.1/?key=KEY", {"X-Key": "KEY"}, data=text.encode() + b"\xff"
    ).prepare()
    command = curl.command(request, {"KEY": "VARIABLE"})
    script = 'VARIABLE=KEY; curl() { printf "%s\\0" "$@"; }; ' + command
    arguments = subprocess.run(["bash", "-c", script], capture_output=True, check=True).stdout

    assert executed(command) == []
    assert "KEY" not in command
    assert arguments.split(b"\0")[3:-1] == [
        b"http://127.0.0.1/?key=KEY", b"-H", b"X-Key: KEY", b"--data-binary", text.encode() + b"\xff",
    ]  # fmt: skip
