"""Modals: every input, errors, stacks, and words that are never lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.conftest import ANA, BEN


@pytest.fixture
def form(page: Page, box, metronome, channel):
    """The open modal with every kind of input."""
    box.member(ANA).say(channel, "/test form")
    metronome.next()
    dialog = page.get_by_role("dialog", name="File an issue")
    dialog.wait_for()
    return dialog


def choose(form, label, words):
    """Choose in a select as one does by hand: click, type, Enter."""
    box = form.get_by_role("combobox", name=label, exact=True)
    box.click()
    box.press_sequentially(words)
    form.page.get_by_role("option").first.wait_for()
    box.press("Enter")


def test_every_input_sends_what_was_chosen_in_slacks_shapes(form, metronome, channel):
    form.get_by_label("What happened?").fill("AUDUSD features have gaps")
    form.get_by_label("Details").fill("two\nlines")
    form.get_by_label("Percent done").fill("40")
    form.get_by_label("2 A stage waits").check()
    form.get_by_label("The lead").check()
    choose(form, "Status", "8.1")
    choose(form, "Stages (optional)", "7.1")
    choose(form, "Stages (optional)", "8.1")
    choose(form, "Stage", "lambda")
    choose(form, "Other stages (optional)", "feature")
    choose(form, "Owner", "okafor")
    choose(form, "Who helps (optional)", "ana")
    choose(form, "Channel (optional)", "bqx-ml-crit")
    form.get_by_label("At (optional)").fill("16:30")
    form.get_by_role("button", name="Save").click()

    values = metronome.next()["view"]["state"]["values"]
    assert {block: shape(element) for block, element in values.items()} == {
        "name": "AUDUSD features have gaps",
        "more": "two\nlines",
        "percent": "40",
        "level": "2",
        "checks": ["lead"],
        "status": "8.1",
        "stages": ["7.1", "8.1"],
        "stage": "7.2",
        "others": ["7.1"],
        "owner": BEN,
        "helpers": [ANA],
        "where": channel,
        "channel": "C0BQXCRIT",
        "due": "2026-09-14",
        "at": "16:30",
    }
    expect(form).to_be_hidden()


def shape(actions):
    """Return what the one action of an input block holds, options by their value."""
    (element,) = actions.values()
    held = next(value for name, value in element.items() if name not in {"type", "timezone"})
    if isinstance(held, dict):
        return held["value"]
    if isinstance(held, list):
        return [one["value"].split()[0] if isinstance(one, dict) else one for one in held]
    return held


def test_typeahead_waits_for_enough_letters_and_says_when_nothing_matches(form):
    stage = form.get_by_role("combobox", name="Stage", exact=True)
    stage.click()
    expect(form.locator(".combo-note")).to_have_text("Type 2 letters to search")

    stage.press_sequentially("zz")
    expect(form.locator(".combo-note")).to_have_text("Nothing matches “zz”")
    stage.fill("mo")
    form.page.get_by_role("option", name="8.1 Monitoring").wait_for()
    stage.press("Escape")

    expect(form).to_be_visible()
    expect(form.page.get_by_role("listbox")).to_be_hidden()


def test_enter_takes_nothing_that_was_found_for_other_words(form, metronome):
    stages = form.get_by_role("combobox", name="Other stages (optional)", exact=True)
    stages.click()
    expect(form.page.get_by_role("option")).to_have_count(3)
    requests = Held(form.page, "**/sandbox/suggest")

    stages.press_sequentially("monitoring")
    stages.press("Enter")

    expect(form.locator(".combo-note")).to_have_text("Searching…")
    expect(form.locator(".chip")).to_have_count(0)
    requests.let_go()
    expect(form.page.get_by_role("option")).to_have_text(["8.1 Monitoring"])
    stages.press("Enter")
    expect(form.locator(".chip")).to_have_text(["8.1 Monitoring"])


def test_missing_fields_are_marked_and_the_first_has_the_focus(form, metronome):
    form.get_by_label("What happened?").fill("ok then")
    form.get_by_label("Percent done").fill("forty")

    form.get_by_role("button", name="Save").click()

    percent = form.get_by_label("Percent done")
    expect(percent).to_be_focused()
    expect(percent).to_have_attribute("aria-invalid", "true")
    expect(form.locator(".invalid .error")).to_have_count(5)
    expect(form.locator(".invalid .error").first).to_contain_text("whole number")
    assert metronome.sent.empty()


def test_the_apps_own_error_stands_under_its_field_and_nothing_is_lost(form, metronome):
    fill_required(form, "wrong")

    form.get_by_role("button", name="Save").click()

    name = form.get_by_label("What happened?")
    expect(form.locator(".invalid .error")).to_have_text("That name is taken.")
    expect(name).to_be_focused()
    expect(name).to_have_value("wrong")
    expect(form.get_by_role("combobox", name="Owner")).to_have_value("Ben Okafor")


def fill_required(form, name):
    form.get_by_label("What happened?").fill(name)
    form.get_by_label("Percent done").fill("40")
    form.get_by_label("1 Everyone stops").check()
    choose(form, "Status", "8.1")
    choose(form, "Stage", "lambda")
    choose(form, "Owner", "okafor")


def test_an_updated_view_keeps_what_was_typed(form, metronome):
    form.get_by_label("What happened?").fill("Half a sentence")
    choose(form, "Owner", "okafor")

    form.get_by_role("button", name="Add a field").click()

    expect(form.get_by_label("Root cause (optional)")).to_be_visible()
    expect(form.get_by_label("What happened?")).to_have_value("Half a sentence")
    expect(form.get_by_role("combobox", name="Owner")).to_have_value("Ben Okafor")
    expect(form.get_by_role("button", name="Add a field")).to_be_focused()


def test_a_pushed_view_leads_back_to_the_one_below_as_it_was(form, metronome):
    fill_required(form, "more")
    form.get_by_role("button", name="Save").click()
    metronome.next()
    second = form.page.get_by_role("dialog", name="A second view")
    expect(second.get_by_label("A note (optional)")).to_be_focused()

    second.get_by_role("button", name="Back").click()

    first = form.page.get_by_role("dialog", name="File an issue")
    expect(first.get_by_label("What happened?")).to_have_value("more")
    closed = metronome.next()
    assert closed["type"] == "view_closed"
    assert closed["is_cleared"] is False


def test_words_stay_when_the_app_does_not_answer(hasty):
    page, box, metronome = hasty
    metronome.silent = True
    box.member(ANA).shortcut("open_form")
    form = page.get_by_role("dialog", name="A second view")
    form.get_by_label("A note (optional)").fill("keep me")
    requests = Held(page, "**/sandbox/submit")

    form.get_by_role("button", name="Save").click()

    expect(form.get_by_role("button", name="Save")).to_be_disabled()
    requests.let_go()
    expect(form.locator(".modal-notice")).to_contain_text("trouble")
    expect(form.get_by_label("A note (optional)")).to_have_value("keep me")
    expect(form.get_by_role("button", name="Save")).to_be_enabled()


class Held:
    """The requests to `url` from now on, which wait until the test lets them go."""

    def __init__(self, page, url):
        self.routes = []
        self.is_open = False
        page.route(url, self.take)

    def take(self, route):
        if self.is_open:
            route.continue_()
        else:
            self.routes.append(route)

    def let_go(self):
        self.is_open = True
        for route in self.routes:
            route.continue_()


def test_words_stay_when_the_workspace_does_not_answer(form, metronome):
    fill_required(form, "keep me")
    form.page.route("**/sandbox/submit", lambda route: route.abort())

    form.get_by_role("button", name="Save").click()

    expect(form.locator(".modal-notice")).to_contain_text("What you typed is still here")
    expect(form.get_by_label("What happened?")).to_have_value("keep me")


def test_tab_stays_inside_and_escape_closes(form, metronome):
    page = form.page
    for _ in range(60):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('dialog.modal') !== null")

    page.keyboard.press("Escape")

    expect(form).to_be_hidden()
    assert metronome.next()["type"] == "view_closed"
    expect(page.get_by_label("Message", exact=True)).to_be_focused()


def test_a_modal_is_still_there_after_a_reload(form, metronome):
    form.page.reload()

    expect(form.page.get_by_role("dialog", name="File an issue")).to_be_visible()
