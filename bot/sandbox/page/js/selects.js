/** Block Kit's selects: one box, five places the options come from. */

import { Combobox, filterGroups } from "./combobox.js";
import { withEmoji } from "./emoji.js";

const REMOTE_MIN_QUERY = 3; // Slack's default for external selects

const CHOICE_KEYS = {
  static_select: "selected_option", external_select: "selected_option",
  multi_static_select: "selected_options", multi_external_select: "selected_options",
  users_select: "selected_user", multi_users_select: "selected_users",
  conversations_select: "selected_conversation", multi_conversations_select: "selected_conversations",
  channels_select: "selected_channel", multi_channels_select: "selected_channels",
};

/** The kinds of select there are. */
export const SELECTS = Object.keys(CHOICE_KEYS);

const SOURCES = {
  static_select: staticSource,
  external_select: externalSource,
  users_select: usersSource,
  conversations_select: conversationsSource,
  channels_select: channelsSource,
};

/**
 * Return the box for a select.
 * @param {(element, env, shape, node) => Promise<boolean>} change keeps the choice, or takes it back
 */
export function selectNode(element, env, change) {
  const multiple = element.type.startsWith("multi_");
  const key = CHOICE_KEYS[element.type];
  const source = SOURCES[element.type.replace("multi_", "")](element, env);
  const held = env.ctx.form.get(env.blockId, element)[key];
  const combo = new Combobox({
    id: env.id,
    label: env.labelledBy ? null : element.placeholder?.text ?? "Choose",
    describedBy: env.describedBy,
    required: env.input ? !env.input.optional : false,
    placeholder: withEmoji(element.placeholder?.text ?? "Choose an option"),
    multiple,
    max: element.max_selected_items ?? Infinity,
    clearable: Boolean(env.input?.optional) || !env.input,
    selected: (multiple ? held : [held]).filter(Boolean).map(source.toOption),
    source: source.find,
    remote: source.remote,
    minQuery: source.minQuery,
    onChange: (options) => {
      const raws = options.map((option) => option.raw);
      return change(element, env, { [key]: multiple ? raws : raws[0] ?? null }, combo.node);
    },
  });
  return combo.node;
}

const fromOption = (option) => ({
  key: option.value,
  label: withEmoji(option.text.text),
  description: option.description ? withEmoji(option.description.text) : undefined,
  raw: option,
});

const toGroups = (body) =>
  body.option_groups
    ? body.option_groups.map((group) => ({ label: withEmoji(group.label.text), options: group.options.map(fromOption) }))
    : [{ options: (body.options ?? []).map(fromOption) }];

function staticSource(element) {
  const groups = toGroups(element);
  return { toOption: fromOption, find: (query) => filterGroups(groups, query) };
}

function externalSource(element, env) {
  return {
    toOption: fromOption,
    remote: true,
    minQuery: element.min_query_length ?? REMOTE_MIN_QUERY,
    find: async (query) => toGroups(await env.ctx.suggest(env.blockId, element.action_id, query)),
  };
}

function usersSource(_element, env) {
  const toOption = (id) => {
    const member = env.ctx.member(id);
    return {
      key: id,
      label: member ? member.real_name || member.name : id,
      description: member ? `@${member.name}` : undefined,
      node: () => env.ctx.avatar(id),
      raw: id,
    };
  };
  return {
    toOption,
    find: (query) => filterGroups([{ options: env.ctx.members().map((member) => toOption(member.id)) }], query),
  };
}

function channelOptions(env, allowed) {
  const toOption = (id) => ({ key: id, label: env.ctx.channelLabel(id) ?? id, raw: id });
  return {
    toOption,
    find: (query) => filterGroups(
      [{ options: env.ctx.channels().filter(allowed).map((channel) => toOption(channel.id)) }],
      query,
    ),
  };
}

function channelsSource(_element, env) {
  return channelOptions(env, (channel) => channel.kind === "channel" && !channel.is_archived);
}

const FILTER_WORDS = { channel: "public", private: "private", im: "im" };

function conversationsSource(element, env) {
  const include = element.filter?.include;
  const skipBots = element.filter?.exclude_bot_users;
  return channelOptions(env, (channel) => {
    if (channel.is_archived || (include && !include.includes(FILTER_WORDS[channel.kind]))) return false;
    return !(skipBots && channel.kind === "im" && env.ctx.member(channel.user)?.is_bot);
  });
}
