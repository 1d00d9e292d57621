"""The log of a server on stderr: text for people, or JSON for programs that collect logs."""

import logging

from mockvoice.settings import Settings

TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def configure_log(settings: Settings) -> None:
    """Write log messages to stderr; uvicorn's only from ``warning`` on, unless all are requested."""
    level = settings.log_level
    handler = logging.StreamHandler()
    if settings.log_format == "json":
        handler.setFormatter(_json_formatter())
        # Python would write them to stderr as text.
        logging.captureWarnings(capture=True)
    else:
        handler.setFormatter(logging.Formatter(TEXT))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    if level == "info":
        logging.getLogger("uvicorn").setLevel(logging.WARNING)


def _json_formatter() -> logging.Formatter:
    """Return a formatter of one JSON object a line, with the time in UTC as RFC 3339 has it."""
    from pythonjsonlogger.json import JsonFormatter

    return JsonFormatter(
        ["levelname", "name", "message"],
        timestamp=True,
        rename_fields={
            "levelname": "level",
            "name": "logger",
            "exc_info": "exception",
            "stack_info": "stack",
        },
    )
