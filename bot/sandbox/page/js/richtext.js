/** Slack's rich_text block as DOM nodes. */

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelLink, dateText, emojiNode, emojiText, link, mention } from "./mrkdwn.js";

const STYLE_TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

/** Return the nodes of a rich_text block's (or cell's) elements. */
export function richText(elements, ctx) {
  const nodes = [];
  for (const element of elements ?? []) nodes.push(part(element, ctx));
  return nodes;
}

function part(element, ctx) {
  switch (element.type) {
    case "rich_text_section":
      return h("div", { class: "rt-section" }, words(element.elements, ctx));
    case "rich_text_quote":
      return h("blockquote", {}, words(element.elements, ctx));
    case "rich_text_preformatted":
      return h("pre", {}, words(element.elements, ctx));
    case "rich_text_list":
      return list(element, ctx);
    default:
      return h("div", { class: "unsupported" }, `Not shown here: ${element.type}`);
  }
}

function list(element, ctx) {
  const ordered = element.style === "ordered";
  const props = {
    class: `rt-list indent-${Math.min(element.indent ?? 0, 5)}`,
    start: ordered ? (element.offset ?? 0) + 1 : null,
  };
  return h(ordered ? "ol" : "ul", props, element.elements.map((item) => h("li", {}, words(item.elements, ctx))));
}

function words(elements, ctx) {
  return (elements ?? []).map((element) => styledWord(element, ctx));
}

function styledWord(element, ctx) {
  let node = word(element, ctx);
  for (const [style, tag] of Object.entries(STYLE_TAGS)) {
    if (element.style?.[style]) node = h(tag, {}, node);
  }
  return node;
}

function word(element, ctx) {
  switch (element.type) {
    case "text":
      return h("span", { class: "rt-text" }, emojiText(element.text));
    case "link":
      return link(element.url, null, ctx).nodeName === "A" && element.text
        ? relabel(link(element.url, null, ctx), element.text)
        : link(element.url, null, ctx);
    case "user":
      return mention(element.user_id, null, ctx);
    case "channel":
      return channelLink(element.channel_id, null, ctx);
    case "usergroup":
      return h("span", { class: "mention" }, "@group");
    case "broadcast":
      return h("span", { class: "mention broadcast" }, `@${element.range}`);
    case "emoji":
      return emojiNode(
        fromUnicode(element.unicode) ?? emoji(element.name) ?? `:${element.name}:`,
        `:${element.name}:`,
      );
    case "date":
      return dateText(element.timestamp, element.format, element.fallback, element.url, ctx);
    case "color":
      return h("code", {}, element.value);
    default:
      return h("span", { class: "unsupported" }, `Not shown here: ${element.type}`);
  }
}

function relabel(anchor, text) {
  anchor.replaceChildren(text);
  return anchor;
}

function fromUnicode(codes) {
  if (!codes) return null;
  const points = codes.split("-").map((code) => Number.parseInt(code, 16));
  return points.every((point) => point > 0 && point <= 0x10ffff) ? String.fromCodePoint(...points) : null;
}
