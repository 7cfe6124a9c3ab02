// Feeds and channels with what is wrong in words, silences, liquidations.
import { Rows, el, say, set } from './dom.js';
import { age, amount, moment, parse, share, when, whole } from './format.js';
import { language, t } from './words.js';

const named = (streams) => {
  const names = streams.slice(0, 3).map((stream) => stream.name).join(', ');
  return streams.length > 3 ? `${names} …` : names;
};

const since = (now, at) => age(now === null ? 0 : now - at);

/** What is to be said of a feed. */
export function feedWords(feed, now) {
  const of = (state) => feed.streams.filter((stream) => stream.state === state);
  const last = parse(feed.streams.map((stream) => stream.last_data).filter(Boolean).sort().at(-1));
  const data = (key) => (last === null ? t(`${key}_never`) : t(`${key}_says`, when(last), since(now, last)));
  const count = feed.streams.length;
  const words = [];
  if (feed.state === 'dead') words.push(data('feed_dead'));
  else if (feed.state === 'mute') words.push(data('feed_mute'));
  else if (of('mute').length > 0) words.push(t('feed_some_mute', of('mute').length, count, named(of('mute'))));
  else if (of('dead').length > 0) words.push(t('feed_some_dead', of('dead').length, count, named(of('dead'))));
  else if (feed.state === 'quiet') words.push(t('feed_quiet_says'));
  else words.push(t('feed_all_live', count));
  const lost = Object.entries(feed.reconnects).map(([reason, times]) => `${reason.replaceAll('_', ' ')} ${times}`);
  if (lost.length > 0 && feed.state !== 'live') words.push(t('reconnects', lost.join(', ')));
  if (feed.refused_subscriptions > 0) words.push(t('refused_subscriptions', feed.refused_subscriptions));
  return words.join(language() === 'zh' ? '；' : '. ');
}

/** What of a stream moves though nothing comes. */
function streamWords(stream, now) {
  const last = parse(stream.last_data);
  return `${t(`feed_${stream.state}`)} · ${last === null ? t('no_data_yet') : t('last_data', since(now, last))}`;
}

function makeFeed() {
  const row = el('article', { class: 'feed' },
    el('div', { class: 'head' }, el('span', { class: 'chip state' }), el('h3')),
    el('p', { class: 'words' }),
    el('details', {}, el('summary'), el('ul', { class: 'streams' })));
  row.parts = { state: row.querySelector('.state'), name: row.querySelector('h3'), words: row.querySelector('.words'),
    summary: row.querySelector('summary') };
  row.streams = new Rows(row.querySelector('.streams'), () => {
    const node = el('li', {}, el('span', { class: 'dot', 'aria-hidden': 'true' }), el('span'), el('span', { class: 'age' }));
    return node;
  }, (node, stream) => {
    node.item = stream;
    set(node, 'data-state', stream.state);
    say(node.children[1], stream.name);
  });
  return row;
}

function updateFeed(row, feed) {
  const ailing = feed.state === 'live' && feed.streams.some((stream) => stream.state === 'mute' || stream.state === 'dead');
  row.item = feed;
  set(row, 'data-state', ailing ? 'ailing' : feed.state);
  set(row, 'data-feed', feed.name);
  say(row.parts.state, t(`feed_${feed.state}`));
  say(row.parts.name, feed.name);
  say(row.parts.summary, t('streams', feed.streams.length));
  row.streams.show(feed.streams, (stream) => stream.name);
}

function updateChannel(row, channel) {
  set(row, 'data-state', channel.circuit);
  set(row, 'data-channel', channel.name);
  say(row.querySelector('.state'), t(`circuit_${channel.circuit}`));
  say(row.querySelector('h3'), channel.name);
  const words = [channel.waiting === 0 ? t('none_waiting') : channel.oldest_waiting
    ? t('waiting_since', channel.waiting, moment(parse(channel.oldest_waiting))) : t('waiting', channel.waiting)];
  if (channel.circuit === 'open') words.push(t('circuit_open_says'));
  if (channel.silenced > 0) words.push(t('held_by_silence', channel.silenced));
  say(row.querySelector('.words'), words.join(language() === 'zh' ? '；' : '; '));
}

function updateSilence(row, silence) {
  const covers = [silence.rule, silence.instrument].filter(Boolean).join(' · ') || t('silence_all');
  say(row, `${covers} — ${t('silence_until', moment(parse(silence.until)))} — ${silence.author}: ${silence.reason} (${silence.id})`);
}

/** "≥ 1.23M USD, 17 orders": what is cut is never rounded up. */
function closed(side, coverage) {
  const bound = coverage === 'complete' ? '' : '≥ ';
  const words = [`${bound}${amount(side.usd_at_least)} USD`, t('orders', whole(side.orders))];
  if (side.orders_without_notional > 0) words.push(t('unsummed', whole(side.orders_without_notional)));
  return words;
}

function updateVenue(row, venue) {
  const [name, long, short] = row.children;
  set(row, 'data-venue', venue.venue);
  say(name.children[0], venue.venue);
  say(name.children[1], `${t(`coverage_${venue.coverage}`)}${language() === 'zh' ? '；' : '; '}${venue.missing_since
    ? t('missing_since', moment(parse(venue.missing_since))) : t('seen_24h', share(venue.seen_24h))}`);
  for (const [cell, side] of [[long, venue.long], [short, venue.short]]) {
    const [sum, ...rest] = closed(side, venue.seen_24h < 1 ? 'cut' : venue.coverage);
    say(cell.children[0], sum);
    say(cell.children[1], rest.join(', '));
  }
}

export class Feeds {
  constructor(state) {
    this.state = state;
    this.now = null;
    this.feeds = new Rows(document.getElementById('feeds'), makeFeed, updateFeed);
    this.channels = new Rows(document.getElementById('channels'), () => el('article', { class: 'feed' },
      el('div', { class: 'head' }, el('span', { class: 'chip state' }), el('h3')), el('p', { class: 'words' })), updateChannel);
    this.silences = new Rows(document.getElementById('silences'), () => el('li'), updateSilence);
    this.venues = new Rows(document.getElementById('liquidations'), () => el('tr', {},
      el('th', { scope: 'row' }, el('span'), el('small')),
      ...['long', 'short'].map(() => el('td', { class: 'n' }, el('span'), el('small')))), updateVenue);
  }

  show(changed) {
    const all = (group) => [...(this.state[group] ?? new Map()).values()];
    if (changed.feeds !== undefined) this.feeds.show(all('feeds'), (feed) => feed.name, changed.feeds);
    if (changed.feeds !== undefined) this.tick(this.now);
    if (changed.channels !== undefined) this.channels.show(all('channels'), (channel) => channel.name, changed.channels);
    if (changed.silences !== undefined) this.silences.show(this.state.silences, (silence) => silence.id);
    if (changed.liquidations !== undefined) this.venues.show(all('liquidations'), (venue) => venue.venue, changed.liquidations);
  }

  /** Ages move though nothing comes; `now` is engine time. */
  tick(now) {
    this.now = now;
    for (const row of this.feeds.rows.values()) {
      say(row.parts.words, feedWords(row.item, now));
      for (const node of row.streams.rows.values()) say(node.children[2], streamWords(node.item, now));
    }
  }
}
