import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startPlatformUnderTest } from '#tests/platform-under-test.ts';
import { launchChromium, openConsole, openPhone, screens, tap } from './chromium.ts';
import { play } from './incidents.ts';

/** Second half of `npm run screenshots`: the pages of the README's tour, each at the moment the tour tells of. */
const folder = join(import.meta.dirname, '../../docs/screenshots');
mkdirSync(folder, { recursive: true });
/** Until the living community's watches have counted some steps, the sentence about today says little. */
const livingMs = 75_000;
const pin = '280519';

const underTest = await startPlatformUnderTest({ withSimulators: true });
const client = await underTest.openPage();
const browser = await launchChromium();
const { url } = underTest.platform;
const { login = '', password = '' } = underTest.secrets.demo ?? {};
const shoot = (page: Page, name: string) => page.screenshot({ path: join(folder, `${name}.png`) });

/** The guard's PIN and the manager's code make a wall of a screen, and its sound is heard. */
async function openWall(): Promise<Page> {
  const { page: guard } = await openConsole(browser, { url, login, password });
  await guard.getByTestId('open-pin').click();
  for (const field of ['新操作密码', '再输一遍']) await guard.getByLabel(field).fill(pin);
  await guard.getByLabel('登录密码').fill(password);
  await guard.getByRole('button', { name: '保存' }).click();
  await guard.getByText('墙上操作密码已保存').waitFor();
  const { page: manager } = await openConsole(browser, { url, login: 'manager', password });
  await manager.getByTestId('open-walls').click();
  await manager.getByLabel('名称').fill('监控室大屏');
  await manager.getByRole('button', { name: '生成登记码' }).click();
  const code = (await manager.getByTestId('wall-code').getAttribute('data-code')) ?? '';
  await shoot(manager, 'tour-manager');
  const wall = await (
    await browser.newContext({ viewport: screens.wall, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
  ).newPage();
  await wall.goto(url);
  await wall.getByRole('button', { name: '这是一面值守墙' }).click();
  await wall.getByLabel('登记码').fill(code);
  await wall.keyboard.press('Enter');
  await wall.getByTestId('shift-question').waitFor();
  await shoot(wall, 'tour-shift');
  await wall.getByRole('button', { name: '听到了', exact: true }).click();
  await wall.getByTestId('shift-question').waitFor({ state: 'detached' });
  return wall;
}

try {
  const { page: responder } = await openPhone(browser, {
    url: `${url}/responder/`,
    login: 'responder',
    password,
  });
  const { page: family } = await openPhone(browser, { url: `${url}/family/`, login: 'family', password });
  const wall = await openWall();
  await new Promise((resolve) => setTimeout(resolve, livingMs));
  await family.reload();
  await family.getByRole('heading', { name: '妈妈' }).waitFor();
  await shoot(family, 'tour-family-day');

  const { id } = await play(underTest.platform, client, 'sos');
  const taskIs = (status: string) =>
    responder.locator(`[data-testid="task-${id}"][data-status="${status}"]`).waitFor();
  await taskIs('notified');
  await shoot(responder, 'tour-responder-asked');
  await wall.getByTestId(`acknowledge-${id}`).click();
  await wall.getByTestId('acting-guard-1').click();
  await wall.keyboard.type(pin.slice(0, 4));
  await shoot(wall, 'tour-wall-pin');
  await wall.getByRole('button', { name: '取消操作' }).click();
  await tap(responder, '我去');
  await taskIs('accepted');
  await responder.getByTestId('arrival-info').waitFor();
  await shoot(responder, 'tour-responder-going');
  await tap(responder, '我出发了');
  await tap(family, '我打过电话了');
  await family.getByTestId(`incident-${id}`).getByTestId('step-family-called').waitFor();
  await shoot(family, 'tour-family-incident');
} finally {
  await browser.close();
  client.close();
  await underTest.stop();
}
