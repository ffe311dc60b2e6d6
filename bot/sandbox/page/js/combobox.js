/** One box for every kind of select: filter by typing, choose with arrows and Enter, several as chips. */

import { fill, h, icon, uid } from "./dom.js";
import { place } from "./float.js";

const TYPING_PAUSE_MS = 250;
const SEARCHING = "Searching…";

/**
 * @typedef {{key: string, label: string, description?: string, raw: *}} Option
 * @typedef {{label?: string, options: Option[]}} Group
 *
 * @param {Object} how
 * @param {Option[]} how.selected
 * @param {(query: string) => Group[] | Promise<Group[]>} how.source
 * @param {boolean} how.remote `source` asks the product: wait for a pause in typing
 * @param {number} how.minQuery letters needed before `source` is asked
 * @param {(selected: Option[]) => Promise<boolean>|boolean} how.onChange false takes the choice back
 */
export class Combobox {
  constructor(how) {
    this.how = { minQuery: 0, selected: [], max: Infinity, placeholder: "Choose an option", ...how };
    this.selected = [...this.how.selected];
    this.options = [];
    this.active = -1;
    this.asked = 0;
    this.query = "";
    this.build();
    this.showSelected();
  }

  build() {
    const { how } = this;
    const listId = uid("list");
    this.input = h("input", {
      type: "text", role: "combobox", class: "combo-input", autocomplete: "off", spellcheck: "false", id: how.id,
      aria: {
        expanded: false,
        controls: listId,
        autocomplete: "list",
        label: how.label,
        describedby: how.describedBy,
        required: how.required || null,
      },
      onclick: () => this.open(),
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
      onblur: () => this.left(),
    });
    this.chips = h("span", { class: "combo-chips" });
    this.clearButton = h(
      "button",
      { type: "button", class: "combo-clear", tabindex: -1, aria: { label: "Clear" }, onclick: () => this.clear() },
      icon("close"),
    );
    this.list = h(
      "div",
      {
        id: listId,
        class: "float combo-list",
        role: "listbox",
        popover: "manual",
        aria: { label: how.label ?? how.placeholder, multiselectable: how.multiple || null },
        onmousedown: (event) => event.preventDefault(),
      },
    );
    this.status = h("span", { class: "sr-only", role: "status" });
    this.node = h(
      "div",
      { class: `combo${how.multiple ? " multiple" : ""}`, onmousedown: (event) => this.boxPressed(event) },
      this.chips, this.input, this.clearButton, icon("chevron"), this.list, this.status,
    );
  }

