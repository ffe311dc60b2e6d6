/** The page of the local workspace: what is shown where, and what happens when something changes. */

import { ApiError, Newest, Stream, get, post } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { beginning, changeChannel, createChannel, openChannelMenu } from "./channels.js";
import { Composer } from "./composer.js";
import { arrange, debounced, fill, h, icon, iconButton } from "./dom.js";
import { Toasts, closePanel } from "./float.js";
import { FormState } from "./forms.js";
import { MessageList } from "./messagelist.js";
import { Modal } from "./modal.js";
import { Sidebar } from "./sidebar.js";
import { startTheme, toggleTheme } from "./theme.js";
import { dayKey } from "./time.js";
import { Tools } from "./tools.js";
import { World, appMark } from "./world.js";

const SETTLE_MS = 40;
const FLASH_TRIES = 12;
const FLASH_RETRY_MS = 120;
const $ = (id) => document.getElementById(id);

class Page {
  constructor() {
    this.toasts = new Toasts($("toasts"));
    this.world = new World((text, level) => this.toasts.show(text, level));
    this.stream = new Stream((event) => this.happened(event), (on) => this.connection(on));
    this.homeForm = new FormState();
    this.place = { kind: "none" };
    this.homeRows = new Map();
    this.newest = { messages: new Newest(), thread: new Newest(), home: new Newest() };
    this.viewTurn = 0;
    this.reloadSoon = debounced(() => this.reload(), SETTLE_MS);
    this.readSoon = debounced(() => this.readMessages(), SETTLE_MS);
    this.readThreadSoon = debounced(() => this.readThread(), SETTLE_MS);
  }

  async start() {
    const asked = new URLSearchParams(location.search).get("as");
    try {
      await this.world.load(asked ?? sessionStorage.getItem("as") ?? undefined);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // A member remembered from another workspace is not in this one.
      if (error.status && sessionStorage.getItem("as")) {
        sessionStorage.removeItem("as");
        this.start();
      } else this.startLater(error.message);
      return;
    }
    sessionStorage.setItem("as", this.world.me);
    this.build();
    $("startup").remove();
    this.stream.open(this.world.me);
    addEventListener("hashchange", () => this.route());
    this.route();
    this.readView();
    this.openAsked();
  }

  /** A permalink led here: /?channel=…&ts=…[&thread_ts=…]. */
  openAsked() {
    const query = new URLSearchParams(location.search);
    const [channel, ts, thread] = ["channel", "ts", "thread_ts"].map((name) => query.get(name));
    if (!channel || !ts) return;
    for (const name of ["channel", "ts", "thread_ts"]) query.delete(name);
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
    if (this.world.channel(channel)) this.openMessage(channel, ts, thread);
    else this.toasts.show("You cannot see the channel of that message.", "warning");
  }

  openMessage(channel, ts, thread) {
    const inThread = thread && thread !== ts;
    this.go(`c/${channel}${inThread ? `/${thread}` : ""}`);
    this.flashWhenRead(inThread ? () => this.thread : () => this.messages, ts, FLASH_TRIES);
  }

  flashWhenRead(list, ts, tries) {
    if (!list().flash(ts) && tries > 0) setTimeout(() => this.flashWhenRead(list, ts, tries - 1), FLASH_RETRY_MS);
  }

  startLater(why) {
    const again = h("button", { type: "button", class: "btn", onclick: () => this.start() }, "Try again");
    fill($("startup"), h("div", { class: "empty" }, h("p", {}, why), again));
  }

