"""The platform API over HTTP: deadlines, caps, retries, idempotency, versions. `Client` is the way in.

transport.py    one request and its reply, on the wire
requests.py     what goes out
answers.py      what replies mean: JSON, problems, records, pages
stream.py       answers too long to hold
client.py       calls with a token, retried until their outcome is known
"""

from console.client.answers import Answer, Changed, Changes, Offer, Page, Total
from console.client.client import Client, Patience, TokenSource, new_key
from console.client.requests import Query, path
from console.client.stream import File
from console.client.transport import Transport

__all__ = [
    "Answer",
    "Changed",
    "Changes",
    "Client",
    "File",
    "Offer",
    "Page",
    "Patience",
    "Query",
    "TokenSource",
    "Total",
    "Transport",
    "new_key",
    "path",
]
