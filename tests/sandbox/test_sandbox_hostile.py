"""Whatever is sent, the checks answer with flaws, never with an exception."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st
from test_sandbox_blocks import INVALID, INVALID_VIEWS, in_actions, in_input, option, plain

from bot.sandbox.blocks import flaws_of_blocks, flaws_of_view, with_block_ids

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
FORM = [
    *in_input({"type": "plain_text_input", "min_length": 1, "max_length": 5}),
    *in_input({"type": "number_input", "is_decimal_allowed": True, "min_value": "1"}),
    *in_input({"type": "checkboxes", "options": [option()], "initial_options": [option()]}),
    *in_actions(
        {"type": "static_select", "option_groups": [{"label": plain("g"), "options": [option()]}]},
        {"type": "overflow", "options": [option()]},
    ),
]
SEEDS = [FORM, *INVALID.values()]
VIEWS = [{"type": "modal", "title": plain("T"), "blocks": FORM}, *INVALID_VIEWS.values()]


def paths(value, here=()):
    """Yield the path to every part of a payload."""
    yield here
    items = value.items() if isinstance(value, dict) else enumerate(value)
    if isinstance(value, (dict, list)):
        for key, one in list(items)[:5]:
            yield from paths(one, (*here, key)) if isinstance(one, (dict, list)) else [(*here, key)]


def spoilt(draw, payload):
    """Return a payload with one part replaced by anything."""
    path = draw(st.sampled_from(sorted(paths(payload), key=repr)))
    part = draw(JSON)
    if not path:
        return part
    whole = copy.deepcopy(payload)
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = part
    return whole


@settings(max_examples=150)
@given(data=st.data())
def test_no_payload_breaks_the_check(data):
    blocks = spoilt(data.draw, data.draw(st.sampled_from(SEEDS)))
    view = spoilt(data.draw, data.draw(st.sampled_from(VIEWS)))

    for surface in ("message", "modal", "home"):
        flaws = flaws_of_blocks(blocks, surface)
        if not flaws:
            # What passes can also be kept and shown.
            assert len(with_block_ids(blocks)) == len(blocks)
    assert isinstance(flaws_of_view(view), list)
