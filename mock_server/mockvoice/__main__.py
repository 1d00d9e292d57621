"""Run the command ``mockvoice`` as ``python -m mockvoice``."""

from mockvoice.cli import main

main()
