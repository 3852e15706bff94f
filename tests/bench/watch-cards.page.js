/**
 * Runs in the console's page: keeps in `paintRecords` when each incident's card was painted with how many alarms.
 *
 * A card that changed counts as painted in the first task after the next frame's callbacks: the frame has been
 * handed to the compositor by then.
 */
globalThis.paintRecords = [];
const told = new Map();

function noteChangedCards() {
  const fresh = [];
  for (const card of document.querySelectorAll('[data-incident]')) {
    const { incident, alarms } = card.dataset;
    if (told.get(incident) === alarms) continue;
    told.set(incident, alarms);
    fresh.push({ incident, alarms: Number(alarms) });
  }
  if (fresh.length === 0) return;
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const at = performance.now();
      for (const record of fresh) globalThis.paintRecords.push({ ...record, at });
    };
    port2.postMessage(undefined);
  });
}

new MutationObserver(noteChangedCards).observe(document.body, {
  subtree: true,
  childList: true,
  attributes: true,
  attributeFilter: ['data-alarms'],
});