  boxPressed(event) {
    if (event.target === this.input || event.target.closest("button, .combo-list")) return;
    event.preventDefault();
    this.input.focus();
    this.open();
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  open() {
    if (this.isOpen || this.input.disabled) return;
    this.list.showPopover();
    this.input.setAttribute("aria-expanded", "true");
    if (!this.how.multiple) this.input.select();
    this.place = () => place(this.list, this.node, { match: true });
    addEventListener("scroll", this.place, true);
    addEventListener("resize", this.place);
    this.load("");
  }

  close() {
    if (!this.isOpen) return;
    clearTimeout(this.timer);
    this.list.hidePopover();
    removeEventListener("scroll", this.place, true);
    removeEventListener("resize", this.place);
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.asked += 1;
  }

  typed() {
    this.open();
    clearTimeout(this.timer);
    const query = this.input.value;
    if (!this.how.remote || query.trim().length < this.how.minQuery) {
      this.load(query);
      return;
    }
    // What was found for other words is not what Enter means now.
    this.asked += 1;
    this.say(SEARCHING, "busy");
    this.timer = setTimeout(() => this.load(query), TYPING_PAUSE_MS);
  }

  async load(query) {
    this.query = query;
    this.asked += 1;
    const turn = this.asked;
    const missing = this.how.minQuery - query.trim().length;
    if (this.how.remote && missing > 0) {
      this.say(missing === this.how.minQuery ? `Type ${letters(this.how.minQuery)} to search` : `Type ${letters(missing)} more to search`);
      return;
    }
    if (this.how.remote) this.say(SEARCHING, "busy");
    let groups;
    try {
      groups = await this.how.source(query.trim());
    } catch (error) {
      if (turn === this.asked) this.say(error.message, "failed");
      return;
    }
    if (turn === this.asked) this.showGroups(groups);
  }

  say(text, className = "") {
    this.options = [];
    this.active = -1;
    fill(this.list, h("div", { class: `combo-note ${className}` }, text));
    this.status.textContent = text;
    this.place();
  }

  showGroups(groups) {
    this.options = [];
    const nodes = groups.map((group) => {
      const rows = group.options.map((option) => this.row(option));
      if (!group.label || !rows.length) return rows;
      const id = uid("group");
      return h(
        "div",
        { role: "group", aria: { labelledby: id } },
        h("div", { id, class: "combo-group", role: "presentation" }, group.label),
        rows,
      );
    });
    if (!this.options.length) {
      this.say(this.query ? `Nothing matches “${this.query}”` : "There is nothing to choose");
      return;
    }
    fill(this.list, nodes);
    this.status.textContent = `${this.options.length} to choose from`;
    const chosen = this.how.multiple ? -1 : this.options.findIndex(({ option }) => this.has(option));
    this.place();
    this.setActive(Math.max(0, chosen));
  }

  row(option) {
    const index = this.options.length;
    const chosen = this.has(option);
    const node = h(
      "div",
      {
        id: uid("option"),
        class: "combo-option",
        role: "option",
        aria: { selected: chosen },
        onclick: () => this.pick(index),
        onmousemove: () => this.setActive(index, false),
      },
      option.node?.() ?? null,
      h(
        "span",
        { class: "combo-words" },
        option.label,
        option.description ? h("small", {}, option.description) : null,
      ),
      chosen ? icon("check") : null,
    );
    this.options.push({ option, node });
    return node;
  }

  setActive(index, scroll = true) {
    this.options[this.active]?.node.classList.remove("active");
    this.active = index;
    const row = this.options[index]?.node;
    if (!row) return;
    row.classList.add("active");
    this.input.setAttribute("aria-activedescendant", row.id);
    if (scroll) row.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const count = this.options.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.isOpen) this.open();
      else if (count) this.setActive((this.active + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.isOpen && this.active >= 0) this.pick(this.active);
      else this.open();
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      this.showSelected();
    } else if (event.key === "Backspace" && this.how.multiple && !this.input.value && this.selected.length) {
      this.choose(this.selected.slice(0, -1));
    }
  }

  has(option) {
    return this.selected.some((item) => item.key === option.key);
  }

  pick(index) {
    const { option } = this.options[index];
    if (!this.how.multiple) {
      this.close();
      this.choose([option]);
      return;
    }
    const next = this.has(option) ? this.selected.filter((item) => item.key !== option.key) : [
      ...this.selected,
      option,
    ];
    if (next.length > this.how.max) {
      this.status.textContent = `At most ${this.how.max} can be chosen`;
      return;
    }
    this.input.value = "";
    this.choose(next);
    this.load("");
  }

  clear() {
    this.close();
    this.choose([]);
    this.input.focus();
  }

  async choose(next) {
    const before = this.selected;
    this.selected = next;
    this.showSelected();
    if ((await this.how.onChange(next)) === false) {
      this.selected = before;
      this.showSelected();
    }
  }

  left() {
    // A single choice whose text was wiped out is taken back, where that is allowed.
    const wiped = !this.how.multiple && this.isOpen && this.input.value === "" && this.selected.length && this.how.clearable;
    this.close();
    if (wiped) this.choose([]);
    else this.showSelected();
  }

  showSelected() {
    const { how } = this;
    const label = this.selected[0]?.label ?? "";
    this.input.value = how.multiple ? "" : label;
    this.input.placeholder = how.multiple && this.selected.length ? "" : how.placeholder;
    this.clearButton.hidden = !(how.clearable && this.selected.length && !how.multiple);
    fill(this.chips, how.multiple ? this.selected.map((option) => this.chip(option)) : null);
  }

  chip(option) {
    const remove = () => {
      this.choose(this.selected.filter((item) => item.key !== option.key));
      this.input.focus();
    };
    return h(
      "span",
      { class: "chip" },
      h("span", { class: "chip-words" }, option.label),
      h("button", { type: "button", aria: { label: `Remove ${option.label}` }, onclick: remove }, icon("close")),
    );
  }
}

const letters = (count) => `${count} letter${count === 1 ? "" : "s"}`;

/** Return `groups` with only the options whose label or description holds every word of `query`. */
export function filterGroups(groups, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return groups.map((group) => ({
    ...group,
    options: group.options.filter((option) => {
      const text = `${option.label} ${option.description ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    }),
  }));
}
