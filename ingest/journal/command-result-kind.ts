/** Results of commands as SQL; the journal's index is used only by a query with this very text. */
export const commandResultSql = "kind = 'command-result'";
