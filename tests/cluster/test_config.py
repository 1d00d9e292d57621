"""The command ``mockvoice cluster config``."""

import re
import shlex

import pytest
from click.testing import CliRunner

from mockvoice.cli import main
from tests.cluster.balancer import check, generate

NODES = ("--nodes", "127.0.0.1:8110,127.0.0.1:8120,127.0.0.1:8130")


def error_of(*options):
    result = CliRunner().invoke(main, ["cluster", "config", *options])
    assert result.exit_code == 2
    return " ".join(str(result.exception or result.output).split()) + result.output


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--bind", "0.0.0.0:80", "--stats", "127.0.0.1:8404"],
        ["--bind", "[::1]:8080", "--node", "[::1]:8110", "--no-control"],
        ["--no-vendor-ports"],
        ["--vendor", "halo", "--node", "localhost:9000"],
    ],
    ids=" ".join,
)
def test_haproxy_accepts_the_configuration_without_a_warning(options, haproxy, tmp_path):
    file = tmp_path / "haproxy.cfg"
    file.write_text(generate(*NODES, *options), "utf-8")
    result = check(file, haproxy)

    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr + result.stdout, result.stderr


def listeners(text):
    """Return the ports of the load balancer and of each node, by the name of the listener."""
    binds = dict(re.findall(r"bind \S+?:(\d+) name (\w+)", text))
    backends = re.findall(r"^backend nodes_(\w+)\n((?: .*\n)+)", text, re.MULTILINE)
    servers = {name: re.findall(r"server \w+ \S+?:(\d+) ", lines) for name, lines in backends}
    return {name: [port, *servers[name]] for port, name in binds.items()}


def test_each_port_of_the_balancer_leads_to_the_same_port_of_each_node():
    assert listeners(generate(*NODES, "--bind", "127.0.0.1:9000")) == {
        "main": ["9000", "8110", "8120", "8130"],
        "vendor_count": ["9001", "8111", "8121", "8131"],
        "vendor_growcrm": ["9002", "8112", "8122", "8132"],
        "vendor_halo": ["9003", "8113", "8123", "8133"],
        "vendor_optiflow": ["9004", "8114", "8124", "8134"],
    }


def test_ports_can_be_left_out():
    assert list(listeners(generate(*NODES, "--vendor", "halo"))) == ["main", "vendor_halo"]
    assert list(listeners(generate(*NODES, "--no-vendor-ports"))) == ["main"]


def ids(text):
    return dict(re.findall(r"server \w+ (\S+) id (\d+)", text))


def test_the_id_of_a_node_depends_on_its_address_only():
    all_nodes = ids(generate(*NODES))
    two = ids(generate("--node", "http://127.0.0.1:8130/", "--node", "127.0.0.1:8110"))

    assert len(set(ids(generate(*NODES, "--no-vendor-ports")).values())) == 3
    assert two == {
        address: number for address, number in all_nodes.items() if ":812" not in address
    }


def test_the_second_line_is_the_command():
    text = generate("--nodes", "a:8080,b:8080", "--no-control", "--bind", "127.0.0.1:8080")
    command = text.splitlines()[1].removeprefix("#").strip()

    assert (
        command
        == "mockvoice cluster config --node a:8080 --node b:8080 --bind 127.0.0.1:8080 --no-control"
    )
    assert generate(*shlex.split(command)[3:]) == text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "Missing option '--node'"),
        (["--node", "node1"], "must be a host and a port such as 127.0.0.1:8080"),
        (["--node", "https://node1:8080"], "must be a host and a port"),
        (["--node", "node1:0"], "must be a host and a port"),
        (["--node", "node 1:8080"], "must be a host and a port"),
        (["--node", "a:1,a:1"], "a:1 is given twice"),
        (["--node", "127.0.0.1:8082"], "127.0.0.1:8082 has two uses, node1 and the load balancer"),
        (["--node", "a:8080", "--node", "a:8081"], "a:8081 has two uses, node2 and node1"),
        (["--node", "a:65532"], "65536 is above 65535"),
        (["--node", "a:8080", "--vendor", "hallo"], "did you mean 'halo'?"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_explained(options, message):
    assert message in error_of(*options)
