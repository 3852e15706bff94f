import type { Locator, Page } from 'playwright-core';

/** Signs in to a gateway's flow editor. */
export async function openFlowEditor(page: Page, url: string, password: string): Promise<void> {
  await page.goto(url);
  await page.locator('#node-dialog-login-username').fill('flows');
  await page.locator('#node-dialog-login-password').fill(password);
  await page.locator('#node-dialog-login-submit').click();
  await page.locator('#red-ui-workspace-chart').waitFor();
  await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
}

/** A node of the palette. */
export function inPalette(page: Page, type: string): Locator {
  return page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
}

/** Drags a node from the palette onto the canvas, to a place in its visible part; answers its id. */
export async function dragOntoCanvas(
  page: Page,
  type: string,
  place: { x: number; y: number },
): Promise<string> {
  const before = new Set(await nodeIds(page));
  await inPalette(page, type).scrollIntoViewIfNeeded();
  const from = await middleOf(inPalette(page, type));
  const canvas = await page.locator('#red-ui-workspace-chart').boundingBox();
  const to = { x: (canvas?.x ?? 0) + place.x, y: (canvas?.y ?? 0) + place.y };
  await drag(page, from, to);
  await page.locator('.red-ui-flow-node-group').nth(before.size).waitFor();
  const added = (await nodeIds(page)).find((id) => !before.has(id));
  if (added === undefined) throw new Error(`${type} did not arrive on the canvas`);
  return added;
}

/** Draws a wire from a node's output to another's input. */
export async function wire(page: Page, from: string, to: string): Promise<void> {
  const output = page.locator(`[id="${from}"] .red-ui-flow-port-output .red-ui-flow-port`);
  const input = page.locator(`[id="${to}"] .red-ui-flow-port-input .red-ui-flow-port`);
  await drag(page, await middleOf(output), await middleOf(input));
  await page.locator('.red-ui-flow-link-line').first().waitFor({ state: 'attached' });
}

/** Opens a node's form, has it filled in, and closes it by Done. */
export async function edit(page: Page, node: string, fill: (form: Locator) => Promise<void>): Promise<void> {
  await page.locator(`[id="${node}"] .red-ui-flow-node`).first().dblclick();
  await page.locator('#node-dialog-ok').waitFor();
  await fill(page.locator('#dialog-form'));
  await page.locator('#node-dialog-ok').click();
  await page.locator('#node-dialog-ok').waitFor({ state: 'detached' });
}

/** Deploys and waits until the editor says that it was done. */
export async function deploy(page: Page): Promise<void> {
  await page.locator('#red-ui-header-button-deploy').click();
  await page.locator('.red-ui-notification-success').waitFor();
}

function nodeIds(page: Page): Promise<string[]> {
  return page.locator('.red-ui-flow-node-group').evaluateAll((nodes) => nodes.map(({ id }) => id));
}

async function middleOf(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error('nothing to take hold of');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

type Point = { x: number; y: number };

async function drag(page: Page, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 5 });
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
}
