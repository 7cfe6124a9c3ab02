-- A store of schema 4: an oil shock told to one channel and on its way to another.
BEGIN TRANSACTION;
CREATE TABLE bars (
  instrument TEXT NOT NULL,
  minute     INTEGER NOT NULL,
  open       REAL NOT NULL,
  high       REAL NOT NULL,
  low        REAL NOT NULL,
  close      REAL NOT NULL,
  PRIMARY KEY (instrument, minute)
) STRICT, WITHOUT ROWID;
INSERT INTO "bars" VALUES('WTI',1776435300000000,96.46,96.5,85.9,85.91);
INSERT INTO "bars" VALUES('WTI',1776435360000000,96.46,96.5,85.9,85.91);
CREATE TABLE channel_holds (
  channel TEXT PRIMARY KEY,
  until   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "channel_holds" VALUES('desk',1776435363000000);
CREATE TABLE days (
  instrument  TEXT NOT NULL,
  day         INTEGER NOT NULL,
  open        REAL NOT NULL,
  high        REAL NOT NULL,
  low         REAL NOT NULL,
  close       REAL NOT NULL,
  closes_only INTEGER NOT NULL,
  seen        REAL NOT NULL,
  imported    INTEGER NOT NULL,
  PRIMARY KEY (instrument, day)
) STRICT, WITHOUT ROWID;
INSERT INTO "days" VALUES('WTI',1776384000000000,96.46,97.0,85.5,85.91,0,1.0,0);
CREATE TABLE events (
  id      TEXT PRIMARY KEY,
  time    INTEGER NOT NULL,
  rule    TEXT NOT NULL,
  episode TEXT NOT NULL,
  kind    TEXT NOT NULL,
  json    TEXT NOT NULL
) STRICT;
INSERT INTO "events" VALUES('K7Q2-0',1776435303000000,'oil-shock','K7Q2','fire','{"time":1776435303000000,"event_time":1776435302920000,"rule":"oil-shock","instrument":"WTI","kind":"fire","tier":"major","value":0.109372,"episode":"K7Q2","id":"K7Q2-0","title":{"zh":"原油剧烈波动","en":"Crude oil shock"},"name":{"zh":"WTI 原油","en":"WTI crude"},"unit":"USD/bbl","value_kind":"ratio","value_unit":"","value_term":"abs(change(WTI, 24h))","price":85.91,"move":{"from":96.46,"from_time":1776348903000000,"to":85.91,"window":86400000000},"sources":[{"source":"bybit:CLUSDT","price":85.91,"agrees":true},{"source":"okx:CL-USDT-SWAP","price":85.88,"agrees":true}],"began":1776435288000000,"seen":1,"reason":""}');
CREATE TABLE held_back (
  rule       TEXT NOT NULL,
  began      INTEGER NOT NULL,
  ended      INTEGER NOT NULL,
  tier       TEXT NOT NULL,
  instrument TEXT NOT NULL,
  title_zh   TEXT NOT NULL,
  title_en   TEXT NOT NULL,
  PRIMARY KEY (rule, began)
) STRICT, WITHOUT ROWID;
INSERT INTO "held_back" VALUES('oil-shock',1776428103000000,1776431703000000,'notice','WTI','原油剧烈波动','Crude oil shock');
CREATE TABLE liquidation_streams (
  venue TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  seen  INTEGER NOT NULL,
  PRIMARY KEY (venue, since)
) STRICT, WITHOUT ROWID;
INSERT INTO "liquidation_streams" VALUES('okx',1776435300000000,1776435420000000,1);
CREATE TABLE liquidations (
  minute         INTEGER NOT NULL,
  venue          TEXT NOT NULL,
  asset          TEXT NOT NULL,
  position       TEXT NOT NULL,
  part           INTEGER NOT NULL,
  orders         INTEGER NOT NULL,
  unsummed       INTEGER NOT NULL,
  usd_micros     INTEGER NOT NULL,
  largest_micros INTEGER NOT NULL,
  largest_time   INTEGER NOT NULL,
  PRIMARY KEY (minute, venue, asset, position, part)
) STRICT, WITHOUT ROWID;
INSERT INTO "liquidations" VALUES(1776435300000000,'okx','BTC','long',1776435360000000,5,0,1234567000000,1000000000000,1776435305000000);
CREATE TABLE outbox (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT NOT NULL UNIQUE,
  event      TEXT NOT NULL,
  channel    TEXT NOT NULL,
  episode    TEXT NOT NULL,
  tier       TEXT,
  state      TEXT NOT NULL,
  tries      INTEGER NOT NULL,
  unknowns   INTEGER NOT NULL,
  uncertain  INTEGER NOT NULL,
  unanswered INTEGER NOT NULL,
  next_try   INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  told_by    TEXT NOT NULL,
  created    INTEGER NOT NULL,
  settled    INTEGER
) STRICT;
INSERT INTO "outbox" VALUES(1,'K7Q2-0/desk','K7Q2-0','desk','K7Q2','major','delivered',1,0,0,0,1776435303000000,'','',1776435303000000,1776435303400000);
INSERT INTO "outbox" VALUES(2,'K7Q2-0/macro','K7Q2-0','macro','K7Q2','major','pending',2,0,0,0,1776435303000000,'timed_out','',1776435303000000,NULL);
CREATE TABLE rule_state (
  rule  TEXT PRIMARY KEY,
  hash  TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "rule_state" VALUES('oil-shock','h1','{"phase":"firing"}');
CREATE TABLE sends (
  channel TEXT NOT NULL,
  time    INTEGER NOT NULL,
  attempt TEXT NOT NULL,
  PRIMARY KEY (channel, time, attempt)
) STRICT, WITHOUT ROWID;
INSERT INTO "sends" VALUES('desk',1776435303000000,'a1');
CREATE TABLE silences (
  id         TEXT PRIMARY KEY,
  rule       TEXT NOT NULL,
  instrument TEXT NOT NULL,
  author     TEXT NOT NULL,
  reason     TEXT NOT NULL,
  made       INTEGER NOT NULL,
  until      INTEGER NOT NULL,
  ended      INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "silences" VALUES('s1','oil-shock','','lin','OPEC meets',1776435303000000,1776442503000000,NULL);
CREATE INDEX events_by_time ON events (time);
CREATE INDEX events_by_episode ON events (episode) WHERE episode <> '';
CREATE INDEX outbox_told ON outbox (told_by) WHERE told_by <> '';
CREATE INDEX outbox_by_event ON outbox (event);
CREATE INDEX outbox_by_episode ON outbox (episode) WHERE episode <> '';
CREATE INDEX outbox_by_settled ON outbox (settled) WHERE settled IS NOT NULL;
CREATE INDEX held_back_by_end ON held_back (ended);
CREATE INDEX outbox_open ON outbox (seq) WHERE state IN ('pending', 'sending', 'for_digest');
CREATE INDEX outbox_hushed ON outbox (seq) WHERE state IN ('silenced', 'quiet');
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',2);
COMMIT;
PRAGMA user_version = 4;
