"""The branch stage: preflight, base, and the hotfix branch."""