  build() {
    const { world } = this;
    this.tools = new Tools({
      world,
      notify: (text, level) => this.toasts.show(text, level),
      reload: () => this.reload(),
    });
    this.sidebar = new Sidebar({
      world, node: $("sidebar"), go: (place) => this.go(place), isCurrent: (place) => this.isCurrent(place), actAs: (id) => this.actAs(id),
      createChannel: () => this.createChannel(), toggleTheme: () => this.toggleTheme(), close: () => this.drawer(false),
    });
    const shared = {
      world, openThread: (ts) => this.openThread(ts), openChannel: (id) => this.go(`c/${id}`), announce: (text) => this.announce(text),
      shortcut: (id, message) => world.tell(() => post(
        "/sandbox/shortcut",
        { as: world.me, callback_id: id, channel: this.place.channel, ts: message.ts },
      )),
      copyLink: (message) => this.copyLink(message),
    };
    this.messages = new MessageList({
      ...shared,
      node: $("scroller"),
      inThread: false,
      label: "Messages",
      empty: () => beginning(world, this.place),
    });
    this.thread = new MessageList({
      ...shared,
      node: $("thread-scroller"),
      inThread: true,
      label: "Thread",
      empty: () => h("p", {}, "This thread is empty."),
    });
    this.composer = new Composer({
      world,
      label: "Message",
      send: (text) => this.say(text),
      globalShortcut: (id) => world.tell(() => post("/sandbox/shortcut", { as: world.me, callback_id: id })),
    });
    this.threadComposer = new Composer({
      world,
      label: "Reply in thread",
      inThread: true,
      send: (text) => this.say(text, this.place.thread),
    });
    $("composer").replaceChildren(this.composer.node);
    $("thread-composer").replaceChildren(this.threadComposer.node);
    $("thread-close").addEventListener("click", () => this.closeThread());
    $("thread").addEventListener(
      "keydown",
      (event) => event.key === "Escape" && !event.defaultPrevented && this.closeThread(),
    );
    $("retry").addEventListener("click", () => this.stream.open(world.me));
    $("drawer-shade").addEventListener("click", () => this.drawer(false));
    $("sidebar").addEventListener(
      "keydown",
      (event) => event.key === "Escape" && !event.defaultPrevented && this.drawer(false),
    );
    document.addEventListener("click", (event) => this.followPermalink(event));
    $("skip").addEventListener("click", (event) => {
      event.preventDefault();
      $("main").focus();
    });
    this.modal = new Modal({
      world,
      openChannel: (id) => this.go(`c/${id}`),
      currentChannel: () => this.place.channel ?? null,
      changed: () => this.readView(),
    });
  }

  // What the workspace tells

  happened(event) {
    if (event.type === "messages") this.channelChanged(event);
    else if (event.type === "view") {
      this.viewTurn += 1;
      this.modal.show(event.view, event.stack, event.errors);
    } else if (event.type === "home") this.place.tab === "home" && this.readHome();
    else if (event.type === "state") this.reloadSoon();
    else if (event.type === "notice") this.noticed(event);
  }

  channelChanged({ channel, thread_ts: threadTs }) {
    if (channel !== this.place.channel || this.place.tab === "home") {
      this.reloadSoon();
      return;
    }
    this.readSoon();
    if (this.place.thread && (!threadTs || threadTs === this.place.thread)) this.readThreadSoon();
  }

  noticed({ text, level, channel }) {
    const place = channel && channel !== this.place.channel ? this.world.channelLabel(channel) : null;
    this.toasts.show(place ? `${place}: ${text}` : text, level);
    if (this.modal.view) this.modal.say(text);
  }

  connection(on) {
    $("banner").hidden = on;
    // What happened before the stream was open, the first time too, nobody told this page.
    if (on) this.refresh();
  }

  async refresh() {
    await this.reload();
    await Promise.all([
      this.readMessages(),
      this.readThread(),
      this.readView(),
      this.place.tab === "home" ? this.readHome() : null,
    ]);
  }

  async reload() {
    const { world } = this;
    try {
      await world.reload();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return;
    }
    this.sidebar.draw();
    this.drawHead();
    this.readyComposer();
    this.messages.redraw();
    this.thread.redraw();
    this.tools.tick();
  }

  // Where the member is

