/** Block Kit's blocks as DOM nodes. Each renderer is a function (block, ctx) -> node. */

import { fill, h, icon, safeUrl, uid } from "./dom.js";
import { renderElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { emojiText } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { textNodes } from "./text.js";

/**
 * @typedef {Object} Ctx what every renderer needs
 * @property {import("./forms.js").FormState} form values of this container
 * @property {(blockId, actionId, shape) => Promise<void>} act
 * @property {(blockId, actionId, query) => Promise<Object>} suggest
 * @property {string} me, zone; (id) => … memberName, channelName, member, avatar, channelLabel;
 *   () => … now, members, channels; openChannel(id)
 */

const RENDERERS = {
  section, header, divider, context, actions, image, input, table,
  rich_text: (block, ctx) => h("div", { class: "rich-text" }, richText(block.elements, ctx)),
  markdown: (block) => h("div", { class: "markdown" }, markdown(block.text)),
  alert: (block, ctx) => h(
    "div",
    { class: `alert ${block.level ?? "default"}`, role: "note" },
    icon("warn"),
    h("div", {}, textNodes(block.text, ctx)),
  ),
  data_table: table,
  data_visualization: chart,
};

/** Return the nodes for `blocks`; a kind this page does not know is named, never dropped. */
export function renderBlocks(blocks, ctx) {
  return (blocks ?? []).map((block) => {
    const render = RENDERERS[block.type];
    const node = render ? render(block, ctx) : h("div", { class: "unsupported" }, `Not shown here: ${block.type}`);
    node.classList.add("block", `block-${block.type}`);
    node.dataset.blockId = block.block_id ?? "";
    return node;
  });
}

function section(block, ctx) {
  const fields = block.fields?.map((field) => h("div", { class: "field" }, textNodes(field, ctx)));
  const body = h(
    "div",
    { class: "section-body" },
    block.text ? h("div", { class: "section-text" }, textNodes(block.text, ctx)) : null,
    fields ? h("div", { class: "fields" }, fields) : null,
  );
  if (!block.accessory) return h("div", {}, body);
  const accessory = renderElement(block.accessory, { blockId: block.block_id, input: null, ctx });
  const wide = ["checkboxes", "radio_buttons"].includes(block.accessory.type) ? " wide" : "";
  return h("div", {}, body, h("div", { class: `accessory${wide}` }, accessory));
}

function header(block) {
  return h("h3", { class: `header-${block.level ?? 1}` }, emojiText(block.text.text));
}

function divider() {
  return h("hr");
}

function context(block, ctx) {
  const parts = block.elements.map((element) =>
    element.type === "image"
      ? h("img", { src: safeUrl(element.image_url ?? ""), alt: element.alt_text })
      : h("span", { class: "context-text" }, textNodes(element, ctx)),
  );
  return h("div", {}, parts);
}

function actions(block, ctx) {
  return h(
    "div",
    { role: "group", aria: { label: "Actions" } },
    block.elements.map((element) => renderElement(element, { blockId: block.block_id, input: null, ctx })),
  );
}

function image(block, ctx) {
  const src = safeUrl(block.image_url ?? block.slack_file?.url ?? ctx.fileUrl?.(block.slack_file?.id) ?? "");
  const title = block.title ? h("figcaption", {}, emojiText(block.title.text)) : null;
  return h("figure", {}, title, h("img", { src, alt: block.alt_text ?? "", loading: "lazy" }));
}

const GROUPS = new Set(["checkboxes", "radio_buttons"]);

function input(block, ctx) {
  const [id, labelId, hintId, errorId] = ["input", "label", "hint", "error"].map(uid);
  const describedBy = block.hint ? `${hintId} ${errorId}` : errorId;
  const element = renderElement(
    block.element,
    { blockId: block.block_id, input: block, ctx, id, labelledBy: labelId, describedBy },
  );
  const words = [
    emojiText(block.label.text),
    block.optional ? h("span", { class: "optional" }, " (optional)") : null,
  ];
  const label = GROUPS.has(block.element.type) ? h("div", { id: labelId, class: "label" }, words) : h(
    "label",
    { id: labelId, class: "label", for: id },
    words,
  );
  return h(
    "div",
    {},
    label,
    element,
    h("p", { id: errorId, class: "error", hidden: true }),
    block.hint ? h("p", { id: hintId, class: "hint" }, emojiText(block.hint.text)) : null,
  );
}

/**
 * Mark the input blocks of `root` named in `errors`, unmark the others and focus the first.
 * @param {Object} errors sentence by block_id
 * @returns {string[]} the sentences whose block is not there
 */
export function markErrors(root, errors) {
  const lost = { ...errors };
  let first = null;
  for (const node of root.querySelectorAll(".block-input")) {
    const text = errors[node.dataset.blockId];
    delete lost[node.dataset.blockId];
    const place = node.querySelector(":scope > .error");
    place.hidden = !text;
    fill(place, text ? [icon("warn"), h("span", {}, text)] : null);
    node.classList.toggle("invalid", Boolean(text));
    for (const control of node.querySelectorAll("input, textarea")) {
      if (text) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
    if (text) first ??= node;
  }
  first?.querySelector("input, textarea, button")?.focus();
  first?.scrollIntoView({ block: "nearest" });
  return Object.values(lost);
}

function table(block, ctx) {
  const [head, ...rows] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const numbers = (head ?? []).map((_cell, index) => rows.length > 0 && rows.every((row) => row[index]?.type === "raw_number"));
  const classOf = (index) => `align-${settings[index]?.align ?? (numbers[index] ? "right" : "left")}${settings[index]?.is_wrapped ? " wrapped" : ""}`;
  const line = (row, tag) => h(
    "tr",
    {},
    row.map((cell, index) => h(
      tag,
      { class: classOf(index), scope: tag === "th" ? "col" : null },
      cellNodes(cell, ctx),
    )),
  );
  const node = h(
    "table",
    {},
    block.caption ? h("caption", {}, captionText(block.caption)) : null,
    h("thead", {}, head ? line(head, "th") : null),
    h("tbody", {}, rows.map((row) => line(row, "td"))),
  );
  return h(
    "div",
    { class: "table-scroll", tabindex: 0, role: "region", aria: { label: captionText(block.caption) || "Table" } },
    node,
  );
}

const captionText = (caption) => (typeof caption === "string" ? caption : caption?.text ?? "");

function cellNodes(cell, ctx) {
  if (cell?.type === "rich_text") return richText(cell.elements, ctx);
  return emojiText(String(cell?.text ?? cell?.value ?? ""));
}

/** A chart's numbers as a table: this page draws none, and says so. */
function chart(block) {
  const { chart: data = {}, title } = block;
  const name = typeof title === "string" ? title : title?.text ?? "Chart";
  const series = data.segments ? [{ name: "Value", data: data.segments }] : data.series ?? [];
  const labels = series[0]?.data.map((point) => point.label) ?? [];
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, data.axis_config?.x_label ?? ""),
    series.map((item) => h("th", { scope: "col", class: "align-right" }, item.name)),
  );
  const rows = labels.map((label, index) => h(
    "tr",
    {},
    h("th", { scope: "row" }, label),
    series.map((item) => h("td", { class: "align-right" }, String(item.data[index]?.value ?? ""))),
  ));
  return h(
    "figure",
    {},
    h("figcaption", {}, `${name} `, h("small", {}, `${data.type ?? ""} chart, shown as numbers`)),
    h(
      "div",
      { class: "table-scroll", tabindex: 0, role: "region", aria: { label: name } },
      h("table", {}, h("thead", {}, head), h("tbody", {}, rows)),
    ),
  );
}
