"""The incident as data: the record, the catalogue of steps, facts, severities, evidence."""
