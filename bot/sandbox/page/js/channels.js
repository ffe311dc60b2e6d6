/** What a member does with channels, and what an empty one says. */

import { post } from "./api.js";
import { h, uid } from "./dom.js";
import { closePanel, openMenu, openPanel } from "./float.js";
import { appMark } from "./world.js";

/** Ask for one of the actions of POST /sandbox/channel. */
export function changeChannel(channel, action, world) {
  return world.tell(() => post("/sandbox/channel", { as: world.me, channel: channel.id, do: action }));
}

export function openChannelMenu(anchor, channel, world, done) {
  const run = (action) => changeChannel(channel, action, world).then(done);
  const inside = channel.members.includes(world.me);
  const botInside = channel.members.includes(world.app.bot_user_id);
  const items = [
    { label: inside ? "Leave" : "Join", onpick: () => run(inside ? "leave" : "join") },
    {
      label: `${botInside ? "Remove" : "Add"} ${world.app.name}`,
      onpick: () => run(botInside ? "remove_bot" : "invite_bot"),
    },
    {
      label: channel.is_archived ? "Take out of the archive" : "Archive",
      danger: !channel.is_archived,
      icon: "archive",
      onpick: () => run(channel.is_archived ? "unarchive" : "archive"),
    },
  ];
  openMenu(anchor, items, { label: "Channel actions" });
}

/** Ask for a name and create the channel; resolves to its id, or null when that was refused. */
export async function createChannel(anchor, world) {
  const name = await askName(anchor);
  const answer = await world.tell(() => post("/sandbox/channel", { as: world.me, do: "create", name }));
  return answer?.channel ?? null;
}

/** Ask for a name; resolves to it, and never when the member turns away. */
function askName(anchor) {
  return new Promise((resolve) => {
    const id = uid("name");
    const input = h(
      "input",
      {
        id,
        class: "text-input",
        type: "text",
        maxlength: 80,
        placeholder: "such as plan-reviews",
        pattern: "[a-z0-9_\\-]+",
        required: true,
        autofocus: true,
        autocomplete: "off",
      },
    );
    const submit = (event) => {
      event.preventDefault();
      closePanel();
      resolve(input.value.trim());
    };
    openPanel(
      anchor,
      h(
        "form",
        { class: "tools", onsubmit: submit },
        h("label", { class: "label", for: id }, "Name of the new channel"),
        h("div", { class: "row" }, input, h("button", { type: "submit", class: "btn primary" }, "Create")),
        h("p", { class: "hint" }, "Small letters, digits, - and _."),
      ),
      { label: "Create a channel" },
    );
  });
}

/** Return what stands above the first message of a conversation. */
export function beginning(world, place) {
  if (place.kind === "app") {
    const words = `This is where ${world.app.name} writes to you, and where you can write to it.`;
    return h("div", { class: "welcome" }, appMark("big"), h("h2", {}, world.app.name), h("p", {}, words));
  }
  return h(
    "div",
    { class: "welcome" },
    h("h2", {}, `#${world.channelName(place.channel) ?? ""}`),
    h("p", {}, "This is where the channel begins."),
  );
}
