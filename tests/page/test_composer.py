"""The box one writes in."""

import pytest
from playwright.sync_api import expect

from tests.page.conftest import ANA


@pytest.fixture
def box_to_write(page):
    return page.get_by_label("Message", exact=True)


def test_a_slash_completes_the_command_and_its_words(page, box_to_write, metronome):
    box_to_write.press_sequentially("/t")
    expect(page.get_by_role("option")).to_have_text(
        [
            "/testDoes things",
            "/test form",
            "/test say <text>",
            "/test hidden",
            "/test report",
            "/test slow",
        ]
    )

    box_to_write.press("ArrowDown")
    box_to_write.press("Enter")
    expect(box_to_write).to_have_value("/test form ")
    box_to_write.press("Enter")

    assert metronome.next()["text"] == "form"
    expect(page.get_by_role("dialog", name="File an issue")).to_be_visible()


def test_enter_sends_and_shift_enter_starts_a_line(page, box_to_write, box, channel):
    box_to_write.press_sequentially("one <b> & *two*")
    box_to_write.press("Shift+Enter")
    box_to_write.press_sequentially("three")
    box_to_write.press("Enter")

    expect(page.locator(".message .words")).to_have_text("one <b> & twothree")
    expect(box_to_write).to_have_value("")
    assert box.member(ANA).messages(channel)[0]["text"] == "one &lt;b&gt; &amp; *two*\nthree"


def test_the_app_hears_its_name(page, box_to_write, metronome):
    box_to_write.press_sequentially("@metr")
    box_to_write.press("Enter")
    box_to_write.press_sequentially("status")
    box_to_write.press("Enter")

    heard = metronome.next()
    assert heard["type"] == "app_mention"
    assert heard["text"].endswith("> status")
    expect(page.locator(".message .mention")).to_contain_text("@metronome", ignore_case=True)


def test_up_brings_back_what_was_sent(page, box_to_write):
    for words in ("first", "second"):
        box_to_write.fill(words)
        box_to_write.press("Enter")
        expect(page.locator(".message").last).to_contain_text(words)

    box_to_write.press("ArrowUp")
    expect(box_to_write).to_have_value("second")
    box_to_write.press("ArrowUp")
    expect(box_to_write).to_have_value("first")
    box_to_write.press("ArrowDown")
    box_to_write.press("ArrowDown")
    expect(box_to_write).to_have_value("")


def test_a_command_nobody_answers_says_so_and_stays_typed(hasty):
    page, _, _ = hasty
    box_to_write = page.get_by_label("Message", exact=True)
    box_to_write.fill("/test slow")
    box_to_write.press("Enter")

    expect(page.locator("#composer .composer-notice")).to_contain_text("operation_timeout")
    expect(box_to_write).to_have_value("/test slow")


def test_a_draft_waits_in_its_channel(page, box_to_write):
    box_to_write.fill("half a thought")

    page.get_by_role("button", name="general", exact=True).click()
    expect(page.get_by_role("heading", name="general", exact=True)).to_be_visible()
    expect(box_to_write).to_have_value("")
    page.go_back()

    expect(box_to_write).to_have_value("half a thought")


def test_a_global_shortcut_is_at_hand(page, metronome):
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Log progress").click()

    assert metronome.next()["callback_id"] == "open_form"
    expect(page.get_by_role("dialog", name="A second view")).to_be_visible()
