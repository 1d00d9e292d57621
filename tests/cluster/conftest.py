"""HAProxy in front of three stubs of nodes, and of three nodes."""

from contextlib import ExitStack, contextmanager

import pytest

from mockvoice.vendor_registry import port_offsets
from tests.cluster.balancer import balancer
from tests.cluster.stub_nodes import StubNode
from tests.state.conftest import postgresql
from tools.cluster import Cluster, NotInstalled, free_ports, haproxy_program

__all__ = ["postgresql"]


@pytest.fixture(scope="session")
def haproxy():
    """Return the path of HAProxy."""
    try:
        return haproxy_program()
    except NotInstalled as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Return three nodes with a PostgreSQL behind HAProxy."""
    try:
        cluster = Cluster(tmp_path_factory.mktemp("cluster"), options=["--data", "empty"])
    except NotInstalled as error:
        pytest.skip(str(error))
    with cluster:
        yield cluster


class StubCluster:
    """Three stubs behind HAProxy."""

    def __init__(self, nodes, balancer):
        self.nodes = {node.name: node for node in nodes}
        self.balancer = balancer
        self.node_of = balancer.node_of

    def node_of_tag(self, tag, offset=0):
        """Return the name of the node that gets the requests of a tag."""
        headers = {"Authorization": f"Bearer growcrm-{tag}{'0' * 30}-key"}
        return self.node_of(offset=offset, headers=headers)


@contextmanager
def stub_cluster(haproxy, folder, *options):
    """Run HAProxy with the options in front of stubs."""
    port, *ports = free_ports(4)
    count = len(port_offsets()) + 1
    nodes = [StubNode(f"node{number}", each, count) for number, each in enumerate(ports, 1)]
    with ExitStack() as stack:
        for node in nodes:
            node.start()
            stack.callback(node.die)
        running = stack.enter_context(balancer(haproxy, folder, port, ports, *options))
        yield StubCluster(nodes, running)


@pytest.fixture(scope="module")
def stubs(haproxy, tmp_path_factory):
    """Return stubs that no test of the module stops."""
    with stub_cluster(haproxy, tmp_path_factory.mktemp("haproxy")) as stubs:
        yield stubs


@pytest.fixture
def own_stubs(haproxy, tmp_path):
    """Return stubs of this test, which may stop them."""
    with stub_cluster(haproxy, tmp_path) as stubs:
        yield stubs
