"""What steps saw, typed: one frozen class per step. Each stage has a module; `base` holds what the classes share."""
