/**
 * Slack's mrkdwn as DOM nodes.
 * https://docs.slack.dev/messaging/formatting-message-text
 */

import { h, safeUrl } from "./dom.js";
import { emoji } from "./emoji.js";
import { fillDate } from "./time.js";

const LIST_LINE = /^\s*(?:[•◦▪–-]|\d{1,3}[.)])\s/;
const STYLES = { "*": "strong", _: "em", "~": "s" };

/** Return `text` with Slack's three entities read back. */
function decode(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/**
 * Return nodes for `text`.
 * @param {string} text
 * @param {Object} ctx {memberName(id), channelName(id), openChannel(id), me, zone, now()}
 */
export function mrkdwn(text, ctx) {
  return text.split(/```([\s\S]+?)```/).flatMap((piece, index) => {
    if (index % 2) return [h("pre", {}, decode(plainTokens(piece.replace(/^\n|\n$/g, ""), ctx)))];
    return blocksOfLines(index ? piece.replace(/^\n/, "") : piece, ctx);
  });
}

function blocksOfLines(text, ctx) {
  if (!text) return [];
  const nodes = [];
  let quote = null;
  const lines = text.split("\n");
  lines.forEach((line, index) => {
    const quoted = line.match(/^(?:&gt;|>)\s?(.*)$/);
    if (quoted) {
      if (!quote) nodes.push((quote = h("blockquote")));
      else quote.append(h("br"));
      quote.append(...inline(quoted[1], ctx));
      return;
    }
    quote = null;
    if (LIST_LINE.test(line)) nodes.push(h("span", { class: "list-line" }, inline(line, ctx)));
    else {
      nodes.push(...inline(line, ctx));
      const next = lines[index + 1];
      const broken = next === undefined || /^(?:&gt;|>)/.test(next) || LIST_LINE.test(next);
      if (!broken || (line === "" && next !== undefined)) nodes.push(h("br"));
    }
  });
  return nodes;
}

// Code, a token in angle brackets, or a styled run that may hold both. A lone backtick or bracket
// inside a run matches in one way only, so hostile text cannot make the match backtrack for long.
const INLINE =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}\\*_~])([*_~])(?=\S)((?:`[^`\n]+`|<[^<>\n]+>|`(?![^`\n]+`)|<(?![^<>\n]+>)|(?!\3)[^`<])+?)(?<=\S)\3(?![\p{L}\p{N}])/gu;

/** Return nodes for one line of mrkdwn. */
function inline(text, ctx) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [all, code, target, style, run] = match;
    nodes.push(...emojiText(decode(text.slice(from, match.index))));
    if (code) nodes.push(h("code", {}, decode(code)));
    else if (target) nodes.push(token(target, ctx));
    else nodes.push(h(STYLES[style], {}, inline(run, ctx)));
    from = match.index + all.length;
  }
  return [...nodes, ...emojiText(decode(text.slice(from)))];
}

/** Return text nodes and spans for `text` with `:names:` of emoji. */
export function emojiText(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).flatMap((piece, index) => {
    if (!piece) return [];
    const found = index % 2 ? emoji(piece.slice(1, -1)) : null;
    return [found ? emojiNode(found, piece) : document.createTextNode(piece)];
  });
}

export function emojiNode(character, name) {
  return h(
    "span",
    { class: "emoji", role: "img", title: name, aria: { label: name.replaceAll(":", "").replaceAll("_", " ") } },
    character,
  );
}

function token(body, ctx) {
  const [target, label] = cut(body, "|");
  if (target.startsWith("@")) return mention(target.slice(1), label, ctx);
  if (target.startsWith("#")) return channelLink(target.slice(1), label, ctx);
  if (target.startsWith("!date^")) return dateNode(target, label, ctx);
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, label ?? "@group");
  if (target.startsWith("!")) return h("span", { class: "mention broadcast" }, `@${label ?? target.slice(1)}`);
  return link(decode(target), label === null ? null : label, ctx);
}

function cut(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + mark.length)];
}

export function mention(id, label, ctx) {
  const mine = id === ctx.me ? " mine" : "";
  return h("span", { class: `mention${mine}` }, `@${ctx.memberName(id) ?? label ?? id}`);
}

export function channelLink(id, label, ctx) {
  const name = ctx.channelName(id) ?? label;
  if (!name) return h("span", { class: "mention" }, "#private-channel");
  return h(
    "button",
    { type: "button", class: "mention channel-link", onclick: () => ctx.openChannel(id) },
    `#${name}`,
  );
}

export function link(url, label, ctx) {
  const href = safeUrl(url);
  if (!href) return h("span", {}, label ? inline(label, ctx) : `<${url}>`);
  const content = label ? inline(label, ctx) : [url.replace(/^mailto:/, "")];
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, content);
}

function dateNode(target, fallback, ctx) {
  const [, seconds, pattern, url] = target.split("^");
  return dateText(Number(seconds), pattern, fallback, url, ctx);
}

export function dateText(epoch, pattern, fallback, url, ctx) {
  const text = Number.isFinite(epoch) ? fillDate(decode(pattern ?? ""), epoch, ctx.now(), ctx.zone) : null;
  const node = h(
    "time",
    Number.isFinite(epoch) ? { datetime: new Date(epoch * 1000).toISOString() } : {},
    text ?? fallback ?? "",
  );
  return url && safeUrl(url) ? h("a", { href: safeUrl(url), target: "_blank", rel: "noopener noreferrer" }, node) : node;
}

function plainTokens(text, ctx) {
  return text.replace(/<([^<>\n]+)>/g, (_all, body) => token(body, ctx).textContent);
}

/** Return `text` without markup, for announcements and previews. */
export function plainWords(text, ctx) {
  return mrkdwn(text ?? "", ctx).map((node) => (node.nodeName === "BR" ? " " : node.textContent)).join("").trim();
}
