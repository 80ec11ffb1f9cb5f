"""The verify stage: checks, proof, commit, push."""
