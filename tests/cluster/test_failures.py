"""A node goes away: its sandboxes move, and no request is executed twice."""

import time

import pytest
import requests

from mockvoice.sandboxes.tags import tag_of
from tests.webhook_receiver import wait_for

TAGS = [tag_of(str(number)) for number in range(40)]
HALO = 3


def nodes_of(stubs, offset=0):
    return {tag: stubs.node_of_tag(tag, offset) for tag in TAGS}


def headers_of(tag):
    return {"Authorization": f"Bearer growcrm-{tag}{'0' * 30}-key"}


def received(stubs, path):
    """Return the names of the nodes that received a request for a path, once for each request."""
    return [
        name for name, node in stubs.nodes.items() for each in node.requests if each.path == path
    ]


@pytest.mark.parametrize("offset", [0, HALO])
def test_only_the_sandboxes_of_a_node_that_is_away_move_and_they_come_back(own_stubs, offset):
    stubs = own_stubs
    before = nodes_of(stubs, offset)
    stubs.nodes["node2"].die()
    stubs.balancer.wait_for_log("Server nodes_vendor_halo/node2 is DOWN")
    meanwhile = nodes_of(stubs, offset)
    stubs.nodes["node2"].start()
    stubs.balancer.wait_for_log("Server nodes_vendor_halo/node2 is UP")

    assert set(before.values()) == {"node1", "node2", "node3"}
    assert set(meanwhile.values()) == {"node1", "node3"}
    assert {tag for tag in TAGS if meanwhile[tag] != before[tag]} == {
        tag for tag in TAGS if before[tag] == "node2"
    }
    assert nodes_of(stubs, offset) == before


def test_a_request_that_cannot_be_sent_to_its_node_goes_to_another(own_stubs):
    stubs = own_stubs
    tag = next(tag for tag, name in nodes_of(stubs).items() if name == "node2")
    # At the start, one failed check is enough to mark a node.
    wait_for(lambda: len(stubs.nodes["node2"].health_checks) >= 4)
    stubs.nodes["node2"].die()
    began = time.monotonic()

    response = stubs.balancer.request("POST", "/sent", headers=headers_of(tag), data="x" * 100_000)

    assert response.status_code == 200
    assert time.monotonic() - began < 1  # no check has marked the node yet
    assert received(stubs, "/sent") == [response.text]
    assert response.text != "node2"


def test_a_request_that_was_sent_is_never_sent_again(own_stubs):
    """The node may have executed it before it died."""
    stubs = own_stubs

    with pytest.raises(requests.ConnectionError):
        stubs.balancer.request("POST", "/die", headers=headers_of(TAGS[0]), data={"a": "b"})
    stubs.balancer.wait_for_log(" is DOWN")

    assert len(received(stubs, "/die")) == 1


@pytest.mark.parametrize("offset", [0, HALO])
def test_requests_at_a_node_that_hangs_end_soon(own_stubs, offset):
    stubs = own_stubs
    tag = next(tag for tag, name in nodes_of(stubs).items() if name == "node1")
    stubs.nodes["node1"].is_stuck.set()
    began = time.monotonic()

    with pytest.raises(requests.ConnectionError):
        stubs.balancer.request("GET", "/stuck", offset=offset, headers=headers_of(tag))

    assert time.monotonic() - began < 10
    assert stubs.node_of_tag(tag, offset) != "node1"
    stubs.nodes["node1"].is_stuck.clear()


def test_without_any_node_clients_get_503(own_stubs):
    stubs = own_stubs
    for name, node in stubs.nodes.items():
        node.die()
        stubs.balancer.wait_for_log(f"Server nodes_main/{name} is DOWN")

    assert stubs.balancer.request("GET").status_code == 503


def test_one_health_check_serves_all_ports(own_stubs):
    node = own_stubs.nodes["node1"]
    time.sleep(2)
    checks = list(node.health_checks)

    assert 2 <= len(checks) <= 8
    assert {(each.method, each.path) for each in checks} == {("GET", "/_mock/health")}
    assert {each.headers["host"] for each in checks} == {"127.0.0.1"}
