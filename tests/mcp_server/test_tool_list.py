"""The list of tools: arguments, annotations and size."""

from contextlib import closing

import pytest

from mockvoice.mcp_server.connection import responds
from mockvoice.mcp_server.control_operations import operations
from mockvoice.mcp_server.server import create_server
from mockvoice.mcp_server.session import Session
from mockvoice.mcp_server.tools import TOOLS
from mockvoice.outbound.control_client import ControlClient
from mockvoice.web import contract
from tests.mcp_server.agents import ToolFailed, connected

# An agent has the list in its context all the time.
MAX_LIST_CHARACTERS = 32_000
VENDORS = ["count", "growcrm", "halo", "optiflow"]


@pytest.fixture(scope="module")
def listed(agent):
    return agent.tools()


def test_every_tool_is_listed_with_a_description_and_annotations(listed):
    assert listed.keys() == TOOLS.keys()
    for tool in listed.values():
        assert tool.description.endswith(".")
        assert not (tool.annotations.read_only_hint and tool.annotations.destructive_hint)
    deleting = {name for name, tool in listed.items() if tool.annotations.destructive_hint}
    assert {"delete_sandbox", "reset_sandbox", "restore_snapshot", "clear_requests"} <= deleting
    reading = {name for name, tool in listed.items() if tool.annotations.read_only_hint}
    assert {"list_vendors", "explain_errors", "read_operation", "verify_requests"} <= reading
    assert "advance_clock" not in deleting | reading


def test_every_argument_has_a_type_and_a_description_or_a_list_of_values(listed):
    for tool in listed.values():
        assert tool.input_schema["additionalProperties"] is False
        for name, schema in tool.input_schema["properties"].items():
            has_type = {"type", "oneOf", "anyOf", "enum"} & schema.keys()
            # A part of a body is any JSON value.
            assert has_type or name == "body", (tool.name, name)
            assert "description" in schema or name in ("days", "hours", "minutes", "seconds"), (
                tool.name, name,
            )  # fmt: skip


def test_arguments_that_name_a_vendor_list_those_of_the_server(listed):
    def vendors(tool):
        return listed[tool].input_schema["properties"]["vendor"]["enum"]

    assert vendors("search_contract") == vendors("list_requests") == VENDORS
    assert vendors("add_fault") == [*VENDORS, "*"]


def test_the_sandbox_has_a_default_except_where_it_is_required(listed):
    schemas = {
        name: tool.input_schema
        for name, tool in listed.items()
        if "sandbox" in tool.input_schema["properties"]
    }

    without_default = {
        name for name, schema in schemas.items() if "default" not in schema["properties"]["sandbox"]
    }
    assert without_default == {"delete_sandbox"}
    assert "sandbox" in schemas["delete_sandbox"]["required"]


def test_the_list_is_short(listed):
    texts = [tool.model_dump_json(exclude_none=True, by_alias=True) for tool in listed.values()]

    assert sum(map(len, texts)) < MAX_LIST_CHARACTERS


def test_effects_of_faults_are_those_of_the_control_contract(listed):
    schemas = contract.load("control", "mockvoice.control").data["components"]["schemas"]
    kinds = [
        kind
        for effect in schemas["Effect"]["oneOf"]
        for kind in effect["properties"]["kind"]["enum"]
    ]
    effect = listed["add_fault"].input_schema["properties"]["effect"]
    listed_kinds = [kind for each in effect["oneOf"] for kind in each["properties"]["kind"]["enum"]]

    assert listed_kinds == kinds


def test_a_request_has_only_the_arguments_of_its_operation():
    arguments = {"sandbox": "a b", "snapshot": "one", "other": "current", "table": "invoices"}

    assert operations()["snapshots.diff"].request(arguments) == (
        "GET", "/sandboxes/a%20b/snapshots/one/diff/current", None,
    )  # fmt: skip
    assert operations()["clock.set"].request({"sandbox": "x", "frozen": True}) == (
        "PUT", "/sandboxes/x/clock", {"frozen": True},
    )  # fmt: skip
    assert operations()["outbox.search"].request({"sandbox": "x", "to": "a&b"}) == (
        "GET", "/sandboxes/x/outbox?to=a%26b", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("get_clock", {"sandbx": "x"}, "get_clock has no argument 'sandbx'; did you mean 'sandbox'?"),
        ("get_clock", {"sandbox": "none"}, "There is no sandbox 'none'; GET /_mock/sandboxes lists"),
        ("set_clock", {"frozen": "maybe"}, "frozen must be of type boolean"),
        ("set_clock", {"now": "soon"}, "now must be an instant"),
        ("list_requests", {"vendor": "growcmr"}, "did you mean 'growcrm'?"),
        ("list_requests", {"limit": 1000}, "limit: 1000 is greater than the maximum of 200"),
        ("describe_sandbox", {"show_secrets": "very"}, 'show_secrets: "very" is not of type "boolean"'),
        ("delete_sandbox", {}, "delete_sandbox needs the argument 'sandbox'"),
        ("search_contract", {"vendor": "growcmr"}, "growcmr"),
        ("redeliver", {"id": "count-1"}, "redeliver has no argument 'id'; expected one of"),
        ("add_fault", {"vendor": "growcrm", "effect": {"kind": "statu"}}, "unknown kind 'statu'; did you mean 'status'?"),
        ("list_vendor", {}, "there is no tool 'list_vendor'; did you mean 'list_vendors'?"),
    ],
)  # fmt: skip
def test_a_wrong_argument_is_an_error_with_the_reason_and_the_session_goes_on(
    agent, tool, arguments, message
):
    with pytest.raises(ToolFailed) as failure:
        agent.call(tool, **arguments)

    assert message in str(failure.value)
    assert agent.call("get_clock").endswith("running")


