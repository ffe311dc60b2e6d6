"""
Airtable's formulas, as filterByFormula evaluates them.

What is not understood is refused before a row is looked at, so no formula matches by accident.
"""

from bot.sandbox.airtable.formulas.contract import FormulaError, Row
from bot.sandbox.airtable.formulas.parsing import compile_formula
from bot.sandbox.airtable.formulas.values import is_true

__all__ = ["FormulaError", "Row", "compile_formula", "is_true"]
