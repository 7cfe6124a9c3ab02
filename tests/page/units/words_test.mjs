// Words, numbers and times as the page writes them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.document = { documentElement: { lang: 'en' } };
const { setLanguage, t } = await import('../../../daemon/page/words.js');
const { change, grouped, setNow, setZone, sign, when } = await import('../../../daemon/page/format.js');

test('values enter words as they are', () => {
  assert.equal(t('lost_more', "$& $$ $'", '{0}'), "connection lost, trying again; data as of $& $$ $', {0} ago");
  assert.equal(t('why_failed', '{0} {1}'), 'No answer: {0} {1}');
});

test('a word that is newer than the page is shown as it is', () => {
  assert.equal(t('delivery_sent_twice'), 'sent twice');
});

test('a fall that is written as 0.00 % points nowhere', () => {
  for (const tiny of [-0.00004, 0.00004, 0]) {
    assert.equal(sign(tiny), 0);
    assert.equal(change(tiny), '+0.00 %');
  }
  assert.equal(sign(-0.00006), -1);
  assert.equal(change(-0.00006), '−0.01 %');
  assert.equal(change(0.1094), '+10.94 %');
});

test("a rule's levels are written as prices are", () => {
  const written = { '80000 USD': '80,000 USD', '78067.2 USD': '78,067.2 USD', '-1234567': '-1,234,567', '1500%': '1,500%',
    '95 USD/bbl': '95 USD/bbl', '1.5B USD': '1.5B USD', '2025-10-01T00:00:00Z': '2025-10-01T00:00:00Z', '1h30m': '1h30m',
    '0.0001234': '0.0001234' };
  for (const [text, wanted] of Object.entries(written)) assert.equal(grouped(text), wanted);
});

test('a time of more than half a day ago, or ahead, has its date', () => {
  const now = Date.parse('2026-04-17T12:00:00Z');
  setNow(() => now);
  assert.equal(when(now - 11 * 3600e3), '01:00:00');
  assert.equal(when(now - 24 * 3600e3), '04-16 12:00:00');
  assert.equal(when(now + 24 * 3600e3), '04-18 12:00:00');
});

test('another time zone is told, since what was written is in the old one', () => {
  const now = Date.parse('2026-04-17T12:00:00Z');
  setNow(() => now);
  assert.equal(setZone('Asia/Shanghai'), true);
  assert.equal(setZone('Asia/Shanghai'), false);
  assert.equal(when(now), '20:00:00');
  assert.equal(setZone('no such zone'), true);
  assert.equal(when(now), '12:00:00');
});

test('a feed that is silent says for how long, in either language', async () => {
  globalThis.document.getElementById = () => null;
  const { feedWords } = await import('../../../daemon/page/feeds.js');
  const now = Date.parse('2026-04-17T12:00:00Z');
  setNow(() => now);
  const feed = { state: 'dead', reconnects: {}, refused_subscriptions: 0,
    streams: [{ name: 'trades', state: 'dead', last_data: '2026-04-15T12:00:00Z' }] };
  assert.equal(feedWords(feed, now), 'not connected; last data 04-15 12:00:00, 2 d ago');
  setLanguage('zh');
  assert.equal(feedWords(feed, now), '未连接；最后数据 04-15 12:00:00，2 天前');
  assert.equal(feedWords({ ...feed, streams: [] }, now), '未连接，尚无数据');
});
