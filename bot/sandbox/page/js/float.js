/** Things that float over the page: menus, option lists, panels. All use the browser's top layer. */

import { fill, focusables, h, icon, uid } from "./dom.js";

const GAP_PX = 4;
const EDGE_PX = 8;
const LIST_MAX_PX = 320;

/**
 * Put `popup` under `anchor`, or above it where there is more room.
 * @param {{match?: boolean, end?: boolean}} how `match`: as wide as the anchor; `end`: right edges meet.
 */
export function place(popup, anchor, how = {}) {
  const box = anchor.getBoundingClientRect();
  const below = innerHeight - box.bottom - GAP_PX - EDGE_PX;
  const above = box.top - GAP_PX - EDGE_PX;
  if (how.match) popup.style.width = `${box.width}px`;
  popup.style.maxHeight = "none";
  const wanted = Math.min(popup.scrollHeight + 2, how.max ?? LIST_MAX_PX);
  const under = below >= wanted || below >= above;
  popup.style.maxHeight = `${Math.min(how.max ?? LIST_MAX_PX, under ? below : above)}px`;
  const width = popup.offsetWidth;
  const left = how.end ? box.right - width : box.left;
  popup.style.left = `${Math.max(EDGE_PX, Math.min(left, innerWidth - width - EDGE_PX))}px`;
  popup.style.top = under ? `${box.bottom + GAP_PX}px` : "auto";
  popup.style.bottom = under ? "auto" : `${innerHeight - box.top + GAP_PX}px`;
}

let closeOpenPanel = null;

/** Close the menu or panel that is open, if one is. */
export function closePanel() {
  closeOpenPanel?.();
}

/**
 * Show `content` floating at `anchor` until Escape, a click elsewhere or the returned function.
 * Focus comes back to `anchor`.
 */
export function openPanel(anchor, content, { label, role = "dialog", end = false, max = 640, className = "panel" } = {}) {
  const again = anchor.getAttribute("aria-expanded") === "true";
  closePanel();
  if (again) return () => {};
  const panel = h("div", { class: `float ${className}`, popover: "manual", role, aria: { label } }, content);
  const host = anchor.closest("dialog") ?? document.body;
  host.append(panel);
  panel.showPopover();
  place(panel, anchor, { end, max });
  anchor.setAttribute("aria-expanded", "true");

  const outside = (event) => {
    if (!panel.contains(event.target) && !anchor.contains(event.target)) close(false);
  };
  const keys = (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close(true);
    } else if (event.key === "Tab") keepTab(event, panel, close);
  };
  const moved = () => (anchor.isConnected ? place(panel, anchor, { end, max }) : close(false));
  function close(refocus = true) {
    if (closeOpenPanel !== close) return;
    closeOpenPanel = null;
    const inside = panel.contains(document.activeElement);
    document.removeEventListener("pointerdown", outside, true);
    removeEventListener("resize", moved);
    panel.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (refocus && (inside || document.activeElement === document.body)) anchor.focus();
  }
  document.addEventListener("pointerdown", outside, true);
  addEventListener("resize", moved);
  panel.addEventListener("keydown", keys);
  closeOpenPanel = close;
  (panel.querySelector("[autofocus]") ?? focusables(panel)[0])?.focus();
  return close;
}

function keepTab(event, panel, close) {
  const stops = focusables(panel);
  const leaving = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== leaving) return;
  event.preventDefault();
  close(true);
}

/**
 * Show a menu at `anchor`.
 * @param {Array<{label: string, hint?: string, icon?: string, danger?: boolean, checked?: boolean, onpick: () => void}>} items
 */
export function openMenu(anchor, items, { label, end = true } = {}) {
  let close = () => {};
  const buttons = items.map((item) =>
    h(
      "button",
      {
        type: "button",
        role: item.checked === undefined ? "menuitem" : "menuitemradio",
        class: `menu-item${item.danger ? " danger" : ""}`,
        tabindex: -1,
        aria: { checked: item.checked },
        onclick: () => {
          close(true);
          item.onpick();
        },
      },
      item.node ?? (item.icon ? icon(item.icon) : null),
      h("span", { class: "menu-words" }, item.label, item.hint ? h("small", {}, item.hint) : null),
      item.checked ? icon("check") : null,
    ),
  );
  const menu = h("div", { class: "menu-items", onkeydown: (event) => menuKeys(event, buttons, close) }, buttons);
  close = openPanel(anchor, menu, { label, role: "menu", end, className: "menu" });
  (buttons.find((_button, index) => items[index].checked) ?? buttons[0])?.focus();
}

function menuKeys(event, buttons, close) {
  const at = buttons.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    buttons.at(to % buttons.length)?.focus();
  } else if (event.key === "Tab") {
    event.preventDefault();
    close(true);
  } else if (event.key.length === 1) {
    const letter = event.key.toLowerCase();
    const next = [...buttons.slice(at + 1), ...buttons].find((button) => button.textContent.toLowerCase().startsWith(letter));
    next?.focus();
  }
}

/** Keep Tab inside `root`, which is a modal dialog. */
export function trapTab(event, root) {
  if (event.key !== "Tab") return;
  const stops = focusables(root);
  const [edge, other] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement === edge || !root.contains(document.activeElement)) {
    event.preventDefault();
    other?.focus();
  }
}

/**
 * Ask before doing; resolves to true when the member agrees.
 * @param {{title, text, confirm, deny, danger?: boolean}} words nodes or strings.
 */
export function confirmDialog(words) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const [titleId, textId] = [uid("title"), uid("text")];
    const answer = (agreed) => {
      dialog.close();
      dialog.remove();
      before?.focus?.();
      resolve(agreed);
    };
    const yes = h(
      "button",
      { type: "button", class: `btn ${words.danger ? "danger" : "primary"}`, onclick: () => answer(true) },
      words.confirm,
    );
    const no = h("button", { type: "button", class: "btn", onclick: () => answer(false) }, words.deny);
    const dialog = h(
      "dialog",
      { class: "confirm", role: "alertdialog", aria: { labelledby: titleId, describedby: textId } },
      h("h2", { id: titleId }, words.title),
      h("div", { id: textId, class: "confirm-text" }, words.text),
      h("div", { class: "dialog-buttons" }, no, yes),
    );
    dialog.addEventListener("keydown", (event) => {
      trapTab(event, dialog);
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      answer(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}

/** A stack of short notices in the corner; each leaves by itself. */
export class Toasts {
  constructor(host) {
    this.host = host;
  }

  show(text, level = "info") {
    const toast = h(
      "div",
      { class: `toast ${level}`, role: level === "error" ? "alert" : "status" },
      icon(level === "info" ? "check" : "warn"),
      h("span", {}, text),
      h(
        "button",
        { type: "button", class: "icon-button", aria: { label: "Dismiss" }, onclick: () => toast.remove() },
        icon("close"),
      ),
    );
    // Shown again so that it lies above a dialog opened since.
    if (this.host.matches(":popover-open")) this.host.hidePopover();
    this.host.append(toast);
    this.host.showPopover();
    setTimeout(() => toast.remove(), Math.max(6_000, text.length * 80));
  }

  clear() {
    fill(this.host);
  }
}
