// The line to the daemon: what it last said, and whether that is live. A page that shows an old price as live is the
// worst fault, so silence counts as loss, though the browser may not have noticed one yet.

const silence = 10_000;      // the daemon speaks at least every 5 s
const first_pause = 1_000;
const longest_pause = 10_000;
const late_by = 5_000;

// By two clocks: the one that is never set stands still while the machine sleeps, the wall's does not.
const moment = () => ({ perf: performance.now(), wall: Date.now() });
const since = (then) => Math.max(performance.now() - then.perf, Date.now() - then.wall);

const lists = { instruments: 'name', pasts: 'name', rules: 'id', feeds: 'name', liquidations: 'venue', channels: 'name' };

/** What the daemon last said, whole. Lists are Maps by key, in the config's order. */
export class State {
  constructor() {
    this.known = false;
  }

  /** Takes in a `state` event; returns what changed: a Set of keys for a list, true for a single value. */
  take(event) {
    const changed = {};
    for (const [group, value] of Object.entries(event)) {
      const key = lists[group];
      if (!key) {
        this[group] = value;
        changed[group] = true;
        continue;
      }
      if (event.complete || !this[group]) this[group] = new Map();
      for (const item of value) this[group].set(item[key], item);
      changed[group] = event.complete ? null : new Set(value.map((item) => item[key]));
    }
    this.known = true;
    return changed;
  }
}

export class Stream {
  /** `on.state(changed)` after each change, `on.link()` when the line's state may have. */
  constructor(url, state, on) {
    this.url = url;
    this.state = state;
    this.on = on;
    this.heard = null;    // when the last event came
    this.marked = null;   // when engine time was last seen to move
    this.stalled = false;
    this.connected = false;
    this.pause = first_pause;
    this.begin();
    setInterval(() => this.look(), 1_000);
    // A laptop that wakes up, a phone that is unlocked: look at once.
    document.addEventListener('visibilitychange', () => document.hidden || this.look());
    for (const name of ['pageshow', 'focus', 'online']) window.addEventListener(name, () => this.look());
  }

  begin() {
    this.source?.close();
    clearTimeout(this.again);
    this.earliest = Infinity;  // of our clock minus the daemon's: what is beyond it is delay
    this.begun = moment();
    const source = this.source = new EventSource(this.url);
    const heard = (message) => {
      if (source !== this.source) return null;
      if (this.silent()) {
        // It may have lain in a buffer while the machine slept. A new line tells what is true now.
        this.lose();
        return null;
      }
      const event = JSON.parse(message.data);
      this.heard = moment();
      this.connected = true;
      this.pause = first_pause;
      const apart = Date.now() - Date.parse(event.time);
      this.earliest = Math.min(this.earliest, apart);
      this.delay = apart - this.earliest;
      return event;
    };
    const mark = (event) => {
      this.stalled = false;
      if (event.engine_time === this.state.engine_time) return;
      // What is late has been under way for as long.
      this.marked = { perf: performance.now() - this.delay, wall: Date.now() - this.delay };
    };
    source.addEventListener('state', (message) => {
      const event = heard(message);
      if (!event) return;
      mark(event);
      this.on.state(this.state.take(event));
      this.on.link();
    });
    source.addEventListener('alive', (message) => {
      const event = heard(message);
      if (!event) return;
      mark(event);
      this.state.time = event.time;
      this.state.engine_time = event.engine_time;
      this.on.link();
    });
    source.addEventListener('stalled', (message) => {
      if (!heard(message)) return;
      this.stalled = true;
      this.on.link();
    });
    source.onerror = () => {
      if (source !== this.source) return;
      this.lose();
    };
  }

  /** We connect anew ourselves: a browser gives up where the answer is not an event stream, as a 503 is not. */
  lose() {
    this.connected = false;
    this.source?.close();
    this.source = null;
    clearTimeout(this.again);
    this.again = setTimeout(() => this.begin(), this.pause * (0.5 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, longest_pause);
    this.on.link();
  }

  /** Nothing was heard for so long that the line counts as lost. */
  silent() {
    return since(this.connected ? this.heard : this.begun) > silence;
  }

  look() {
    if (this.source && this.silent()) this.lose();
    // A clock of ours that was set, or a line that is late for good: a new line tells.
    if (this.connected && this.delay > 6 * late_by) this.lose();
    this.on.link();
  }

  /** connecting | live | late | stalled | lost */
  link() {
    if (!this.connected) return this.state.known ? 'lost' : 'connecting';
    if (this.stalled) return 'stalled';
    return this.delay > late_by ? 'late' : 'live';
  }

  /** Engine time by now, as far as we can tell; null before the first word. It goes on though the engine's stands
   *  still, as one on the events' clock does whose feeds are dead: what is shown grows old all the same. */
  now() {
    if (!this.state.engine_time) return null;
    return Date.parse(this.state.engine_time) + since(this.marked);
  }
}
