PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE migration (part TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
INSERT INTO migration VALUES('warning',4);
CREATE TABLE engine (
  id INTEGER PRIMARY KEY CHECK (id = 1), cursor INTEGER NOT NULL, sequence INTEGER NOT NULL,
  revision INTEGER NOT NULL, clock TEXT NOT NULL
) STRICT;
INSERT INTO engine VALUES(1,68,5,85,'{"ms":10000,"tickAt":1795482911000,"listening":true}');
CREATE TABLE warning_log (
  sequence INTEGER PRIMARY KEY, warning TEXT NOT NULL, transition TEXT NOT NULL, subject TEXT NOT NULL,
  kind TEXT NOT NULL, key TEXT NOT NULL, captured_at INTEGER, record TEXT, line TEXT NOT NULL
, own_origin TEXT) STRICT;
INSERT INTO warning_log VALUES(1,'w-dda3f8ee519672a13f8b9fc8','raised','watch-0','sos','watch-0/sos',1795482907000,'c1/gw1/9f86d081884c7d65/alarm/1','{"sequence":1,"at":1795482908000,"position":44,"warning":"w-dda3f8ee519672a13f8b9fc8","transition":"raised","rule":"device-event","key":"watch-0/sos","kind":"sos","level":"red","lifeSafety":true,"late":false,"drill":false,"community":"c1","device":"watch-0","gateway":"gw1","record":{"community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"alarm","sequence":1},"capturedAt":1795482907000,"evidence":{"zh":"3栋2单元101 手表 SOS 求救","en":"SOS: the watch of 3栋2单元101","values":{"address":"watch-3g:6907919734","capturedAt":1795482907000,"code":"00010000"}}}',NULL);
INSERT INTO warning_log VALUES(2,'w-f04d5bb286e188cf6aa75e22','raised','panel','smoke','panel/smoke',1795482908000,'c1/gw1/9f86d081884c7d65/alarm/2','{"sequence":2,"at":1795482909000,"position":46,"warning":"w-f04d5bb286e188cf6aa75e22","transition":"raised","rule":"device-event","key":"panel/smoke","kind":"smoke","level":"red","lifeSafety":true,"late":false,"drill":false,"community":"c1","device":"panel","gateway":"gw1","record":{"community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"alarm","sequence":2},"capturedAt":1795482908000,"evidence":{"zh":"3栋 消防主机 烟雾报警（3栋2单元烟感）","en":"Smoke: 3栋 消防主机 (3栋2单元烟感)","values":{"address":"gb26875:060504030201","capturedAt":1795482908000,"text":"3栋2单元烟感"}}}',NULL);
INSERT INTO warning_log VALUES(3,'w-665bc09b348d44cca43c23e8','raised','watch-3','fall','watch-3/fall',1795482908000,'c1/gw1/9f86d081884c7d65/alarm/4','{"sequence":3,"at":1795482909000,"position":47,"warning":"w-665bc09b348d44cca43c23e8","transition":"raised","rule":"device-event","key":"watch-3/fall","kind":"fall","level":"red","lifeSafety":true,"late":false,"drill":false,"community":"c1","device":"watch-3","gateway":"gw1","record":{"community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"alarm","sequence":4},"capturedAt":1795482908000,"evidence":{"zh":"3栋2单元104 手表 跌倒","en":"Fall: the watch of 3栋2单元104","values":{"address":"watch-3g:6907919737","capturedAt":1795482908000}}}',NULL);
INSERT INTO warning_log VALUES(4,'w-4e7100afa4353559e73f3a6f','raised','c1/gw1/nobody:1','unreadable-alarm','c1/gw1/nobody:1/unreadable-alarm',1795482908000,'c1/gw1/9f86d081884c7d65/alarm/3','{"sequence":4,"at":1795482909000,"position":48,"warning":"w-4e7100afa4353559e73f3a6f","transition":"raised","rule":"unreadable-alarm","key":"c1/gw1/nobody:1/unreadable-alarm","kind":"unreadable-alarm","level":"red","lifeSafety":true,"late":false,"drill":false,"community":"c1","gateway":"gw1","record":{"community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"alarm","sequence":3},"capturedAt":1795482908000,"evidence":{"zh":"未登记的设备 nobody:1 无法识别的报警，请核实","en":"Unreadable alarm, verify: the unregistered device nobody:1","values":{"address":"nobody:1","sender":"nobody:1","capturedAt":1795482908000,"reason":"unknown-device at /device: must be registered in c1: nobody:1; says gas nobody:1","raw":"7b22736368656d6156657273696f6e223a312c227265636f7264223a7b2265706f6368223a2239663836643038313838346337643635222c226c616e65223a22616c61726d222c2273657175656e6365223a332c22646576696365223a226e6f626f64793a31222c2263617074757265644174223a22323032362d31312d32345430313a31353a30382e3030305a222c2268656c644d73223a322c22636c6f636b223a7b227374617465223a2273796e6368726f6e697a6564227d2c22626f6479223a7b2274797065223a226576656e74222c226b696e64223a22676173227d7d7d"}}}',NULL);
INSERT INTO warning_log VALUES(5,'w-dda3f8ee519672a13f8b9fc8','acknowledged','watch-0','sos','watch-0/sos',NULL,NULL,'{"sequence":5,"at":1795482911000,"position":67,"warning":"w-dda3f8ee519672a13f8b9fc8","transition":"acknowledged","rule":"device-event","key":"watch-0/sos","kind":"sos","level":"red","lifeSafety":true,"late":false,"drill":false,"community":"c1","device":"watch-0","gateway":"gw1","evidence":{"zh":"已有人确认","en":"Acknowledged","values":{"incident":"i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140","change":13}}}',NULL);
CREATE TABLE warning (
  id TEXT PRIMARY KEY, active INTEGER NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO warning VALUES('w-4e7100afa4353559e73f3a6f',1,'{"id":"w-4e7100afa4353559e73f3a6f","rule":"unreadable-alarm","key":"c1/gw1/nobody:1/unreadable-alarm","kind":"unreadable-alarm","level":"red","lifeSafety":true,"community":"c1","gateway":"gw1","subject":"c1/gw1/nobody:1","late":false,"openedBy":4,"raisedAt":1795482909000,"state":"active","validity":"unknown","firstAlarmAt":1795482908000,"lastAlarmAt":1795482908000}');
INSERT INTO warning VALUES('w-665bc09b348d44cca43c23e8',1,'{"id":"w-665bc09b348d44cca43c23e8","rule":"device-event","key":"watch-3/fall","kind":"fall","level":"red","lifeSafety":true,"community":"c1","gateway":"gw1","device":"watch-3","subject":"watch-3","late":false,"building":"b3","openedBy":3,"raisedAt":1795482909000,"state":"active","validity":"unknown","firstAlarmAt":1795482908000,"lastAlarmAt":1795482908000}');
INSERT INTO warning VALUES('w-dda3f8ee519672a13f8b9fc8',1,'{"id":"w-dda3f8ee519672a13f8b9fc8","rule":"device-event","key":"watch-0/sos","kind":"sos","level":"red","lifeSafety":true,"community":"c1","gateway":"gw1","device":"watch-0","subject":"watch-0","late":false,"building":"b3","openedBy":1,"raisedAt":1795482908000,"state":"active-acknowledged","validity":"unknown","firstAlarmAt":1795482907000,"lastAlarmAt":1795482907000}');
INSERT INTO warning VALUES('w-f04d5bb286e188cf6aa75e22',1,'{"id":"w-f04d5bb286e188cf6aa75e22","rule":"device-event","key":"panel/smoke","kind":"smoke","level":"red","lifeSafety":true,"community":"c1","gateway":"gw1","device":"panel","subject":"panel","late":false,"building":"b3","openedBy":2,"raisedAt":1795482909000,"state":"active","validity":"unknown","firstAlarmAt":1795482908000,"lastAlarmAt":1795482908000}');
CREATE TABLE gateway_state (
  community TEXT NOT NULL, gateway TEXT NOT NULL, state TEXT NOT NULL, heard_at INTEGER,
  body TEXT NOT NULL, PRIMARY KEY (community, gateway)
) STRICT, WITHOUT ROWID;
INSERT INTO gateway_state VALUES('c1','gw1','catching-up',1795482910000,'{"key":"c1/gw1","community":"c1","gateway":"gw1","state":"catching-up","heartbeatMs":30000,"heardClock":8000,"clock":8000,"backSince":0,"heardAt":1795482910000}');
CREATE TABLE IF NOT EXISTS "rule_state" (
  community TEXT NOT NULL, rule TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (community, rule, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "device_state" (
  id INTEGER PRIMARY KEY, device TEXT NOT NULL, community TEXT NOT NULL, gateway TEXT NOT NULL,
  state TEXT NOT NULL, heard_at INTEGER, heard_clock INTEGER, expired INTEGER NOT NULL,
  latest TEXT NOT NULL, revision INTEGER NOT NULL, UNIQUE (community, device)
) STRICT;
INSERT INTO device_state VALUES(1,'watch-0','c1','gw1','live',1795482907998,6000,0,'{"heart-rate":{"capturedAt":1795482906000,"value":85,"unit":"/min"},"sos":{"capturedAt":1795482907000,"value":true}}',82);
INSERT INTO device_state VALUES(2,'watch-1','c1','gw1','live',1795482906960,5000,0,'{"heart-rate":{"capturedAt":1795482906000,"value":86,"unit":"/min"}}',77);
INSERT INTO device_state VALUES(3,'watch-2','c1','gw1','live',1795482906960,8000,0,'{"heart-rate":{"capturedAt":1795482906000,"value":87,"unit":"/min"}}',85);
INSERT INTO device_state VALUES(4,'watch-3','c1','gw1','live',1795482908998,7000,0,'{"heart-rate":{"capturedAt":1795482906000,"value":88,"unit":"/min"},"fall":{"capturedAt":1795482908000,"value":true}}',84);
INSERT INTO device_state VALUES(5,'watch-4','c1','gw1','live',1795482906960,5000,0,'{"heart-rate":{"capturedAt":1795482906000,"value":89,"unit":"/min"}}',80);
INSERT INTO device_state VALUES(6,'watch-5','c1','gw1','unheard',NULL,NULL,0,'{}',6);
INSERT INTO device_state VALUES(7,'watch-6','c1','gw1','unheard',NULL,NULL,0,'{}',7);
INSERT INTO device_state VALUES(8,'watch-7','c1','gw1','unheard',NULL,NULL,0,'{}',8);
INSERT INTO device_state VALUES(9,'watch-8','c1','gw1','unheard',NULL,NULL,0,'{}',9);
INSERT INTO device_state VALUES(10,'watch-9','c1','gw1','unheard',NULL,NULL,0,'{}',10);
INSERT INTO device_state VALUES(11,'watch-10','c1','gw1','unheard',NULL,NULL,0,'{}',11);
INSERT INTO device_state VALUES(12,'watch-11','c1','gw1','unheard',NULL,NULL,0,'{}',12);
INSERT INTO device_state VALUES(13,'watch-12','c1','gw1','unheard',NULL,NULL,0,'{}',13);
INSERT INTO device_state VALUES(14,'watch-13','c1','gw1','unheard',NULL,NULL,0,'{}',14);
INSERT INTO device_state VALUES(15,'watch-14','c1','gw1','unheard',NULL,NULL,0,'{}',15);
INSERT INTO device_state VALUES(16,'watch-15','c1','gw1','unheard',NULL,NULL,0,'{}',16);
INSERT INTO device_state VALUES(17,'watch-16','c1','gw1','unheard',NULL,NULL,0,'{}',17);
INSERT INTO device_state VALUES(18,'watch-17','c1','gw1','unheard',NULL,NULL,0,'{}',18);
INSERT INTO device_state VALUES(19,'watch-18','c1','gw1','unheard',NULL,NULL,0,'{}',19);
INSERT INTO device_state VALUES(20,'watch-19','c1','gw1','unheard',NULL,NULL,0,'{}',20);
INSERT INTO device_state VALUES(21,'watch-20','c1','gw1','unheard',NULL,NULL,0,'{}',21);
INSERT INTO device_state VALUES(22,'watch-21','c1','gw1','unheard',NULL,NULL,0,'{}',22);
INSERT INTO device_state VALUES(23,'watch-22','c1','gw1','unheard',NULL,NULL,0,'{}',23);
INSERT INTO device_state VALUES(24,'watch-23','c1','gw1','unheard',NULL,NULL,0,'{}',24);
INSERT INTO device_state VALUES(25,'watch-24','c1','gw1','unheard',NULL,NULL,0,'{}',25);
INSERT INTO device_state VALUES(26,'watch-25','c1','gw1','unheard',NULL,NULL,0,'{}',26);
INSERT INTO device_state VALUES(27,'watch-26','c1','gw1','unheard',NULL,NULL,0,'{}',27);
INSERT INTO device_state VALUES(28,'watch-27','c1','gw1','unheard',NULL,NULL,0,'{}',28);
INSERT INTO device_state VALUES(29,'watch-28','c1','gw1','unheard',NULL,NULL,0,'{}',29);
INSERT INTO device_state VALUES(30,'watch-29','c1','gw1','unheard',NULL,NULL,0,'{}',30);
INSERT INTO device_state VALUES(31,'watch-30','c1','gw1','unheard',NULL,NULL,0,'{}',31);
INSERT INTO device_state VALUES(32,'watch-31','c1','gw1','unheard',NULL,NULL,0,'{}',32);
INSERT INTO device_state VALUES(33,'watch-32','c1','gw1','unheard',NULL,NULL,0,'{}',33);
INSERT INTO device_state VALUES(34,'watch-33','c1','gw1','unheard',NULL,NULL,0,'{}',34);
INSERT INTO device_state VALUES(35,'watch-34','c1','gw1','unheard',NULL,NULL,0,'{}',35);
INSERT INTO device_state VALUES(36,'watch-35','c1','gw1','unheard',NULL,NULL,0,'{}',36);
INSERT INTO device_state VALUES(37,'watch-36','c1','gw1','unheard',NULL,NULL,0,'{}',37);
INSERT INTO device_state VALUES(38,'watch-37','c1','gw1','unheard',NULL,NULL,0,'{}',38);
INSERT INTO device_state VALUES(39,'watch-38','c1','gw1','unheard',NULL,NULL,0,'{}',39);
INSERT INTO device_state VALUES(40,'watch-39','c1','gw1','unheard',NULL,NULL,0,'{}',40);
INSERT INTO device_state VALUES(41,'watch-other','c1','gw1','unheard',NULL,NULL,0,'{}',41);
INSERT INTO device_state VALUES(42,'panel','c1','gw1','live',1795482908998,7000,0,'{"smoke":{"capturedAt":1795482908000,"value":true}}',83);
INSERT INTO device_state VALUES(43,'gate','c1','gw1','live',1795482906960,5000,0,'{"access-granted":{"capturedAt":1795482906000,"value":true}}',81);
INSERT INTO device_state VALUES(44,'lock','c1','gw1','unheard',NULL,NULL,0,'{}',44);
INSERT INTO device_state VALUES(45,'siren','c1','gw1','unheard',NULL,NULL,0,'{}',45);
CREATE UNIQUE INDEX warning_log_record ON warning_log (record) WHERE transition IN ('raised', 'repeated');
CREATE INDEX warning_active ON warning (active) WHERE active = 1;
CREATE INDEX device_state_revision ON device_state (community, revision);
CREATE INDEX warning_log_own_origin ON warning_log (subject, own_origin) WHERE own_origin IS NOT NULL;
COMMIT;
