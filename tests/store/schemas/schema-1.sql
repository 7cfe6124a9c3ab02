-- A store of schema 1: an oil shock told to one channel and on its way to another.
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
CREATE TABLE events (
  id      TEXT PRIMARY KEY,
  time    INTEGER NOT NULL,
  rule    TEXT NOT NULL,
  episode TEXT NOT NULL,
  kind    TEXT NOT NULL,
  json    TEXT NOT NULL
) STRICT;
INSERT INTO "events" VALUES('K7Q2-0',1776435303000000,'oil-shock','K7Q2','fire','{"time":1776435303000000,"event_time":1776435302920000,"rule":"oil-shock","instrument":"WTI","kind":"fire","tier":"major","value":0.109372,"episode":"K7Q2","id":"K7Q2-0","title":{"zh":"原油剧烈波动","en":"Crude oil shock"},"name":{"zh":"WTI 原油","en":"WTI crude"},"unit":"USD/bbl","value_kind":"ratio","value_unit":"","value_term":"abs(change(WTI, 24h))","price":85.91,"move":{"from":96.46,"from_time":1776348903000000,"to":85.91,"window":86400000000},"sources":[{"source":"bybit:CLUSDT","price":85.91,"agrees":true},{"source":"okx:CL-USDT-SWAP","price":85.88,"agrees":true}],"began":1776435288000000,"seen":1,"reason":""}');
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
CREATE INDEX events_by_time ON events (time);
CREATE INDEX events_by_episode ON events (episode) WHERE episode <> '';
CREATE INDEX outbox_open ON outbox (seq) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_told ON outbox (told_by) WHERE told_by <> '';
CREATE INDEX outbox_by_event ON outbox (event);
CREATE INDEX outbox_by_episode ON outbox (episode) WHERE episode <> '';
CREATE INDEX outbox_by_settled ON outbox (settled) WHERE settled IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',2);
COMMIT;
PRAGMA user_version = 1;
