"""Messages, threads, files and what is done to them."""

from playwright.sync_api import Page, expect

from tests.page import views
from tests.page.conftest import ANA, BEN
from tests.waiting import until


def test_a_bot_message_shows_its_blocks_and_a_button_reaches_the_app(page, metronome, channel):
    metronome.client.chat_postMessage(channel=channel, text="Gap check", blocks=views.gap_check())

    expect(page.get_by_role("heading", name="Gap check")).to_be_visible()
    expect(page.locator(".section-text")).to_contain_text("since Sep 5, 2026 at 22:00 touch it")
    expect(page.locator(".mention")).to_have_text("@Ben Okafor")
    page.get_by_role("button", name="Mark in progress").click()

    assert metronome.next()["actions"][0]["value"] == "7.2"


def test_a_button_that_asks_first_sends_only_after_a_yes(page, metronome, channel):
    metronome.client.chat_postMessage(channel=channel, text="Gap check", blocks=views.gap_check())
    page.get_by_role("button", name="Dismiss").click()
    question = page.get_by_role("alertdialog", name="Dismiss this?")
    question.press("Escape")
    expect(question).to_be_hidden()
    assert metronome.sent.empty()

    page.get_by_role("button", name="Dismiss").press("Enter")
    question.get_by_role("button", name="Dismiss").press("Enter")

    assert metronome.next()["actions"][0]["action_id"] == "dismiss"


def test_a_select_and_a_menu_in_a_message_reach_the_app(page, metronome, channel):
    metronome.client.chat_postMessage(channel=channel, text="Gap check", blocks=views.gap_check())

    page.get_by_role("combobox", name="It was another stage").click()
    page.get_by_role("option", name="8.1 Monitoring").click()
    chosen = metronome.next()
    page.locator(".message-body").get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="day Ask tomorrow").click()

    assert chosen["actions"][0]["selected_option"]["value"] == "8.1"
    assert metronome.next()["actions"][0]["selected_option"]["value"] == "day"


def test_hostile_words_stay_words(page, metronome, channel):
    text = "<script>alert(1)</script> <javascript:alert(1)|here> <img src=x onerror=alert(1)>"

    metronome.client.chat_postMessage(channel=channel, text=text)

    words = page.locator(".message .words")
    expect(words).to_contain_text("alert(1)")
    assert page.locator(".message").locator("script, img, a").count() == 0


def test_rich_text_and_a_table_are_drawn(page, metronome, channel):
    metronome.client.chat_postMessage(channel=channel, text="Deployed", blocks=views.rich())

    expect(page.locator(".rt-section").first).to_have_text("Deployed by @Ana Reyes today")
    expect(page.locator("ol.rt-list li")).to_have_text(["extract", "train"])
    expect(page.get_by_role("cell", name="7.1 Feature store")).to_be_visible()


def test_an_ephemeral_message_says_that_only_you_see_it(page, box, metronome, channel):
    box.member(ANA).say(channel, "/test hidden Kept for you alone")

    expect(page.locator(".message.ephemeral")).to_contain_text("Only visible to you")
    assert box.member(BEN).messages(channel) == []


def test_a_reply_in_a_thread_shows_in_its_pane_and_is_counted(page, box, channel):
    box.member(BEN).say(channel, "The baseline rate looks wrong")

    page.get_by_role("listitem").filter(has_text="baseline rate").last.hover()
    page.get_by_role("button", name="Reply in thread").click()
    pane = page.get_by_role("complementary", name="Thread")
    pane.get_by_label("Reply in thread", exact=True).fill("I'll look at it")
    page.keyboard.press("Enter")

    expect(pane.locator(".message").last).to_contain_text("I'll look at it")
    expect(page.locator("#scroller .replies")).to_contain_text("1 reply")
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()


