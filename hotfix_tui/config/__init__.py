"""The configuration: its types, reading, checking, writing, and the trust in its commands."""
