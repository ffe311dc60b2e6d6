/** One message as a list item. */

import { renderBlocks } from "./blocks.js";
import { h, icon, iconButton } from "./dom.js";
import { emoji } from "./emoji.js";
import { fileNode } from "./files.js";
import { openMenu } from "./float.js";
import { emojiNode, mrkdwn, plainWords } from "./mrkdwn.js";
import { clockTime, fullTime, whenShort } from "./time.js";

/**
 * Return the list item for `message`.
 * @param {Object} message as GET /sandbox/messages gives it
 * @param {Object} how {world, ctx, joined: same author just before, inThread, openThread(ts), shortcut(id, message), copyLink(message)}
 */
export function messageNode(message, how) {
  const { world, ctx } = how;
  const author = authorName(message, world);
  const at = Number(message.ts);
  const time = h(
    "time",
    { datetime: new Date(at * 1000).toISOString(), title: fullTime(at, world.zone) },
    clockTime(at, world.zone),
  );
  const head = h(
    "div",
    { class: "message-head" },
    h("strong", { class: "author" }, author),
    world.isApp(message) ? h("span", { class: "badge" }, "App") : null,
    time,
  );
  const body = h("div", { class: "message-body" }, content(message, ctx));
  return h(
    "li",
    {
      class: classes(message, how),
      tabindex: -1,
      data: { ts: message.ts },
      aria: { label: `${author}, ${clockTime(at, world.zone)}` },
    },
    h(
      "div",
      { class: "gutter" },
      how.joined ? time.cloneNode(true) : world.avatar(world.isApp(message) ? world.app.bot_user_id : message.user),
    ),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral ? onlyYou() : null,
      broadcastNote(message, how),
      how.joined ? null : head,
      body,
      (message.attachments ?? []).map((one) => attachment(one, ctx)),
      (message.files ?? []).map(fileNode),
      reactions(message, world),
      replies(message, how),
    ),
    toolbar(message, how),
  );
}

function classes(message, how) {
  return ["message", message.ephemeral && "ephemeral", how.joined && "joined", systemNote(message) && "system"].filter(Boolean).join(" ");
}

const systemNote = (message) => /^(channel|group|bot)_(join|leave|add|remove|archive|unarchive|name)/.test(message.subtype ?? "");

export function authorName(message, world) {
  if (message.username) return message.username;
  return world.isApp(message) ? world.app.name : world.memberName(message.user) ?? message.user ?? "Unknown";
}

function content(message, ctx) {
  const words = () => h("div", { class: "words" }, mrkdwn(message.text ?? "", ctx));
  const nodes = message.blocks?.length ? renderBlocks(message.blocks, ctx) : [words()];
  if (message.edited) nodes.push(h("span", { class: "edited" }, "(edited)"));
  return nodes;
}

function attachment(one, ctx) {
  const words = h("div", { class: "words" }, mrkdwn(one.text ?? one.fallback ?? "", ctx));
  return h("div", { class: "attachment" }, one.blocks?.length ? renderBlocks(one.blocks, ctx) : words);
}

function reactions(message, world) {
  const all = Object.entries(message.reactions ?? {});
  if (!all.length) return null;
  return h(
    "div",
    { class: "reactions" },
    all.map(([name, ids]) => h(
      "span",
      { class: "reaction", title: ids.map((id) => world.memberName(id) ?? id).join(", ") },
      emojiNode(emoji(name) ?? `:${name}:`, name),
      h("span", {}, String(ids.length)),
    )),
  );
}

function onlyYou() {
  return h("div", { class: "only-you" }, icon("eye"), "Only visible to you");
}

function broadcastNote(message, how) {
  if (message.subtype !== "thread_broadcast" || how.inThread) return null;
  return h(
    "button",
    { type: "button", class: "broadcast-note", onclick: () => how.openThread(message.thread_ts) },
    icon("reply"),
    "Replied to a thread",
  );
}

function replies(message, how) {
  if (!message.reply_count || how.inThread) return null;
  const { world } = how;
  const count = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  const seen = message.latest_reply ? whenShort(Number(message.latest_reply), world.now(), world.zone) : null;
  const last = h("span", { class: "quiet" }, seen ? `Last reply ${seen}` : "View thread");
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => world.avatar(id, "tiny"));
  return h(
    "button",
    { type: "button", class: "replies", onclick: () => how.openThread(message.ts) },
    h("span", { class: "faces" }, faces),
    h("span", { class: "reply-count" }, count),
    last,
  );
}

function toolbar(message, how) {
  const reply = how.inThread || message.ephemeral ? null : iconButton(
    "reply",
    "Reply in thread",
    { onclick: () => how.openThread(message.thread_ts ?? message.ts) },
  );
  const more = iconButton(
    "more",
    "More actions",
    { aria: { haspopup: "menu", expanded: false }, onclick: (event) => moreMenu(event.currentTarget, message, how) },
  );
  return h("div", { class: "message-tools" }, reply, more);
}

function moreMenu(anchor, message, how) {
  const shortcuts = how.world.app.shortcuts.filter((shortcut) => shortcut.type === "message");
  const items = message.ephemeral
    ? []
    : shortcuts.map(({ name, callback_id: id }) => ({
        label: name,
        hint: how.world.app.name,
        icon: "bolt",
        onpick: () => how.shortcut(id, message),
      }));
  items.push({ label: "Copy link", icon: "link", onpick: () => how.copyLink(message) });
  items.push({
    label: "Copy text",
    icon: "file",
    onpick: () => navigator.clipboard?.writeText(plainWords(message.text, how.ctx)),
  });
  openMenu(anchor, items, { label: "Message actions" });
}
