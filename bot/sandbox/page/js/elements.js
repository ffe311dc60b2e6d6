/** Block Kit's interactive elements. Each is a function (element, env) -> node. */

import { debounced, h, icon, safeUrl, uid } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { confirmDialog, openMenu } from "./float.js";
import { emojiText } from "./mrkdwn.js";
import { selectNode, SELECTS } from "./selects.js";
import { textNodes } from "./text.js";
import { fromInputTime, inputTime } from "./time.js";

const TYPING_PAUSE_MS = 300;
const WIDE_LIMIT = 500;
const PLAIN_MAX = 3000; // Slack's limit where max_length is not given

/**
 * @typedef {Object} Env one element's surroundings
 * @property {string} blockId
 * @property {Object|null} input the input block around it, if there is one
 * @property {Object} ctx see blocks.js
 * @property {string} [id] for the label, and [labelledBy], [describedBy]
 */

const RENDERERS = {
  button, overflow, checkboxes, radio_buttons: radioButtons,
  ...Object.fromEntries(SELECTS.map((type) => [type, (element, env) => selectNode(element, env, change)])),
  plain_text_input: textInput, email_text_input: textInput, url_text_input: textInput, number_input: textInput,
  rich_text_input: richTextInput, datepicker, timepicker, datetimepicker, image,
};

/** Return the node for `element`; one this page does not know says so. */
export function renderElement(element, env) {
  const render = RENDERERS[element?.type];
  const node = render ? render(element, env) : h("div", { class: "unsupported" }, `Not shown here: ${element?.type}`);
  node.dataset.actionId = element?.action_id ?? "";
  return node;
}

/** Tell the product about an action, after the element's own question; false when the member says no. */
async function act(element, env, shape, source) {
  if (element.confirm && !(await askFirst(element.confirm))) return false;
  source?.setAttribute("aria-busy", "true");
  try {
    await env.ctx.act(env.blockId, element.action_id, shape);
  } finally {
    source?.removeAttribute("aria-busy");
  }
  return true;
}

function askFirst(confirm) {
  const plain = (text) => withEmoji(text?.text ?? "");
  const textCtx = {
    memberName: () => null,
    channelName: () => null,
    openChannel: () => {},
    zone: "UTC",
    now: () => Date.now() / 1000,
  };
  return confirmDialog({
    title: plain(confirm.title),
    text: textNodes(confirm.text, textCtx),
    confirm: plain(confirm.confirm) || "Yes",
    deny: plain(confirm.deny) || "No",
    danger: confirm.style === "danger",
  });
}

/** Keep a new value; tell the product when the element stands where Slack tells it. */
async function change(element, env, shape, node) {
  const before = env.ctx.form.get(env.blockId, element);
  env.ctx.form.set(env.blockId, element, shape);
  if (env.input && !env.input.dispatch_action) return true;
  if (await act(element, env, shape, node)) return true;
  env.ctx.form.set(env.blockId, element, before);
  return false;
}

function button(element, env) {
  const href = element.url ? safeUrl(element.url) : null;
  const shape = { value: element.value };
  const props = {
    class: `btn ${element.style ?? ""}`.trim(),
    aria: { label: element.accessibility_label },
    onclick: (event) => {
      const source = event.currentTarget;
      if (source.getAttribute("aria-busy") !== "true") act(element, env, shape, source);
    },
  };
  const words = emojiText(element.text?.text ?? "");
  return href
    ? h("a", { ...props, href, target: "_blank", rel: "noopener noreferrer" }, words)
    : h("button", { type: "button", ...props }, words);
}

function overflow(element, env) {
  const open = (event) => {
    const anchor = event.currentTarget;
    const items = element.options.map((option) => ({
      label: withEmoji(option.text.text),
      hint: option.description ? withEmoji(option.description.text) : null,
      onpick: () => {
        if (option.url && safeUrl(option.url)) window.open(safeUrl(option.url), "_blank", "noopener");
        act(element, env, { selected_option: option }, anchor);
      },
    }));
    openMenu(anchor, items, { label: "More actions" });
  };
  return h(
    "button",
    {
      type: "button",
      class: "btn overflow",
      aria: { label: "More actions", haspopup: "menu", expanded: false },
      onclick: open,
    },
    icon("more"),
  );
}

function checkboxes(element, env) {
  const { selected_options: chosen } = env.ctx.form.get(env.blockId, element);
  const values = new Set(chosen.map((option) => option.value));
  const group = choiceGroup("checkbox", element, env, values, async () => {
    const picked = element.options.filter((_option, index) => group.boxes[index].checked);
    if (!(await change(element, env, { selected_options: picked }, group.node))) restore(group, element, values);
    else {
      values.clear();
      for (const option of picked) values.add(option.value);
    }
  });
  return group.node;
}

function radioButtons(element, env) {
  const { selected_option: chosen } = env.ctx.form.get(env.blockId, element);
  const values = new Set(chosen ? [chosen.value] : []);
  const group = choiceGroup("radio", element, env, values, async () => {
    const picked = element.options.find((_option, index) => group.boxes[index].checked) ?? null;
    if (!(await change(element, env, { selected_option: picked }, group.node))) restore(group, element, values);
    else {
      values.clear();
      values.add(picked?.value);
    }
  });
  return group.node;
}

function restore(group, element, values) {
  element.options.forEach((option, index) => {
    group.boxes[index].checked = values.has(option.value);
  });
}

