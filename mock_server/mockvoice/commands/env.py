"""The command ``mockvoice env``."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from mockvoice.commands.base import Printer, for_server, sandbox_path
from mockvoice.commands.shell_formats import FORMATS, render
from mockvoice.outbound.control_client import ControlClient
from mockvoice.outbound.environment import MockEnvironment, local_ca_file, token_variables
from mockvoice.outbound.vendor_urls import vendor_urls
from mockvoice.output_files import OutputError, write


@click.command()
@click.option(
    "--sandbox", default="default", show_default=True, metavar="NAME", help="Name of the sandbox."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="sh",
    show_default=True,
    help="Shell that reads the output, or dotenv for a .env file.",
)
@click.option(
    "--ca-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the server's certificate to this file, for a server on another machine.",
)
@for_server
def env(
    client: ControlClient, show: Printer, sandbox: str, form: str, ca_file: Path | None
) -> None:
    """Print the environment variables that point a program at the mock.

    In a shell: eval "$(mockvoice env)". They are the vendors' base URLs and the credentials of a
    sandbox, and if the server has a forward proxy or its own certificates, the variables for these.
    """
    credentials = client.get(sandbox_path(sandbox))["credentials"]
    network = client.get("/network")
    environment = MockEnvironment(
        main_url=client.url,
        base_urls=vendor_urls(client.get("/vendors"), client.url),
        credentials=credentials,
        proxy_url=network["proxy_url"],
        ca_file=_local_ca_file(network, ca_file),
    )
    variables = environment.variables(os.environ) | token_variables(client.token)
    show(variables, lambda _: render(form, variables, _comments(environment, network)))


def _local_ca_file(network: Mapping[str, Any], requested: Path | None) -> str | None:
    """Return the file of the server's certificate on this machine, if there is one.

    Raises ``UsageError``.
    """
    certificate = network["ca_certificate"]
    if certificate is None:
        if requested is not None:
            raise click.UsageError(
                "--ca-file: this server has no certificate to write; it needs --proxy-port or --tls without "
                "--tls-cert"
            )
        return None
    if requested is not None:
        try:
            write(requested, [certificate.encode()])
        except OutputError as error:
            raise click.UsageError(f"--ca-file {error}") from error
        return str(requested.absolute())
    return local_ca_file(network)


def _comments(environment: MockEnvironment, network: Mapping[str, Any]) -> Iterator[str]:
    """Iterate over what variables cannot reach."""
    if environment.proxy_url is None:
        yield "No proxy: clients whose host names cannot be changed need a server with --proxy-port."
    if network["ca_certificate"] and environment.ca_file is None:
        yield "The server's certificate is not on this machine: add --ca-file FILE to write it."
    if environment.proxy_url is not None:
        yield "Node.js: releases that ignore NODE_USE_ENV_PROXY, such as 20, need undici's EnvHttpProxyAgent."
        yield "Java: -Dhttps.proxyHost and -Dhttps.proxyPort, and the same for http."
    if environment.ca_file is not None:
        yield f"PHP: php -d curl.cainfo={environment.ca_file} -d openssl.cafile={environment.ca_file}"
        yield "Java: import the certificate with keytool, and name the store by -Djavax.net.ssl.trustStore."
        yield ".NET on Windows and macOS: import the certificate into the user's store."
