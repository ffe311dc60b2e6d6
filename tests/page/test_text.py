"""The page's readers of text, asked in the browser without the rest of the page."""

import json
from datetime import UTC, datetime

import pytest

ASK = """async ([module, name, args]) => {
  const ctx = {
    me: "U1", zone: "Europe/Berlin", now: () => 1788768000, openChannel() {},
    memberName: (id) => ({U1: "Ana", U2: "Ben"})[id] ?? null,
    channelName: (id) => ({C1: "plans"})[id] ?? null,
  };
  const found = (await import(`/page/js/${module}.js`))[name](...args, ctx);
  const drawn = Array.isArray(found) && found.length && found.every((one) => one instanceof Node);
  if (!drawn) return found;
  const box = document.createElement("div");
  box.append(...found);
  return box.innerHTML;
}"""


@pytest.fixture(scope="module")
def ask(browser, box):
    """Ask one function of one module; nodes come back as markup."""
    page = browser.new_page()
    page.goto(f"{box.base_url}/page/index.html")
    yield lambda module, name, *args: page.evaluate(ASK, [module, name, list(args)])
    page.close()


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <s>gone</s>"),
        ("*a _b_ c*", "<strong>a <em>b</em> c</strong>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("`*code* &lt;b&gt;`", "<code>*code* &lt;b&gt;</code>"),
        ("a\nb", "a<br>b"),
        ("&gt; one\n&gt; two\nafter", "<blockquote>one<br>two</blockquote>after"),
        ("```\nx *y*\n```", "<pre>x *y*</pre>"),
        ("&amp;lt; &amp;", "&amp;lt; &amp;"),
        ("<@U2> <@U1>", '<span class="mention">@Ben</span> <span class="mention mine">@Ana</span>'),
        ("<@U9|who>", '<span class="mention">@who</span>'),
        ("<!here>", '<span class="mention broadcast">@here</span>'),
        ("*<@U2>* waits", '<strong><span class="mention">@Ben</span></strong> waits'),
        (
            "<https://a.example/x_y_z|*the* page>",
            (
                '<a href="https://a.example/x_y_z" target="_blank" rel="noopener noreferrer">'
                "<strong>the</strong> page</a>"
            ),
        ),
        ("<javascript:alert(1)|here>", "<span>here</span>"),
        (":unknown_name: 09:00:00", ":unknown_name: 09:00:00"),
    ],
)
def test_mrkdwn(ask, text, markup):
    assert ask("mrkdwn", "mrkdwn", text) == markup


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("{date_num} {time}", "2026-09-07 10:00"),
        ("{date_short_pretty} at {time}", "Today at 10:00"),
        ("{date} ", "September 7th, 2026 "),
        ("{date_long}", "Monday, September 7th, 2026"),
        ("{ago}", "0 seconds ago"),
        ("{nonsense}", "fallback"),
    ],
)
def test_dates_are_told_in_the_readers_zone(ask, pattern, shown):
    markup = ask("mrkdwn", "mrkdwn", f"<!date^1788768000^{pattern}|fallback>")

    assert f">{shown}</time>" in markup


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ("2026-09-07T06:59:00+00:00", "2026-09-07T07:00:00+00:00"),
        ("2026-09-07T07:00:00+00:00", "2026-09-14T07:00:00+00:00"),
        ("2026-10-24T12:00:00+00:00", "2026-10-26T08:00:00+00:00"),
        ("2026-03-28T12:00:00+00:00", "2026-03-30T07:00:00+00:00"),
    ],
)
def test_next_monday_is_nine_on_the_wall_across_a_change_of_clocks(ask, now, monday):
    epoch = datetime.fromisoformat(now).timestamp()

    found = ask("time", "nextMonday", epoch, "Europe/Berlin")

    assert datetime.fromtimestamp(found, UTC) == datetime.fromisoformat(monday)


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        ("[progress|issue|help]", ["progress", "issue", "help"]),
        ("[say <text>|gaps]", ["say <text>", "gaps"]),
        ("progress, issue or help", ["progress", "issue", "help"]),
        ("", []),
    ],
)
def test_usage_words(ask, hint, words):
    assert ask("composer", "usageWords", hint) == words


def test_markdown_is_read_with_its_tables_lists_and_hostile_parts(ask):
    table = "# T\n\n| a | b |\n|---|--:|\n| 1 | 2 |"
    text = f"{table}\n\n- x\n  - y\n- z\n\n1. one\n\n[l](javascript:x) <b>"

    markup = ask("markdown", "markdown", text)

    assert '<th class="align-right" scope="col">b</th>' in markup
    assert "<ul><li>x<ul><li>y</li></ul></li><li>z</li></ul><ol" in markup
    assert "javascript" not in markup
    assert "&lt;b&gt;" in markup


@pytest.mark.parametrize("text", ["*" + "`a`" * 5_000, "_*~" * 10_000, "<" * 20_000, "> " * 5_000])
def test_hostile_text_is_read_in_no_time(ask, text):
    assert ask("mrkdwn", "mrkdwn", text)
    assert ask("markdown", "markdown", text)


def test_every_valid_block_is_drawn_or_named(ask, browser, box, shared):
    folder = shared / "data/slack/slackblocks/spec/fixtures/valid/blocks"
    blocks = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    page = browser.new_page()
    page.goto(f"{box.base_url}/page/index.html")

    drawn = page.evaluate(DRAW, blocks)

    page.close()
    assert [one for one in drawn if not one[1]] == []


DRAW = """async (all) => {
  const { renderBlocks } = await import("/page/js/blocks.js");
  const { FormState } = await import("/page/js/forms.js");
  const none = () => null;
  const ctx = {
    form: new FormState(), me: "U1", zone: "UTC", now: () => 0, member: none, memberName: none,
    channelName: none, channelLabel: none, avatar: none, openChannel: none,
    members: () => [], channels: () => [],
  };
  return all.map((block) => {
    try { return [block.type, renderBlocks([block], ctx)[0].nodeType === 1]; }
    catch (error) { return [block.type + ": " + error, false]; }
  });
}"""
