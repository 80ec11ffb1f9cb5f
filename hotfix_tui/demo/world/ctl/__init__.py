"""tokenctl: deploys and runs the drill's service on this machine.

The folder is copied into every drill and works there alone, so it imports nothing but the standard library.
"""
