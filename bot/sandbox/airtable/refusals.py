"""
How Airtable says no: a status, a type string, and mostly a sentence.

The strings are those that were seen on the live API or stand in its documentation (contracts,
airtable 1.2 and 1.4); where neither tells, the docstring says so.
"""

from typing import Any

Json = dict[str, Any]

UNPROCESSABLE = 422
FORBIDDEN = 403
NOT_FOUND = 404
UNAUTHORIZED = 401
TOO_MANY = 429


class ApiError(Exception):
    """The API refuses; `status` and `body` are what is answered."""

    def __init__(self, status: int, body: Json, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}

    @property
    def type(self) -> str:
        """The type string, whichever of the four shapes carries it."""
        return type_of(self.body)

    @property
    def sentence(self) -> str:
        """What it says to people."""
        error = self.body.get("error")
        if isinstance(error, dict) and "message" in error:
            return str(error["message"])
        return self.type


def type_of(body: Any) -> str:
    """Return the type string of an error body; "" for anything else."""
    if not isinstance(body, dict):
        return ""
    error = body.get("error")
    if isinstance(error, str):
        return error
    if isinstance(error, dict):
        return str(error.get("type", ""))
    errors = body.get("errors")
    if isinstance(errors, list) and errors:
        return str(errors[0].get("error", ""))
    return ""


def refuse(status: int, kind: str, message: str | None = None) -> ApiError:
    """Return the normal shape: an object with a type and, where there is one, a message."""
    error: Json = {"type": kind}
    if message is not None:
        error["message"] = message
    return ApiError(status, {"error": error})


def nothing_here() -> ApiError:
    """Return the bare 404 of a malformed id or a path that leads nowhere."""
    return ApiError(NOT_FOUND, {"error": "NOT_FOUND"})


def gone() -> ApiError:
    """Return the 404 of a webhook that is not there."""
    return refuse(NOT_FOUND, "NOT_FOUND")


def no_record() -> ApiError:
    """Return the 404 of a write to a record that is not there."""
    return refuse(NOT_FOUND, "MODEL_ID_NOT_FOUND", "Record not found")


def no_credentials() -> ApiError:
    """Return the 401 of a request without a token."""
    return refuse(UNAUTHORIZED, "AUTHENTICATION_REQUIRED", "Authentication required")


def bad_credentials() -> ApiError:
    """Return the 401 of a token that is not valid (any more)."""
    return refuse(UNAUTHORIZED, "UNAUTHORIZED", "Invalid authentication token")


def hidden() -> ApiError:
    """Return the 403 that does not tell whether the model is missing or forbidden."""
    return refuse(
        FORBIDDEN,
        "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
        "Invalid permissions, or the requested model was not found. Check that both your user "
        "and your token have the required permissions, and that the model names and/or ids are "
        "correct.",
    )


def forbidden(what: str = "perform this operation") -> ApiError:
    """Return the 403 of a scope or a role that is missing."""
    return refuse(FORBIDDEN, "INVALID_PERMISSIONS", f"You are not permitted to {what}")


def rate_limited(headers: dict[str, str] | None = None) -> ApiError:
    """Return the 429 of a base (or a token) that was asked too often."""
    error = refuse(TOO_MANY, "RATE_LIMIT_REACHED", "Rate limit exceeded. Please try again later")
    error.headers = headers or {}
    return error


def over_the_month() -> ApiError:
    """Return the 429 of a workspace whose calls of this month are used up."""
    return refuse(
        TOO_MANY,
        "PUBLIC_API_BILLING_LIMIT_EXCEEDED",
        "API billing plan limit exceeded. You've reached the maximum number of requests allowed "
        "for this month.",
    )


def invalid(kind: str, message: str | None = None) -> ApiError:
    """Return a 422 of the normal shape."""
    return refuse(UNPROCESSABLE, kind, message)


def invalid_request(message: str | None = None) -> ApiError:
    """Return the 422 of parameters that make no sense."""
    return invalid(
        "INVALID_REQUEST_UNKNOWN",
        message or "Invalid request: parameter validation failed. Check your request data.",
    )


def unknown_field(name: str) -> ApiError:
    """Return the 422 of a field that the table does not have."""
    return invalid("UNKNOWN_FIELD_NAME", f'Unknown field name: "{name}"')


def bad_value(field_name: str) -> ApiError:
    """Return the 422 of a value that is not of the field's type."""
    return invalid(
        "INVALID_VALUE_FOR_COLUMN", f'Field "{field_name}" cannot accept the provided value'
    )


def computed_field(field_name: str) -> ApiError:
    """Return the 422 of a value for a field that Airtable computes."""
    return invalid(
        "INVALID_VALUE_FOR_COLUMN",
        f'Field "{field_name}" cannot accept a value because the field is computed',
    )


def no_option(name: str) -> ApiError:
    """Return the 422 of a select option that does not exist."""
    return invalid(
        "INVALID_MULTIPLE_CHOICE_OPTIONS",
        f'Insufficient permissions to create new select option "{name}"',
    )


def no_row(record_id: str) -> ApiError:
    """Return the 422 of a link to a row that is not in the linked table (wording unverified)."""
    return invalid("ROW_DOES_NOT_EXIST", f"Record ID {record_id} does not exist")


def too_many_records(verb: str, count: int) -> ApiError:
    """Return the 422 of a batch of more than ten."""
    return invalid(
        "INVALID_RECORDS",
        f"A maximum of 10 records can be {verb} per request but you have provided {count}.",
    )


def bad_records(shape: str) -> ApiError:
    """Return the 422 of a batch that is not a list of what it should be."""
    return invalid("INVALID_RECORDS", f"You must provide an array of up to 10 record {shape}")
