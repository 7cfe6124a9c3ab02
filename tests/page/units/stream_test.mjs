// The line to the daemon over two clocks and a source of events that the test holds in its hands.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

const start = Date.parse('2026-04-17T02:00:00Z');
const real = Date.now;
const clocks = { perf: 0, wall: 0 };
const seen = {};
let sources, timers;

globalThis.performance = { now: () => clocks.perf };
globalThis.document = { hidden: false, addEventListener: (name, act) => { seen[name] = act; } };
globalThis.window = { addEventListener: (name, act) => { seen[name] = act; } };
globalThis.setInterval = () => 0;
globalThis.setTimeout = (act) => timers.push(act);
globalThis.clearTimeout = () => {};
globalThis.EventSource = class {
  constructor() {
    this.on = {};
    sources.push(this);
  }
  addEventListener(name, act) {
    this.on[name] = act;
  }
  close() {}
};
const { State, Stream } = await import('../../../daemon/page/stream.js');

let stream, state;

beforeEach(() => {
  Object.assign(clocks, { perf: 5_000, wall: start });
  Date.now = () => clocks.wall;
  sources = [];
  timers = [];
  state = new State();
  stream = new Stream('/stream', state, { state: () => {}, link: () => {} });
});
afterEach(() => { Date.now = real; });

const at = (ms) => new Date(ms).toISOString();
const pass = (ms) => {
  clocks.perf += ms;
  clocks.wall += ms;
};
const sleep = (ms) => { clocks.wall += ms; };  // the monotonic clock stands still meanwhile
function say(name, engine = clocks.wall, sent = clocks.wall) {
  sources.at(-1).on[name]({ data: JSON.stringify({ complete: true, time: at(sent), engine_time: at(engine) }) });
}
const believed_age = () => (stream.now() - Date.parse(state.engine_time)) / 1000;

test('what is told each second is live', () => {
  say('state');
  pass(4_000);
  say('alive');
  stream.look();
  assert.equal(stream.link(), 'live');
  assert.equal(believed_age(), 0);
});

test('after ten seconds of silence the line is lost, and begun anew', () => {
  say('state');
  pass(10_500);
  stream.look();
  assert.equal(stream.link(), 'lost');
  timers.at(-1)();
  assert.equal(sources.length, 2);
  say('state');
  assert.equal(stream.link(), 'live');
});

test('a machine that slept knows at its first look that what it shows is old', () => {
  say('state');
  pass(1_000);
  sleep(8 * 3600e3);
  pass(500);
  seen.visibilitychange();
  assert.equal(stream.link(), 'lost');
  assert.equal(believed_age(), 8 * 3600 + 1.5);
});

test('what lay in a buffer while the machine slept is not taken for news', () => {
  say('state');
  const told = clocks.wall + 1_000;
  sleep(3600e3);
  say('alive', told, told);
  assert.equal(stream.link(), 'lost');
  assert.equal(state.engine_time, at(start));
});

test('nor is the first word of a line that was begun before the sleep', () => {
  const told = clocks.wall;
  sleep(3600e3);
  say('state', told, told);
  assert.equal(stream.link(), 'connecting');
  assert.equal(state.known, false);
});

test('a clock that was set back makes nothing younger', () => {
  say('state');
  pass(4_000);
  clocks.wall -= 3600e3;
  assert.equal(believed_age(), 4);
});

test('data grow old while the daemon lives but engine time stands still', () => {
  const engine = clocks.wall;
  for (let i = 0; i < 12; ++i) {
    say('alive', engine);
    pass(5_000);
  }
  assert.equal(stream.link(), 'live');
  assert.equal(believed_age(), 60);
});

test('a line that is late says so, and its data are as old as it is late', () => {
  say('state');
  const told = clocks.wall;
  pass(6_000);
  say('alive', told, told);
  assert.equal(stream.link(), 'late');
  pass(1_000);
  say('alive', told + 1_000, told + 1_000);
  assert.equal(believed_age(), 6);
});
