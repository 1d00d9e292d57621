"""The log of "serve --log-format json": one JSON object a line, for programs that collect logs."""

import json
import re
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from tests.state.stored_server import damage_invoices, stored_server
from tests.state.test_restart import INVOICE

ROOT = Path(__file__).parents[2]
SERVE = ("serve", "--port", "0", "--log-format", "json")
FIELDS = {"timestamp", "level", "logger", "message"}


def log_of(err):
    """Return the messages of a log. Each line must be one."""
    return [json.loads(line) for line in err.splitlines()]


def documented_messages():
    page = (ROOT / "docs/how-to/watch-a-server.md").read_text("utf-8")
    (block,) = re.findall(r"^```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return {each["message"]: each for each in log_of(block)}


def test_the_start_is_one_message_with_the_addresses_and_without_credentials(mockvoice, tmp_path):
    ready = tmp_path / "ready"
    process = mockvoice(*SERVE, "--control-token", "sesame", "--ready-file", str(ready))
    urls = process.ready(ready)
    code, out, err = process.signal(signal.SIGTERM)

    assert (code, out) == (0, "")
    (message,) = log_of(err)
    assert message.keys() == documented_messages()["listening"].keys()
    assert (message["level"], message["logger"]) == ("INFO", "mockvoice")
    assert (message["message"], message["main_url"]) == ("listening", urls["main"])
    assert message["vendors"]["bell"]["root_url"] == urls["vendors"]["bell"]["root_url"]
    at = datetime.fromisoformat(message["timestamp"])
    assert at.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)
    assert "sesame" not in err
    assert "bell-demo-key" not in err


@pytest.mark.parametrize("variable", [False, True])
def test_the_log_level_selects_the_messages(mockvoice, tmp_path, variable):
    ready = tmp_path / "ready"
    arguments = ("serve", "--port", "0", "--log-level", "warning", "--ready-file", str(ready))
    if variable:
        process = mockvoice(*arguments, env={"MOCKVOICE_LOG_FORMAT": "json"})
    else:
        process = mockvoice(*arguments, "--log-format", "json")
    process.ready(ready)

    assert process.signal(signal.SIGTERM) == (0, "", "")


def test_messages_of_other_libraries_are_json_too(mockvoice, tmp_path):
    ready = tmp_path / "ready"
    process = mockvoice(*SERVE, "--log-level", "debug", "--ready-file", str(ready))
    process.ready(ready)
    _, _, err = process.signal(signal.SIGTERM)

    messages = log_of(err)
    assert {"asyncio", "uvicorn.error"} & {each["logger"] for each in messages}
    assert all(each.keys() >= FIELDS for each in messages)


def test_a_traceback_is_one_field_of_its_message(mockvoice, tmp_path):
    file, ready = tmp_path / "state.db", tmp_path / "ready"
    with stored_server(file) as server:
        key = server.control("POST", "/sandboxes", {"name": "a"})["credentials"]["growcrm"]
        assert server.vendor("growcrm", "POST", "/api/invoices", key["api_key"], INVOICE).ok
    damage_invoices(file)
    process = mockvoice(
        *SERVE, "--state", f"sqlite:///{file}", "--log-level", "debug", "--ready-file", str(ready),
        example_vendors=False,
    )  # fmt: skip
    url = f"{process.ready(ready)['vendors']['growcrm']['root_url']}/api/invoices"
    headers = {"Authorization": f"Bearer {key['api_key']}"}
    assert requests.get(url, headers=headers, timeout=30).status_code == 503
    _, _, err = process.signal(signal.SIGTERM)

    (message,) = [each for each in log_of(err) if "exception" in each]
    assert message["logger"] == "mockvoice.state"
    assert message["exception"].startswith("Traceback (most recent call last):\n")
    assert message["exception"].splitlines()[-1].startswith("msgspec.")
