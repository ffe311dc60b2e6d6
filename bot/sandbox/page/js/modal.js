/** The member's open modal: one dialog that shows the top of the stack of views. */

import { ApiError, post } from "./api.js";
import { markErrors, renderBlocks } from "./blocks.js";
import { fill, focusables, h, icon, iconButton, uid } from "./dom.js";
import { closePanel, trapTab } from "./float.js";
import { FormState, refusals } from "./forms.js";
import { emojiText } from "./mrkdwn.js";

export class Modal {
  /** @param {Object} how {world, openChannel, currentChannel(): id, changed(): re-read the view} */
  constructor(how) {
    this.how = how;
    this.view = null;
    this.forms = new Map();
    this.busy = false;
    const titleId = uid("modal-title");
    this.title = h("h2", { id: titleId, tabindex: -1 });
    this.back = iconButton("back", "Back", { onclick: () => this.close(false) });
    this.notice = h("div", { class: "modal-notice", role: "alert", hidden: true });
    this.body = h("div", { class: "modal-body" });
    this.foot = h("footer", { class: "dialog-buttons" });
    this.dialog = h(
      "dialog",
      {
        class: "modal",
        aria: { labelledby: titleId },
        onkeydown: (event) => this.keys(event),
        onclose: () => this.reopen(),
      },
      h(
        "form",
        { novalidate: true, onsubmit: (event) => this.submit(event) },
        h("header", {}, this.back, this.title, iconButton("close", "Close", { onclick: () => this.close(true) })),
        this.notice,
        this.body,
        this.foot,
      ),
    );
    document.body.append(this.dialog);
  }

  /** Show `view` (null closes), `stack` views deep, with `errors` under its inputs. */
  show(view, stack = 1, errors = {}) {
    if (!view) {
      this.hide();
      return;
    }
    const unchanged = this.view && face(this.view) === face(view);
    const another = this.view?.id !== view.id;
    this.view = view;
    this.stack = stack;
    if (!unchanged) this.draw(another);
    this.back.hidden = stack < 2;
    if (!this.dialog.open) this.openDialog();
    if (errors && Object.keys(errors).length) this.showErrors(errors);
  }

  openDialog() {
    closePanel();
    this.before = document.activeElement;
    this.dialog.showModal();
    this.focusFirst();
  }

  focusFirst() {
    const wanted = focusElement(this.view.blocks);
    const node = wanted ? this.body.querySelector(`[data-action-id="${CSS.escape(wanted)}"]`) : null;
    const marked = node?.matches("input, textarea") ? node : node && focusables(node)[0];
    const first = marked ?? focusables(this.body).find((item) => item.matches("input, textarea, button"));
    (first ?? focusables(this.foot).at(-1) ?? this.title).focus();
  }

  hide() {
    this.view = null;
    this.forms.clear();
    if (!this.dialog.open) return;
    this.dialog.close();
    if (this.before?.isConnected) this.before.focus();
  }

  // A browser may close a dialog by itself (a second Escape); the view decides, not the browser.
  reopen() {
    if (this.view) this.openDialog();
  }

  draw(another) {
    const { view } = this;
    const focus = another ? null : focusMark(this.body);
    const scroll = another ? 0 : this.body.scrollTop;
    if (!this.forms.has(view.id)) this.forms.set(view.id, new FormState(view.state?.values));
    const form = this.forms.get(view.id);
    form.adopt(view.blocks, this.how.currentChannel());
    const ctx = this.how.world.ctx(
      { type: "view", view_id: view.id },
      form,
      { openChannel: this.how.openChannel, failed: (text) => this.say(text) },
    );
    fill(this.title, emojiText(view.title?.text ?? ""));
    fill(this.body, renderBlocks(view.blocks, ctx));
    this.drawFoot();
    this.say(null);
    this.body.scrollTop = scroll;
    if (focus) giveFocus(this.body, focus);
    else if (another && this.dialog.open) {
      if (this.busy) this.held = null;
      else this.focusFirst();
    }
  }

