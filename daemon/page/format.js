// Numbers and times as people read them.
import { language } from './words.js';

let zone = 'UTC';
/** True: it is another one than before, and what was written is to be written anew. */
export function setZone(name) {
  const before = zone;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    zone = name;
  } catch {
    zone = 'UTC';  // a browser that does not know it
  }
  return zone !== before;
}
export const zoneName = () => zone;

let now = () => Date.now();
/** Gives the time by which a time needs its date or not. */
export function setNow(clock) {
  now = clock;
}

const formats = new Map();
function formatter(key, make) {
  const full = `${key}/${language()}/${zone}`;
  if (!formats.has(full)) formats.set(full, make());
  return formats.get(full);
}

export const parse = (text) => (text ? Date.parse(text) : null);

/** 12:03:04, by the daemon's time zone. */
export function clock(ms) {
  return formatter('clock', () => new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit' })).format(ms);
}

/** 04-17 12:03:04 */
export function moment(ms) {
  const parts = formatter('moment', () => new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    hourCycle: 'h23' })).formatToParts(ms);
  const of = (type) => parts.find((part) => part.type === type).value;
  return `${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')}`;
}

/** As a clock shows it, or with its date where that could be taken for another day's. */
export const when = (ms) => (Math.abs(now() - ms) > 12 * 3600e3 ? moment(ms) : clock(ms));

/** "4 s", "12 min", "3 h", "2 d". */
export function age(ms) {
  const zh = language() === 'zh';
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 120) return zh ? `${s} 秒` : `${s} s`;
  if (s < 7200) return zh ? `${Math.floor(s / 60)} 分钟` : `${Math.floor(s / 60)} min`;
  if (s < 172800) return zh ? `${Math.floor(s / 3600)} 小时` : `${Math.floor(s / 3600)} h`;
  return zh ? `${Math.floor(s / 86400)} 天` : `${Math.floor(s / 86400)} d`;
}

/** A span of seconds as it is written in rules: 90 → 1m30s. */
export function span(seconds) {
  let rest = Math.floor(seconds);
  let text = '';
  for (const [name, size] of [['d', 86400], ['h', 3600], ['m', 60], ['s', 1]]) {
    if (rest >= size) text += Math.floor(rest / size) + name;
    rest %= size;
  }
  return text || '0s';
}

export function price(value) {
  const size = Math.abs(value);
  const digits = size >= 10 ? 2 : size >= 0.01 || size === 0 ? 4 : 6;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace('-', '−');
}

/** A text of the daemon's, "78067.2 USD", as prices are written: "78,067.2 USD". */
export const grouped = (text) => text.replace(/^(-?)(\d{4,})(?=\.\d|[ %BM]|$)/,
  (_, sign, digits) => sign + digits.replace(/\B(?=(\d{3})+$)/g, ','));

/** Which way it goes as it is written: 1, -1, or 0 where that is 0.00 %. */
export const sign = (ratio) => (Number((Math.abs(ratio) * 100).toFixed(2)) === 0 ? 0 : Math.sign(ratio));

/** A ratio as "+1.23 %"; its sign is always there, so that colour says nothing alone. */
export function change(ratio) {
  return `${sign(ratio) < 0 ? '−' : '+'}${(Math.abs(ratio) * 100).toFixed(2)} %`;
}

/** At most 1.23M, or 123万. */
export function amount(value) {
  return formatter('amount', () => new Intl.NumberFormat(language() === 'zh' ? 'zh-CN' : 'en-US', {
    notation: 'compact', maximumFractionDigits: 2, roundingMode: 'floor' })).format(value);
}

export const whole = (value) => value.toLocaleString('en-US');

/** A share of something, never all of what is not whole. */
export const share = (ratio) => `${Math.floor(ratio * 1000) / 10} %`;
