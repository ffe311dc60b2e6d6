/** Files on a message: texts are read in place, pictures are shown, everything can be downloaded. */

import { fill, h, icon, uid } from "./dom.js";
import { markdown } from "./markdown.js";

const SHOWN_BYTES = 400_000;
const KB = 1024;

/** Return the node for one file: {id, name, title, mimetype, size, url}. */
export function fileNode(file) {
  const url = file.url ?? `/sandbox/files/${encodeURIComponent(file.id)}`;
  if (/^image\//.test(file.mimetype)) return picture(file, url);
  if (isText(file) && file.size <= SHOWN_BYTES) return reading(file, url);
  return h("div", { class: "file" }, fileBar(file, url));
}

const isMarkdown = (file) => file.mimetype === "text/markdown" || /\.(md|markdown)$/i.test(file.name);
const isText = (file) => isMarkdown(file) || /^text\/|json|yaml/.test(file.mimetype);

function fileBar(file, url, ...more) {
  return h(
    "div",
    { class: "file-bar" },
    h("span", { class: "file-icon" }, icon("file")),
    h(
      "span",
      { class: "file-words" },
      h("strong", {}, file.title || file.name),
      h("small", {}, `${kindOf(file)} · ${sizeOf(file.size)}`),
    ),
    more,
    h(
      "a",
      {
        class: "icon-button",
        href: url,
        download: file.name,
        title: "Download",
        aria: { label: `Download ${file.name}` },
      },
      icon("download"),
    ),
  );
}

function kindOf(file) {
  if (isMarkdown(file)) return "Report";
  const ending = file.name.match(/\.(\w{1,5})$/)?.[1];
  return ending ? ending.toUpperCase() : "File";
}

function sizeOf(bytes) {
  if (bytes < KB) return `${bytes} B`;
  return bytes < KB * KB ? `${Math.round(bytes / KB)} kB` : `${(bytes / KB / KB).toFixed(1)} MB`;
}

function picture(file, url) {
  const image = h("img", { src: url, alt: file.title || file.name, loading: "lazy" });
  return h(
    "figure",
    { class: "file picture" },
    fileBar(file, url),
    h("a", { href: url, target: "_blank", rel: "noopener" }, image),
  );
}

function reading(file, url) {
  const bodyId = uid("file");
  const body = h(
    "div",
    { id: bodyId, class: `file-body folded${isMarkdown(file) ? " markdown" : ""}` },
    h("p", { class: "quiet" }, "Reading…"),
  );
  const more = h(
    "button",
    { type: "button", class: "file-more", hidden: true, aria: { expanded: false, controls: bodyId } },
    "Show all",
  );
  more.addEventListener("click", () => {
    const folded = body.classList.toggle("folded");
    more.setAttribute("aria-expanded", String(!folded));
    more.textContent = folded ? "Show all" : "Show less";
    if (folded) more.scrollIntoView({ block: "nearest" });
  });
  read(url, body, isMarkdown(file)).then(() => {
    more.hidden = body.scrollHeight <= body.clientHeight + 8;
    body.classList.toggle("whole", more.hidden);
  });
  return h("div", { class: "file" }, fileBar(file, url), body, more);
}

async function read(url, body, asMarkdown) {
  try {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    fill(body, asMarkdown ? markdown(text) : h("pre", {}, text));
  } catch {
    fill(body, h("p", { class: "quiet" }, "This file could not be read. Try to download it."));
  }
  // Layout decides whether there is more to unfold.
  await new Promise((resolve) => requestAnimationFrame(resolve));
}
