"""Every function a formula may call."""

from collections.abc import Callable

from bot.sandbox.airtable.formulas.contract import Row
from bot.sandbox.airtable.formulas.functions import Function
from bot.sandbox.airtable.formulas.functions_dates import DATE_FUNCTIONS
from bot.sandbox.airtable.formulas.functions_logic import LOGIC_FUNCTIONS
from bot.sandbox.airtable.formulas.functions_numbers import NUMBER_FUNCTIONS
from bot.sandbox.airtable.formulas.functions_regex import REGEX_FUNCTIONS
from bot.sandbox.airtable.formulas.functions_text import TEXT_FUNCTIONS
from bot.sandbox.airtable.formulas.values import Value

FUNCTIONS: dict[str, Function] = {
    **LOGIC_FUNCTIONS,
    **TEXT_FUNCTIONS,
    **NUMBER_FUNCTIONS,
    **DATE_FUNCTIONS,
    **REGEX_FUNCTIONS,
}
LAST_MODIFIED = "LAST_MODIFIED_TIME"
ROW_FACTS: dict[str, Callable[[Row], Value]] = {
    "RECORD_ID": lambda row: row.record_id,
    "CREATED_TIME": lambda row: row.created,
    "NOW": lambda row: row.now,
    "TODAY": lambda row: row.now.replace(hour=0, minute=0, second=0, microsecond=0),
}
