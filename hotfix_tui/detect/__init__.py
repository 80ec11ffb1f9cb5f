"""What a repository's own files say about its commands and its platform. Nothing here runs anything."""
