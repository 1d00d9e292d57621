"""The Compose file of a cluster and its configuration, as far as they can be checked without a container engine."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import yaml

from mockvoice.vendor_registry import own_vendor_keys
from tests.cluster.balancer import check, generate

DEPLOY = Path(__file__).parents[2] / "deploy"
CONFIG = (DEPLOY / "haproxy.cfg").read_text("utf-8")
SERVICES = yaml.safe_load((DEPLOY / "compose-cluster.yaml").read_text("utf-8"))["services"]
COMMAND = shlex.split(CONFIG.splitlines()[1].removeprefix("#"))


def option(name):
    """Return the values of an option of the command that generates the configuration."""
    return [value for word, value in pairwise(COMMAND) if word == name]


def test_the_configuration_is_what_the_command_in_it_prints():
    """``mockvoice cluster config … > deploy/haproxy.cfg`` updates it."""
    vendors = [word for key in own_vendor_keys() for word in ("--vendor", key)]
    generated = generate(*COMMAND[3:], *vendors)  # others may be installed
    lines = generated.splitlines(keepends=True)
    lines[1] = CONFIG.splitlines(keepends=True)[1]

    assert "".join(lines) == CONFIG


def test_haproxy_accepts_the_configuration(haproxy, tmp_path):
    """Only names of services cannot be resolved here."""
    file = tmp_path / "haproxy.cfg"
    file.write_text(CONFIG, "utf-8")
    result = check(file, haproxy)
    messages = re.findall(r"\[(?:WARNING|ALERT)\].*", result.stderr)

    assert result.returncode == 0, result.stderr
    assert [each for each in messages if "could not resolve address 'node" not in each] == []


def test_the_nodes_are_the_services_of_the_compose_file():
    nodes = [name for name in SERVICES if name.startswith("node")]

    assert option("--node") == [f"{name}:8080" for name in nodes]
    assert all(SERVICES[name] == SERVICES[nodes[0]] for name in nodes)
    assert SERVICES["haproxy"]["depends_on"].keys() == {*nodes}
    assert (DEPLOY / SERVICES["haproxy"]["volumes"][0].partition(":")[0]).read_text(
        "utf-8"
    ) == CONFIG


def test_the_ports_of_the_load_balancer_are_published_on_this_machine_only():
    published = SERVICES["haproxy"]["ports"]
    binds = {int(port) for port in re.findall(r"^    bind 0\.0\.0\.0:(\d+)", CONFIG, re.MULTILINE)}

    assert published == ["127.0.0.1:8080-8084:8080-8084", "127.0.0.1:8404:8404"]
    assert binds == {*range(8080, 8085), 8404}
    assert not any("ports" in service for name, service in SERVICES.items() if name != "haproxy")


def test_the_nodes_use_the_database_of_the_compose_file():
    database, node = SERVICES["postgresql"]["environment"], SERVICES["node1"]
    password = database["POSTGRES_PASSWORD"]
    url = (
        f"postgresql://{database['POSTGRES_USER']}:{password}@postgresql/{database['POSTGRES_DB']}"
    )

    assert node["environment"]["MOCKVOICE_STATE"] == url
    assert "mockvoice[postgresql]" in (DEPLOY / "Dockerfile").read_text("utf-8")
