"""Commands that outlive the terminal: their supervisor, their logs, their end."""
