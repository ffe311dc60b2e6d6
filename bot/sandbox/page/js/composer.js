/** The box a member writes in: completes commands, members and channels; Enter sends. */

import { fill, h, icon, iconButton, uid } from "./dom.js";
import { openMenu, place } from "./float.js";

const HISTORY = 50;
const SHOWN = 12;
const LIST_MAX_PX = 440;

/** Return the first words a usage hint names: "[progress|issue] <text>" gives progress and issue. */
export function usageWords(hint) {
  const inside = /\[([^\]]*)\]/.exec(hint ?? "")?.[1] ?? hint ?? "";
  const words = inside.split(/[|,·•/]|\sor\s/).map((part) => part.trim()).filter((part) => /^[a-z][\w-]*(\s.*)?$/i.test(part));
  return [...new Map(words.map((word) => [word.split(/\s/)[0], word])).values()];
}

export class Composer {
  /**
   * @param {Object} how {world, send(text): Promise<boolean>, globalShortcut(id), label, inThread}
   */
  constructor(how) {
    this.how = how;
    this.drafts = new Map();
    this.sent = [];
    this.sentAt = 0;
    this.items = [];
    this.active = -1;
    const listId = uid("complete");
    this.box = h("textarea", {
      class: "composer-box", rows: 1, autocomplete: "off", enterkeyhint: "send",
      aria: { label: how.label, autocomplete: "list", controls: listId, expanded: false, haspopup: "listbox" }, role: "combobox",
      oninput: () => this.changed(), onkeydown: (event) => this.key(event), onclick: () => this.complete(), onblur: () => this.closeList(
      ),
    });
    this.list = h(
      "div",
      {
        id: listId,
        class: "float combo-list complete",
        role: "listbox",
        popover: "manual",
        aria: { label: "Suggestions" },
        onmousedown: (event) => event.preventDefault(),
      },
    );
    this.notice = h("div", { class: "composer-notice", role: "alert", hidden: true });
    this.sendButton = h(
      "button",
      {
        type: "button",
        class: "send",
        title: "Send",
        aria: { label: "Send" },
        disabled: true,
        onclick: () => this.submit(),
      },
      icon("send"),
    );
    this.joinButton = h(
      "button",
      { type: "button", class: "btn primary", hidden: true, onclick: () => this.join() },
      "Join",
    );
    this.shortcuts = iconButton(
      "bolt",
      "Shortcuts",
      { aria: { haspopup: "menu", expanded: false }, onclick: () => this.openShortcuts() },
    );
    this.field = h(
      "div",
      { class: "composer-field" },
      how.inThread ? null : this.shortcuts,
      this.box,
      this.joinButton,
      this.sendButton,
    );
    this.node = h(
      "div",
      { class: "composer" },
      this.notice,
      this.field,
      this.list,
      h(
        "p",
        { class: "composer-hint", aria: { hidden: true } },
        h("kbd", {}, "Enter"),
        " sends, ",
        h("kbd", {}, "Shift Enter"),
        " starts a line",
        how.inThread ? null : [", ", h("kbd", {}, "/"), " for commands"],
      ),
    );
  }

  /** Write for another place; what was typed for each is kept. */
  moveTo(place, placeholder, { allowed = true, join = null } = {}) {
    this.box.placeholder = placeholder;
    this.box.disabled = !allowed;
    this.joinButton.hidden = !join;
    this.join = join;
    this.sendButton.hidden = Boolean(join);
    if (this.place === place) return;
    if (this.place) this.drafts.set(this.place, this.box.value);
    this.place = place;
    this.box.value = this.drafts.get(place) ?? "";
    this.shortcuts.hidden = !this.how.world.app.shortcuts.some((shortcut) => shortcut.type === "global");
    this.say(null);
    this.closeList();
    this.fit();
  }

  openShortcuts() {
    const { world, globalShortcut } = this.how;
    const items = world.app.shortcuts
      .filter((shortcut) => shortcut.type === "global")
      .map(({ name, description, callback_id: id }) => ({
        label: name,
        hint: description,
        icon: "bolt",
        onpick: () => globalShortcut(id),
      }));
    openMenu(this.shortcuts, items, { label: "Shortcuts", end: false });
  }

  changed() {
    this.say(null);
    this.sentAt = this.sent.length;
    this.fit();
    this.complete();
  }

