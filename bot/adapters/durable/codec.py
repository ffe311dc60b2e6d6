"""What the engine writes into its tables: plain JSON, never pickle."""

import json
from typing import Any

from dbos import Serializer

from bot.domain.jobs import RESERVED_KEY

# An error may quote a whole response; its beginning says what it was.
_MAX_ERROR_CHARS = 500


class JsonSerializer(Serializer):
    """
    JSON in place of the engine's pickle, which would run code for whoever can write a row.

    It encodes any exception, cut short: one that can't be encoded leaves its job unfinished for
    ever. Exceptions come back as RuntimeError.
    """

    def name(self) -> str:
        """Return the format's name, kept with each row: changing it is a migration."""
        return "bqx-json-1"

    def serialize(self, data: Any) -> str:
        """Return `data` as JSON."""
        return json.dumps(
            data, separators=(",", ":"), sort_keys=True, allow_nan=False, default=_encode
        )

    def deserialize(self, serialized_data: str) -> Any:
        """Return what `serialize` was given."""
        return json.loads(serialized_data, object_hook=_decode)


def _encode(value: object) -> dict[str, list[str]]:
    if isinstance(value, BaseException):
        text = str(value).encode("utf-8", "replace").decode().replace("\0", "")
        return {RESERVED_KEY: [type(value).__name__, text[:_MAX_ERROR_CHARS]]}
    raise TypeError(f"not allowed in a durable payload: {type(value).__name__}")


def _decode(obj: dict[str, Any]) -> Any:
    return RuntimeError(": ".join(obj[RESERVED_KEY])) if obj.keys() == {RESERVED_KEY} else obj
