"""Channels, the home tab, other members, the clock, narrow windows and lost connections."""

from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Route, expect

from bot.sandbox.server import running_sandbox
from tests.browser import DESKTOP, PHONE, new_window, open_page, open_tab
from tests.page import views
from tests.page.conftest import ANA, BEN, CHEN, PLANS
from tests.ports import reserved_port


def test_opening_the_home_tab_shows_what_the_app_publishes(page, metronome):
    page.get_by_role("button", name="Metronome").first.click()
    page.get_by_role("button", name="Home", exact=True).click()

    home = page.locator("#home")
    expect(home.get_by_role("heading", name="Good morning")).to_be_visible()
    home.get_by_role("button", name="Mark in progress").click()

    sent = metronome.next()
    assert sent["container"]["type"] == "view"
    assert sent["view"]["type"] == "home"


def test_a_home_tab_that_is_published_anew_keeps_what_did_not_change(page, metronome):
    page.get_by_role("button", name="Metronome").first.click()
    page.get_by_role("button", name="Home", exact=True).click()
    home = page.locator("#home")
    expect(home.get_by_role("heading", name="Good morning")).to_be_visible()
    button = home.get_by_role("button", name="Mark in progress").element_handle()

    greeting, *others = views.home()["blocks"]
    later = [{**greeting, "text": views.plain("Good evening")}, *others]
    metronome.client.views_publish(user_id=ANA, view={"type": "home", "blocks": later})

    expect(home.get_by_role("heading", name="Good evening")).to_be_visible()
    expect(home.get_by_role("heading", name="Good morning")).to_have_count(0)
    assert button.evaluate("node => node.isConnected")  # a click under way is not lost


def test_what_happened_before_the_page_was_connected_is_shown(browser, box, metronome, channel):
    metronome.client.chat_postMessage(channel=channel, text="read at the start")
    with closing(new_window(browser, DESKTOP)) as window:
        streams: list[Route] = []

        def hold(stream: Route) -> None:
            streams.append(stream)

        window.route("**/sandbox/stream*", hold)
        with open_tab(window, f"{box.base_url}/?as={ANA}#c/{channel}") as page:
            expect(page.locator(".message").last).to_contain_text("read at the start")
            metronome.client.chat_postMessage(channel=channel, text="posted before it listened")

            streams[0].continue_()

            expect(page.locator(".message").last).to_contain_text("posted before it listened")


def test_the_messages_tab_is_the_talk_with_the_app(page, box, metronome):
    page.get_by_role("button", name="Metronome").first.click()
    page.get_by_role("button", name="Messages", exact=True).click()
    page.get_by_label("Message", exact=True).fill("What is due?")
    page.keyboard.press("Enter")

    expect(page.locator(".message").last).to_contain_text("What is due?")
    assert metronome.next()["channel_type"] == "im"


def test_an_app_that_wrote_opens_on_its_messages(page, metronome):
    row = page.get_by_role("button", name="Metronome")
    row.first.click()
    page.get_by_role("button", name="Home", exact=True).click()
    expect(page.locator("#home")).to_contain_text("Good morning")
    metronome.client.chat_postMessage(channel=ANA, text="One question about your plan")

    expect(page.get_by_role("button", name="Messages 1 unread")).to_be_visible()
    page.get_by_role("button", name="general", exact=True).click()
    row.first.click()

    expect(page.locator("#scroller")).to_contain_text("One question about your plan")


def test_another_channel_shows_what_was_not_read(page, box, metronome):
    box.member(BEN).say(PLANS, "News about the plan")

    row = page.get_by_role("button", name="bqx-ml 1 unread")
    expect(row).to_be_visible()
    row.click()

    expect(page.get_by_text("News about the plan")).to_be_visible()
    expect(page.get_by_role("listitem", name="New messages")).to_be_visible()
    expect(page.get_by_role("button", name="bqx-ml", exact=True)).to_be_visible()


def test_acting_as_another_member_shows_their_time_and_their_channels(page, metronome, channel):
    metronome.client.chat_postMessage(channel=channel, text="<!date^1788660000^{time}|then>")
    expect(page.locator(".message .words")).to_have_text("22:00")
    expect(page.get_by_role("button", name="bqx-leads")).to_be_visible()

    page.get_by_role("button", name="Acting as Ana Reyes").click()
    page.get_by_role("menuitemradio", name="Ben Okafor").click()

    expect(page.locator(".message .words")).to_have_text("03:00")
    expect(page.get_by_role("button", name="bqx-leads")).to_be_hidden()
    expect(page.get_by_role("button", name="Acting as Ben Okafor")).to_be_visible()


def test_the_clock_jumps_to_monday_morning_and_back(page, box):
    page.get_by_role("button", name="Workspace clock").click()
    page.get_by_role("button", name="Next Monday 09:00").click()

    expect(page.locator(".clock")).to_contain_text("Mon ")
    expect(page.locator(".clock")).to_contain_text("09:0")
    now = datetime.fromtimestamp(box.member(BEN).state()["clock"]["now"], UTC)
    assert now.weekday() == 0

    page.get_by_role("button", name="Workspace clock").click()
    page.get_by_role("button", name="Back to now").click()
    expect(page.locator(".clock.moved")).to_be_hidden()
    assert box.member(BEN).state()["clock"]["offset_s"] == 0