  go(place) {
    this.drawer(false);
    if (location.hash === `#${place}`) this.route();
    else location.hash = place;
  }

  isCurrent(place) {
    return place === "app" ? this.place.kind === "app" : place === `c/${this.place.channel}` && this.place.kind === "channel";
  }

  route() {
    const [kind, first, second] = decodeURIComponent(location.hash.slice(1)).split("/");
    const { world } = this;
    if (kind === "app" || (kind === "c" && world.channel(first) && world.channel(first) === world.appChannel())) {
      const thread = kind === "app" ? (first === "messages" ? second : undefined) : second;
      // What the app wrote comes before what it always shows.
      const tab = kind === "app" && first ? first : kind === "c" || world.appChannel()?.unread ? "messages" : "home";
      this.show({ kind: "app", tab, channel: world.appChannel()?.id, thread });
    } else {
      const channel = world.channel(first) ?? world.state.channels.find((item) => item.kind !== "im" && !item.is_archived);
      this.show({ kind: "channel", channel: channel?.id, thread: second });
    }
  }

  show(place) {
    const before = this.place;
    this.place = place;
    const moved = before.kind !== place.kind || before.channel !== place.channel || before.tab !== place.tab;
    closePanel();
    this.sidebar.draw();
    this.drawHead();
    $("home").hidden = place.tab !== "home";
    $("conversation").hidden = place.tab === "home";
    if (moved) this.enter();
    this.showThread(before);
  }

  enter() {
    const { world, place } = this;
    document.title = `${this.placeName()} · ${world.state.team.name}`;
    if (place.kind === "app") post("/sandbox/open_home", { as: world.me, tab: place.tab }).catch(() => {});
    if (place.tab === "home") {
      this.readHome();
      return;
    }
    const channel = world.channel(place.channel);
    this.messages.reset(channel?.unread ?? 0);
    this.readyComposer();
    this.readMessages();
    if (hasKeyboard() && !place.thread) this.composer.box.focus({ preventScroll: true });
  }

  readyComposer() {
    const { world, place } = this;
    const channel = world.channel(place.channel);
    if (!channel || place.tab === "home") return;
    const name = place.kind === "app" ? world.app.name : world.channelLabel(place.channel);
    const outside = channel.kind !== "im" && !channel.members.includes(world.me);
    const join = () => changeChannel(channel, "join", world).then(() => this.reload());
    if (channel.is_archived) this.composer.moveTo(place.channel, "This channel is archived", { allowed: false });
    else if (outside) this.composer.moveTo(place.channel, `You are not in ${name}`, { allowed: false, join });
    else this.composer.moveTo(place.channel, `Message ${name}`);
  }

  placeName() {
    return this.place.kind === "app" ? this.world.app.name : this.world.channelName(this.place.channel) ?? "Nothing here";
  }

  drawHead() {
    const { world, place } = this;
    const channel = world.channel(place.channel);
    const sign = JSON.stringify([
      world.me,
      place.kind,
      place.tab,
      channel?.name,
      channel?.members,
      channel?.is_archived,
      this.unreadForTab(),
    ]);
    if (sign === this.headSign) return;
    this.headSign = sign;
    const sort = channel?.is_archived ? "archive" : channel?.kind === "private" ? "lock" : "hash";
    const mark = place.kind === "app" ? appMark("small") : icon(sort);
    const count = channel?.members?.length ?? 0;
    const facts = place.kind === "app" ? "App" : channel?.is_archived ? "Archived" : `${count} member${count === 1 ? "" : "s"}`;
    fill(
      $("head"),
      iconButton("menu", "Channels", { class: "drawer-open", onclick: () => this.drawer(true) }),
      h(
        "div",
        { class: "head-words" },
        h("h1", {}, mark, h("span", {}, this.placeName())),
        h("span", { class: "quiet facts" }, facts),
      ),
      this.tools.node,
      place.kind === "channel" && channel?.kind !== "im" ? this.channelButton(channel) : null,
    );
    $("tabs").hidden = place.kind !== "app";
    fill($("tabs"), place.kind === "app" ? [this.tab("home", "Home"), this.tab("messages", "Messages")] : null);
    this.tools.tick();
  }

