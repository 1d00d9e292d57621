from mockvoice.cli import main
from tests.example_vendors import installed

with installed():
    main()