def test_faults_are_switched_on_and_cleared(page, box):
    page.get_by_role("button", name="Workspace clock").click()
    page.get_by_text("Faults, for developers").click()
    page.get_by_label("Server errors").fill("3")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("Faults are switched on.")).to_be_visible()
    assert box.member(BEN).state()["faults"].get("http_500") == 3

    page.get_by_role("button", name="Workspace clock").click()
    page.get_by_text("Faults, for developers").click()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("No faults any more.")).to_be_visible()
    assert not box.member(BEN).state()["faults"].get("http_500")


def test_a_new_channel_opens_and_can_be_archived(page, box):
    page.get_by_role("button", name="Create a channel").click()
    page.get_by_label("Name of the new channel").fill("plan-reviews")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="plan-reviews", exact=True)).to_be_visible()

    page.get_by_role("button", name="Channel actions").click()
    page.get_by_role("menuitem", name="Archive").click()

    expect(page.locator("#head")).to_contain_text("Archived")
    expect(page.get_by_label("Message", exact=True)).to_be_disabled()


def test_a_member_who_is_not_in_a_channel_can_join_it(opened, box, channel):
    with opened(f"c/{channel}", as_member=CHEN) as page:
        expect(page.get_by_placeholder("You are not in #room-")).to_be_disabled()

        page.get_by_role("button", name="Join").click()

        expect(page.get_by_placeholder("Message #room-")).to_be_enabled()
        assert CHEN in next(
            one["members"] for one in box.member(CHEN).state()["channels"] if one["id"] == channel
        )


def test_a_first_visit_acts_as_somebody(browser, box):
    with open_page(browser, box.base_url) as page:
        expect(page.get_by_role("button", name="Acting as Ana Reyes")).to_be_visible()
        expect(page.get_by_role("heading", name="bqx-ml", exact=True)).to_be_visible()


def test_light_and_dark_follow_the_system_and_the_switch(opened):
    with opened(f"c/{PLANS}", scheme="dark") as page:
        page.get_by_role("button", name="Light colours").wait_for()
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")

        page.get_by_role("button", name="Light colours").click()

        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
        page.reload()
        expect(page.get_by_role("button", name="Dark colours")).to_be_visible()


@pytest.mark.parametrize("place", ["channel", "thread", "home", "modal", "drawer"])
def test_nothing_is_cut_or_too_small_to_touch_on_a_phone(place, opened, box, metronome, channel):
    metronome.client.chat_postMessage(channel=channel, text="Gap", blocks=views.gap_check())
    root = metronome.client.chat_postMessage(channel=channel, text="Rich", blocks=views.rich())[
        "ts"
    ]
    where = {"home": "app/home", "thread": f"c/{channel}/{root}"}.get(place, f"c/{channel}")
    with opened(where, size=PHONE) as page:
        page.locator(
            {"home": "#home .block", "thread": "#thread .message"}.get(place, ".message")
        ).first.wait_for()
        if place == "modal":
            page.get_by_role("button", name="Evidence").tap()
            page.get_by_role("dialog").wait_for()
        if place == "drawer":
            page.get_by_role("button", name="Channels").tap()
            page.get_by_role("button", name="general", exact=True).wait_for()

        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE[0]
        assert page.evaluate(SMALL_TARGETS) == []


# What can be touched and is neither inside a text nor as large as a fingertip.
SMALL_TARGETS = """() => {
  const inText = ".mention, .words a, .section-text a, .skip";
  return [...document.querySelectorAll("button, a, input, textarea")]
    .filter((node) => node.checkVisibility({visibilityProperty: true}) && !node.matches(inText))
    .map((node) => [node.outerHTML.slice(0, 90), node.closest(".choice, .combo") ?? node])
    .map(([name, target]) => [name, target.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.width < 39.5 || box.height < 39.5))
    .map(([name, box]) => `${name} ${box.width}x${box.height}`);
}"""


def test_a_lost_connection_is_told_and_mends_by_itself(browser, config):
    with ExitStack() as first_life, ExitStack() as window, reserved_port() as port:
        address = first_life.enter_context(running_sandbox(replace(config, port=port))).base_url
        page = window.enter_context(open_page(browser, f"{address}/?as={BEN}#c/{PLANS}"))
        box_to_write = page.get_by_label("Message", exact=True)
        box_to_write.fill("typed before")
        expect(page.locator("#banner")).to_be_hidden()

        first_life.close()
        expect(page.get_by_text("The connection to the workspace is lost.")).to_be_visible()
        box_to_write.press("Enter")
        expect(page.locator("#composer .composer-notice")).to_contain_text("did not answer")
        expect(box_to_write).to_have_value("typed before")

        with running_sandbox(replace(config, port=port)):
            expect(page.locator("#banner")).to_be_hidden()
            box_to_write.press("Enter")
            expect(page.locator(".message").last).to_contain_text("typed before")
            window.close()
