"""What an incident is: pure functions and data, without a file, a clock or a process."""