  channelButton(channel) {
    const open = (event) => openChannelMenu(event.currentTarget, channel, this.world, () => this.reload());
    return iconButton("more", "Channel actions", { aria: { haspopup: "menu", expanded: false }, onclick: open });
  }

  unreadForTab() {
    return this.place.tab === "home" ? this.world.appChannel()?.unread ?? 0 : 0;
  }

  tab(name, label) {
    const current = this.place.tab === name;
    const unread = name === "messages" ? this.unreadForTab() : 0;
    return h(
      "button",
      {
        type: "button",
        class: "tab",
        aria: { current: current ? "page" : null },
        onclick: () => this.go(`app/${name}`),
      },
      icon(name === "home" ? "home" : "chat"),
      label,
      unread ? h("span", { class: "count", aria: { label: `${unread} unread` } }, String(unread)) : null,
    );
  }

  async createChannel() {
    const made = await createChannel(document.querySelector('[aria-label="Create a channel"]'), this.world);
    if (!made) return;
    await this.reload();
    this.go(`c/${made}`);
  }

  // Reading

  async readMessages() {
    const { channel, tab } = this.place;
    if (!channel || tab === "home") return;
    try {
      const read = await this.newest.messages.read(() => get("/sandbox/messages", { as: this.world.me, channel }));
      if (read && this.place.channel === channel && this.place.tab === tab) this.messages.update(channel, read.messages);
    } catch (error) {
      this.failed(error);
    }
  }

  async readThread() {
    const { channel, thread } = this.place;
    if (!thread) return;
    try {
      const read = await this.newest.thread.read(
        () => get("/sandbox/messages", { as: this.world.me, channel, thread_ts: thread }),
      );
      if (read && this.place.thread === thread) this.thread.update(channel, read.messages);
    } catch (error) {
      this.failed(error);
    }
  }

  async readHome() {
    const { world } = this;
    try {
      const read = await this.newest.home.read(() => get("/sandbox/home", { as: world.me }));
      if (!read || this.place.tab !== "home") return;
      if (read.view) this.drawHome(read.view);
      else {
        fill(
          $("home"),
          h(
            "div",
            { class: "welcome" },
            appMark("big"),
            h("h2", {}, "Nothing here yet"),
            h("p", {}, `${world.app.name} has not published its home tab for you.`),
          ),
        );
      }
    } catch (error) {
      this.failed(error);
    }
  }

  /** Draw what changed: a click must not fall between an old block and its equal. */
  drawHome(view) {
    const { world } = this;
    this.homeForm.adopt(view.blocks, null);
    const ctx = world.ctx(
      { type: "home", view_id: view.id },
      this.homeForm,
      { openChannel: (id) => this.go(`c/${id}`) },
    );
    const rows = new Map();
    for (const block of view.blocks) {
      const sign = JSON.stringify([block, view.id, world.zone, dayKey(world.now(), world.zone)]);
      rows.set(sign, this.homeRows.get(sign) ?? renderBlocks([block], ctx)[0]);
    }
    this.homeRows = rows;
    const shown = $("home").querySelector(":scope > .home-blocks") ?? h("div", { class: "home-blocks" });
    arrange(shown, [...rows.values()]);
    arrange($("home"), [shown]);
  }

  async readView() {
    const turn = this.viewTurn;
    try {
      const { view, stack } = await get("/sandbox/view", { as: this.world.me });
      // An event that came meanwhile knows better.
      if (turn === this.viewTurn) this.modal.show(view, stack);
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status) this.toasts.show(error.message, "error");
  }

  // Threads

  openThread(ts) {
    const { place } = this;
    this.go(place.kind === "app" ? `app/messages/${ts}` : `c/${place.channel}/${ts}`);
  }