  drawFoot() {
    const { view } = this;
    const cancel = h(
      "button",
      { type: "button", class: "btn", onclick: () => this.close(false) },
      emojiText(view.close?.text ?? (view.submit ? "Cancel" : "Close")),
    );
    const send = { type: "submit", class: "btn primary", disabled: view.submit_disabled };
    this.sendButton = view.submit ? h("button", send, emojiText(view.submit.text)) : null;
    fill(this.foot, cancel, this.sendButton);
  }

  keys(event) {
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      this.close(false);
    } else if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      this.submit();
    } else trapTab(event, this.dialog);
  }

  async submit(event) {
    event?.preventDefault();
    if (this.busy || !this.sendButton) return;
    const { view } = this;
    const form = this.forms.get(view.id);
    const refused = refusals(view.blocks, form);
    if (Object.keys(refused).length) {
      this.showErrors(refused);
      return;
    }
    this.showErrors({});
    await this.send("/sandbox/submit", { view_id: view.id, values: form.values });
  }

  async close(all) {
    if (this.busy || !this.view) return;
    await this.send("/sandbox/close", { view_id: this.view.id, all });
  }

  /** Send and keep everything typed until the workspace has answered. */
  async send(path, body) {
    this.setBusy(true);
    this.say(null);
    try {
      const answer = await post(path, { as: this.how.world.me, ...body });
      this.setBusy(false);
      if (answer.errors) this.showErrors(answer.errors);
      else if (answer.notice) this.say(answer.notice);
      else await this.how.changed();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.setBusy(false);
      this.say(error.status ? error.message : "The workspace did not answer. What you typed is still here; try again.");
    }
  }

  setBusy(busy) {
    this.busy = busy;
    if (busy) this.held = document.activeElement;
    this.dialog.setAttribute("aria-busy", String(busy));
    this.body.inert = busy;
    for (const button of this.foot.querySelectorAll("button")) {
      button.disabled = busy || (button === this.sendButton && this.view?.submit_disabled === true);
    }
    this.sendButton?.classList.toggle("sending", busy);
    if (!busy && this.dialog.open) this.focusAgain();
  }

  /** What was disabled while sending lost the focus; a view that came meanwhile begins anew. */
  focusAgain() {
    if (this.held?.isConnected) this.held.focus();
    else this.focusFirst();
  }

  showErrors(errors) {
    const lost = markErrors(this.body, errors);
    if (lost.length) this.say(lost.join(" "));
  }

  say(text) {
    this.notice.hidden = !text;
    fill(this.notice, text ? [icon("warn"), h("span", {}, text)] : null);
  }
}

/** Return what of a view is to be seen: its state changes with every action. */
function face({ id, title, submit, close, blocks }) {
  return JSON.stringify([id, title, submit, close, blocks]);
}

function focusElement(blocks) {
  for (const block of blocks ?? []) {
    const elements = block.type === "actions" ? block.elements : [block.element, block.accessory];
    const wanted = (elements ?? []).find((element) => element?.focus_on_load);
    if (wanted) return wanted.action_id;
  }
  return null;
}

/** Return where the focus stands, so that a redrawn view can have it back. */
function focusMark(root) {
  const active = document.activeElement;
  if (!root.contains(active)) return null;
  const element = active.closest("[data-action-id]");
  const block = active.closest("[data-block-id]");
  if (!element || !block) return null;
  const all = [...element.querySelectorAll("input, textarea, button")];
  return {
    block: block.dataset.blockId, action: element.dataset.actionId, index: all.indexOf(active),
    selection: active.matches("textarea, input[type=text]") ? [active.selectionStart, active.selectionEnd] : null,
  };
}

function giveFocus(root, mark) {
  const selector = `[data-block-id="${CSS.escape(mark.block)}"] [data-action-id="${CSS.escape(mark.action)}"]`;
  const element = root.querySelector(selector);
  if (!element) return;
  const target = mark.index < 0 ? element : element.querySelectorAll("input, textarea, button")[mark.index];
  target?.focus();
  if (mark.selection && target?.setSelectionRange) target.setSelectionRange(...mark.selection);
}
