"""``python -m mockvoice`` is the command ``mockvoice``."""

from mockvoice.cli import main

main()
