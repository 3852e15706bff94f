PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE migration (part TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
INSERT INTO migration VALUES('dispatch',15);
CREATE TABLE cursor (
  name TEXT PRIMARY KEY, sequence INTEGER NOT NULL
) STRICT;
INSERT INTO cursor VALUES('warning-log',5);
CREATE TABLE day_counter (
  community TEXT NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (community, day)
) STRICT;
INSERT INTO day_counter VALUES('c1','20261124',4);
CREATE TABLE incident (
  id TEXT PRIMARY KEY, number TEXT NOT NULL, community TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('new', 'acknowledged', 'resolved')),
  rank INTEGER NOT NULL, level TEXT NOT NULL, kind TEXT NOT NULL,
  life_safety INTEGER NOT NULL, late INTEGER NOT NULL, drill INTEGER NOT NULL,
  attach_key TEXT NOT NULL,
  building TEXT, unit TEXT, dwelling TEXT, label TEXT NOT NULL,
  attention INTEGER NOT NULL, attention_at INTEGER NOT NULL, alarm_count INTEGER NOT NULL,
  summary_zh TEXT NOT NULL, summary_en TEXT NOT NULL, call_back TEXT,
  opened_at INTEGER NOT NULL, last_alarm_at INTEGER NOT NULL,
  acknowledged_at INTEGER, acknowledged_by TEXT, resolved_at INTEGER, outcome TEXT,
  timeline_length INTEGER NOT NULL, version INTEGER NOT NULL, source TEXT NOT NULL DEFAULT 'platform'
  CHECK (source IN ('warning', 'desk', 'platform', 'family')), holds INTEGER NOT NULL DEFAULT 0, possible_repeats INTEGER NOT NULL DEFAULT 0, reopen_at INTEGER, members TEXT, unanswered_since INTEGER, said_by_other INTEGER NOT NULL DEFAULT 0,
  UNIQUE (community, number)
) STRICT;
INSERT INTO incident VALUES('i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140','20261124-001','c1','acknowledged',4,'red','sos',1,0,0,'dwelling:b3u2-101','b3','b3u2','b3u2-101','3栋2单元101',1,1795482908000,1,'SOS 求救：3栋2单元101','SOS: 3栋2单元101',NULL,1795482908000,1795482908000,1795482910000,'值班员',NULL,NULL,4,4,'warning',0,0,NULL,NULL,NULL,0);
INSERT INTO incident VALUES('i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb','20261124-002','c1','new',0,'red','smoke',1,0,0,'device:panel','b3',NULL,NULL,'3栋 消防主机',1,1795482909000,1,'烟雾报警：3栋 消防主机','Smoke: 3栋 消防主机',NULL,1795482909000,1795482909000,NULL,NULL,NULL,NULL,3,3,'warning',0,0,NULL,NULL,NULL,0);
INSERT INTO incident VALUES('i-0d7fea8b-d10e-4cb2-a016-f10de469c689','20261124-003','c1','new',0,'red','fall',1,0,0,'dwelling:b3u2-104','b3','b3u2','b3u2-104','3栋2单元104',1,1795482909000,1,'跌倒：3栋2单元104','Fall: 3栋2单元104',NULL,1795482909000,1795482909000,NULL,NULL,NULL,NULL,3,3,'warning',0,0,NULL,NULL,NULL,0);
INSERT INTO incident VALUES('i-a259e082-683a-41bf-b8c6-e2fe9eaefdae','20261124-004','c1','new',0,'red','unreadable-alarm',1,0,0,'device:gw1//c1/gw1/nobody:1/unreadable-alarm',NULL,NULL,NULL,'未登记设备 nobody:1 (东门网关)',1,1795482909000,1,'无法识别的报警，请核实：未登记设备 nobody:1 (东门网关)','Unreadable alarm, verify: 未登记设备 nobody:1 (东门网关)',NULL,1795482909000,1795482909000,NULL,NULL,NULL,NULL,3,3,'warning',0,0,NULL,NULL,NULL,0);
CREATE TABLE incident_warning (
  incident TEXT NOT NULL REFERENCES incident, warning TEXT NOT NULL,
  kind TEXT NOT NULL, source TEXT NOT NULL, resident TEXT, active INTEGER NOT NULL, device TEXT, late INTEGER NOT NULL DEFAULT 0, own_now INTEGER NOT NULL DEFAULT 1, taken_out INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (incident, warning)
) STRICT, WITHOUT ROWID;
INSERT INTO incident_warning VALUES('i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb','w-f04d5bb286e188cf6aa75e22','smoke','panel',NULL,1,'panel',0,1,0);
INSERT INTO incident_warning VALUES('i-0d7fea8b-d10e-4cb2-a016-f10de469c689','w-665bc09b348d44cca43c23e8','fall','watch-3',NULL,1,'watch-3',0,1,0);
INSERT INTO incident_warning VALUES('i-a259e082-683a-41bf-b8c6-e2fe9eaefdae','w-4e7100afa4353559e73f3a6f','unreadable-alarm','gw1//c1/gw1/nobody:1/unreadable-alarm',NULL,1,NULL,0,1,0);
INSERT INTO incident_warning VALUES('i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140','w-dda3f8ee519672a13f8b9fc8','sos','watch-0','r1',1,'watch-0',0,1,0);
CREATE TABLE timeline (
  incident TEXT NOT NULL REFERENCES incident, sequence INTEGER NOT NULL,
  at INTEGER NOT NULL, type TEXT NOT NULL, actor TEXT,
  words_zh TEXT NOT NULL, words_en TEXT NOT NULL,
  level TEXT, kind TEXT, warning TEXT, record TEXT, origin TEXT, observed_at INTEGER,
  subject TEXT, captured_at INTEGER, possible_repeat INTEGER NOT NULL DEFAULT 0, said_by_other INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (incident, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO timeline VALUES('i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb',1,1795482909000,'opened',NULL,'烟雾报警：3栋 消防主机','Smoke: 3栋 消防主机','red','smoke',NULL,NULL,NULL,NULL,NULL,NULL,0,0);
INSERT INTO timeline VALUES('i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb',2,1795482909000,'alarm',NULL,'3栋 消防主机 烟雾报警（3栋2单元烟感）','Smoke: 3栋 消防主机 (3栋2单元烟感)','red','smoke','w-f04d5bb286e188cf6aa75e22','c1/gw1/9f86d081884c7d65/alarm/2',NULL,NULL,'panel',1795482908000,0,0);
INSERT INTO timeline VALUES('i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb',3,1795482909000,'notified',NULL,'通知 3 人','3 people told',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0);
INSERT INTO timeline VALUES('i-0d7fea8b-d10e-4cb2-a016-f10de469c689',1,1795482909000,'opened',NULL,'跌倒：3栋2单元104','Fall: 3栋2单元104','red','fall',NULL,NULL,NULL,NULL,NULL,NULL,0,0);
INSERT INTO timeline VALUES('i-0d7fea8b-d10e-4cb2-a016-f10de469c689',2,1795482909000,'alarm',NULL,'3栋2单元104 手表 跌倒','Fall: the watch of 3栋2单元104','red','fall','w-665bc09b348d44cca43c23e8','c1/gw1/9f86d081884c7d65/alarm/4',NULL,NULL,'watch-3',1795482908000,0,0);
INSERT INTO timeline VALUES('i-0d7fea8b-d10e-4cb2-a016-f10de469c689',3,1795482909000,'notified',NULL,'通知 3 人','3 people told',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0);
INSERT INTO timeline VALUES('i-a259e082-683a-41bf-b8c6-e2fe9eaefdae',1,1795482909000,'opened',NULL,'无法识别的报警，请核实：未登记设备 nobody:1 (东门网关)','Unreadable alarm, verify: 未登记设备 nobody:1 (东门网关)','red','unreadable-alarm',NULL,NULL,NULL,NULL,NULL,NULL,0,0);
INSERT INTO timeline VALUES('i-a259e082-683a-41bf-b8c6-e2fe9eaefdae',2,1795482909000,'alarm',NULL,'未登记的设备 nobody:1 无法识别的报警，请核实','Unreadable alarm, verify: the unregistered device nobody:1','red','unreadable-alarm','w-4e7100afa4353559e73f3a6f','c1/gw1/9f86d081884c7d65/alarm/3',NULL,NULL,'gw1//c1/gw1/nobody:1/unreadable-alarm',1795482908000,0,0);
INSERT INTO timeline VALUES('i-a259e082-683a-41bf-b8c6-e2fe9eaefdae',3,1795482909000,'notified',NULL,'通知 3 人','3 people told',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0);
INSERT INTO timeline VALUES('i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140',1,1795482908000,'opened',NULL,'SOS 求救：3栋2单元101','SOS: 3栋2单元101','red','sos',NULL,NULL,NULL,NULL,NULL,NULL,0,0);
INSERT INTO timeline VALUES('i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140',2,1795482908000,'alarm',NULL,'3栋2单元101 手表 SOS 求救','SOS: the watch of 3栋2单元101','red','sos','w-dda3f8ee519672a13f8b9fc8','c1/gw1/9f86d081884c7d65/alarm/1',NULL,NULL,'watch-0',1795482907000,0,0);
INSERT INTO timeline VALUES('i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140',3,1795482908000,'notified',NULL,'通知 3 人','3 people told',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0);
INSERT INTO timeline VALUES('i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140',4,1795482910000,'acknowledged','值班员','值班员 已确认','Acknowledged by 值班员',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0);
CREATE TABLE incident_change (
  change INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,
  incident TEXT NOT NULL REFERENCES incident, community TEXT NOT NULL,
  transition TEXT NOT NULL, warnings TEXT NOT NULL, actor TEXT, outcome TEXT,
  kind TEXT NOT NULL, level TEXT NOT NULL, drill INTEGER NOT NULL
, building TEXT, response_ms INTEGER) STRICT;
INSERT INTO incident_change VALUES(1,1795482908000,'i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140','c1','opened','[]',NULL,NULL,'sos','red',0,'b3',NULL);
INSERT INTO incident_change VALUES(2,1795482908000,'i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140','c1','alarm','["w-dda3f8ee519672a13f8b9fc8"]',NULL,NULL,'sos','red',0,'b3',NULL);
INSERT INTO incident_change VALUES(3,1795482908000,'i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140','c1','notified','[]',NULL,NULL,'sos','red',0,'b3',NULL);
INSERT INTO incident_change VALUES(4,1795482909000,'i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb','c1','opened','[]',NULL,NULL,'smoke','red',0,'b3',NULL);
INSERT INTO incident_change VALUES(5,1795482909000,'i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb','c1','alarm','["w-f04d5bb286e188cf6aa75e22"]',NULL,NULL,'smoke','red',0,'b3',NULL);
INSERT INTO incident_change VALUES(6,1795482909000,'i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb','c1','notified','[]',NULL,NULL,'smoke','red',0,'b3',NULL);
INSERT INTO incident_change VALUES(7,1795482909000,'i-0d7fea8b-d10e-4cb2-a016-f10de469c689','c1','opened','[]',NULL,NULL,'fall','red',0,'b3',NULL);
INSERT INTO incident_change VALUES(8,1795482909000,'i-0d7fea8b-d10e-4cb2-a016-f10de469c689','c1','alarm','["w-665bc09b348d44cca43c23e8"]',NULL,NULL,'fall','red',0,'b3',NULL);
INSERT INTO incident_change VALUES(9,1795482909000,'i-0d7fea8b-d10e-4cb2-a016-f10de469c689','c1','notified','[]',NULL,NULL,'fall','red',0,'b3',NULL);
INSERT INTO incident_change VALUES(10,1795482909000,'i-a259e082-683a-41bf-b8c6-e2fe9eaefdae','c1','opened','[]',NULL,NULL,'unreadable-alarm','red',0,NULL,NULL);
INSERT INTO incident_change VALUES(11,1795482909000,'i-a259e082-683a-41bf-b8c6-e2fe9eaefdae','c1','alarm','["w-4e7100afa4353559e73f3a6f"]',NULL,NULL,'unreadable-alarm','red',0,NULL,NULL);
INSERT INTO incident_change VALUES(12,1795482909000,'i-a259e082-683a-41bf-b8c6-e2fe9eaefdae','c1','notified','[]',NULL,NULL,'unreadable-alarm','red',0,NULL,NULL);
INSERT INTO incident_change VALUES(13,1795482910000,'i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140','c1','acknowledged','["w-dda3f8ee519672a13f8b9fc8"]','p1',NULL,'sos','red',0,'b3',2000);
CREATE TABLE assignment (
  id TEXT PRIMARY KEY, incident TEXT NOT NULL REFERENCES incident,
  person TEXT NOT NULL, person_name TEXT NOT NULL, state TEXT NOT NULL,
  attention INTEGER NOT NULL, assigned_at INTEGER NOT NULL, changed_at INTEGER NOT NULL
, answer_due_at INTEGER, held_state TEXT, held_answer_ms INTEGER) STRICT;
CREATE TABLE escalation (
  incident TEXT PRIMARY KEY REFERENCES incident,
  step INTEGER NOT NULL, due_at INTEGER NOT NULL
, held_until INTEGER) STRICT;
INSERT INTO escalation VALUES('i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb',0,1795482969000,NULL);
INSERT INTO escalation VALUES('i-0d7fea8b-d10e-4cb2-a016-f10de469c689',0,1795482969000,NULL);
INSERT INTO escalation VALUES('i-a259e082-683a-41bf-b8c6-e2fe9eaefdae',0,1795482969000,NULL);
CREATE TABLE set_aside_line (
  sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, line TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE TABLE command (
  id TEXT PRIMARY KEY, community TEXT NOT NULL, gateway TEXT NOT NULL, session TEXT NOT NULL,
  device TEXT NOT NULL, address TEXT NOT NULL, action TEXT NOT NULL,
  actor TEXT NOT NULL, actor_name TEXT NOT NULL, reason TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sent', 'received', 'done', 'failed', 'expired', 'unknown')),
  because TEXT, answered INTEGER NOT NULL,
  issued_at INTEGER NOT NULL, ttl_ms INTEGER NOT NULL, changed_at INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS "notification" (
  id TEXT PRIMARY KEY, incident TEXT NOT NULL REFERENCES incident,
  attention INTEGER NOT NULL, step INTEGER NOT NULL, insistence INTEGER NOT NULL,
  person TEXT NOT NULL, channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'delivered', 'read', 'failed')),
  about TEXT NOT NULL CHECK (about IN ('alarm', 'assignment')),
  assignment TEXT REFERENCES assignment,
  possible_repeat INTEGER NOT NULL, attempts INTEGER NOT NULL, next_try_at INTEGER NOT NULL,
  reason TEXT, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  CHECK ((about = 'assignment') = (assignment IS NOT NULL))
) STRICT;
INSERT INTO notification VALUES('n-02706eae-5e36-4419-93e2-daca97cdc3cf','i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140',1,0,1,'p1','in-app','pending','alarm',NULL,0,0,1795482908000,NULL,1795482908000,1795482908000);
INSERT INTO notification VALUES('n-a17b6205-41e4-4613-be95-765253dd72e6','i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140',1,0,1,'p2','in-app','pending','alarm',NULL,0,0,1795482908000,NULL,1795482908000,1795482908000);
INSERT INTO notification VALUES('n-46848467-8c1e-4088-9db3-0e482154dd5f','i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140',1,0,1,'p3','in-app','pending','alarm',NULL,0,0,1795482908000,NULL,1795482908000,1795482908000);
INSERT INTO notification VALUES('n-6349b368-98a0-4cf8-b091-180adacc2da1','i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb',1,0,1,'p1','in-app','pending','alarm',NULL,0,0,1795482909000,NULL,1795482909000,1795482909000);
INSERT INTO notification VALUES('n-7f6ed263-74ba-4b7b-a7f5-b05877cde923','i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb',1,0,1,'p2','in-app','pending','alarm',NULL,0,0,1795482909000,NULL,1795482909000,1795482909000);
INSERT INTO notification VALUES('n-6fedb4d9-c8a0-4bf3-b4f8-bee27f461a1a','i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb',1,0,1,'p3','in-app','pending','alarm',NULL,0,0,1795482909000,NULL,1795482909000,1795482909000);
INSERT INTO notification VALUES('n-6b324f3b-a0de-4633-88f8-f99ad90ac87d','i-0d7fea8b-d10e-4cb2-a016-f10de469c689',1,0,1,'p1','in-app','pending','alarm',NULL,0,0,1795482909000,NULL,1795482909000,1795482909000);
INSERT INTO notification VALUES('n-8edc79cd-73cb-4f7d-bb67-71e4eb355eb2','i-0d7fea8b-d10e-4cb2-a016-f10de469c689',1,0,1,'p2','in-app','pending','alarm',NULL,0,0,1795482909000,NULL,1795482909000,1795482909000);
INSERT INTO notification VALUES('n-b327aa5a-5a6c-4edc-8cf2-46829f0d92a4','i-0d7fea8b-d10e-4cb2-a016-f10de469c689',1,0,1,'p3','in-app','pending','alarm',NULL,0,0,1795482909000,NULL,1795482909000,1795482909000);
INSERT INTO notification VALUES('n-1ff00765-d1b2-45e9-9a18-44a24467041e','i-a259e082-683a-41bf-b8c6-e2fe9eaefdae',1,0,1,'p1','in-app','pending','alarm',NULL,0,0,1795482909000,NULL,1795482909000,1795482909000);
INSERT INTO notification VALUES('n-f7aa8b20-abc0-481f-a72c-89948e968250','i-a259e082-683a-41bf-b8c6-e2fe9eaefdae',1,0,1,'p2','in-app','pending','alarm',NULL,0,0,1795482909000,NULL,1795482909000,1795482909000);
INSERT INTO notification VALUES('n-11558148-de8a-4fbe-8cd9-fa2f8bdb4c51','i-a259e082-683a-41bf-b8c6-e2fe9eaefdae',1,0,1,'p3','in-app','pending','alarm',NULL,0,0,1795482909000,NULL,1795482909000,1795482909000);
CREATE TABLE wall_watch (
  community TEXT PRIMARY KEY, enrolled INTEGER NOT NULL,
  watched_at INTEGER NOT NULL, reported_at INTEGER NOT NULL,
  because TEXT CHECK (because IN ('away', 'sound-blocked', 'sound-unconfirmed')),
  incident TEXT REFERENCES incident
) STRICT;
CREATE TABLE incident_source (
  subject TEXT NOT NULL, kind TEXT NOT NULL, incident TEXT NOT NULL REFERENCES incident,
  first_captured_at INTEGER, PRIMARY KEY (subject, kind, incident)
) STRICT, WITHOUT ROWID;
INSERT INTO incident_source VALUES('gw1//c1/gw1/nobody:1/unreadable-alarm','unreadable-alarm','i-a259e082-683a-41bf-b8c6-e2fe9eaefdae',1795482908000);
INSERT INTO incident_source VALUES('panel','smoke','i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb',1795482908000);
INSERT INTO incident_source VALUES('watch-0','sos','i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140',1795482907000);
INSERT INTO incident_source VALUES('watch-3','fall','i-0d7fea8b-d10e-4cb2-a016-f10de469c689',1795482908000);
CREATE TABLE incident_link (
  incident TEXT NOT NULL REFERENCES incident, other TEXT NOT NULL REFERENCES incident,
  PRIMARY KEY (incident, other)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "request" (
  community TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, fingerprint TEXT NOT NULL, answer TEXT NOT NULL,
  PRIMARY KEY (community, id)
) STRICT;
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('incident_change',13);
CREATE INDEX incident_worst_first ON incident (community, rank, attention_at) WHERE state <> 'resolved';
CREATE INDEX incident_resolved ON incident (community, resolved_at) WHERE state = 'resolved';
CREATE INDEX incident_attach ON incident (community, attach_key, opened_at) WHERE state <> 'resolved';
CREATE INDEX incident_warning_warning ON incident_warning (warning);
CREATE UNIQUE INDEX timeline_record ON timeline (record) WHERE record IS NOT NULL;
CREATE INDEX assignment_incident ON assignment (incident);
CREATE INDEX escalation_due ON escalation (due_at);
CREATE INDEX command_newest ON command (community, issued_at);
CREATE INDEX command_waiting ON command (issued_at) WHERE state IN ('sent', 'received');
CREATE INDEX assignment_unanswered ON assignment (answer_due_at) WHERE answer_due_at IS NOT NULL;
CREATE UNIQUE INDEX notification_of_step ON notification (incident, attention, step, person, channel)
  WHERE about = 'alarm';
CREATE UNIQUE INDEX notification_of_assignment ON notification (assignment, channel)
  WHERE about = 'assignment';
CREATE INDEX notification_untaken ON notification (person) WHERE state IN ('pending', 'sent');
CREATE INDEX notification_reached ON notification (incident, attention);
CREATE INDEX notification_person ON notification (person, incident);
CREATE INDEX assignment_person ON assignment (person, incident);
CREATE INDEX incident_reopen ON incident (reopen_at) WHERE reopen_at IS NOT NULL;
CREATE INDEX timeline_closing ON timeline (incident, sequence) WHERE type IN ('resolved', 'reopened');
CREATE INDEX notification_pending ON notification (channel, next_try_at) WHERE state = 'pending';
CREATE INDEX request_at ON request (at);
CREATE INDEX incident_dwelling ON incident (community, dwelling, opened_at) WHERE dwelling IS NOT NULL;
COMMIT;
