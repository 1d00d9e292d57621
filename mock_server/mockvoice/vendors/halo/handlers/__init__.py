"""One module per resource, one function per operation of the contract."""
