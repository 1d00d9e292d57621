"""The page about target files: the settings that the parser knows, and what each vendor needs."""

# The parser states what it accepts in these two only.
from mockvoice.outbound.target_file import _FROM_ENVIRONMENT, _KINDS, ABILITIES, SETTINGS
from mockvoice_contracts.harness import targets
from tools.reference_pages.markdown import code, page, prose, table

INTRODUCTION = """\
A target file describes the servers that `mockvoice check` and `mockvoice seed` call with `--target FILE`. It is TOML, with a table
for each vendor. The settings are those of `mock_server/mockvoice/outbound/target_file.py`; credentials and known records are those that
each vendor declares."""
EXAMPLE = """\
```toml
[growcrm]
url = "https://crm.example.com"   # the base URL, without the vendor's own paths
mode = "read-only"                # or own-data, or full
credentials = { api_key = "env:GROWCRM_KEY" }
known = { tax_rates = { "10" = 1, "8.25" = 2 } }
requests_per_minute = 60
max_requests = 5000
operations = ["invoices.*", "clients.create"]
```

`mockvoice check growcrm --init` writes a commented target file, `mockvoice-target.toml` or that of `--target`; it replaces no file.
`mockvoice check growcrm --target mine.toml --explain` runs no test. It prints the URL, the mode, the credentials by name, the known
records, the operations to check, whether the server is recognised as a mock, the limits, what the mode leaves out, and where each
setting comes from. It never prints a secret."""
MEANINGS = {
    "url": "base URL, as in `http://127.0.0.1:8082` or `http://127.0.0.1:8080/growcrm`; required",
    "mode": "the requests that are [allowed](check.md#modes)",
    "credentials": "credentials by name; the next table has the names. The default for a server on this machine is the demo "
    "credentials",
    "known": "ids of records that the API can neither list nor create; the last table has the names",
    "abilities": "capabilities of a server with the control API of a mock; they are detected if the control API responds",
    "requests_per_minute": "maximum request rate of all processes together",
    "max_requests": "maximum number of requests. A check skips the remaining tests; a seeding run stops and can be resumed",
    "operations": "the operations to check, by [id or pattern](check.md#servers-with-some-of-the-operations); `--only` takes "
    "its place",
    "ca_file": "file with the certificate authorities that are trusted for this server, instead of the system's. A relative "
    "path begins in the folder of the target file",
    "verify": "`false` accepts any certificate ([TLS and proxies](check.md#tls-and-proxies))",
    "proxy": "URL of the proxy for this server, instead of that of the environment; it may have a user name and a password",
}
ERRORS = """\
An unknown setting is an error; the message suggests the most similar one. So is a name in `known` that no command reads, or that
the command does not read if it reads none of the others, and a value of another form. A check in mode `own-data` or `full` verifies
each tax rate before its first use: if the server does not have it, or has another percentage, the tests that need it are skipped,
and the exit code is 2 unless other tests find a breach.

If a server on this machine rejects the demo credentials, the message names the credentials that the target file must have."""


def render() -> str:
    """Return the page. Raises ``KeyError`` for a setting without a meaning here."""
    settings = [(code(name), _value(name), MEANINGS[name]) for name in SETTINGS]
    environment = " and ".join(map(code, _FROM_ENVIRONMENT))
    return page(
        "Target file",
        INTRODUCTION,
        EXAMPLE,
        "## Settings",
        table(("Setting", "Value", "Meaning"), settings),
        f"Credentials, {environment} may be `env:NAME`, which reads the environment variable `NAME`.",
        "## Credentials",
        table(("Vendor", "Names"), [(title, _credentials(key)) for key, title in _titles()]),
        "## Known records",
        table(("Vendor", "Name", "Example", "Read by", "Meaning"), _known()),
        "The other vendors need none.",
        "## Errors",
        ERRORS,
    )


def _titles() -> list[tuple[str, str]]:
    return list(targets.titles().items())


def _value(name: str) -> str:
    names = {"abilities": f"a list of {', '.join(map(code, ABILITIES))}"}
    return names.get(name, prose(_KINDS[name][1]))


def _credentials(vendor: str) -> str:
    return ", ".join(map(code, targets.vendor_of(vendor).credentials))


def _known() -> list[tuple[str, ...]]:
    return [
        (
            title,
            code(name),
            code(records.example),
            _commands(records.readers),
            prose(records.description),
        )
        for key, title in _titles()
        for name, records in targets.vendor_of(key).known_records.items()
    ]


def _commands(readers: frozenset[str]) -> str:
    return ", ".join(code(f"mockvoice {reader}") for reader in sorted(readers))
