from mock_server.cli import main
from tests.toys import for_vendors

with for_vendors():
    main()
