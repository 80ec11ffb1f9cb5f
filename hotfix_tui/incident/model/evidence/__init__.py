"""What steps saw, typed: one frozen class a step. A stage has a module; `base` holds what the classes share."""
