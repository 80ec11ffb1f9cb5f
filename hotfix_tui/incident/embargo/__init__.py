"""What an embargo holds back, and the words that would give it away."""
