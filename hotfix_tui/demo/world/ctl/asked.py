"""Asking a server of the drill. Apart from starting them: the watch asks every few seconds, by a new process."""

from __future__ import annotations

import http.client
import json

from .place import CtlError, Place


def get(place: Place, environment: str, path: str) -> tuple[int, dict[str, object]]:
    """Request a page from a server: status and JSON. CtlError if it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", place.ports[environment], timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = json.loads(response.read())
        return response.status, body if isinstance(body, dict) else {}
    except (OSError, http.client.HTTPException, ValueError):
        raise CtlError(f"{place.url(environment)}{path} does not answer.") from None
    finally:
        connection.close()
