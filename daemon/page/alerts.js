// The last alert events, and what became of their messages.
import { Rows, el, say, set } from './dom.js';
import { grouped, moment, parse, price } from './format.js';
import { both, t } from './words.js';

function make() {
  const row = el('li', { class: 'alert' },
    el('time', {}), el('span', { class: 'chip kind' }), el('span', { class: 'chip tier' }), el('span', { class: 'what' }),
    el('span', { class: 'value' }), el('ul', { class: 'deliveries' }));
  const [time, kind, tier, what, value] = row.children;
  row.parts = { time, kind, tier, what, value };
  row.deliveries = new Rows(row.lastChild, () => el('li'), (node, delivery) => {
    let words = delivery.channel ? `${delivery.channel}: ${t(`delivery_${delivery.state}`)}` : t('no_route');
    if (delivery.error && delivery.state !== 'delivered') words += ` (${delivery.error})`;
    if (delivery.tries > 1) words += `, ${t('tries', delivery.tries)}`;
    say(node, words);
    set(node, 'data-state', delivery.state);
  });
  return row;
}

const titleOf = (item) => both(item.title) || item.rule || item.instrument || item.kind;

function update(row, item) {
  const { parts } = row;
  const at = parse(item.time);
  say(parts.time, moment(at));
  set(parts.time, 'datetime', item.time);
  say(parts.kind, t(`kind_${item.kind}`));
  set(row, 'data-kind', item.kind);
  set(row, 'data-tier', item.tier);
  set(row, 'data-id', item.id);
  say(parts.tier, item.tier ? t(`tier_${item.tier}`) : '');
  parts.tier.hidden = !item.tier;
  say(parts.what, titleOf(item));
  const value = [];
  if (item.value_term && item.value_text) value.push(`${item.value_term} = ${grouped(item.value_text)}`);
  else if (item.value_text) value.push(grouped(item.value_text));
  if (item.instrument && item.price !== null) value.push(`${item.instrument} ${price(item.price)} ${item.unit}`);
  if (item.reason) value.push(item.reason);
  say(parts.value, value.join(' · '));
  row.deliveries.show(item.deliveries.length > 0 ? item.deliveries : [{ channel: '' }], (delivery) => delivery.channel);
}

export class Alerts {
  constructor(state) {
    this.state = state;
    this.rows = new Rows(document.getElementById('alerts'), make, update);
    this.said = document.getElementById('announce');
    this.known = null;  // ids, from the first look on
  }

  show(changed) {
    if (!changed.alerts) return;
    const items = this.state.alerts;
    this.rows.show(items, (item) => item.id);
    const fresh = this.known ? items.filter((item) => !this.known.has(item.id)) : [];
    this.known = new Set(items.map((item) => item.id));
    for (const item of fresh) this.rows.rows.get(item.id).classList.add('fresh');
    if (fresh.length > 0)
      say(this.said, fresh.map((item) =>
        t('new_alert', t(`kind_${item.kind}`), item.tier ? t(`tier_${item.tier}`) : '', titleOf(item))).join('. '));
  }
}