function choiceGroup(type, element, env, values, onchange) {
  const name = uid("choice");
  const boxes = [];
  const rows = element.options.map((option) => {
    const box = h("input", { type, name, checked: values.has(option.value), onchange });
    boxes.push(box);
    const words = h(
      "span",
      { class: "choice-words" },
      h("span", {}, textNodes(option.text, env.ctx)),
      option.description ? h("small", {}, textNodes(option.description, env.ctx)) : null,
    );
    return h("label", { class: "choice" }, box, words);
  });
  const role = type === "radio" ? "radiogroup" : "group";
  const node = h(
    "div",
    {
      class: "choices",
      role,
      aria: { labelledby: env.labelledBy, label: env.labelledBy ? null : "Options", describedby: env.describedBy },
    },
    rows,
  );
  return { node, boxes };
}

const INPUT_TYPES = { email_text_input: "email", url_text_input: "url" };

function textInput(element, env) {
  const multiline = element.multiline === true;
  const counted = Boolean(element.max_length || element.min_length);
  const counter = h("span", { class: "counter", aria: { hidden: true } });
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const dispatches = env.input?.dispatch_action === true;
  const send = () => act(element, env, { value: control.value || null }, control);
  const sendSoon = debounced(send, TYPING_PAUSE_MS);
  const typed = () => {
    env.ctx.form.set(
      env.blockId,
      element,
      { value: control.value.trim() === "" && !multiline ? null : control.value || null },
    );
    grow(control);
    if (counted) count(counter, element, control.value.length);
    if (dispatches && triggers.includes("on_character_entered")) sendSoon();
  };
  const keys = (event) => {
    const enters = event.key === "Enter" && !event.isComposing && (!multiline || event.metaKey || event.ctrlKey);
    if (!enters) return;
    if (dispatches && triggers.includes("on_enter_pressed")) {
      event.preventDefault();
      send();
    }
  };
  const number = element.type === "number_input";
  const control = h(multiline ? "textarea" : "input", {
    type: multiline ? null : INPUT_TYPES[element.type] ?? "text",
    inputmode: number ? (element.is_decimal_allowed ? "decimal" : "numeric") : null,
    class: "text-input", id: env.id, rows: multiline ? 4 : null, autocomplete: "off",
    maxlength: number ? null : element.max_length ?? PLAIN_MAX,
    placeholder: withEmoji(element.placeholder?.text ?? ""),
    value: env.ctx.form.get(env.blockId, element).value ?? "",
    aria: {
      label: env.labelledBy ? null : element.placeholder?.text ?? "Text",
      describedby: env.describedBy,
      required: env.input && !env.input.optional ? true : null,
    },
    oninput: typed, onkeydown: keys,
  });
  if (counted) count(counter, element, control.value.length);
  queueMicrotask(() => grow(control));
  return h("div", { class: "text-field" }, control, counted ? counter : null);
}

function grow(control) {
  if (control.nodeName !== "TEXTAREA" || !control.isConnected) return;
  control.style.height = "auto";
  control.style.height = `${control.scrollHeight + 2}px`;
}

function count(counter, element, length) {
  const { min_length: min = 0, max_length: max } = element;
  // A wide limit matters only to those who come near it.
  counter.hidden = max > WIDE_LIMIT && length < max * 0.8 && length >= min;
  counter.textContent = max ? `${length} / ${max}` : `${length} (at least ${min})`;
  counter.classList.toggle("short", (length > 0 && length < min) || (max !== undefined && length > max * 0.9));
}

/** Slack's rich text editor, reduced to lines of plain text. */
function richTextInput(element, env) {
  const held = env.ctx.form.get(env.blockId, element).rich_text_value;
  const words = (node) => node.text ?? (node.elements ?? []).map(words).join("");
  const control = h("textarea", {
    class: "text-input", id: env.id, rows: 4, value: (held?.elements ?? []).map(words).join("\n"),
    placeholder: element.placeholder?.text, aria: { describedby: env.describedBy },
    oninput: () => {
      const section = { type: "rich_text_section", elements: [{ type: "text", text: control.value }] };
      env.ctx.form.set(
        env.blockId,
        element,
        { rich_text_value: control.value ? { type: "rich_text", elements: [section] } : null },
      );
    },
  });
  return h("div", { class: "text-field" }, control);
}

function dateField(type, element, env, key, { toInput = (value) => value ?? "", fromInput = (text) => text || null } = {}) {
  const held = env.ctx.form.get(env.blockId, element);
  const control = h("input", {
    type, class: "text-input date-input", id: env.id, value: toInput(held[key]),
    aria: {
      label: env.labelledBy ? null : element.placeholder?.text ?? "Date or time",
      describedby: env.describedBy,
      required: env.input && !env.input.optional ? true : null,
    },
    onchange: async () => {
      const { type: _type, ...rest } = held;
      if (!(await change(element, env, { ...rest, [key]: fromInput(control.value) }, control))) control.value = toInput(held[key]);
    },
  });
  return h("div", { class: "text-field" }, control);
}

function datepicker(element, env) {
  return dateField("date", element, env, "selected_date");
}

function timepicker(element, env) {
  return dateField("time", element, env, "selected_time");
}

function datetimepicker(element, env) {
  const { zone } = env.ctx;
  return dateField("datetime-local", element, env, "selected_date_time", {
    toInput: (epoch) => (epoch ? inputTime(epoch, zone) : ""),
    fromInput: (text) => (text ? fromInputTime(text, zone) : null),
  });
}

function image(element) {
  const src = safeUrl(element.image_url ?? element.slack_file?.url ?? "");
  return h("img", { class: "accessory-image", src, alt: element.alt_text ?? "", loading: "lazy" });
}
