from mockvoice.cli import main
from tests.example_vendors import for_vendors

with for_vendors():
    main()
