"""Countries whose public holidays are known, as a typeahead offers them."""

import re
from functools import cache

MAX_FOUND = 98  # options; Slack takes a hundred, and two are our own


@cache
def country_names() -> dict[str, str]:
    """Return countries and their parts by code: "DE" is "Germany", "DE-BE" "Germany, BE"."""
    import holidays  # noqa: PLC0415 - a tenth of a second that only settings need
    from holidays.registry import COUNTRIES  # noqa: PLC0415

    parts = holidays.list_supported_countries(include_aliases=False)
    called = {codes[1]: _spaced(codes[0]) for codes in COUNTRIES.values()}
    found = {}
    for code in sorted(parts, key=lambda each: called.get(each, each)):
        found[code] = called.get(code, code)
        found |= {f"{code}-{part}": f"{called.get(code, code)}, {part}" for part in parts[code]}
    return found


def find_countries(typed: str) -> list[tuple[str, str]]:
    """Return code and name of what begins with, then of what holds, the typed words."""
    wanted = typed.strip().casefold()
    names = country_names()
    if not wanted:
        return [(code, name) for code, name in names.items() if "-" not in code][:MAX_FOUND]
    near = [
        (not _begins(code, name, wanted), code, name)
        for code, name in names.items()
        if wanted in name.casefold() or wanted in code.casefold()
    ]
    near.sort(key=lambda found: found[0])
    return [(code, name) for _, code, name in near[:MAX_FOUND]]


def _begins(code: str, name: str, wanted: str) -> bool:
    return code.casefold() == wanted or name.casefold().startswith(wanted)


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
