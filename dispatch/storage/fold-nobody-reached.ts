/**
 * The step of the migrations with which "nobody answers" becomes a state of the incident itself.
 *
 * An open incident `nobody-reached` is closed and says where it went, its timeline stays, and whoever was sent to it is
 * sent to the one it was about. Every red or orange incident that waits for an answer with no step left to come is
 * unanswered, and notified again at once.
 */
export const foldNobodyReached = `
ALTER TABLE incident ADD COLUMN unanswered_since INTEGER;

CREATE TEMP TABLE folded AS
  SELECT alone.id AS alone, alone.number AS alone_number, alone.opened_at AS since,
    own.id AS own, own.number AS own_number, own.state AS own_state, own.attention AS own_attention,
    CAST(unixepoch('subsec') * 1000 AS INTEGER) AS at
  FROM incident AS alone LEFT JOIN incident AS own
    ON own.community = alone.community AND own.id <> alone.id
      AND own.number = substr(alone.label, 1, instr(alone.label, ' ') - 1)
  WHERE alone.kind = 'nobody-reached' AND alone.state <> 'resolved';
CREATE TEMP TABLE moved AS
  SELECT assignment.id, assignment.person_name, folded.own, folded.own_attention, folded.alone_number, folded.at,
    row_number() OVER (PARTITION BY folded.own ORDER BY assignment.assigned_at) AS place
  FROM assignment JOIN folded ON folded.alone = assignment.incident
  WHERE assignment.state NOT IN ('declined', 'released') AND folded.own_state <> 'resolved'
    AND NOT EXISTS (
      SELECT 1 FROM assignment AS other
      WHERE other.incident = folded.own AND other.person = assignment.person
        AND other.state NOT IN ('declined', 'released'));

UPDATE assignment SET incident = moved.own, attention = moved.own_attention FROM moved WHERE moved.id = assignment.id;
UPDATE notification SET incident = moved.own FROM moved WHERE moved.id = notification.assignment;
INSERT INTO timeline (incident, sequence, at, type, words_zh, words_en)
  SELECT moved.own, incident.timeline_length + moved.place, moved.at, 'assigned',
    '派遣 ' || moved.person_name || '（由警情 ' || moved.alone_number || ' 转来）',
    moved.person_name || ' assigned (from incident ' || moved.alone_number || ')'
  FROM moved JOIN incident ON incident.id = moved.own;
UPDATE incident SET timeline_length = timeline_length + (SELECT count(*) FROM moved WHERE moved.own = incident.id),
    version = version + 1
  WHERE id IN (SELECT own FROM moved);

UPDATE assignment SET state = 'released', changed_at = folded.at, answer_due_at = NULL
  FROM folded WHERE folded.alone = assignment.incident AND assignment.state NOT IN ('declined', 'released');
DELETE FROM escalation WHERE incident IN (SELECT alone FROM folded);
INSERT INTO timeline (incident, sequence, at, type, words_zh, words_en)
  SELECT alone, timeline_length + 1, at, 'resolved',
    '已并入警情 ' || coalesce(own_number, '') || '：无人应答改为警情自身的状态',
    'Now part of incident ' || coalesce(own_number, '') || ': that nobody answers is a state of the incident itself'
  FROM folded JOIN incident ON incident.id = alone;
INSERT INTO incident_change (at, incident, community, transition, warnings, kind, level, drill, building)
  SELECT at, alone, community, 'resolved', '[]', kind, level, drill, building
  FROM folded JOIN incident ON incident.id = alone;
UPDATE incident SET state = 'resolved', rank = rank % 4 + 8, resolved_at = folded.at, reopen_at = NULL,
    timeline_length = timeline_length + 1, version = version + 1
  FROM folded WHERE folded.alone = incident.id;

UPDATE incident SET
    unanswered_since = coalesce((SELECT max(since) FROM folded WHERE own = incident.id), attention_at),
    rank = rank - 4, version = version + 1
  WHERE state = 'new' AND level IN ('red', 'orange')
    AND id NOT IN (SELECT incident FROM escalation);
INSERT INTO escalation (incident, step, due_at)
  SELECT id,
    coalesce((SELECT max(step) FROM notification WHERE notification.incident = incident.id AND about = 'alarm'
      AND notification.attention = incident.attention), 0),
    CAST(unixepoch('subsec') * 1000 AS INTEGER)
  FROM incident WHERE unanswered_since IS NOT NULL;

DROP TABLE moved;
DROP TABLE folded;
ALTER TABLE incident DROP COLUMN unreached_incident;
`;
