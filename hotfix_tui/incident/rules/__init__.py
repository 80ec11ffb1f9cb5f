"""What is legal and what is true of a record: policy, requirements, states, gates."""
