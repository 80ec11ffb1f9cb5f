"""One picture per stage: pure functions from the record to rows."""
