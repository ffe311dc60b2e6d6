"""Drive the local Airtable: pyairtable over real HTTP, raw requests, and people."""

from contextlib import contextmanager

import pytest
import requests
from pyairtable import Api

from bot.sandbox.airtable.config import AirtableConfig
from bot.sandbox.airtable.server import running_airtable

BASE = "appBQXCADENCE0001"
TOKEN = "pat-local-airtable"

PLAN = {
    "id": BASE,
    "name": "Plan",
    "tables": [
        {
            "id": "tblPHASES00000001",
            "name": "Phases",
            "fields": [
                {"name": "Name", "type": "singleLineText"},
                {
                    "name": "Stages",
                    "type": "multipleRecordLinks",
                    "options": {"linkedTableId": "Stages", "inverseLinkFieldId": "Phase"},
                },
            ],
            "records": [
                {
                    "id": "recPHASE000000001",
                    "createdTime": "2025-11-01T08:00:00.000Z",
                    "fields": {"Name": "Build"},
                },
                {"id": "recPHASE000000002", "fields": {"Name": "Deploy"}},
            ],
        },
        {
            "id": "tblSTAGES00000001",
            "name": "Stages",
            "fields": [
                {"id": "fldTITLE000000001", "name": "Title", "type": "singleLineText"},
                {"id": "fldCODE0000000001", "name": "Code", "type": "singleLineText"},
                {
                    "id": "fldSTATUS00000001",
                    "name": "Status",
                    "type": "singleSelect",
                    "options": {
                        "choices": [{"name": "Todo"}, {"name": "In Progress"}, {"name": "Done"}]
                    },
                },
                {
                    "name": "Tags",
                    "type": "multipleSelects",
                    "options": {"choices": [{"name": "a"}]},
                },
                {"name": "Progress", "type": "percent"},
                {"name": "Effort", "type": "duration"},
                {"name": "Cost", "type": "number"},
                {"name": "Stars", "type": "rating", "options": {"max": 5}},
                {"name": "Ready", "type": "checkbox"},
                {"name": "Due", "type": "date"},
                {
                    "name": "Seen",
                    "type": "dateTime",
                    "options": {"timeZone": "Europe/Berlin"},
                },
                {"name": "Owner", "type": "singleCollaborator"},
                {"name": "Team", "type": "multipleCollaborators"},
                {"name": "Files", "type": "multipleAttachments"},
                {"name": "Sticker", "type": "barcode"},
                {"name": "Number", "type": "autoNumber"},
                {"name": "Made", "type": "createdTime"},
                {"name": "Score", "type": "formula"},
                {
                    "id": "fldPHASE000000001",
                    "name": "Phase",
                    "type": "multipleRecordLinks",
                    "options": {"linkedTableId": "Phases", "inverseLinkFieldId": "Stages"},
                },
            ],
            "records": [],
        },
    ],
}


class Rig:
    """A running Airtable and a client of its API."""

    def __init__(self, remote, config):
        self.remote = remote
        self.config = config
        self.api = Api(config.token, endpoint_url=remote.base_url, retry_strategy=None)
        self.base = self.api.base(BASE)
        self.stages = self.api.table(BASE, "Stages")
        self.phases = self.api.table(BASE, "Phases")

    def ask(self, method, path, *, token=TOKEN, **rest):
        """Send a raw request and return its status and JSON."""
        response = self.send(method, path, token=token, **rest)
        return response.status_code, response.json() if response.content else None

    def send(self, method, path, *, token=TOKEN, **rest):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers.update(rest.pop("headers", {}))
        url = self.remote.base_url + path
        return requests.request(method, url, headers=headers, timeout=60, **rest)

    def stored(self, table="Stages"):
        """Return stored records by the text of their first field."""
        return self.remote.records(BASE, table)


@contextmanager
def rig(base=PLAN, **settings):
    settings = {"requests_per_s": 0, "port": 0, **settings}
    config = AirtableConfig((base,), **settings)
    with running_airtable(config) as remote:
        made = Rig(remote, config)
        try:
            yield made
        finally:
            made.api.session.close()


@contextmanager
def refused(status, kind=None, message=None):
    """Expect a refusal with this status, type and words."""
    with pytest.raises(requests.HTTPError) as caught:
        yield caught
    response = caught.value.response
    error = response.json()["error"]
    assert response.status_code == status, error
    if kind is not None:
        assert error["type"] == kind
    if message is not None:
        assert error["message"] == message
