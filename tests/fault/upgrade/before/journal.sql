PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE migration (part TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
INSERT INTO migration VALUES('journal',4);
CREATE TABLE journal (
  position INTEGER PRIMARY KEY,
  received_at INTEGER NOT NULL,
  class TEXT NOT NULL,
  kind TEXT NOT NULL,
  device TEXT,
  entry TEXT NOT NULL
) STRICT;
INSERT INTO journal VALUES(1,1795482901000,'tick','tick',NULL,'{"class":"tick","listening":true}');
INSERT INTO journal VALUES(2,1795482902000,'record','reading','watch-0','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":1,"device":"watch-0","address":"watch-3g:6907919734","capturedAt":1795482901000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":60,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(3,1795482902000,'record','reading','watch-1','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":2,"device":"watch-1","address":"watch-3g:6907919735","capturedAt":1795482901000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":61,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(4,1795482902000,'record','reading','watch-2','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":3,"device":"watch-2","address":"watch-3g:6907919736","capturedAt":1795482901000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":62,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(5,1795482902000,'record','reading','watch-3','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":4,"device":"watch-3","address":"watch-3g:6907919737","capturedAt":1795482901000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":63,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(6,1795482902000,'record','reading','watch-4','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":5,"device":"watch-4","address":"watch-3g:6907919738","capturedAt":1795482901000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":64,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(7,1795482902000,'record','access-granted','gate','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":6,"device":"gate","address":"hikvision-isapi:c0517eaabbcc/1","capturedAt":1795482901000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"event","kind":"access-granted","code":"5/75","credential":{"means":"card","reference":"A-17"}},"heldMs":40}');
INSERT INTO journal VALUES(8,1795482902000,'tick','tick',NULL,'{"class":"tick","listening":true}');
INSERT INTO journal VALUES(9,1795482903000,'record','reading','watch-0','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":7,"device":"watch-0","address":"watch-3g:6907919734","capturedAt":1795482902000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":65,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(10,1795482903000,'record','reading','watch-1','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":8,"device":"watch-1","address":"watch-3g:6907919735","capturedAt":1795482902000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":66,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(11,1795482903000,'record','reading','watch-2','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":9,"device":"watch-2","address":"watch-3g:6907919736","capturedAt":1795482902000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":67,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(12,1795482903000,'record','reading','watch-3','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":10,"device":"watch-3","address":"watch-3g:6907919737","capturedAt":1795482902000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":68,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(13,1795482903000,'record','reading','watch-4','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":11,"device":"watch-4","address":"watch-3g:6907919738","capturedAt":1795482902000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":69,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(14,1795482903000,'record','access-granted','gate','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":12,"device":"gate","address":"hikvision-isapi:c0517eaabbcc/1","capturedAt":1795482902000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"event","kind":"access-granted","code":"5/75","credential":{"means":"card","reference":"A-17"}},"heldMs":40}');
INSERT INTO journal VALUES(15,1795482903000,'tick','tick',NULL,'{"class":"tick","listening":true}');
INSERT INTO journal VALUES(16,1795482904000,'record','reading','watch-0','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":13,"device":"watch-0","address":"watch-3g:6907919734","capturedAt":1795482903000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":70,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(17,1795482904000,'record','reading','watch-1','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":14,"device":"watch-1","address":"watch-3g:6907919735","capturedAt":1795482903000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":71,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(18,1795482904000,'record','reading','watch-2','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":15,"device":"watch-2","address":"watch-3g:6907919736","capturedAt":1795482903000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":72,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(19,1795482904000,'record','reading','watch-3','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":16,"device":"watch-3","address":"watch-3g:6907919737","capturedAt":1795482903000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":73,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(20,1795482904000,'record','reading','watch-4','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":17,"device":"watch-4","address":"watch-3g:6907919738","capturedAt":1795482903000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":74,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(21,1795482904000,'record','access-granted','gate','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":18,"device":"gate","address":"hikvision-isapi:c0517eaabbcc/1","capturedAt":1795482903000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"event","kind":"access-granted","code":"5/75","credential":{"means":"card","reference":"A-17"}},"heldMs":40}');
INSERT INTO journal VALUES(22,1795482904000,'tick','tick',NULL,'{"class":"tick","listening":true}');
INSERT INTO journal VALUES(23,1795482905000,'record','reading','watch-0','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":19,"device":"watch-0","address":"watch-3g:6907919734","capturedAt":1795482904000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":75,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(24,1795482905000,'record','reading','watch-1','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":20,"device":"watch-1","address":"watch-3g:6907919735","capturedAt":1795482904000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":76,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(25,1795482905000,'record','reading','watch-2','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":21,"device":"watch-2","address":"watch-3g:6907919736","capturedAt":1795482904000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":77,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(26,1795482905000,'record','reading','watch-3','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":22,"device":"watch-3","address":"watch-3g:6907919737","capturedAt":1795482904000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":78,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(27,1795482905000,'record','reading','watch-4','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":23,"device":"watch-4","address":"watch-3g:6907919738","capturedAt":1795482904000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":79,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(28,1795482905000,'record','access-granted','gate','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":24,"device":"gate","address":"hikvision-isapi:c0517eaabbcc/1","capturedAt":1795482904000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"event","kind":"access-granted","code":"5/75","credential":{"means":"card","reference":"A-17"}},"heldMs":40}');
INSERT INTO journal VALUES(29,1795482905000,'tick','tick',NULL,'{"class":"tick","listening":true}');
INSERT INTO journal VALUES(30,1795482906000,'record','reading','watch-0','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":25,"device":"watch-0","address":"watch-3g:6907919734","capturedAt":1795482905000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":80,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(31,1795482906000,'record','reading','watch-1','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":26,"device":"watch-1","address":"watch-3g:6907919735","capturedAt":1795482905000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":81,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(32,1795482906000,'record','reading','watch-2','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":27,"device":"watch-2","address":"watch-3g:6907919736","capturedAt":1795482905000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":82,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(33,1795482906000,'record','reading','watch-3','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":28,"device":"watch-3","address":"watch-3g:6907919737","capturedAt":1795482905000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":83,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(34,1795482906000,'record','reading','watch-4','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":29,"device":"watch-4","address":"watch-3g:6907919738","capturedAt":1795482905000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":84,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(35,1795482906000,'record','access-granted','gate','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":30,"device":"gate","address":"hikvision-isapi:c0517eaabbcc/1","capturedAt":1795482905000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"event","kind":"access-granted","code":"5/75","credential":{"means":"card","reference":"A-17"}},"heldMs":40}');
INSERT INTO journal VALUES(36,1795482906000,'tick','tick',NULL,'{"class":"tick","listening":true}');
INSERT INTO journal VALUES(37,1795482907000,'record','reading','watch-0','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":31,"device":"watch-0","address":"watch-3g:6907919734","capturedAt":1795482906000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":85,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(38,1795482907000,'record','reading','watch-1','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":32,"device":"watch-1","address":"watch-3g:6907919735","capturedAt":1795482906000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":86,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(39,1795482907000,'record','reading','watch-2','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":33,"device":"watch-2","address":"watch-3g:6907919736","capturedAt":1795482906000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":87,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(40,1795482907000,'record','reading','watch-3','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":34,"device":"watch-3","address":"watch-3g:6907919737","capturedAt":1795482906000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":88,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(41,1795482907000,'record','reading','watch-4','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":35,"device":"watch-4","address":"watch-3g:6907919738","capturedAt":1795482906000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":89,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(42,1795482907000,'record','access-granted','gate','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":36,"device":"gate","address":"hikvision-isapi:c0517eaabbcc/1","capturedAt":1795482906000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"event","kind":"access-granted","code":"5/75","credential":{"means":"card","reference":"A-17"}},"heldMs":40}');
INSERT INTO journal VALUES(43,1795482907000,'tick','tick',NULL,'{"class":"tick","listening":true}');
INSERT INTO journal VALUES(44,1795482908000,'record','sos','watch-0','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"alarm","sequence":1,"device":"watch-0","address":"watch-3g:6907919734","capturedAt":1795482907000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"event","kind":"sos","code":"00010000"},"heldMs":2}');
INSERT INTO journal VALUES(45,1795482908000,'tick','tick',NULL,'{"class":"tick","listening":true}');
INSERT INTO journal VALUES(46,1795482909000,'record','smoke','panel','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"alarm","sequence":2,"device":"panel","address":"gb26875:060504030201","capturedAt":1795482908000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"event","kind":"smoke","text":"3栋2单元烟感"},"heldMs":2}');
INSERT INTO journal VALUES(47,1795482909000,'record','fall','watch-3','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"alarm","sequence":4,"device":"watch-3","address":"watch-3g:6907919737","capturedAt":1795482908000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"event","kind":"fall","future":1},"heldMs":2,"extra":{"later":"field"}}');
INSERT INTO journal VALUES(48,1795482909000,'record','unreadable-alarm','unknown','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"alarm","sequence":3,"device":"unknown","address":"nobody:1","capturedAt":1795482908000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"event","kind":"unreadable-alarm","unreadable":{"reason":"unknown-device at /device: must be registered in c1: nobody:1; says gas nobody:1","raw":"7b22736368656d6156657273696f6e223a312c227265636f7264223a7b2265706f6368223a2239663836643038313838346337643635222c226c616e65223a22616c61726d222c2273657175656e6365223a332c22646576696365223a226e6f626f64793a31222c2263617074757265644174223a22323032362d31312d32345430313a31353a30382e3030305a222c2268656c644d73223a322c22636c6f636b223a7b227374617465223a2273796e6368726f6e697a6564227d2c22626f6479223a7b2274797065223a226576656e74222c226b696e64223a22676173227d7d7d"}},"heldMs":2}');
INSERT INTO journal VALUES(49,1795482909000,'incident','opened',NULL,'{"class":"incident","community":"c1","incident":"i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140","change":1,"transition":"opened","warnings":[],"kind":"sos","level":"red","drill":false,"building":"b3"}');
INSERT INTO journal VALUES(50,1795482909000,'incident','alarm',NULL,'{"class":"incident","community":"c1","incident":"i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140","change":2,"transition":"alarm","warnings":["w-dda3f8ee519672a13f8b9fc8"],"kind":"sos","level":"red","drill":false,"building":"b3"}');
INSERT INTO journal VALUES(51,1795482909000,'incident','notified',NULL,'{"class":"incident","community":"c1","incident":"i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140","change":3,"transition":"notified","warnings":[],"kind":"sos","level":"red","drill":false,"building":"b3"}');
INSERT INTO journal VALUES(52,1795482909000,'tick','tick',NULL,'{"class":"tick","listening":true}');
INSERT INTO journal VALUES(53,1795482910000,'record','command-result','lock','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"alarm","sequence":5,"device":"lock","address":"zigbee2mqtt:00124b0000000007","capturedAt":1795482909000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"command-result","command":"c-11111111-1111-4111-8111-111111111111","result":"done"},"heldMs":2}');
INSERT INTO journal VALUES(54,1795482910000,'record','command-result','lock','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"alarm","sequence":6,"device":"lock","address":"zigbee2mqtt:00124b0000000007","capturedAt":1795482909000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"command-result","command":"c-22222222-2222-4222-8222-222222222222","result":"failed","reason":"jammed"},"heldMs":2}');
INSERT INTO journal VALUES(55,1795482910000,'record','gap','watch-1','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":41,"device":"watch-1","address":"watch-3g:6907919735","capturedAt":1795482909000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"gap","from":37,"reason":"quota"},"heldMs":40}');
INSERT INTO journal VALUES(56,1795482910000,'record','reading','watch-2','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":42,"device":"watch-2","address":"watch-3g:6907919736","capturedAt":1795482610000,"clock":{"state":"unknown"},"late":true,"body":{"type":"reading","quantity":"heart-rate","value":72,"unit":"/min"},"heldMs":300000,"saidCapturedAt":1795482909000}');
INSERT INTO journal VALUES(57,1795482910000,'incident','opened',NULL,'{"class":"incident","community":"c1","incident":"i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb","change":4,"transition":"opened","warnings":[],"kind":"smoke","level":"red","drill":false,"building":"b3"}');
INSERT INTO journal VALUES(58,1795482910000,'incident','alarm',NULL,'{"class":"incident","community":"c1","incident":"i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb","change":5,"transition":"alarm","warnings":["w-f04d5bb286e188cf6aa75e22"],"kind":"smoke","level":"red","drill":false,"building":"b3"}');
INSERT INTO journal VALUES(59,1795482910000,'incident','notified',NULL,'{"class":"incident","community":"c1","incident":"i-04360c8b-0ff6-4596-8f4e-6cdfb8a0c7bb","change":6,"transition":"notified","warnings":[],"kind":"smoke","level":"red","drill":false,"building":"b3"}');
INSERT INTO journal VALUES(60,1795482910000,'incident','opened',NULL,'{"class":"incident","community":"c1","incident":"i-0d7fea8b-d10e-4cb2-a016-f10de469c689","change":7,"transition":"opened","warnings":[],"kind":"fall","level":"red","drill":false,"building":"b3"}');
INSERT INTO journal VALUES(61,1795482910000,'incident','alarm',NULL,'{"class":"incident","community":"c1","incident":"i-0d7fea8b-d10e-4cb2-a016-f10de469c689","change":8,"transition":"alarm","warnings":["w-665bc09b348d44cca43c23e8"],"kind":"fall","level":"red","drill":false,"building":"b3"}');
INSERT INTO journal VALUES(62,1795482910000,'incident','notified',NULL,'{"class":"incident","community":"c1","incident":"i-0d7fea8b-d10e-4cb2-a016-f10de469c689","change":9,"transition":"notified","warnings":[],"kind":"fall","level":"red","drill":false,"building":"b3"}');
INSERT INTO journal VALUES(63,1795482910000,'incident','opened',NULL,'{"class":"incident","community":"c1","incident":"i-a259e082-683a-41bf-b8c6-e2fe9eaefdae","change":10,"transition":"opened","warnings":[],"kind":"unreadable-alarm","level":"red","drill":false}');
INSERT INTO journal VALUES(64,1795482910000,'incident','alarm',NULL,'{"class":"incident","community":"c1","incident":"i-a259e082-683a-41bf-b8c6-e2fe9eaefdae","change":11,"transition":"alarm","warnings":["w-4e7100afa4353559e73f3a6f"],"kind":"unreadable-alarm","level":"red","drill":false}');
INSERT INTO journal VALUES(65,1795482910000,'incident','notified',NULL,'{"class":"incident","community":"c1","incident":"i-a259e082-683a-41bf-b8c6-e2fe9eaefdae","change":12,"transition":"notified","warnings":[],"kind":"unreadable-alarm","level":"red","drill":false}');
INSERT INTO journal VALUES(66,1795482910000,'tick','tick',NULL,'{"class":"tick","listening":true}');
INSERT INTO journal VALUES(67,1795482911000,'incident','acknowledged',NULL,'{"class":"incident","community":"c1","incident":"i-ec86d3c5-8a0b-4ec5-9a3e-0a86dd7c0140","change":13,"transition":"acknowledged","warnings":["w-dda3f8ee519672a13f8b9fc8"],"actor":"p1","kind":"sos","level":"red","drill":false,"building":"b3","responseMs":2000}');
INSERT INTO journal VALUES(68,1795482911000,'tick','tick',NULL,'{"class":"tick","listening":true}');
INSERT INTO journal VALUES(69,1795482911000,'record','reading','watch-7','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":44,"device":"watch-7","address":"watch-3g:6907919741","capturedAt":1795482911000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":72,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(70,1795482911000,'record','reading','watch-8','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"telemetry","sequence":45,"device":"watch-8","address":"watch-3g:6907919742","capturedAt":1795482911000,"clock":{"state":"synchronized"},"late":false,"body":{"type":"reading","quantity":"heart-rate","value":72,"unit":"/min"},"heldMs":40}');
INSERT INTO journal VALUES(71,1795482911000,'record','sos','watch-9','{"class":"record","community":"c1","gateway":"gw1","epoch":"9f86d081884c7d65","lane":"alarm","sequence":7,"device":"watch-9","address":"watch-3g:6907919743","capturedAt":1795482911000,"clock":{"state":"synchronized"},"late":true,"body":{"type":"event","kind":"sos","code":"00010000"},"heldMs":400000}');
CREATE TABLE stream (
  community TEXT NOT NULL,
  gateway TEXT NOT NULL,
  epoch TEXT NOT NULL,
  lane TEXT NOT NULL,
  acknowledged INTEGER NOT NULL,
  ranges TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  touched_at INTEGER NOT NULL,
  PRIMARY KEY (community, gateway, epoch, lane)
) STRICT, WITHOUT ROWID;
INSERT INTO stream VALUES('c1','gw1','9f86d081884c7d65','alarm',7,'[]',1795482908000,1795482911000);
INSERT INTO stream VALUES('c1','gw1','9f86d081884c7d65','telemetry',45,'[]',1795482902000,1795482911000);
CREATE TABLE dead_letter (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  community TEXT NOT NULL,
  gateway TEXT NOT NULL,
  lane TEXT NOT NULL,
  reason TEXT NOT NULL,
  path TEXT NOT NULL,
  expected TEXT NOT NULL,
  epoch TEXT,
  sequence INTEGER,
  payload BLOB NOT NULL,
  payload_bytes INTEGER NOT NULL,
  count INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  raised_at INTEGER, address TEXT, kind TEXT, settled_at INTEGER, settled_as TEXT, settled_by TEXT, settled_because TEXT, room TEXT NOT NULL DEFAULT 'alarm',
  UNIQUE (community, gateway, lane, hash)
) STRICT;
INSERT INTO dead_letter VALUES(1,'a1129a8a3c8599802d6120b8128b4b198db268e2aab672763f71ba069956a6b7','c1','gw1','alarm','unknown-device','/device','must be registered in c1: nobody:1','9f86d081884c7d65',3,X'7b22736368656d6156657273696f6e223a312c227265636f7264223a7b2265706f6368223a2239663836643038313838346337643635222c226c616e65223a22616c61726d222c2273657175656e6365223a332c22646576696365223a226e6f626f64793a31222c2263617074757265644174223a22323032362d31312d32345430313a31353a30382e3030305a222c2268656c644d73223a322c22636c6f636b223a7b227374617465223a2273796e6368726f6e697a6564227d2c22626f6479223a7b2274797065223a226576656e74222c226b696e64223a22676173227d7d7d',226,1,1795482909000,1795482909000,1795482909000,'nobody:1','gas',NULL,NULL,NULL,NULL,'alarm');
INSERT INTO dead_letter VALUES(2,'a94f93306fdb1da13e55d32ca9988c3523d92f2238af37d31181261fd1363587','c1','gw1','telemetry','unknown-device','/device','must be registered in c1: nobody:2','9f86d081884c7d65',43,X'7b2265706f6368223a2239663836643038313838346337643635222c226c616e65223a2274656c656d65747279222c2273657175656e6365223a34332c22646576696365223a226e6f626f64793a32222c2263617074757265644174223a22323032362d31312d32345430313a31353a30392e3030305a222c2268656c644d73223a34302c22636c6f636b223a7b227374617465223a2273796e6368726f6e697a6564227d2c22626f6479223a7b2274797065223a2272656164696e67222c227175616e74697479223a2268656172742d72617465222c2276616c7565223a37322c22756e6974223a222f6d696e227d7d',241,1,1795482910000,1795482910000,NULL,'nobody:2',NULL,NULL,NULL,NULL,NULL,'telemetry');
CREATE TABLE cursor (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
CREATE TABLE dead_letter_share (
  room TEXT NOT NULL,
  community TEXT NOT NULL,
  gateway TEXT NOT NULL,
  letters INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (room, community, gateway)
) STRICT, WITHOUT ROWID;
INSERT INTO dead_letter_share VALUES('alarm','c1','gw1',1,226);
INSERT INTO dead_letter_share VALUES('telemetry','c1','gw1',1,241);
CREATE INDEX journal_gate ON journal (position) WHERE kind IN ('access-granted', 'access-denied', 'access-failures', 'door-forced', 'door-held-open', 'door-opened', 'door-closed', 'exit-button', 'always-open', 'always-closed', 'tailgating', 'doorbell', 'tamper', 'duress', 'fire-release');
CREATE INDEX journal_command_result ON journal (position) WHERE kind = 'command-result';
CREATE INDEX dead_letter_open ON dead_letter (community, id) WHERE settled_at IS NULL;
CREATE INDEX dead_letter_oldest ON dead_letter (room, community, gateway, last_seen, id);
CREATE INDEX dead_letter_settled ON dead_letter (room, last_seen, id) WHERE settled_at IS NOT NULL;
CREATE TRIGGER dead_letter_added AFTER INSERT ON dead_letter BEGIN
  INSERT INTO dead_letter_share VALUES (NEW.room, NEW.community, NEW.gateway, 1, length(NEW.payload))
    ON CONFLICT DO UPDATE SET letters = letters + 1, bytes = bytes + excluded.bytes;
END;
CREATE TRIGGER dead_letter_changed AFTER UPDATE OF payload ON dead_letter BEGIN
  UPDATE dead_letter_share SET bytes = bytes + length(NEW.payload) - length(OLD.payload)
    WHERE room = NEW.room AND community = NEW.community AND gateway = NEW.gateway;
END;
CREATE TRIGGER dead_letter_gone AFTER DELETE ON dead_letter BEGIN
  UPDATE dead_letter_share SET letters = letters - 1, bytes = bytes - length(OLD.payload)
    WHERE room = OLD.room AND community = OLD.community AND gateway = OLD.gateway;
  DELETE FROM dead_letter_share
    WHERE room = OLD.room AND community = OLD.community AND gateway = OLD.gateway AND letters = 0;
END;
COMMIT;
