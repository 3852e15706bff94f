import type { CommunityPlan } from '#registry/community-plan.ts';

/** Id of the simulated community. */
export const demoCommunity = 'demo';

/** The gateway on site: gates, fire panels and Zigbee devices speak to it. */
export const demoGateway = 'gw-1';

/** The agent beside the platform that the watches reach over the mobile network. */
export const hostedGateway = 'hosted-1';

/** A further gateway on site, without devices: it is there only while a scenario lets it run. */
export const spareGateway = 'gw-2';

const buildingCount = 2;
const unitsPerBuilding = 2;
/** Fourth floors are called 3A in many communities: floor names are text. */
const floorNames = ['1', '2', '3', '3A', '5', '6', '7', '8', '9', '10'];
const dwellingsPerFloor = 5;
const watchCount = 40;
const hourMs = 3_600_000;

const gateNames = [
  { id: 'gate-east-in', name: '东门入口', building: undefined },
  { id: 'gate-east-out', name: '东门出口', building: undefined },
  { id: 'gate-west-in', name: '西门入口', building: undefined },
  { id: 'gate-west-out', name: '西门出口', building: undefined },
  { id: 'gate-garage-in', name: '地库入口', building: undefined },
  { id: 'gate-garage-out', name: '地库出口', building: undefined },
  { id: 'gate-b1-side', name: '侧门', building: 'b1' },
  { id: 'gate-b2-side', name: '侧门', building: 'b2' },
];

/** Gates of the community: some of its grounds and buildings, and one a unit. */
export const gateCount = gateNames.length + buildingCount * unitsPerBuilding;

/** MAC address of a simulated gate terminal, as its protocol address carries it. */
export function gateMac(index: number): string {
  return `c0517eaa${(index + 1).toString(16).padStart(4, '0')}`;
}

/** User name by which a simulated gate terminal lets its door be opened. */
export function gateAccount(index: number): string {
  return `door-${index + 1}`;
}

/** Ten-digit identity of a simulated watch. */
export function watchId(index: number): string {
  return String(6_900_000_001 + index);
}

/** Source address of a simulated fire panel's transmitter: 12 hexadecimal digits. */
export function panelSource(index: number): string {
  return `06050403020${index + 1}`;
}

/** The elder whose relative has an account in the demo. */
export const demoElder = 'r7';

/** Who lives alone and keeps to bed: their watch is heard, but counts no steps. */
export const bedriddenElder = { id: `r${watchCount + 1}`, watch: watchCount, dwelling: 'b1u1-102' } as const;

/** Logins of the demo and the people they belong to, one of each role. */
export const demoAccounts = {
  demo: 'guard-1',
  manager: 'manager',
  responder: 'station-1',
  family: 'relative-1',
} as const;
export type DemoLogin = keyof typeof demoAccounts;

/** Page that each of them begins on, and who they are. */
export const demoPages: Record<DemoLogin, { page: string; words: string }> = {
  demo: { page: '/console/', words: '值班保安 guard' },
  manager: { page: '/console/', words: '物业经理 manager' },
  responder: { page: '/responder/', words: '微型消防站 responder' },
  family: { page: '/family/', words: '家属 family' },
};

/** Simulated Zigbee devices; the first is the bridge's coordinator. */
export const zigbeeDevices = [
  {
    id: 'zigbee-1',
    ieee: '0x00124b0000000000',
    class: 'zigbee-bridge',
    name: 'Zigbee 网桥',
    dwelling: undefined,
    keys: [],
  },
  {
    id: 'gas-1',
    ieee: '0x00124b0000000001',
    class: 'gas-detector',
    name: '厨房燃气',
    dwelling: 'b2u2-1005',
    keys: ['gas'],
  },
  {
    id: 'smoke-1',
    ieee: '0x00124b0000000002',
    class: 'smoke-detector',
    name: '客厅烟感',
    dwelling: 'b2u2-1005',
    keys: ['smoke'],
  },
  {
    id: 'water-1',
    ieee: '0x00124b0000000003',
    class: 'water-sensor',
    name: '厨房水浸',
    dwelling: 'b2u2-1003',
    keys: ['water_leak'],
  },
  {
    id: 'button-1',
    ieee: '0x00124b0000000004',
    class: 'sos-button',
    name: '床头按钮',
    dwelling: 'b2u2-1002',
    keys: ['sos'],
  },
  {
    id: 'contact-1',
    ieee: '0x00124b0000000005',
    class: 'door-sensor',
    name: '入户门磁',
    dwelling: 'b2u2-1004',
    keys: ['contact'],
  },
  {
    id: 'lock-1',
    ieee: '0x00124b0000000006',
    class: 'lock',
    name: '入户门锁',
    dwelling: 'b2u2-1004',
    keys: [],
    acts: 'lock',
  },
  {
    id: 'siren-1',
    ieee: '0x00124b0000000007',
    class: 'siren',
    name: '物业办公室警号',
    dwelling: undefined,
    keys: [],
    acts: 'warning',
  },
] as const;

