"""Money, time, ids, tables and pages: used by every vendor, specific to none."""
