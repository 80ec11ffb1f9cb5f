"""The parts that every screen has: header, rail, checklist, card, bar and footer."""
