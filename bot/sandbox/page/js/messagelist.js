/** The scrolling list of messages of a channel or a thread. */

import { arrange, fill, h } from "./dom.js";
import { FormState } from "./forms.js";
import { authorName, messageNode } from "./message.js";
import { plainWords } from "./mrkdwn.js";
import { dayKey, dayName } from "./time.js";

const SHOWN = 200;
const JOIN_WITHIN_S = 300;
const NEAR_END_PX = 120;

export class MessageList {
  /**
   * @param {Object} how {world, node, inThread, label, empty(): Node, openThread, openChannel, shortcut, copyLink, announce(text)}
   */
  constructor(how) {
    this.how = how;
    this.list = h(
      "ol",
      {
        class: "messages",
        aria: { label: how.label },
        onkeydown: (event) => this.keys(event),
        onfocusin: (event) => this.rove(event.target.closest("li.message")),
      },
    );
    how.node.replaceChildren(this.list);
    this.forms = new Map();
    this.keepAtEnd();
    this.reset();
  }

  /** Forget what is shown, before another channel is. `unread` messages at the end are marked new. */
  reset(unread = 0) {
    this.messages = null;
    this.shown = SHOWN;
    this.rows = new Map();
    this.unread = unread;
    this.newFrom = null;
    fill(this.list, h("li", { class: "loading", aria: { label: "Loading messages" } }));
  }

  /** Show `messages`, keeping rows that did not change, the focus and the place in the scroll. */
  update(channel, messages) {
    const first = this.messages === null;
    const before = new Set((this.messages ?? []).map((message) => message.ts));
    const stick = first || this.atEnd();
    this.channel = channel;
    this.messages = messages;
    if (first && this.unread) this.newFrom = messages.at(-this.unread)?.ts ?? null;
    this.draw();
    if (stick) this.toEnd();
    if (!first) this.tellNew(messages.filter((message) => !before.has(message.ts)));
  }

  atEnd() {
    const { node } = this.how;
    return node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_END_PX;
  }

  toEnd() {
    const { node } = this.how;
    node.scrollTop = node.scrollHeight;
    this.stuck = true;
  }

  /** Reports and pictures grow after they are drawn: stay at the end until the member moves. */
  keepAtEnd() {
    const { node } = this.how;
    let lastTop = 0;
    const moved = () => {
      if (this.atEnd()) this.stuck = true;
      // Growing content never moves up; a member does.
      else if (node.scrollTop < lastTop) this.stuck = false;
      lastTop = node.scrollTop;
    };
    node.addEventListener("scroll", moved, { passive: true });
    this.list.addEventListener("click", () => (this.stuck = false), true);
    const watch = new ResizeObserver(() => {
      if (this.stuck) node.scrollTop = node.scrollHeight;
    });
    watch.observe(this.list);
    watch.observe(node);
  }

  tellNew(fresh) {
    const { world, announce } = this.how;
    for (const message of fresh.slice(-3)) {
      if (message.user !== world.me) announce(`${authorName(message, world)}: ${plainWords(message.text, this.ctxOf(message))}`);
    }
  }

  draw() {
    const { world, how } = { world: this.how.world, how: this.how };
    const { messages } = this;
    if (!messages.length) {
      this.rows.clear();
      fill(this.list, h("li", { class: "empty" }, how.empty()));
      return;
    }
    const from = Math.max(0, messages.length - this.shown);
    const wanted = from > 0 ? [this.earlierRow(from)] : how.inThread ? [] : [h(
      "li",
      { class: "empty start" },
      how.empty(),
    )];
    const rows = new Map();
    for (let index = from; index < messages.length; index += 1) {
      const message = messages[index];
      const previous = index > from ? messages[index - 1] : null;
      const newDay = !previous || dayKey(Number(previous.ts), world.zone) !== dayKey(Number(message.ts), world.zone);
      if (how.inThread && index === 1) wanted.push(h(
        "li",
        { class: "thread-count" },
        `${messages.length - 1} ${messages.length === 2 ? "reply" : "replies"}`,
      ));
      if (newDay && !(how.inThread && previous === null)) wanted.push(this.dayRow(Number(message.ts)));
      if (message.ts === this.newFrom) wanted.push(h(
        "li",
        { class: "new-line", aria: { label: "New messages" } },
        h("span", {}, "New"),
      ));
      wanted.push(this.row(message, joins(previous, message, newDay || (how.inThread && index === 1)), rows));
    }
    this.rows = rows;
    arrange(this.list, wanted);
    if (!this.list.querySelector('li.message[tabindex="0"]')) this.rove(this.list.querySelector("li.message:last-of-type"));
  }

