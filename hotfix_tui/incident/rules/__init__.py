"""What is allowed and what follows from a record: policy, requirements, states, gates."""
