"""The commands that point programs at a mock: ``env`` prints variables, ``run`` runs a program with them."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time

import pytest

from mockvoice.app import Server
from mockvoice.outbound.environment import network_variables
from mockvoice.settings import Settings
from tests import forked_commands

ROUTE = ("crm.example.com", "growcrm")
READ = 'curl -sS --fail-with-body https://crm.example.com/api/invoices?limit=1 -H "Authorization: Bearer $GROWCRM_API_KEY"'
MOCKVOICE = [sys.executable, "-m", "mockvoice"]


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0, proxy_port=0, routes=(ROUTE,))) as server:
        yield server


@pytest.fixture(scope="module")
def environment(server):
    """The variables of this process without those of a proxy, and with the URL of the mock."""
    names = network_variables("-", "-", {})
    own = {name: value for name, value in os.environ.items() if name not in names}
    return own | {"MOCKVOICE_URL": server.urls["main"]}


@pytest.fixture
def env(environment):
    """Return a function that runs ``mockvoice env``, and returns its output."""

    def run(*options, **variables):
        code, out, err = forked_commands.run(["env", *options], {**environment, **variables}, 60)
        assert code == 0, err
        return out

    return run


def variables_of(text):
    pairs = (line.removeprefix("export ").partition("=") for line in text.splitlines() if line[:1] != "#")  # fmt: skip
    return {name: "".join(shlex.split(value)) for name, _, value in pairs}


def test_the_variables_let_a_shell_call_the_real_host(env, environment):
    script = f'eval "$MOCKVOICE_ENV"; {READ}'
    result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False,
                            env={**environment, "MOCKVOICE_ENV": env()})  # fmt: skip

    assert result.returncode == 0, result.stdout + result.stderr
    assert '"data"' in result.stdout


def test_the_names_are_in_both_spellings(env, server):
    variables = variables_of(env())

    proxy, ca_file = server.urls["proxy"], server.urls["ca_file"]
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        assert variables[name] == proxy
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        assert variables[name] == ca_file
    assert variables["NO_PROXY"] == variables["no_proxy"] == "localhost,127.0.0.1,::1"
    assert variables["MOCKVOICE_URL"] == server.urls["main"]
    assert variables["HALO_BASE_URL"] == server.urls["vendors"]["halo"]["root_url"]
    assert variables["OPTIFLOW_OWNER"] == "1|optiflow-demo-owner"


def test_hosts_that_need_no_proxy_already_stay_so(env):
    variables = variables_of(env(no_proxy="internal.example.com,localhost"))

    assert variables["NO_PROXY"] == "internal.example.com,localhost,127.0.0.1,::1"
    both = variables_of(env(no_proxy="internal.example.com", NO_PROXY="other.example.com"))
    hosts = "internal.example.com,other.example.com,localhost,127.0.0.1,::1"
    assert both["NO_PROXY"] == both["no_proxy"] == hosts


def test_the_control_token_is_a_variable_for_further_commands(env):
    assert "MOCKVOICE_CONTROL_TOKEN" not in variables_of(env())
    assert variables_of(env("--control-token", "x"))["MOCKVOICE_CONTROL_TOKEN"] == "x"


def test_the_credentials_are_those_of_a_sandbox(env, mockvoice, server):
    created = mockvoice("sandbox", "create", "env-test", "--url", server.urls["main"]).result()
    variables = variables_of(env("--sandbox", "env-test"))

    assert created[0] == 0
    assert variables["GROWCRM_API_KEY"] in created[1]


def test_comments_say_what_variables_cannot_reach(env):
    comments = [line for line in env().splitlines() if line.startswith("#")]

    assert any("Node.js" in line for line in comments)
    assert any("curl.cainfo=" in line for line in comments)


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("fish", "set -gx OPTIFLOW_OWNER '1|optiflow-demo-owner'"),
        ("powershell", "$env:OPTIFLOW_OWNER = '1|optiflow-demo-owner'"),
        ("dotenv", "OPTIFLOW_OWNER=1|optiflow-demo-owner"),
        ("sh", "export OPTIFLOW_OWNER='1|optiflow-demo-owner'"),
    ],
)
def test_each_shell_has_its_format(env, form, line):
    assert line in env("--format", form).splitlines()


@pytest.mark.parametrize("value", ["it's", 'a "b"', "$HOME `x`", "a\\b", "plain"])
def test_values_are_quoted_for_each_shell(tmp_path, value):
    from mockvoice.commands.shell_formats import render

    script = render("sh", {"VALUE": value}, []) + '\nprintf %s "$VALUE"'
    assert subprocess.check_output(["sh", "-c", script], text=True) == value
    if shutil.which("fish"):
        script = render("fish", {"VALUE": value}, []) + '\nprintf %s "$VALUE"'
        assert subprocess.check_output(["fish", "-c", script], text=True) == value
    file = tmp_path / ".env"
    file.write_text(render("dotenv", {"VALUE": value}, []))
    script = f'set -a; . {shlex.quote(str(file))}; printf %s "$VALUE"'
    assert subprocess.check_output(["sh", "-c", script], text=True) == value


def test_a_certificate_can_be_written_to_a_file(env, server, tmp_path):
    file = tmp_path / "ca.pem"
    variables = variables_of(env("--ca-file", str(file)))

    assert variables["SSL_CERT_FILE"] == str(file)
    assert file.read_text("utf-8") == server.addresses.ca_certificate


def test_without_a_proxy_only_the_vendors_are_named(environment):
    with Server(Settings(port=0, vendors=("halo",))) as plain:
        command = [*MOCKVOICE, "env", "--url", plain.urls["main"]]
        text = subprocess.check_output(command, text=True, env=environment)

    assert {"MOCKVOICE_URL", "HALO_BASE_URL", "HALO_CLIENT_ID", "HALO_CLIENT_SECRET", "HALO_ACCESS_TOKEN"} == variables_of(text).keys()  # fmt: skip
    assert "--proxy-port" in text


@pytest.fixture
def run(environment):
    """Return a function that runs ``mockvoice run``, and returns exit code, stdout and stderr."""

    def run(*arguments):
        return forked_commands.run(["run", *arguments], environment, 60)

    return run


def test_a_program_runs_beside_a_mock(run):
    code, out, err = run("--route", "crm.example.com=growcrm", "--", "sh", "-c", READ)

    assert (code, err) == (0, "")
    assert '"data"' in out


def test_the_exit_code_of_the_program_is_passed_on(run):
    assert run("--vendor", "halo", "sh", "-c", "exit 7")[0] == 7
    assert run("--vendor", "halo", "sh", "-c", "kill -9 $$")[0] == 128 + 9


def test_the_ready_file_exists_while_the_program_runs(run, tmp_path):
    file = tmp_path / "ready.json"

    code, out, _ = run("--vendor", "halo", "--ready-file", str(file), "--", "cat", str(file))

    assert code == 0
    assert json.loads(out)["vendors"]["halo"]["credentials"]["access_token"] == "halo-demo-token"
    assert not file.exists()


def test_a_program_that_cannot_be_run_is_named(run, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()

    missing, refused = run("--vendor", "halo", "no-such-program"), run("--vendor", "halo", str(folder))  # fmt: skip
    assert (missing[0], missing[2]) == (127, "mockvoice: run: no-such-program: no such command\n")
    assert (refused[0], refused[2]) == (126, f"mockvoice: run: {folder}: Permission denied\n")


def test_options_of_serve_are_checked(run):
    assert run("--vendor", "xero", "true")[0] == 2
    assert "Missing argument 'COMMAND" in run()[2]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"])
def test_signals_end_the_program_and_the_server(environment, tmp_path, name):
    started = tmp_path / "started"
    script = (
        "import signal, sys, time, pathlib\n"
        f"signal.signal(signal.{name}, lambda *_: sys.exit(5))\n"
        f"pathlib.Path({str(started)!r}).touch()\n"
        "time.sleep(60)"
    )
    command = [*MOCKVOICE, "run", "--vendor", "halo", "--", sys.executable, "-c", script]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.02)

    process.send_signal(getattr(signal, name))

    assert process.wait(20) == 5


def test_a_signal_right_after_the_start_of_the_program_reaches_it(environment):
    command = [*MOCKVOICE, "run", "--vendor", "halo", "--", "sh", "-c", "echo $$; exec sleep 60"]
    for _ in range(3):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        program = int(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)

        assert process.returncode == 128 + signal.SIGTERM
        with pytest.raises(ProcessLookupError):
            os.kill(program, 0)
