// Rules: what each is doing, and how far it is from its next rung.
import { Rows, el, say, set } from './dom.js';
import { grouped, moment, parse, share, span, when } from './format.js';
import { both, t } from './words.js';

const order = { firing: 0, recovering: 1, pending: 2, idle: 3 };

/** The rung whose distance matters: the lowest that is not true, else the highest. */
function nextRung(item) {
  return item.rungs.find((rung) => rung.true !== true) ?? item.rungs.at(-1);
}

/** In words, why it cannot be decided. */
function unknownWords(unknown) {
  let text = t(`unknown_${unknown.reason}`);
  if (unknown.text && unknown.window_seconds > 0 && unknown.seen < 1)
    text += ` · ${t('unknown_window', unknown.text, share(unknown.seen), span(unknown.window_seconds))}`;
  else if (unknown.text) text += ` · ${unknown.text}`;
  return text;
}

function distanceWords(item, rung) {
  const way = rung?.distance;
  if (!way) return rung?.true ? t('met') : t('no_distance');
  const about = [way.term, (way.exact ? '' : '≥ ') + grouped(way.value_text), grouped(way.wanted_text), t(`tier_${rung.tier}`)];
  return rung.true ? t('distance_met', ...about) : t('distance', ...about);
}

function make() {
  const why = el('button', { type: 'button', class: 'why', 'aria-expanded': 'false' });
  const row = el('article', { class: 'rule' },
    el('div', { class: 'head' }, el('span', { class: 'chip state' }), el('h3'), el('span', { class: 'id' }), why),
    el('div', { class: 'way' }, el('div', { class: 'meter', 'aria-hidden': 'true' }, el('i')), el('p', { class: 'words' })),
    el('div', { class: 'foot' }, el('ul', { class: 'rungs' }), el('p', { class: 'timers' })),
    el('pre', { class: 'explained', tabindex: '0', hidden: true }));
  const part = (name) => row.querySelector(`.${name}`);
  row.parts = { state: part('state'), title: row.querySelector('h3'), id: part('id'), why, meter: part('meter'),
    words: part('words'), timers: part('timers'), explained: part('explained') };
  row.rungs = new Rows(part('rungs'), () => el('li', { class: 'chip' }), (node, rung) => {
    say(node, rung.level_text ? `${t(`tier_${rung.tier}`)} ${grouped(rung.level_text)}` : t(`tier_${rung.tier}`));
    set(node, 'data-tier', rung.tier);
    set(node, 'data-true', rung.true === true);
  });
  why.addEventListener('click', () => explain(row));
  return row;
}

async function explain(row) {
  const { why, explained } = row.parts;
  const open = why.getAttribute('aria-expanded') !== 'true';
  set(why, 'aria-expanded', open ? 'true' : 'false');
  explained.hidden = !open;
  if (!open) return;
  say(explained, '…');
  try {
    const answer = await fetch(`/api/v1/explain?rule=${encodeURIComponent(row.item.id)}&format=text`);
    const text = await answer.text();
    say(explained, answer.ok ? text : t('why_failed', text.trim()));
  } catch (error) {
    say(explained, t('why_failed', error.message));
  }
}

function update(row, item) {
  const { parts } = row;
  row.item = item;
  const undecided = item.unknown && item.state === 'idle';
  set(row, 'data-state', undecided ? 'unknown' : item.state);
  set(row, 'data-rule', item.id);
  set(row, 'data-tier', item.tier);
  say(parts.state, (undecided ? t('state_unknown') : t(`state_${item.state}`)) +
    (item.tier ? ` · ${t(`tier_${item.tier}`)}` : ''));
  const title = both(item.title) || item.id;
  say(parts.title, title);
  say(parts.id, title === item.id ? '' : item.id);
  say(parts.why, t('why'));
  set(parts.why, 'aria-label', t('why_of', title));
  set(row, 'title', item.when);

  const rung = nextRung(item);
  const way = rung?.distance;
  const met = way ? Math.max(0, Math.min(1, 1 - way.relative)) : rung?.true ? 1 : 0;
  parts.meter.style.setProperty('--met', `${(met * 100).toFixed(1)}%`);
  set(parts.meter, 'data-near', met >= 1 ? 'met' : met >= 0.8 ? 'near' : null);
  say(parts.words, item.unknown ? unknownWords(item.unknown) : distanceWords(item, rung));
  row.rungs.show(item.rungs.map((r, i) => ({ ...r, i })), (r) => r.i);

  const timers = [];
  if (item.state === 'pending' && item.for_seconds > 0)
    timers.push(t('held', span(Math.min(rung.held_seconds || item.rungs[0].held_seconds, item.for_seconds)), span(item.for_seconds)));
  if (item.tier && item.began) timers.push(t('since', moment(parse(item.began))));
  if (item.state === 'recovering' && item.keep_seconds > 0) timers.push(t('kept', span(item.kept_seconds), span(item.keep_seconds)));
  if (item.cooldown_until) timers.push(t('cooldown', when(parse(item.cooldown_until))));
  say(parts.timers, timers.join(' · '));
}

export class Rules {
  constructor(state) {
    this.state = state;
    this.rows = new Rows(document.getElementById('rules'), make, update);
    this.filter = document.getElementById('rule-filter');
    this.filter.addEventListener('input', () => this.show({ rules: new Set() }));
  }

  /** What is going on stands first; the rest as the config has it. */
  show(changed) {
    const wanted = this.filter.value.trim().toLowerCase();
    const items = [...(this.state.rules ?? new Map()).values()]
      .filter((item) => !wanted || `${item.id} ${both(item.title)} ${item.when}`.toLowerCase().includes(wanted))
      .sort((a, b) => order[a.state] - order[b.state]);  // stable
    this.rows.show(items, (item) => item.id, changed.rules);
  }
}
