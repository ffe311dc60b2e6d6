/** The workspace's clock, and the faults a developer can switch on. */

import { post } from "./api.js";
import { h, icon, uid } from "./dom.js";
import { closePanel, openPanel } from "./float.js";
import { clockTime, dayAndTime, fromInputTime, fullDate, inputTime, nextMonday } from "./time.js";

const HOUR_S = 3_600;
const DAY_S = 86_400;
const TICK_MS = 1_000;

const FAULTS = [
  ["lost_response", "Lost answers", "The call is done, then the connection is cut"],
  ["http_500", "Server errors", "HTTP 500"],
  ["rate_limit", "Rate limits", "HTTP 429 with Retry-After"],
  ["no_answer", "No answer", "The connection hangs"],
  ["duplicate_event", "Events sent twice", "The same event_id again"],
  ["reorder_events", "Events out of order", "The later one first"],
];

export class Tools {
  /** @param {Object} how {world, notify(text, level)} */
  constructor(how) {
    this.how = how;
    this.time = h("span", { class: "clock-time" });
    this.node = h(
      "button",
      { type: "button", class: "clock", aria: { haspopup: "dialog", expanded: false }, onclick: () => this.open() },
      icon("clock"),
      this.time,
    );
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  get zone() {
    return this.how.world.state.clock.zone ?? "UTC";
  }

  tick() {
    const { world } = this.how;
    if (!world.state) return;
    const text = dayAndTime(world.now(), this.zone);
    if (this.time.textContent !== text) this.time.textContent = text;
    const moved = Math.abs(world.state.clock.offset_s ?? 0) >= 1;
    this.node.classList.toggle("moved", moved);
    this.node.setAttribute("aria-label", `Workspace clock: ${text}${moved ? ", moved" : ""}. Move it`);
    if (this.big?.isConnected) this.big.textContent = clockTime(world.now(), this.zone);
  }

  open() {
    openPanel(this.node, this.panel(), { label: "Clock and faults", end: true });
    this.tick();
  }

  panel() {
    const { world } = this.how;
    this.big = h("div", { class: "clock-big" }, clockTime(world.now(), this.zone));
    const inputId = uid("clock");
    const input = h(
      "input",
      { id: inputId, type: "datetime-local", class: "text-input", value: inputTime(world.now(), this.zone) },
    );
    const jump = (label, body) => h(
      "button",
      { type: "button", class: "btn", onclick: () => this.move(body()) },
      label,
    );
    const move = (event) => {
      event.preventDefault();
      if (input.value) this.move({ now: fromInputTime(input.value, this.zone) });
    };
    return h(
      "div",
      { class: "tools" },
      h(
        "div",
        { class: "clock-face" },
        this.big,
        h("div", { class: "quiet" }, fullDate(world.now(), this.zone), h("br"), this.zone.replaceAll("_", " ")),
      ),
      h(
        "div",
        { class: "jumps", role: "group", aria: { label: "Move the clock" } },
        jump("+1 hour", () => ({ now: world.now() + HOUR_S })),
        jump("+1 day", () => ({ now: world.now() + DAY_S })),
        jump("Next Monday 09:00", () => ({ now: nextMonday(world.now(), this.zone) })),
        jump("Back to now", () => ({ reset: true })),
      ),
      h(
        "form",
        { class: "clock-form", onsubmit: move },
        h("label", { for: inputId, class: "label" }, "Set to"),
        h("div", { class: "row" }, input, h("button", { type: "submit", class: "btn primary" }, "Set")),
      ),
      this.faults(),
    );
  }

  async move(body) {
    const { world, notify } = this.how;
    const answer = await world.tell(() => post("/sandbox/clock", body));
    if (!answer) return;
    closePanel();
    await this.how.reload();
    notify(`The workspace's clock says ${dayAndTime(world.now(), this.zone)}.`, "info");
  }

  faults() {
    const { world } = this.how;
    const now = world.state.faults ?? {};
    const fields = FAULTS.map(([name, label, hint]) => [name, numberField(label, hint, now[name])]);
    const delay = numberField("Delay", "Seconds before every answer", now.delay_s, "0.1");
    const method = h(
      "input",
      { type: "text", class: "text-input", placeholder: "every method", value: now.method ?? "" },
    );
    const set = (body) => this.setFaults(body);
    const apply = (event) => {
      event.preventDefault();
      const body = {};
      for (const [name, { input }] of [...fields, ["delay_s", delay]]) {
        if (Number(input.value) > 0) body[name] = Number(input.value);
      }
      if (method.value.trim()) body.method = method.value.trim();
      set(body);
    };
    const form = h(
      "form",
      { class: "faults", onsubmit: apply },
      h("p", { class: "quiet" }, "For the next so many calls of Slack's Web API:"),
      fields.map(([, field]) => field.node),
      delay.node,
      h(
        "label",
        { class: "fault" },
        h("span", {}, "Only for", h("small", {}, "A method, such as chat.postMessage")),
        method,
      ),
      h(
        "div",
        { class: "dialog-buttons" },
        h("button", { type: "button", class: "btn", onclick: () => set({}) }, "Clear"),
        h("button", { type: "submit", class: "btn primary" }, "Switch on"),
      ),
      h("button", { type: "button", class: "btn", onclick: () => this.disconnect() }, "Close the product's sockets"),
    );
    return h(
      "details",
      { class: "developer", ontoggle: () => dispatchEvent(new Event("resize")) },
      h("summary", {}, "Faults, for developers"),
      form,
    );
  }

  async setFaults(body) {
    const { world, notify } = this.how;
    if (!(await world.tell(() => post("/sandbox/faults", body)))) return;
    closePanel();
    notify(Object.keys(body).length ? "Faults are switched on." : "No faults any more.", "info");
  }

  async disconnect() {
    const { world, notify } = this.how;
    if (await world.tell(() => post("/sandbox/disconnect", { reason: "refresh_requested" }))) notify(
      "The sockets were closed; a product reconnects by itself.",
      "info",
    );
  }
}

function numberField(label, hint, value, step = "1") {
  const input = h(
    "input",
    {
      type: "number",
      min: 0,
      step,
      class: "text-input",
      inputmode: "decimal",
      placeholder: "0",
      value: value ? String(value) : "",
    },
  );
  return { input, node: h("label", { class: "fault" }, h("span", {}, label, h("small", {}, hint)), input) };
}