/**
 * The seeded community: 2 buildings of 2 units, 200 dwellings, 41 watches, 12 gates, 2 fire panels, and by
 * Zigbee detectors of gas, smoke and water, an SOS button, a door sensor, a lock and a siren.
 *
 * Nobody in it has a name: residents are known by their dwelling, staff by their post.
 */
export function createDemoPlan(): CommunityPlan {
  const buildings = range(buildingCount).map((b) => ({
    id: `b${b + 1}`,
    name: `${b + 1}栋`,
    units: range(unitsPerBuilding).map((u) => ({
      id: `b${b + 1}u${u + 1}`,
      name: `${u + 1}单元`,
      floors: floorNames.map((floor) => ({
        id: `b${b + 1}u${u + 1}f${floor.toLowerCase()}`,
        name: floor,
        dwellings: range(dwellingsPerFloor).map((d) => ({
          id: `b${b + 1}u${u + 1}-${floor.toLowerCase()}0${d + 1}`,
          door: `${floor}0${d + 1}`,
          grid: `grid-${b + 1}`,
        })),
      })),
    })),
  }));
  const dwellings = buildings.flatMap((building) =>
    building.units.flatMap((unit) => unit.floors.flatMap((floor) => floor.dwellings)),
  );
  const elders = range(watchCount).map((index) => ({
    id: `r${index + 1}`,
    dwelling: dwellings[index * (dwellings.length / watchCount)]?.id ?? '',
    livesAlone: index % 2 === 0,
    ...(`r${index + 1}` === demoElder && { arrivalNote: '听力不好，请用力敲门；备用钥匙在物业前台' }),
    inactivityMs: ([12, 24, 48][index % 3] as number) * hourMs,
  }));
  const { id, dwelling } = bedriddenElder;
  elders.push({ id, dwelling, livesAlone: true, inactivityMs: 24 * hourMs });
  const unitGates = buildings.flatMap((building) =>
    building.units.map((unit) => ({
      id: `gate-${unit.id}`,
      name: '单元门',
      building: building.id,
      unit: unit.id,
    })),
  );
  return {
    community: {
      id: demoCommunity,
      nameZh: '守望示范小区',
      nameEn: 'Shouwang demo community',
      // Numbers that ring nobody.
      deskPhone: '000-00000000',
    },
    grids: range(buildingCount).map((b) => ({ id: `grid-${b + 1}`, name: `第${b + 1}网格` })),
    buildings,
    residents: elders,
    gateways: [
      { id: demoGateway, name: '小区网关' },
      { id: hostedGateway, name: '云端接入' },
      { id: spareGateway, name: '二期网关' },
    ],
    devices: [
      ...elders.map((elder, index) => ({
        id: `watch-${index + 1}`,
        gateway: hostedGateway,
        address: `watch-3g:${watchId(index)}`,
        class: 'watch' as const,
        name: '手表',
        dwelling: elder.dwelling,
        resident: elder.id,
      })),
      ...[...gateNames, ...unitGates].map((gate, index) => ({
        ...gate,
        gateway: demoGateway,
        address: `hikvision-isapi:${gateMac(index)}`,
        class: 'gate' as const,
      })),
      ...buildings.map((building, index) => ({
        id: `panel-${building.id}`,
        gateway: demoGateway,
        address: `gb26875:${panelSource(index)}`,
        class: 'fire-panel' as const,
        name: '消防主机',
        building: building.id,
      })),
      ...zigbeeDevices.map(({ id, ieee, class: deviceClass, name, dwelling }) => ({
        id,
        gateway: demoGateway,
        address: `zigbee2mqtt:${ieee.slice(2)}`,
        class: deviceClass,
        name,
        ...(dwelling && { dwelling }),
      })),
    ],
    people: [
      { id: 'guard-1', name: '监控室值班员', rights: [{ role: 'guard' }] },
      { id: 'guard-2', name: '东门保安', rights: [{ role: 'guard' }] },
      { id: 'station-1', name: '微型消防站 1 号', rights: [{ role: 'responder' }] },
      { id: 'station-2', name: '微型消防站 2 号', rights: [{ role: 'responder' }] },
      { id: 'manager', name: '物业经理', rights: [{ role: 'manager' }] },
      {
        id: 'relative-1',
        name: '家属（女儿）',
        phone: '000-00000001',
        rights: [{ role: 'family', scope: demoElder }],
      },
    ],
    consents: [
      {
        resident: demoElder,
        person: 'relative-1',
        classes: ['alarms', 'activity', 'vitals'],
        calledAs: '妈妈',
      },
    ],
  };
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