def test_null_is_an_argument_that_is_left_out_and_structures_may_be_sent_as_text(agent, mine):
    added = agent.call(
        "add_fault", sandbox=mine, vendor="growcrm", effect='{"kind": "delay", "seconds": 0}', operation=None
    )  # fmt: skip

    assert '{"kind":"delay","seconds":0}, triggered 0 times, no limit' in added


def test_without_a_server_the_tools_are_listed_and_say_what_to_start():
    with (
        closing(ControlClient("http://127.0.0.1:9")) as client,
        connected(create_server(Session(client))) as agent,
    ):
        assert agent.tools().keys() == TOOLS.keys()
        with pytest.raises(ToolFailed, match=r"no mock server responds at http://127\.0\.0\.1:9"):
            agent.call("list_vendors")


def test_the_end_of_the_server_of_a_session_is_explained():
    with (
        closing(ControlClient("http://127.0.0.1:9")) as client,
        connected(create_server(Session(client, owns_server=True))) as agent,
        pytest.raises(
            ToolFailed, match="has ended, and its sandboxes are lost; restart this MCP server"
        ),
    ):
        agent.call("list_sandboxes")


def test_without_the_control_token_the_tools_say_that_it_is_missing(serve):
    url = serve(control_token="open-sesame").urls["main"]
    assert responds(url)
    assert not responds("http://127.0.0.1:9")

    with (
        closing(ControlClient(url)) as client,
        connected(create_server(Session(client))) as agent,
        pytest.raises(ToolFailed, match="The control token is missing: this server"),
    ):
        agent.call("list_vendors")
    with (
        closing(ControlClient(url, "open-sesame")) as client,
        connected(create_server(Session(client))) as agent,
    ):
        assert "bell" in agent.call("list_vendors")
        properties = agent.tools()["read_operation"].input_schema["properties"]
        assert properties["vendor"]["enum"] == ["bell", "gong"]


def test_the_default_sandbox_of_the_session_is_used(mock_url, mine):
    with (
        closing(ControlClient(mock_url)) as client,
        connected(create_server(Session(client, mine))) as agent,
    ):
        assert agent.call("get_clock") == "2026-03-01T09:00:00Z, frozen"
        assert agent.tools()["get_clock"].input_schema["properties"]["sandbox"]["default"] == mine


def test_a_defect_of_a_tool_is_an_error_that_names_it(agent, monkeypatch, caplog):
    def fail(*_):
        raise ZeroDivisionError("one by zero")

    monkeypatch.setattr(Session, "send", fail)
    with pytest.raises(ToolFailed, match="get_clock failed: ZeroDivisionError: one by zero"):
        agent.call("get_clock")
    assert "the tool get_clock failed" in caplog.text


def test_instructions_name_only_tools_that_exist(agent):
    words = agent.client.instructions.replace(",", " ").replace(".", " ").split()
    names = {word for word in words if "_" in word} - {"show_secrets=true"}

    assert {"list_vendors", "create_sandbox", "explain_errors"} <= names
    assert names <= TOOLS.keys()


def test_contracts_are_resources(agent):
    resources = agent.run(agent.client.list_resources).resources
    assert [str(each.uri) for each in resources] == [
        f"mockvoice://contracts/{vendor}" for vendor in VENDORS
    ]

    (content,) = agent.run(agent.client.read_resource, "mockvoice://contracts/growcrm").contents
    assert content.text.startswith("openapi: ")
    with pytest.raises(Exception, match="growcmr"):
        agent.run(agent.client.read_resource, "mockvoice://contracts/growcmr")
