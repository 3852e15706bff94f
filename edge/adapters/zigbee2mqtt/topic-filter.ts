/** True where a subscription's filter covers a topic. [MQTT-4.7] */
export function isFilterOf(topic: string, filter: string): boolean {
  const levels = topic.split('/');
  const parts = filter.split('/');
  for (const [index, part] of parts.entries()) {
    if (part === '#') return true;
    if (index >= levels.length || (part !== '+' && part !== levels[index])) return false;
  }
  return parts.length === levels.length;
}
