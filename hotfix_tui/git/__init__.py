"""The one place that reads git: bounded calls, typed answers, nothing of the user's modified."""