def test_a_report_is_read_in_place_and_a_picture_is_shown(page, box, metronome, channel):
    box.member(ANA).say(channel, "/test report")

    report = page.locator(".file-body")
    expect(report.get_by_role("heading", name="Week 36")).to_be_visible()
    expect(report.get_by_role("cell", name="In progress")).to_be_attached()
    expect(report).to_contain_text("with <b>everyone</b>")
    page.get_by_role("button", name="Show all").click()
    expect(page.get_by_role("button", name="Show less")).to_be_visible()
    picture = page.get_by_role("img", name="Burn-up")
    expect(picture).to_be_visible()
    until(lambda: picture.evaluate("n => n.complete && n.naturalWidth === 320"))
    expect(page.get_by_role("link", name="Download week.md")).to_be_visible()


def test_a_message_shortcut_runs_from_the_keyboard(page, box, metronome, channel):
    box.member(BEN).say(channel, "The first one")
    box.member(BEN).say(channel, "The second one")
    expect(page.locator(".message")).to_have_count(2)

    page.locator(".message").last.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="File an issue").press("Enter")

    assert metronome.next()["message"]["text"] == "The first one"
    expect(page.get_by_role("dialog", name="A second view")).to_be_visible()


# A message is lit up for two seconds; whoever looks later learns here that it was.
REMEMBER_FLASHES = """window.flashed = [];
new MutationObserver((changes) => {
  const lit = changes.map((one) => one.target).filter((node) => node.matches(".message.flash"));
  flashed.push(...lit.map((node) => node.textContent));
}).observe(document, { attributes: true, attributeFilter: ["class"], subtree: true });"""


def test_a_link_to_a_message_opens_it_here(page, box, channel):
    box.member(BEN).say(channel, "Look at this")
    page.locator(".message").hover()
    page.locator(".message").get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Copy link").click()
    expect(page.get_by_text("The link is copied.")).to_be_visible()

    page.add_init_script(REMEMBER_FLASHES)
    page.goto(page.evaluate("navigator.clipboard.readText()"))

    # Not `wait_for_function`: all but its first look is an `eval`, which the page forbids.
    until(lambda: page.evaluate("flashed.some((text) => text.includes('Look at this'))"))
    expect(page.locator(".message")).to_be_focused()


def test_what_was_read_earlier_and_arrives_later_is_not_shown(page, box, metronome, channel):
    late = []

    def hold_the_first(route):
        if late:
            route.continue_()
        else:
            late.append((route, route.fetch()))

    page.route("**/sandbox/messages?*", hold_the_first)
    metronome.client.chat_postMessage(channel=channel, text="the first")
    box.member(ANA).wait_for(lambda: page.evaluate("true") and late)
    metronome.client.chat_postMessage(channel=channel, text="the second")
    expect(page.locator(".message")).to_have_count(2)

    [(route, answer)] = late
    with page.expect_request_finished(lambda request: request == route.request):
        route.fulfill(response=answer)

    page.evaluate("new Promise((done) => setTimeout(done))")  # whatever became of it is drawn
    expect(page.locator(".message")).to_have_count(2)


def test_two_thousand_messages_are_shown_two_hundred_at_a_time(page, box, channel):
    box.member(BEN).say(channel, "One of many")
    expect(page.locator(".message")).to_have_count(1)
    page.route("**/sandbox/messages?*", _two_thousand)

    box.member(BEN).say(channel, "And one more")

    expect(page.locator(".message")).to_have_count(200)
    page.get_by_role("button", name="Show earlier messages (1800)").click()
    expect(page.locator(".message")).to_have_count(400)


def _two_thousand(route):
    answer = route.fetch().json()
    first = answer["messages"][0]
    start = float(first["ts"])
    many = [first | {"ts": f"{start + number:.6f}"} for number in range(2000)]
    route.fulfill(json={"messages": many})


def test_a_redrawn_message_keeps_the_focus(page: Page, metronome, channel):
    posted = metronome.client.chat_postMessage(
        channel=channel, text="Gap", blocks=views.gap_check()
    )
    button = page.get_by_role("button", name="Evidence")
    button.focus()

    changed = [*views.gap_check(), {"type": "divider"}]
    metronome.client.chat_update(channel=channel, ts=posted["ts"], text="Gap", blocks=changed)

    expect(page.locator(".message .block-divider")).to_be_attached()
    expect(button).to_be_focused()
