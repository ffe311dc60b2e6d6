/** What the inputs of one view or message hold, in the shapes of Slack's `state.values`. */

const EMPTY = {
  plain_text_input: { value: null },
  email_text_input: { value: null },
  url_text_input: { value: null },
  number_input: { value: null },
  static_select: { selected_option: null },
  external_select: { selected_option: null },
  radio_buttons: { selected_option: null },
  multi_static_select: { selected_options: [] },
  multi_external_select: { selected_options: [] },
  checkboxes: { selected_options: [] },
  users_select: { selected_user: null },
  multi_users_select: { selected_users: [] },
  conversations_select: { selected_conversation: null },
  multi_conversations_select: { selected_conversations: [] },
  channels_select: { selected_channel: null },
  multi_channels_select: { selected_channels: [] },
  datepicker: { selected_date: null },
  timepicker: { selected_time: null },
  datetimepicker: { selected_date_time: null },
  rich_text_input: { rich_text_value: null },
  file_input: { files: [] },
};

const INITIAL = {
  plain_text_input: (el) => ({ value: el.initial_value || null }),
  email_text_input: (el) => ({ value: el.initial_value || null }),
  url_text_input: (el) => ({ value: el.initial_value || null }),
  number_input: (el) => ({ value: el.initial_value ?? null }),
  static_select: (el) => ({ selected_option: el.initial_option ?? null }),
  external_select: (el) => ({ selected_option: el.initial_option ?? null }),
  radio_buttons: (el) => ({ selected_option: el.initial_option ?? null }),
  multi_static_select: (el) => ({ selected_options: el.initial_options ?? [] }),
  multi_external_select: (el) => ({ selected_options: el.initial_options ?? [] }),
  checkboxes: (el) => ({ selected_options: el.initial_options ?? [] }),
  users_select: (el) => ({ selected_user: el.initial_user ?? null }),
  multi_users_select: (el) => ({ selected_users: el.initial_users ?? [] }),
  conversations_select: (el, here) => ({ selected_conversation: el.initial_conversation ?? (el.default_to_current_conversation ? here : null) ?? null }),
  multi_conversations_select: (el, here) => ({ selected_conversations: el.initial_conversations ?? (el.default_to_current_conversation && here ? [here] : []) }),
  channels_select: (el) => ({ selected_channel: el.initial_channel ?? null }),
  multi_channels_select: (el) => ({ selected_channels: el.initial_channels ?? [] }),
  datepicker: (el) => ({ selected_date: el.initial_date ?? null }),
  timepicker: (el) => ({ selected_time: el.initial_time ?? null, ...(el.timezone ? { timezone: el.timezone } : {}) }),
  datetimepicker: (el) => ({ selected_date_time: el.initial_date_time ?? null }),
  rich_text_input: (el) => ({ rich_text_value: el.initial_value ?? null }),
};

/** True when `element` holds a value that goes into the state. */
const isStateful = (element) => element !== undefined && element !== null && element.type in EMPTY;

/** Values by block_id and action_id; `stateful` elements only. */
export class FormState {
  /** @param {Object} values what the server still holds of an earlier visit */
  constructor(values = {}) {
    this.values = values;
  }

  /**
   * Take the values for `blocks`: kept where block_id, action_id and kind are unchanged, else initial.
   * @param {string|null} here the conversation the member looks at.
   */
  adopt(blocks, here) {
    const kept = this.values;
    this.values = {};
    for (const [blockId, element] of statefulElements(blocks)) {
      const old = kept[blockId]?.[element.action_id];
      const same = old?.type === element.type;
      (this.values[blockId] ??= {})[element.action_id] = same ? old : {
        type: element.type,
        ...(INITIAL[element.type]?.(element, here) ?? EMPTY[element.type]),
      };
    }
  }

  get(blockId, element) {
    return this.values[blockId]?.[element.action_id] ?? { type: element.type, ...EMPTY[element.type] };
  }

  set(blockId, element, shape) {
    (this.values[blockId] ??= {})[element.action_id] = { type: element.type, ...shape };
  }
}

/** Return [block_id, element] of every element in `blocks` that holds a value. */
function statefulElements(blocks) {
  return (blocks ?? []).flatMap((block) => {
    const elements = block.type === "actions" ? block.elements : [block.element, block.accessory];
    return (elements ?? []).filter(isStateful).map((element) => [block.block_id, element]);
  });
}

/** True when a state shape holds nothing. */
function isEmpty(shape) {
  return Object.entries(shape).every(
    ([key, value]) => key === "type" || key === "timezone" || value === null || value === "" || (Array.isArray(value) && !value.length),
  );
}

/**
 * Return {block_id: sentence} for what Slack's own client refuses before it sends a form.
 * @param {Array} blocks
 * @param {FormState} form
 */
export function refusals(blocks, form) {
  const found = {};
  for (const block of blocks) {
    if (block.type !== "input" || !isStateful(block.element)) continue;
    const shape = form.get(block.block_id, block.element);
    const refusal = isEmpty(shape) ? (block.optional ? null : "Please complete this required field.") : valueRefusal(
      block.element,
      shape,
    );
    if (refusal) found[block.block_id] = refusal;
  }
  return found;
}

function valueRefusal(element, shape) {
  if (element.type === "number_input") return numberRefusal(element, shape.value);
  if (element.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(shape.value)) return "Please enter a valid email address.";
  if (element.type === "url_text_input" && !/^https?:\/\/\S+$/i.test(shape.value)) return "Please enter a valid URL.";
  if (element.type !== "plain_text_input") return null;
  const length = shape.value.length;
  if (element.min_length && length < element.min_length) return `Please enter at least ${element.min_length} characters; this has ${length}.`;
  if (element.max_length && length > element.max_length) return `Please enter at most ${element.max_length} characters; this has ${length}.`;
  return null;
}

function numberRefusal(element, text) {
  const decimal = element.is_decimal_allowed;
  if (!(decimal ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/).test(text)) return decimal ? "Please enter a number." : "Please enter a whole number.";
  if (element.min_value !== undefined && Number(text) < Number(element.min_value)) return `Please enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && Number(text) > Number(element.max_value)) return `Please enter ${element.max_value} or less.`;
  return null;
}
