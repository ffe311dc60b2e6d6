/** What the page knows of the workspace, seen by the acting member, and what renderers ask of it. */

import { ApiError, Newest, get, post } from "./api.js";
import { h } from "./dom.js";

const AVATAR_HUES = 12;

export class World {
  /** @param {(text: string, level: string) => void} notify shows a notice */
  constructor(notify) {
    this.notify = notify;
    this.state = null;
    this.me = null;
    this.wanted = null;
    this.newest = new Newest();
  }

  /** Read the workspace as `memberId` sees it; without one the server picks a member. */
  async load(memberId) {
    this.wanted = memberId;
    const state = await this.newest.read(() => get("/sandbox/state", { as: memberId }));
    // Something newer came first, or somebody else is acted as meanwhile.
    if (!state || memberId !== this.wanted) return;
    this.state = state;
    this.me = memberId ?? state.as ?? state.members.find((member) => !member.is_bot).id;
    this.wanted = this.me;
    this.readAt = performance.now();
    this.byId = new Map(state.members.map((member) => [member.id, member]));
    this.channelById = new Map(state.channels.map((channel) => [channel.id, channel]));
  }

  /** Read it again as whoever is acted as, or is about to be. */
  async reload() {
    await this.load(this.wanted);
  }

  /** Return the workspace's time in epoch seconds, moved clock included. */
  now() {
    return this.state.clock.now + (performance.now() - this.readAt) / 1000;
  }

  get zone() {
    return this.member(this.me)?.tz ?? this.state.clock.zone ?? "UTC";
  }

  get app() {
    return this.state.app;
  }

  member(id) {
    if (id === this.app.bot_user_id && !this.byId.has(id)) return {
      id,
      name: this.app.name,
      real_name: this.app.name,
      is_bot: true,
    };
    return this.byId.get(id);
  }

  memberName(id) {
    const member = this.member(id);
    return member ? member.real_name || member.name : null;
  }

  people() {
    return this.state.members.filter((member) => !member.is_bot);
  }

  channel(id) {
    return this.channelById.get(id);
  }

  /** The direct messages between the acting member and the app. */
  appChannel() {
    return this.state.channels.find((channel) => channel.kind === "im" && channel.user === this.app.bot_user_id);
  }

  channelName(id) {
    const channel = this.channel(id);
    if (!channel) return null;
    return channel.kind === "im" ? this.memberName(channel.user) : channel.name;
  }

  channelLabel(id) {
    const channel = this.channel(id);
    if (!channel) return null;
    return channel.kind === "im" ? `@${this.channelName(id)}` : `#${channel.name}`;
  }

  isApp(message) {
    return Boolean(message.bot_id) || message.user === this.app.bot_user_id;
  }

  /** Return a member's picture: their initials on their colour; the app has a mark of its own. */
  avatar(id, size = "") {
    const member = this.member(id);
    if (!member || member.is_bot) return appMark(size);
    const name = member.real_name || member.name;
    const initials = name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
    const node = h(
      "span",
      { class: `avatar ${size} hue-${hueOf(member, this.state.members)}`, aria: { hidden: true } },
      initials,
    );
    if (/^#?[0-9a-f]{6}$/i.test(member.color ?? "")) node.style.setProperty("--avatar", `#${member.color.replace("#", "")}`);
    return node;
  }

  /**
   * Return the context for the blocks of one container.
   * @param {Object} container as POST /sandbox/act wants it
   * @param {import("./forms.js").FormState} form
   * @param {Object} more openChannel, and `failed(text)` where notices of this container go
   */
  ctx(container, form, more) {
    const target = container.type === "message" ? { channel: container.channel, ts: container.ts } : { view_id: container.view_id };
    return {
      form,
      me: this.me,
      zone: this.zone,
      now: () => this.now(),
      member: (id) => this.member(id),
      memberName: (id) => this.memberName(id),
      members: () => this.state.members,
      avatar: (id) => this.avatar(id, "small"),
      channels: () => this.state.channels,
      channelName: (id) => this.channelName(id),
      channelLabel: (id) => this.channelLabel(id),
      fileUrl: (id) => (id ? `/sandbox/files/${encodeURIComponent(id)}` : null),
      act: (blockId, actionId, shape) =>
        this.tell(
          () => post(
            "/sandbox/act",
            { as: this.me, container, block_id: blockId, action_id: actionId, ...shape, state: form.values },
          ),
          more.failed,
        ),
      suggest: (blockId, actionId, value) => this.suggest({
        ...target,
        block_id: blockId,
        action_id: actionId,
        value,
      }),
      ...more,
    };
  }

  async suggest(asked) {
    const answer = await post("/sandbox/suggest", { as: this.me, ...asked });
    if (answer.notice) throw new ApiError(answer.notice, 0);
    return answer;
  }

  /** Run a request; show what it says to people; return its answer, or null when it failed. */
  async tell(request, failed = (text) => this.notify(text, "error")) {
    try {
      const answer = await request();
      if (answer.notice) failed(answer.notice);
      return answer;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failed(error.message);
      return null;
    }
  }
}

function hueOf(member, members) {
  return Math.max(0, members.findIndex((other) => other.id === member.id)) % AVATAR_HUES;
}

/** Return the app's mark: three bars that keep time. */
export function appMark(size = "") {
  return h("span", { class: `avatar app ${size}`, aria: { hidden: true } }, h("i"), h("i"), h("i"));
}
