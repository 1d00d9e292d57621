"""``python -m mock_server`` is the command ``mockvoice``."""

from mock_server.cli import main

main()
