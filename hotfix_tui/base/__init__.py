"""What every room may use: text, times, locks, durable writes. The standard library only."""
