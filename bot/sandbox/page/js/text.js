/** Block Kit's text objects. */

import { emojiText, mrkdwn } from "./mrkdwn.js";
import { h } from "./dom.js";

/** Return nodes for a text object: {type: "mrkdwn" | "plain_text", text, emoji?}. */
export function textNodes(text, ctx) {
  if (!text) return [];
  if (text.type === "mrkdwn") return mrkdwn(text.text, ctx);
  const words = (line) => (text.emoji === false ? [line] : emojiText(line));
  return text.text.split("\n").flatMap((line, index) => (index ? [h("br"), ...words(line)] : words(line)));
}
