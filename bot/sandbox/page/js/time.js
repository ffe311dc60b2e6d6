/** Times as people read them: in the acting member's zone, on a 24-hour clock. */

const DAY_S = 86_400;
const formats = new Map();

function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone || "UTC", ...options }));
  }
  return formats.get(key);
}

function show(epoch, zone, options) {
  return format(zone, options).format(new Date(epoch * 1000));
}

/** Return {year, month, day, hour, minute, second, weekday} of `epoch` in `zone`; weekday 1 is Monday. */
function partsIn(epoch, zone) {
  const options = {
    year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
    second: "numeric", hourCycle: "h23",
  };
  const parts = {};
  for (const { type, value } of format(zone, options).formatToParts(new Date(epoch * 1000))) {
    parts[type] = Number(value);
  }
  parts.weekday = new Date(Date.UTC(parts.year, parts.month - 1, parts.day)).getUTCDay() || 7;
  return parts;
}

/** Return the epoch seconds of a wall-clock time in `zone`; `day` may run past the month's end. */
function epochIn(zone, year, month, day, hour = 0, minute = 0) {
  const wall = Date.UTC(year, month - 1, day, hour, minute) / 1000;
  // Two rounds settle the offset on both sides of a change of clocks.
  let guess = wall;
  for (let round = 0; round < 2; round += 1) guess = wall - offsetAt(guess, zone);
  return guess;
}

function offsetAt(epoch, zone) {
  const { year, month, day, hour, minute, second } = partsIn(epoch, zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - Math.floor(epoch);
}

/** Return the epoch of the first Monday 09:00 after `now` in `zone`. */
export function nextMonday(now, zone) {
  const { year, month, day, weekday } = partsIn(now, zone);
  const ahead = epochIn(zone, year, month, day + ((8 - weekday) % 7), 9);
  return ahead > now ? ahead : epochIn(zone, year, month, day + ((8 - weekday) % 7) + 7, 9);
}

export const clockTime = (epoch, zone) => show(epoch, zone, { hour: "2-digit", minute: "2-digit" });

export const dayAndTime = (epoch, zone) =>
  `${show(epoch, zone, { weekday: "short" })} ${partsIn(epoch, zone).day} ${shortMonth(epoch, zone)}, ${clockTime(epoch, zone)}`;

// British English would say "Sept".
const shortMonth = (epoch, zone) => show(epoch, zone, { month: "long" }).slice(0, 3);

export const fullDate = (epoch, zone) =>
  show(epoch, zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

export const fullTime = (epoch, zone) =>
  show(epoch, zone, {
    weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit",
    timeZoneName: "short",
  });

/** Return what <input type="datetime-local"> wants for `epoch` in `zone`. */
export function inputTime(epoch, zone) {
  const { year, month, day, hour, minute } = partsIn(epoch, zone);
  const two = (number) => String(number).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** Return the epoch that a datetime-local `text` names in `zone`. */
export function fromInputTime(text, zone) {
  const [year, month, day, hour, minute] = text.split(/[-T:]/).map(Number);
  return epochIn(zone, year, month, day, hour, minute);
}

/** Return a key that is equal for two times on one day in `zone`. */
export function dayKey(epoch, zone) {
  const { year, month, day } = partsIn(epoch, zone);
  return `${year}-${month}-${day}`;
}

/** Return "Today", "Yesterday", "Tomorrow" or null for `epoch` seen from `now`. */
function nearDay(epoch, now, zone) {
  const key = dayKey(epoch, zone);
  if (key === dayKey(now, zone)) return "Today";
  if (key === dayKey(now - DAY_S, zone)) return "Yesterday";
  return key === dayKey(now + DAY_S, zone) ? "Tomorrow" : null;
}

export function dayName(epoch, now, zone) {
  const near = nearDay(epoch, now, zone);
  if (near) return near;
  const sameYear = partsIn(epoch, zone).year === partsIn(now, zone).year;
  const options = { weekday: "long", day: "numeric", month: "long" };
  return show(epoch, zone, sameYear ? options : { ...options, year: "numeric" });
}

/** Return "today at 09:05", for "last reply …". */
export function whenShort(epoch, now, zone) {
  return `${dayName(epoch, now, zone).replace(/^(Today|Yesterday|Tomorrow)$/, (word) => word.toLowerCase())} at ${clockTime(epoch, zone)}`;
}

const ordinal = (day) => {
  const ending = day % 100 >= 11 && day % 100 <= 13 ? "th" : ["th", "st", "nd", "rd"][day % 10] ?? "th";
  return `${day}${ending}`;
};

function longDate(epoch, zone, month, withWeekday) {
  const { day, year } = partsIn(epoch, zone);
  const name = month === "short" ? shortMonth(epoch, zone) : show(epoch, zone, { month });
  const text = month === "long" ? `${name} ${ordinal(day)}, ${year}` : `${name} ${day}, ${year}`;
  return withWeekday ? `${show(epoch, zone, { weekday: "long" })}, ${text}` : text;
}

const TOKENS = {
  date_num: (epoch, zone) => inputTime(epoch, zone).slice(0, 10),
  date: (epoch, zone) => longDate(epoch, zone, "long", false),
  date_short: (epoch, zone) => longDate(epoch, zone, "short", false),
  date_long: (epoch, zone) => longDate(epoch, zone, "long", true),
  time: clockTime,
  time_secs: (epoch, zone) =>
    show(epoch, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago: (epoch, _zone, now) => ago(now - epoch),
};

function ago(seconds) {
  const size = Math.abs(seconds);
  const [count, unit] =
    size < 60 ? [Math.round(size), "second"] : size < 3600 ? [Math.round(size / 60), "minute"]
    : size < DAY_S ? [Math.round(size / 3600), "hour"] : [Math.round(size / DAY_S), "day"];
  const text = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

/**
 * Return Slack's date format (`{date_short_pretty} at {time}`) filled in; null for an unknown token.
 * https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function fillDate(pattern, epoch, now, zone) {
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (_all, token) => {
    const pretty = token.endsWith("_pretty");
    const name = pretty ? token.slice(0, -"_pretty".length) : token;
    if (pretty && nearDay(epoch, now, zone)) return nearDay(epoch, now, zone).toLowerCase();
    const fill = TOKENS[name];
    if (!fill) known = false;
    return fill ? fill(epoch, zone, now) : "";
  });
  return known ? text.charAt(0).toUpperCase() + text.slice(1) : null;
}