  fit() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, innerHeight * 0.4)}px`;
    this.sendButton.disabled = !this.box.value.trim() || this.sending === true;
  }

  key(event) {
    const open = this.list.matches(":popover-open");
    if (event.isComposing) return;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.setActive((this.active + (event.key === "ArrowDown" ? 1 : this.items.length - 1)) % this.items.length);
    } else if (open && (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !this.isExact()))) {
      event.preventDefault();
      this.take(this.active);
    } else if (open && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.closeList();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "ArrowUp" && (!this.box.value || this.recalling()) && this.sent.length) {
      event.preventDefault();
      this.recall(-1);
    } else if (event.key === "ArrowDown" && this.recalling()) {
      event.preventDefault();
      this.recall(1);
    }
  }

  /** True when what is typed already is the suggestion: Enter then sends it. */
  isExact() {
    return this.items[this.active]?.insert.trim() === this.word().text.trim();
  }

  recalling() {
    return this.sentAt < this.sent.length && this.box.value === this.sent[this.sentAt];
  }

  recall(step) {
    this.sentAt = Math.max(0, Math.min(this.sent.length, this.sentAt + step));
    this.box.value = this.sent[this.sentAt] ?? "";
    this.closeList();
    this.fit();
    this.box.setSelectionRange(this.box.value.length, this.box.value.length);
  }

  /** Return what is being typed at the cursor: {text, from}. A command is the whole line so far. */
  word() {
    const until = this.box.value.slice(0, this.box.selectionStart);
    if (/^\/[^\n]*$/.test(until) && !/[@#]\S*$/.test(until)) return { text: until, from: 0 };
    const match = /(?:^|\s)([@#][\p{L}\p{N}._-]*)$/u.exec(until);
    return match ? { text: match[1], from: until.length - match[1].length } : { text: "", from: until.length };
  }

  complete() {
    const { text } = this.word();
    this.items = text ? this.suggestions(text).slice(0, SHOWN) : [];
    if (!this.items.length) {
      this.closeList();
      return;
    }
    this.rows = this.items.map((item, index) =>
      h(
        "div",
        {
          id: uid("option"),
          class: "combo-option",
          role: "option",
          aria: { selected: false },
          onclick: () => this.take(index),
          onmousemove: () => this.setActive(index),
        },
        item.node?.() ?? null,
        h("span", { class: "combo-words" }, item.label, item.hint ? h("small", {}, item.hint) : null),
      ),
    );
    fill(this.list, this.rows);
    if (!this.list.matches(":popover-open")) this.list.showPopover();
    this.box.setAttribute("aria-expanded", "true");
    place(this.list, this.field, { match: true, max: LIST_MAX_PX });
    this.setActive(0);
  }

  suggestions(text) {
    // Slack runs no commands in threads.
    if (text.startsWith("/")) return this.how.inThread ? [] : this.commandSuggestions(text);
    const wanted = text.slice(1).toLowerCase();
    const { world } = this.how;
    if (text.startsWith("#")) {
      return world.state.channels
        .filter((channel) => channel.kind !== "im" && channel.name.includes(wanted))
        .map((channel) => ({ label: `#${channel.name}`, insert: `#${channel.name} ` }));
    }
    return this.mentionable()
      .filter((member) => `${member.name} ${member.real_name ?? ""}`.toLowerCase().includes(wanted))
      .map((member) => ({
        label: member.real_name || member.name,
        hint: `@${member.name}`,
        insert: `@${member.name} `,
        node: () => world.avatar(member.id, "small"),
      }));
  }

  mentionable() {
    const { world } = this.how;
    const bot = world.member(world.app.bot_user_id);
    return [bot, ...world.people().filter((member) => member.id !== bot.id)];
  }

  commandSuggestions(text) {
    const { commands } = this.how.world.app;
    return commands.flatMap((item) => {
      const words = usageWords(item.usage_hint).map((usage) => {
        const full = `${item.command} ${usage}`;
        const literal = `${item.command} ${usage.split(/\s/)[0]}`;
        return { label: full, insert: `${literal} `, key: literal };
      });
      const bare = {
        label: item.command,
        hint: item.description || item.usage_hint,
        insert: `${item.command} `,
        key: item.command,
      };
      return [bare, ...words].filter((entry) => entry.key.startsWith(text.trimEnd()) && text.length <= entry.insert.length);
    });
  }

  setActive(index) {
    this.rows.forEach((row, at) => {
      row.classList.toggle("active", at === index);
      row.setAttribute("aria-selected", String(at === index));
    });
    this.active = index;
    this.box.setAttribute("aria-activedescendant", this.rows[index].id);
    this.rows[index].scrollIntoView({ block: "nearest" });
  }

  take(index) {
    const { from } = this.word();
    const { value, selectionStart } = this.box;
    const { insert } = this.items[index];
    this.box.value = value.slice(0, from) + insert + value.slice(selectionStart);
    this.box.setSelectionRange(from + insert.length, from + insert.length);
    this.box.focus();
    this.closeList();
    this.fit();
    if (insert.startsWith("/")) this.complete();
  }

  closeList() {
    if (this.list.matches(":popover-open")) this.list.hidePopover();
    this.items = [];
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
  }

  async submit() {
    const text = this.box.value.trim();
    if (!text || this.sending) return;
    this.closeList();
    this.say(null);
    this.setSending(true);
    const typedAt = this.place;
    this.box.value = "";
    this.fit();
    const refusal = await this.how.send(text);
    this.setSending(false);
    if (refusal) this.giveBack(text, typedAt, refusal);
    else {
      this.sent = [...this.sent, text].slice(-HISTORY);
      this.sentAt = this.sent.length;
    }
  }

  /** Nothing typed is lost: put it back where it was written. */
  giveBack(text, typedAt, refusal) {
    if (typedAt !== this.place) this.drafts.set(typedAt, text);
    else {
      if (!this.box.value) this.box.value = text;
      this.say(refusal);
      this.fit();
    }
  }

  setSending(sending) {
    this.sending = sending;
    this.field.classList.toggle("sending", sending);
    this.fit();
  }

  say(text) {
    this.notice.hidden = !text;
    fill(this.notice, text ? [icon("warn"), h("span", {}, text)] : null);
  }
}
