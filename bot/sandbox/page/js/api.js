/** Talking to the workspace: JSON over HTTP and one stream of events. */

// The server itself waits up to 3 s for the product's answer; longer means it is gone.
const ANSWER_WITHIN_MS = 15_000;
const RECONNECT_AFTER_MS = [500, 1_000, 2_000, 5_000];

/** The workspace refused, or did not answer (`status` 0); the message is for people. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export function get(path, params = {}) {
  const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value));
  return request(`${path}?${query}`, {});
}

export function post(path, body) {
  return request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function request(path, options) {
  let answer;
  let body;
  try {
    answer = await fetch(path, { ...options, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    body = await answer.json();
  } catch {
    throw new ApiError("The workspace did not answer. Check that it is running, then try again.", 0);
  }
  if (!answer.ok) throw new ApiError(body.error ?? `The workspace refused (${answer.status}).`, answer.status);
  return body;
}

/** Reads of one thing that may overtake each other: only what was asked for last counts. */
export class Newest {
  constructor() {
    this.asked = 0;
    this.had = 0;
  }

  /** Return what `ask` brings, or null where something asked for later is here already. */
  async read(ask) {
    this.asked += 1;
    const turn = this.asked;
    const answer = await ask();
    if (turn < this.had) return null;
    this.had = turn;
    return answer;
  }
}

/** The workspace's events for one member. Reconnects by itself, and at once when asked. */
export class Stream {
  /**
   * @param {(event: Object) => void} onEvent
   * @param {(connected: boolean) => void} onStatus called on every change.
   */
  constructor(onEvent, onStatus) {
    this.onEvent = onEvent;
    this.onStatus = onStatus;
    this.tries = 0;
  }

  open(memberId) {
    this.close();
    this.memberId = memberId;
    const source = new EventSource(`/sandbox/stream?as=${encodeURIComponent(memberId)}`);
    this.source = source;
    source.onopen = () => {
      this.tries = 0;
      this.onStatus(true);
    };
    source.onmessage = (message) => this.onEvent(JSON.parse(message.data));
    source.onerror = () => this.lost(source);
  }

  lost(source) {
    if (source !== this.source) return;
    source.close();
    this.onStatus(false);
    const wait = RECONNECT_AFTER_MS[Math.min(this.tries, RECONNECT_AFTER_MS.length - 1)];
    this.tries += 1;
    this.timer = setTimeout(() => this.open(this.memberId), wait);
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }
}
