"""Every change of a record, made on a copy."""
