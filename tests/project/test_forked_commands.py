"""A forked command is like a started one: output, exit code, variables and signals."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import forked_commands
from tests.forked_commands import ForkedCommand
from tests.processes import ready_content

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="commands are forked on Linux only, and started elsewhere"
)
SPEC = ["spec", "nobody"]


def test_output_and_exit_code_are_those_of_a_started_command():
    started = subprocess.run(
        [sys.executable, "-m", "mockvoice", *SPEC], capture_output=True, text=True, check=False
    )
    forked = ForkedCommand("mockvoice", SPEC, os.environ)

    assert forked.communicate(60) == (started.stdout, started.stderr)
    assert forked.returncode == started.returncode == 2


def test_a_forked_command_has_only_its_own_variables():
    variables = {"MOCKVOICE_URL": "http://127.0.0.1:9"}
    forked = ForkedCommand("mockvoice", ["sandbox", "list"], variables)

    assert "no mock server responds at http://127.0.0.1:9:" in forked.communicate(60)[1]
    assert "MOCKVOICE_URL" not in os.environ


def serve(ready: Path) -> ForkedCommand:
    """Fork a server on a free port."""
    options = ["serve", "--port", "0", "--no-vendor-ports", "--vendor", "halo"]
    return ForkedCommand("mockvoice", [*options, "--ready-file", ready], os.environ)


def test_a_forked_server_gets_signals(tmp_path):
    ready = tmp_path / "ready.json"
    forked = serve(ready)
    try:
        assert ready_content(forked, ready)["pid"] == forked.pid
        assert forked.poll() is None
    finally:
        forked.send_signal(signal.SIGTERM)
        forked.communicate(60)

    assert forked.returncode == 0
    assert not ready.exists()


def test_a_killed_command_has_the_exit_code_of_the_signal(tmp_path):
    ready = tmp_path / "ready.json"
    forked = serve(ready)
    ready_content(forked, ready)
    forked.kill()
    forked.communicate(60)

    assert forked.returncode == -signal.SIGKILL


def test_a_command_whose_variables_python_reads_at_its_start_is_started():
    process = forked_commands.start("mockvoice", SPEC, {**os.environ, "PYTHONHASHSEED": "4711"})
    process.communicate(timeout=60)

    assert isinstance(process, subprocess.Popen)


def test_a_command_of_a_shell_has_its_variables_output_and_exit_code(tmp_path):
    forked_commands.shell_command(tmp_path, os.environ)
    script = 'MOCKVOICE_URL=http://127.0.0.1:9 mockvoice sandbox list 2>&1 || echo "exit code $?"'
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    result = subprocess.run(
        ["sh", "-c", script], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )  # fmt: skip

    assert "no mock server responds at http://127.0.0.1:9:" in result.stdout
    assert result.stdout.endswith("exit code 2\n")
