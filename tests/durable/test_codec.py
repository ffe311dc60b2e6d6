"""What is written into the engine's tables: JSON that always can be written and read."""

import pytest

from bot.adapters.durable.codec import JsonSerializer

codec = JsonSerializer()


def test_values_come_back_as_they_were():
    value = {"args": [1, "ü", None, {"a": [True, 1.5]}], "kwargs": {}}

    assert codec.deserialize(codec.serialize(value)) == value


def test_any_exception_can_be_kept_and_is_cut_short():
    error = codec.deserialize(codec.serialize(ValueError("\ud800\0" + "x" * 1000)))

    assert isinstance(error, RuntimeError)
    assert str(error) == "ValueError: ?" + "x" * 499


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), b"x"])
def test_what_is_no_json_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        codec.serialize(value)


def test_nothing_read_from_the_database_is_run():
    with pytest.raises(ValueError, match="Expecting value"):
        codec.deserialize("gASVIAAAAAAAAACMBXBvc2l4lIwGc3lzdGVtlJOUjAVpZD4vZpSFlFKULg==")
