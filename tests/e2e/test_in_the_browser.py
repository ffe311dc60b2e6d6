"""The first quarter of an hour, as somebody spends it who has just typed `make run`."""

import json
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from bot.adapters.plan_files import read_plan_file
from bot.local import SAMPLE_PLAN
from bot.usecases.plan_files import import_plan
from tests.browser import DESKTOP, open_page, running_browser
from tests.product import ANA, BEN, running_world

CHANNEL, CRITICAL = "C0BQXML01", "C0BQXCRIT"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    with running_world(folder, recurring=True, bqx_timezone="America/New_York") as world:
        import_plan(
            world.plans,
            world.workspace_id,
            read_plan_file(SAMPLE_PLAN),
            actor_id="import",
            now=datetime.now(UTC),
        )
        yield world


@pytest.fixture(scope="module")
def browser():
    with running_browser() as started:
        yield started


@pytest.fixture
def page(world, browser):
    url = f"{world.sandbox.base_url}/?as={BEN}#c/{CHANNEL}"
    with open_page(browser, url, DESKTOP) as shown:
        shown.locator(".composer-box").first.wait_for()
        yield shown


def write(page, text):
    box = page.get_by_label("Message", exact=True)
    box.fill(text)
    box.press("Enter")


def test_progress_in_one_line_and_undo(page):
    write(page, "/bqx progress 2.14 4/10 the exporter writes")

    receipt = page.locator(".message", has_text="the exporter writes").last
    expect(receipt).to_contain_text("4/10 (40 %)")
    receipt.get_by_role("button", name="Undo").click()
    expect(page.locator(".message", has_text="Undone").last).to_be_visible()


def test_progress_by_the_form_with_typeahead_tasks_and_hours(page, world):
    write(page, "/bqx progress")
    form = page.get_by_role("dialog", name="Log progress")
    stage = form.get_by_role("combobox", name="Stage", exact=True)
    stage.click()
    expect(page.get_by_role("option").first).to_contain_text("1.5.4")  # Ben's own come first
    stage.press_sequentially("recalc")
    expect(page.get_by_role("option")).to_have_count(2)  # what was typed is what is offered
    stage.press("Enter")

    progress = form.get_by_label("Progress")
    expect(progress).to_have_value("129/336")
    progress.fill("150/336")
    tasks = form.get_by_role("combobox", name="Tasks completed (optional)", exact=True)
    tasks.click()
    tasks.press_sequentially("other 21")
    expect(page.get_by_role("option")).to_have_count(1)
    tasks.press("Enter")
    form.get_by_label("Hours spent on TSK-1.5.4.2").fill("6.5")
    form.get_by_role("button", name="Log progress").click()

    receipt = page.locator(".message", has_text="150/336 (44.6 %)").last
    expect(receipt).to_contain_text("TSK-1.5.4.2")
    expect(receipt).to_contain_text("6.5 h")


def test_a_level_1_is_seen_and_taken_in_its_channel(page, world, browser):
    write(page, "/bqx issue 1 Aurora writer down")
    expect(page.locator(".message", has_text="Filed ISS-003").last).to_be_visible()

    url = f"{world.sandbox.base_url}/?as={ANA}#c/{CRITICAL}"
    with open_page(browser, url, DESKTOP) as critical:
        root = critical.locator(".message", has_text="Level 1: Blocker · ISS-003")
        root.get_by_role("button", name="Take ownership").click()
        expect(root).to_contain_text("In Progress")
        expect(root.get_by_text("Ana Reyes").first).to_be_visible()


def test_monday_comes_when_the_clock_is_moved(page, world):
    member = world.as_member(BEN)
    member.wait_for(lambda: world.plans.cursor(f"{world.workspace_id}:gap_assessment"))
    page.get_by_role("button", name="Workspace clock").click()
    page.get_by_role("button", name="Monday 09:00").click()

    summary = page.locator(".message", has_text="Gap assessment").last
    summary.wait_for()
    expect(summary).to_contain_text("task has no owner")
    page.get_by_role("link", name="BQX Cadence").or_(
        page.get_by_role("button", name="BQX Cadence")
    ).first.click()
    page.get_by_label("App", exact=True).get_by_text("Messages").click()
    question = page.locator(".message", has_text="Is that still right?").last
    question.wait_for()
    question.get_by_role("button", name="Still accurate").first.click()
    expect(question).to_contain_text("still accurate")


def test_the_sample_plan_is_a_short_excerpt():
    sample = json.loads(SAMPLE_PLAN.read_text("utf-8"))

    assert len(sample["stages"]) == 15
