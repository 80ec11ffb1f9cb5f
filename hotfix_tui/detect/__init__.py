"""What a repository's files reveal about its commands and its platform. Nothing here runs anything."""
