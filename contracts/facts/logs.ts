/** Names of the logs between the parts; in SQLite they are their tables, in `journal.db`, `warning.db` and `incidents.db`. */
export const logNames = { journal: 'journal', warnings: 'warning_log', incidents: 'incident_log' } as const;

/** Names under which followers keep their cursors. */
export const cursorNames = {
  /** The store writer's in the journal, kept in `store.db`. */
  journal: 'journal',
  /** Dispatch's in the warning log, kept in `incidents.db`. */
  warnings: 'warning-log',
  /** Ingest's in the incident log, kept in `journal.db`. */
  incidents: 'incident-log',
  /** Dispatch's in the results of commands, kept in `incidents.db`. */
  commandResults: 'command-results',
} as const;
