"""Tools for the work on this project; they are not in the wheel."""
