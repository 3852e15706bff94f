/**
 * A rule about the platform's own health. Its query gives a series for each thing watched; the newest value of each is
 * compared. Grafana is never the console for alarms of residents: those sound by warning and dispatch alone.
 */
export interface HealthRule {
  /** Part of the rule's address in Grafana; it never changes. */
  uid: string;
  title: string;
  /** What it means and what to do, in English. */
  summary: string;
  /** InfluxQL over a time of its own: no macro, so that it can be carried out anywhere. */
  query: string;
  fires: 'above' | 'below';
  bound: number;
  /** How long it must hold, as Grafana writes it. */
  for: string;
  /** What it means that the query finds nothing. */
  noData: 'OK' | 'Alerting';
}
