"""Processes of the product that begin with its modules loaded: what a test starts a hundred times is imported once.

A server, itself a plain Python, imports the product and runs nothing of it. For each call it forks: the child gets the
call's environment, folder and standard streams, runs the command line and ends as any process does. So each call is a
process of its own, with nothing left over from the call before; only the time of the imports is saved. Where the start
of the interpreter is what a test is about (streams, locale, what is imported, kills), it starts one.
"""

from tests.forked.client import call

__all__ = ["call"]
