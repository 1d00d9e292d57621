"""What every suite uses: the server under test, a client that checks each answer, and Schemathesis' hooks."""
