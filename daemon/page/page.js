// The status page: joins the line to the daemon with what shows it.
import { Alerts } from './alerts.js';
import { say, set } from './dom.js';
import { Feeds } from './feeds.js';
import { age, setNow, setZone, when, zoneName } from './format.js';
import { Prices } from './prices.js';
import { Rules } from './rules.js';
import { Section } from './section.js';
import { State, Stream } from './stream.js';
import { language, setLanguage, t } from './words.js';

const by = (id) => document.getElementById(id);
const root = document.documentElement;

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // storage may be switched off: then the choice lasts as long as the page
  }
}

const state = new State();
const prices = new Prices(state);
const feeds = new Feeds(state);
const shows = [prices, new Rules(state), new Alerts(state), feeds];
const section = new Section();

function showTrouble() {
  const words = [];
  if (state.store && state.store !== 'ok') words.push(t('store_trouble', state.store));
  if (state.unsaved_events > 0) words.push(t('unsaved', state.unsaved_events));
  say(by('trouble'), words.join(' '));
  by('trouble').hidden = words.length === 0;
}

/** True: in another time zone, so that everything is to be shown anew. */
function showDaemon() {
  if (!state.daemon) return false;
  const moved = setZone(state.daemon.timezone);
  say(by('version'), `Foghorn ${state.daemon.version}`);
  say(by('clock'), t('times_in', zoneName()) + (state.daemon.clock === 'events' ? `, ${t('simulated')}` : ''));
  return moved;
}

let link = 'connecting';

function linkWords() {
  const now = stream.now();
  const at = state.engine_time ? Date.parse(state.engine_time) : null;
  const as_of = at === null ? '—' : when(at);
  switch (link) {
    case 'live': return t('as_of', as_of);
    case 'late': return t('late_by', age(stream.delay), as_of);
    case 'stalled': return at === null ? '' : t('stalled_more', as_of, age(now - at));
    case 'lost': return at === null ? '' : t('lost_more', as_of, age(now - at));
    default: return stream.pause > 1_000 ? t('never_more') : '';
  }
}

function showLink() {
  const before = link;
  link = stream.link();
  set(by('status'), 'data-state', link);
  say(by('status-word'), t(link));
  say(by('status-more'), linkWords());
  // What is not live looks so.
  set(root, 'data-live', link === 'live' || link === 'late' ? null : 'no');
  document.title = link === 'live' || link === 'late' ? 'Foghorn' : `(${t(link)}) Foghorn`;
  if (before === 'live' && link === 'lost') say(by('link-announce'), t('lost_said'));
  if (before === 'lost' && link === 'live') say(by('link-announce'), t('back_said'));
  prices.tick(stream.now());
  feeds.tick(stream.now());
}

const everything = () =>
  Object.fromEntries(Object.keys(state).map((group) => [group, state[group] instanceof Map ? null : true]));

function show(changed) {
  if (changed.daemon && showDaemon()) {
    section.translate();
    changed = everything();
  }
  for (const part of shows) part.show(changed);
  if (changed.store || changed.unsaved_events) showTrouble();
  set(root, 'data-known', state.known ? 'yes' : null);
}

/** Everything that is written in the page's language. */
function translate() {
  for (const node of document.querySelectorAll('[data-t]')) say(node, t(node.dataset.t));
  for (const node of document.querySelectorAll('[data-label]')) {
    set(node, 'aria-label', t(node.dataset.label));
    set(node, 'placeholder', t(node.dataset.label));
  }
  say(by('language'), t('language'));
  set(by('language'), 'aria-label', t('language_title'));
  set(by('language'), 'title', t('language_title'));
  const theme = root.dataset.theme ?? 'auto';
  say(by('theme'), t(`theme_${theme}`));
  set(by('theme'), 'title', t('theme_title'));
  set(by('theme'), 'aria-label', `${t('theme_title')}: ${t(`theme_${theme}`)}`);
  section.translate();
  if (!state.known) return;
  show(everything());
}

by('language').addEventListener('click', () => {
  setLanguage(language() === 'zh' ? 'en' : 'zh');
  keep('foghorn.language', language());
  translate();
  showLink();
});

by('theme').addEventListener('click', () => {
  const next = { auto: 'light', light: 'dark', dark: 'auto' }[root.dataset.theme ?? 'auto'];
  if (next === 'auto') delete root.dataset.theme;
  else root.dataset.theme = next;
  keep('foghorn.theme', next);
  translate();
  prices.redraw();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => prices.redraw());

const stream = new Stream('/api/v1/stream', state, { state: show, link: showLink });
setNow(() => stream.now() ?? Date.now());
translate();
showLink();
