"""What an embargo keeps back, and the words that would give it away."""
