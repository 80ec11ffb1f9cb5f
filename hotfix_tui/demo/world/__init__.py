"""What the drill is made of: the history of its service as patches, its fixes, and the tool that runs it."""
