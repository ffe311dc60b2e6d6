/** The list of places: channels, the app, direct messages; below it, who one acts as. */

import { fill, h, icon, iconButton } from "./dom.js";
import { openMenu } from "./float.js";
import { appMark } from "./world.js";

export class Sidebar {
  /** @param {Object} how {world, node, go(place), actAs(id), createChannel(), toggleTheme(), isCurrent(place), close()} */
  constructor(how) {
    this.how = how;
  }

  draw() {
    const { world, node, isCurrent } = this.how;
    const { team, sockets, channels: all, app } = world.state;
    const theme = document.documentElement.dataset.theme;
    const places = ["app", ...all.map((channel) => `c/${channel.id}`)];
    // A click must not fall between an old row and its equal.
    const sign = JSON.stringify([world.me, team, sockets > 0, all, app.name, theme, places.filter(isCurrent)]);
    if (sign === this.sign) return;
    this.sign = sign;
    const had = node.contains(document.activeElement) ? document.activeElement.dataset.place : null;
    const channels = all.filter((channel) => channel.kind !== "im").sort((one, other) => Number(one.is_archived) - Number(other.is_archived));
    const direct = all.filter((channel) => channel.kind === "im" && channel.user !== world.app.bot_user_id);
    fill(
      node,
      this.top(),
      h(
        "div",
        { class: "places" },
        this.group(
          "Channels",
          channels.map((channel) => this.channelRow(channel)),
          iconButton("plus", "Create a channel", { onclick: () => this.how.createChannel() }),
        ),
        direct.length ? this.group("Direct messages", direct.map((channel) => this.directRow(channel))) : null,
        this.group("Apps", [this.appRow()]),
      ),
      this.bottom(),
    );
    if (had) node.querySelector(`[data-place="${CSS.escape(had)}"]`)?.focus();
  }

  top() {
    const { world } = this.how;
    const on = world.state.sockets > 0;
    return h(
      "div",
      { class: "workspace" },
      h("span", { class: "workspace-mark", aria: { hidden: true } }, world.state.team.name.slice(0, 1)),
      h(
        "div",
        { class: "workspace-words" },
        h("strong", {}, world.state.team.name),
        h("span", { class: `sockets ${on ? "on" : "off"}` }, on ? "App connected" : "App not connected"),
      ),
      iconButton("close", "Close the list of channels", { class: "drawer-close", onclick: () => this.how.close() }),
    );
  }

  group(title, rows, more = null) {
    return h(
      "section",
      { class: "place-group" },
      h("div", { class: "place-title" }, h("h2", {}, title), more),
      h("ul", {}, rows.map((row) => h("li", {}, row))),
    );
  }

  channelRow(channel) {
    const mark = icon(channel.is_archived ? "archive" : channel.kind === "private" ? "lock" : "hash");
    return this.row(`c/${channel.id}`, mark, channel.name, channel, channel.is_archived ? "archived" : null);
  }

  directRow(channel) {
    const { world } = this.how;
    return this.row(
      `c/${channel.id}`,
      world.avatar(channel.user, "tiny"),
      world.memberName(channel.user) ?? "Someone",
      channel,
    );
  }

  appRow() {
    const { world } = this.how;
    return this.row("app", appMark("tiny"), world.app.name, world.appChannel());
  }

  row(place, mark, name, channel, note = null) {
    const current = this.how.isCurrent(place);
    const unread = current ? 0 : channel?.unread ?? 0;
    return h(
      "button",
      {
        type: "button",
        class: `place${unread ? " unread" : ""}${note ? " dim" : ""}`,
        data: { place },
        aria: { current: current ? "page" : null },
        onclick: () => this.how.go(place),
      },
      mark,
      h("span", { class: "place-name" }, name),
      note ? h("span", { class: "sr-only" }, `, ${note}`) : null,
      unread ? h("span", { class: "count", aria: { label: `${unread} unread` } }, unread > 99 ? "99+" : String(unread)) : null,
    );
  }

  bottom() {
    const { world } = this.how;
    const me = world.member(world.me);
    const dark = document.documentElement.dataset.theme === "dark";
    return h(
      "div",
      { class: "me" },
      h(
        "button",
        {
          type: "button",
          class: "me-button",
          aria: {
            haspopup: "menu",
            expanded: false,
            label: `Acting as ${world.memberName(world.me)}. Act as another member`,
          },
          onclick: (event) => this.openMembers(event.currentTarget),
        },
        world.avatar(world.me, "small"),
        h("span", { class: "me-words" }, h("small", {}, "Acting as"), h("strong", {}, me.real_name || me.name)),
        icon("chevron"),
      ),
      iconButton(
        dark ? "sun" : "moon",
        dark ? "Light colours" : "Dark colours",
        { onclick: () => this.how.toggleTheme() },
      ),
    );
  }

  openMembers(anchor) {
    const { world } = this.how;
    const items = world.people().map((member) => ({
      label: member.real_name || member.name,
      hint: [member.is_admin ? "Admin" : null, (member.tz ?? "").replaceAll("_", " ")].filter(Boolean).join(" · "),
      node: world.avatar(member.id, "small"),
      checked: member.id === world.me,
      onpick: () => this.how.actAs(member.id),
    }));
    openMenu(anchor, items, { label: "Act as", end: false });
  }
}