  closeThread() {
    const { thread, kind, channel } = this.place;
    this.go(kind === "app" ? "app/messages" : `c/${channel}`);
    const root = `#scroller li.message[data-ts="${CSS.escape(thread)}"]`;
    requestAnimationFrame(() => document.querySelector(root)?.focus({ preventScroll: true }));
  }

  showThread(before) {
    const { thread, channel } = this.place;
    $("thread").hidden = !thread;
    document.body.classList.toggle("with-thread", Boolean(thread));
    if (!thread) return;
    $("thread-place").textContent = this.world.channelLabel(channel) ?? "";
    if (before.thread === thread && before.channel === channel) return;
    this.thread.reset();
    this.threadComposer.moveTo(
      `${channel}/${thread}`,
      "Reply…",
      { allowed: !this.world.channel(channel)?.is_archived },
    );
    this.readThread();
    if (hasKeyboard()) this.threadComposer.box.focus({ preventScroll: true });
    else $("thread-close").focus({ preventScroll: true });
  }

  // Doing

  /** Send what was written; return what went wrong, or null. */
  async say(text, threadTs) {
    const { world, place } = this;
    try {
      const answer = await post(
        "/sandbox/say",
        { as: world.me, channel: place.channel, text, ...(threadTs ? { thread_ts: threadTs } : {}) },
      );
      (threadTs ? this.thread : this.messages).toEnd();
      return answer.ok === false ? answer.notice ?? "That was not sent." : null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return error.message;
    }
  }

  async actAs(id) {
    if (id === this.world.me) return;
    sessionStorage.setItem("as", id);
    const search = new URLSearchParams(location.search);
    if (search.has("as")) {
      search.set("as", id);
      history.replaceState(null, "", `?${search}${location.hash}`);
    }
    this.modal.show(null);
    await this.world.load(id);
    this.stream.open(id);
    this.place = { kind: "none" };
    this.homeForm = new FormState();
    this.homeRows.clear();
    this.viewTurn += 1;
    const [kind, channel] = location.hash.slice(1).split("/");
    if (kind === "c" && !this.world.channel(channel)) history.replaceState(
      null,
      "",
      `${location.pathname}${location.search}`,
    );
    this.route();
    this.readView();
    this.announce(`You act as ${this.world.memberName(id)}.`);
  }

  copyLink(message) {
    const link = message.permalink || `${location.origin}/#c/${this.place.channel}`;
    navigator.clipboard?.writeText(link).then(
      () => this.toasts.show("The link is copied.", "info"),
      () => this.toasts.show(link, "info"),
    );
  }

  /** A link to a message of this workspace opens here. */
  followPermalink(event) {
    const anchor = event.target.closest?.("a[href]");
    const match = anchor && /\/archives\/([A-Z0-9]+)\/p(\d{10})(\d{6})(?:\?.*?thread_ts=([\d.]+))?/.exec(anchor.href);
    if (!match || !this.world.channel(match[1])) return;
    event.preventDefault();
    const [, channel, seconds, micros, thread] = match;
    this.openMessage(channel, `${seconds}.${micros}`, thread);
  }

  announce(text) {
    $("live").textContent = text;
  }

  drawer(open) {
    const was = document.body.classList.contains("drawer");
    document.body.classList.toggle("drawer", open);
    for (const part of ["main", "thread"]) $(part).inert = open;
    // A drawer that is not drawn yet cannot take the focus.
    if (open) requestAnimationFrame(() => $("sidebar").querySelector('[aria-current="page"], button')?.focus());
    else if (was) document.querySelector(".drawer-open")?.focus();
  }

  toggleTheme() {
    toggleTheme();
    this.sidebar.draw();
  }
}

/** On a phone the focus in a box would bring up the keys over what one came to read. */
function hasKeyboard() {
  return matchMedia("(hover: hover) and (min-width: 721px)").matches;
}

startTheme();
new Page().start();
