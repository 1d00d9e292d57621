"""What every vendor stands on and what knows none of them: money, time, ids, tables, pages."""