  /** Draw again what is shown: the clock, a name or a channel changed. */
  redraw() {
    if (this.messages) this.draw();
  }

  row(message, joined, rows) {
    const { world } = this.how;
    // "Today" in a message is another word tomorrow.
    const sign = JSON.stringify([message, joined, world.zone, dayKey(world.now(), world.zone)]);
    const key = `${message.ts}${message.ephemeral ? "e" : ""}`;
    const old = this.rows.get(key);
    const node = old?.sign === sign ? old.node : messageNode(
      message,
      { ...this.how, ctx: this.ctxOf(message), joined },
    );
    if (old && old.node !== node) keepFocus(old.node, node);
    rows.set(key, { sign, node });
    return node;
  }

  ctxOf(message) {
    const { world } = this.how;
    const key = `${this.channel}:${message.ts}`;
    if (!this.forms.has(key)) this.forms.set(key, new FormState());
    const form = this.forms.get(key);
    form.adopt(message.blocks, this.channel);
    return world.ctx(
      { type: "message", channel: this.channel, ts: message.ts },
      form,
      { openChannel: this.how.openChannel },
    );
  }

  dayRow(epoch) {
    const { world } = this.how;
    return h("li", { class: "day-line" }, h("span", {}, dayName(epoch, world.now(), world.zone)));
  }

  earlierRow(hidden) {
    const show = () => {
      const { node } = this.how;
      const fromEnd = node.scrollHeight - node.scrollTop;
      this.shown += SHOWN;
      this.draw();
      node.scrollTop = node.scrollHeight - fromEnd;
    };
    return h(
      "li",
      { class: "earlier" },
      h("button", { type: "button", class: "btn", onclick: show }, `Show earlier messages (${hidden})`),
    );
  }

  /** Make `row` the one message that Tab reaches. */
  rove(row) {
    if (!row) return;
    for (const other of this.list.querySelectorAll('li.message[tabindex="0"]')) other.tabIndex = -1;
    row.tabIndex = 0;
  }

  keys(event) {
    if (!event.target.matches("li.message")) {
      if (event.key === "Escape" && event.target.closest("li.message") && !event.defaultPrevented) event.target.closest("li.message").focus(
      );
      return;
    }
    const rows = [...this.list.querySelectorAll("li.message")];
    const at = rows.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined && rows[to]) {
      event.preventDefault();
      rows[to].focus();
    } else if (event.key === "Enter") {
      event.target.querySelector(".message-tools button")?.click();
    } else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
      event.preventDefault();
      event.target.querySelector(".message-tools button:last-child").click();
    }
  }

  /** Bring a message into view and light it up; false when it is not there. */
  flash(ts) {
    const at = this.messages?.findIndex((message) => message.ts === ts) ?? -1;
    if (at < 0) return false;
    if (this.messages.length - at > this.shown) {
      this.shown = this.messages.length - at + 20;
      this.draw();
    }
    const row = this.list.querySelector(`li.message[data-ts="${CSS.escape(ts)}"]`);
    row.scrollIntoView({ block: "center" });
    row.classList.add("flash");
    row.focus({ preventScroll: true });
    setTimeout(() => row.classList.remove("flash"), 2_000);
    return true;
  }
}

function joins(previous, message, newDay) {
  if (!previous || newDay || previous.ephemeral || message.ephemeral || message.subtype === "thread_broadcast") return false;
  const same = (previous.bot_id ?? previous.user) === (message.bot_id ?? message.user) && previous.username === message.username;
  return same && Number(message.ts) - Number(previous.ts) < JOIN_WITHIN_S;
}

/** A message was redrawn: give the focus back to the same control in its new row. */
function keepFocus(old, fresh) {
  if (!old.contains(document.activeElement)) return;
  const actionId = document.activeElement.closest("[data-action-id]")?.dataset.actionId;
  fresh.tabIndex = 0;
  requestAnimationFrame(() => {
    const control = actionId ? fresh.querySelector(`[data-action-id="${CSS.escape(actionId)}"]`) : null;
    const target = control?.matches("button, a") ? control : control?.querySelector("input, textarea, button");
    (target ?? fresh).focus({ preventScroll: true });
  });
}
