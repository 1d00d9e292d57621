"""Money, time, ids, tables and pages: the base of every vendor, independent of all of them."""
