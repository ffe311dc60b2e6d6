/** Building DOM nodes. Data only ever becomes text nodes and attributes, never markup. */

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  archive: "M3 4h14v4H3zM4.5 8v8h11V8M8 11h4",
  bolt: "M11 2 4 11h5l-1 7 7-9h-5z",
  chat: "M3 4h14v10H9l-4 3v-3H3z",
  check: "m4 10.5 4 4 8-9",
  chevron: "m5 7.5 5 5 5-5",
  clock: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 5.5V10l3 2",
  close: "m5 5 10 10M15 5 5 15",
  download: "M10 3v9m-4-3.5 4 4 4-4M3.5 16.5h13",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5M10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  file: "M5 2.5h6l4 4v11H5zM11 2.5v4h4",
  hash: "M7.5 3 6 17M14 3l-1.5 14M3.5 7.5h14M2.5 12.5h14",
  home: "M3 9.5 10 3l7 6.5M5 8.5V17h10V8.5M8.5 17v-5h3v5",
  back: "m11.5 4.5-5.5 5.5 5.5 5.5M6.5 10H17",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.3l1-1",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  moon: "M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  plus: "M10 4v12M4 10h12",
  reply: "M3 4h14v10H9l-4 3v-3H3zM7 8h6M7 10.8h4",
  send: "M3 10 17 3.5 13 17l-3.5-5.5z",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M10 1.8v1.7M10 16.5v1.7M1.8 10h1.7M16.5 10h1.7M4.2 4.2l1.2 1.2M14.6 14.6l1.2 1.2M15.8 4.2l-1.2 1.2M5.4 14.6l-1.2 1.2",
  warn: "M10 3 2 16.5h16zM10 8v4M10 14.2h.01",
};

/**
 * Build an element.
 * @param {string} tag
 * @param {Object} props attributes; `on…` functions become listeners, `aria` and `data` are objects,
 *   null, undefined and false leave the attribute out, true writes it empty.
 * @param {...(Node|string|null|Array)} children strings become text nodes.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) setProp(node, key, value);
  node.append(...flat(children));
  return node;
}

function setProp(node, key, value) {
  if (key === "aria" || key === "data") {
    for (const [name, item] of Object.entries(value)) {
      if (item !== null && item !== undefined) node.setAttribute(`${key}-${name}`, String(item));
    }
  } else if (key.startsWith("on")) {
    if (value) node.addEventListener(key.slice(2), value);
  } else if (value === null || value === undefined || value === false) {
    return;
  } else if (key === "value" || key === "checked" || key === "indeterminate") {
    node[key] = value;
  } else {
    node.setAttribute(key, value === true ? "" : String(value));
  }
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Return the line drawing called `name`, hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Return a button that shows only a drawing and is named by `label`. */
export function iconButton(name, label, props = {}) {
  const { class: extra = "", aria = {}, ...rest } = props;
  return h(
    "button",
    { type: "button", class: `icon-button ${extra}`.trim(), title: label, aria: { label, ...aria }, ...rest },
    icon(name),
  );
}

let lastId = 0;

/** Return an id no other element of the page has. */
export function uid(prefix = "id") {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** Replace what `node` holds. */
export function fill(node, ...children) {
  node.replaceChildren(...flat(children));
  return node;
}

/** Put `wanted` into `node`, moving nothing that already stands where it should. */
export function arrange(node, wanted) {
  const keep = new Set(wanted);
  for (const child of [...node.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((child, index) => {
    if (node.children[index] !== child) node.insertBefore(child, node.children[index] ?? null);
  });
}

const OWN_FILES = "/sandbox/files/";

/**
 * Return `url` when a browser may open it from a message, else null: data can say javascript:, and
 * a word in angle brackets is no address of this page.
 */
export function safeUrl(url) {
  if (String(url).startsWith(OWN_FILES)) return url;
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** Return `run` delayed until `ms` have passed without another call. */
export function debounced(run, ms) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), ms);
  };
}

const FOCUSABLE =
  'a[href],button:not([disabled]),input:not([disabled]),select:not([disabled]),textarea:not([disabled]),[tabindex]:not([tabindex="-1"])';

/** Return the elements inside `root` that Tab can reach, in order. */
export function focusables(root) {
  return [...root.querySelectorAll(FOCUSABLE)].filter(
    (node) => node.tabIndex >= 0 && node.getClientRects().length > 0,
  );
}
