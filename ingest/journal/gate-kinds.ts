import { gateKinds } from '#contracts/facts/event-kinds.ts';

/** Events at gates as SQL; the journal's index is used only by a query with this very text. */
export const gateKindsSql = `kind IN (${gateKinds.map((kind) => `'${kind}'`).join(', ')})`;
