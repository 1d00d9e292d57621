"""One function for each operation of the contract: read, call one rule, render."""
