// Instruments: price, move, the last hour's line, and every source with its age.
import { Rows, el, say, set } from './dom.js';
import { age, change, parse, price, sign, when } from './format.js';
import { both, language, t } from './words.js';

const fresh_for = 10_000;  // what a source may be silent before its age is worth a look

function make() {
  const row = el('article', { class: 'instrument', tabindex: '0' },
    el('div', { class: 'name' }, el('h3'), el('span', { class: 'id' }), el('span', { class: 'note' })),
    el('div', { class: 'price' }, el('span', { class: 'number' }), el('span', { class: 'unit' }), el('span', { class: 'age' })),
    el('div', { class: 'day' }),
    el('div', { class: 'line' }, el('div', { class: 'plot', 'aria-hidden': 'true' }), el('span', { class: 'range' })),
    el('ul', { class: 'sources' }),
    el('a', { class: 'more', rel: 'noopener', target: '_blank' }));
  const part = (name) => row.querySelector(`.${name}`);
  row.parts = { title: row.querySelector('h3'), id: part('id'), note: part('note'), number: part('number'), unit: part('unit'),
    age: part('age'), day: part('day'), plot: part('plot'), range: part('range'), more: part('more') };
  row.sources = new Rows(part('sources'), makeSource, updateSource);
  return row;
}

function makeSource() {
  const node = el('li', {}, el('span', { class: 'dot', 'aria-hidden': 'true' }), el('span', { class: 'source' }),
    el('span', { class: 'number' }), el('span', { class: 'age' }));
  [, node.source, node.number, node.age] = node.children;
  return node;
}

function updateSource(node, source) {
  node.item = source;
  say(node.source, source.source);
  say(node.number, source.seen ? price(source.price) : '—');
}

/** Why there is no price, or what is to be said beside one. */
function note(item) {
  switch (item.state) {
    case 'none': return item.price === null ? t('price_none') : '';
    case 'stale': return item.price_time ? t('price_stale', when(parse(item.price_time))) : t('price_none');
    case 'unconfirmed':
      return item.disagreeing_since ? t('price_unconfirmed', when(parse(item.disagreeing_since))) : t('price_unconfirmed_now');
    case 'closed': return t('price_closed');
    default: return item.underlying_closed ? t('underlying_closed') : '';
  }
}

export class Prices {
  constructor(state) {
    this.state = state;
    this.rows = new Rows(document.getElementById('prices'), make, (row, item) => this.update(row, item));
    this.plots = new Map();
    this.watch = new ResizeObserver(() => this.fit());
  }

  show(changed) {
    const keys = changed.instruments === undefined ? new Set() : changed.instruments;
    this.rows.show([...(this.state.instruments ?? new Map()).values()], (item) => item.name, keys);
    for (const [name, row] of this.rows.rows) if (row.item) this.draw(name, row);
    for (const name of this.plots.keys()) {
      if (this.rows.rows.has(name)) continue;
      this.plots.get(name).destroy();
      this.plots.delete(name);
    }
  }

  update(row, item) {
    const { parts } = row;
    row.item = item;
    set(row, 'data-state', item.state);
    set(row, 'data-instrument', item.name);
    const title = both(item.title) || item.name;
    say(parts.title, title);
    say(parts.id, title === item.name ? '' : item.name);
    say(parts.note, note(item));
    say(parts.number, item.price === null ? '—' : price(item.price));
    say(parts.unit, item.unit);
    const moved = item.change_24h;
    const way = moved === null ? null : { 1: ['▲', 'up'], '-1': ['▼', 'down'], 0: ['•', 'none'] }[sign(moved)];
    say(parts.day, way === null ? '' : `${way[0]} ${change(moved)}`);
    set(parts.day, 'data-sign', way === null ? null : way[1]);
    set(parts.day, 'title', moved === null ? t('no_reference') : null);
    const alive = item.sources.filter((source) => source.alive).length;
    const sources = item.sources.length === 0 ? t('derived')
      : t('sources_alive', alive, item.sources.length, item.min_sources);
    set(row, 'title', sources);
    set(row, 'aria-label', [title, item.price === null ? note(item) : `${price(item.price)} ${item.unit}`, sources].join(', '));
    set(parts.more, 'href',
      `/api/v1/chart?instrument=${encodeURIComponent(item.name)}&hours=24&lang=${language()}`);
    say(parts.more, t('chart'));
    row.sources.show(item.sources, (source) => source.source);
  }

  /** The last hour by minutes, and the price of now as its end. */
  draw(name, row) {
    const past = this.state.pasts?.get(name);
    const values = past ? [...past.prices] : [];
    if (row.item.price !== null) values.push(row.item.price);
    const known = values.filter((value) => value !== null);
    const low = Math.min(...known);
    const high = Math.max(...known);
    say(row.parts.range, known.length === 0 ? t('hour_none') : t('hour_range', price(low), price(high)));
    const data = [values.map((_, i) => i), values];
    const drawn = JSON.stringify(values);
    if (row.drawn === drawn) return;
    row.drawn = drawn;
    const plot = this.plots.get(name);
    if (plot) {
      plot.setData(data);
    } else if (window.uPlot) {
      this.plots.set(name, new window.uPlot({
        ...this.size(row), pxAlign: false, padding: [4, 2, 4, 2],
        legend: { show: false }, cursor: { show: false }, axes: [{ show: false }, { show: false }],
        scales: { x: { time: false }, y: { range: (_, from, to) => {
          const margin = Math.max((to - from) * 0.08, Math.abs(to) * 1e-4) || 1;
          return [from - margin, to + margin];
        } } },
        series: [{}, { stroke: () => colour('--line'), fill: () => colour('--line-fill'), width: 1.5,
          points: { show: false }, spanGaps: false }],
      }, data, row.parts.plot));
      this.watch.observe(row.parts.plot);
    }
  }

  size(row) {
    return { width: Math.max(80, row.parts.plot.clientWidth), height: 40 };
  }

  fit() {
    for (const [name, plot] of this.plots) {
      const row = this.rows.rows.get(name);
      const size = row && this.size(row);
      if (size && size.width !== plot.width) plot.setSize(size);
    }
  }

  /** Other colours. */
  redraw() {
    for (const plot of this.plots.values()) plot.redraw();
  }

  /** Ages move though nothing comes. */
  tick(now) {
    for (const row of this.rows.rows.values()) {
      const { item, parts } = row;
      if (!item) continue;
      say(parts.note, note(item));  // a time that grows old gets its date
      say(parts.age, item.price_time && now !== null ? t('ago', age(now - parse(item.price_time))) : '');
      for (const node of row.sources.rows.values()) {
        const seen = parse(node.item.seen);
        const since = seen === null || now === null ? null : now - seen;
        const state = !node.item.alive || since === null ? 'silent' : !node.item.agrees ? 'differs'
          : since > fresh_for ? 'old' : 'fresh';
        set(node, 'data-state', state);
        const words = since === null ? t('source_never') : state === 'silent' ? t('source_silent', age(since)) : age(since);
        say(node.age, state === 'differs' ? `${words} · ${t('source_differs')}` : words);
      }
    }
  }
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
