/** Markdown (reports, the markdown block) as DOM nodes: the plain part of CommonMark with tables. */

import { h, safeUrl } from "./dom.js";
import { emojiText } from "./mrkdwn.js";

const STARTS = [
  [/^\s*```/, fence],
  [/^#{1,6}\s/, heading],
  [/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/, rule],
  [/^\s*>/, quote],
  [/^\s*(?:[-*+]|\d{1,4}[.)])\s+/, list],
  [/^\s*\|.*\|\s*$/, table],
  [/^\s*!\[[^\]]*\]\([^)\s]+\)\s*$/, picture],
];

/** Return nodes for a whole Markdown text. */
export function markdown(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const [, read] = STARTS.find(([start]) => start.test(lines[at])) ?? [null, paragraph];
    const [node, next] = read(lines, at);
    nodes.push(node);
    at = next;
  }
  return nodes;
}

function fence(lines, at) {
  let end = at + 1;
  while (end < lines.length && !/^\s*```/.test(lines[end])) end += 1;
  return [h("pre", {}, lines.slice(at + 1, end).join("\n")), end + 1];
}

function heading(lines, at) {
  const [, marks, text] = lines[at].match(/^(#{1,6})\s+(.*?)\s*#*\s*$/) ?? [null, "#", lines[at]];
  // A report's own title sits under the page's headings.
  return [h(`h${Math.min(marks.length + 2, 6)}`, { class: `md-h md-h${marks.length}` }, spans(text)), at + 1];
}

function rule(_lines, at) {
  return [h("hr"), at + 1];
}

function quote(lines, at) {
  const end = runOf(lines, at, /^\s*>/);
  const inner = lines.slice(at, end).map((line) => line.replace(/^\s*>\s?/, ""));
  // Quotes in quotes stop after a few: a hostile text could nest them by the thousand.
  const deep = /^(\s*>){6}/.test(lines[at]);
  return [h("blockquote", {}, deep ? inner.join("\n") : markdown(inner.join("\n"))), end];
}

const ITEM = /^(\s*)([-*+]|\d{1,4}[.)])\s+(.*)$/;

function list(lines, at) {
  const first = lines[at].match(ITEM);
  const ordered = /\d/.test(first[2]);
  const node = h(ordered ? "ol" : "ul", ordered ? { start: Number.parseInt(first[2], 10) } : {});
  let next = at;
  while (next < lines.length) {
    const item = lines[next].match(ITEM);
    if (item && item[1].length < first[1].length) break;
    if (item && item[1].length > first[1].length + 1 && node.lastChild) {
      const [inner, end] = list(lines, next);
      node.lastChild.append(inner);
      next = end;
    } else if (item) {
      node.append(listItem(item[3]));
      next += 1;
    } else if (lines[next].trim() && /^\s{2,}/.test(lines[next]) && node.lastChild) {
      node.lastChild.append(" ", ...spans(lines[next].trim()));
      next += 1;
    } else break;
  }
  return [node, next];
}

function listItem(text) {
  const box = text.match(/^\[([ xX])\]\s+(.*)$/);
  if (!box) return h("li", {}, spans(text));
  const done = box[1] !== " ";
  return h(
    "li",
    { class: "md-task" },
    h("span", { class: "md-box", aria: { label: done ? "done" : "open" }, role: "img" }, done ? "☑" : "☐"),
    " ",
    spans(box[2]),
  );
}

function table(lines, at) {
  if (!/^\s*\|?[\s:|-]+\|?\s*$/.test(lines[at + 1] ?? "") || !/-/.test(lines[at + 1])) return paragraph(lines, at);
  const end = runOf(lines, at, /^\s*\|/);
  const aligns = cells(lines[at + 1]).map((cell) => (/^:-+:$/.test(cell) ? "center" : /-:$/.test(cell) ? "right" : "left"));
  const row = (line, tag) => h(
    "tr",
    {},
    cells(line).map((cell, index) => h(
      tag,
      { class: `align-${aligns[index] ?? "left"}`, scope: tag === "th" ? "col" : null },
      spans(cell),
    )),
  );
  const body = lines.slice(at + 2, end).map((line) => row(line, "td"));
  const node = h("table", {}, h("thead", {}, row(lines[at], "th")), h("tbody", {}, body));
  return [h("div", { class: "table-scroll", tabindex: 0, role: "region", aria: { label: "Table" } }, node), end];
}

function cells(line) {
  return line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function picture(lines, at) {
  const [, alt, url] = lines[at].match(/!\[([^\]]*)\]\(([^)\s]+)\)/);
  // Nothing is fetched from elsewhere: a picture inside a text is a link.
  return [h("p", {}, anchor(url, [alt || url])), at + 1];
}

function paragraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !STARTS.some(([start]) => start.test(lines[end]))) end += 1;
  const nodes = lines.slice(at, end).flatMap((line, index) => [
    ...(index ? [/(?: {2}|\\)$/.test(lines[at + index - 1]) ? h("br") : " "] : []),
    ...spans(line.trim().replace(/\\$/, "")),
  ]);
  return [h("p", {}, nodes), end];
}

function runOf(lines, at, start) {
  let end = at + 1;
  while (end < lines.length && start.test(lines[end])) end += 1;
  return end;
}

const SPAN =
  /`([^`]+)`|\*\*(?=\S)([^*]+(?:\*[^*]+\*[^*]*)*?)(?<=\S)\*\*|(?<![\p{L}\p{N}*])\*(?=\S)([^*]+)(?<=\S)\*|(?<![\p{L}\p{N}_])_(?=\S)([^_]+)(?<=\S)_(?![\p{L}\p{N}])|~~([^~]+)~~|!?\[([^\]]*)\]\(([^)\s]+)\)|<(https?:[^>\s]+)>|\\([\\`*_{}[\]()#+.!|<>~-])/gu;

/** Return nodes for the words of one Markdown line. */
function spans(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(SPAN)) {
    nodes.push(...emojiText(text.slice(from, match.index)), spanNode(match));
    from = match.index + match[0].length;
  }
  return [...nodes, ...emojiText(text.slice(from))];
}

function spanNode([, code, strong, star, under, strike, label, url, bare, escaped]) {
  if (code) return h("code", {}, code);
  if (strong) return h("strong", {}, spans(strong));
  if (star ?? under) return h("em", {}, spans(star ?? under));
  if (strike) return h("s", {}, spans(strike));
  if (url) return anchor(url, spans(label || url));
  return bare ? anchor(bare, [bare]) : document.createTextNode(escaped);
}

function anchor(url, content) {
  const href = safeUrl(url);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, content) : h("span", {}, content);
}
