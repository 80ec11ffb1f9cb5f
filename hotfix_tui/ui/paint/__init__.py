"""Colour tokens, glyphs and rows: what drawing is made of."""
