/** What it is called and what an operator does about it. */
interface TroubleWords {
  zh: string;
  en: string;
  /** The way out. */
  way: { zh: string; en: string };
}

/** What keeps the telemetry store from taking anything: it is tried again for ever, meanwhile the journal keeps it. */
export const ongoingTroubles = {
  'no-answer': {
    zh: '数据库没有回应',
    en: 'The database does not answer',
    way: {
      zh: '启动 InfluxDB，检查 STORE_INFLUX_URL 和网络。',
      en: 'Start InfluxDB; check STORE_INFLUX_URL and the network.',
    },
  },
  'sign-in-refused': {
    zh: '数据库不认这个用户名、密码或令牌',
    en: 'The database refuses this user and password, or this token',
    way: {
      zh: '改正 STORE_INFLUX_TOKEN（InfluxDB 1.x 写“用户名:密码”，2.x 和 3 写令牌），再重启。',
      en: 'Correct STORE_INFLUX_TOKEN (user:password for InfluxDB 1.x, the token for 2.x and 3), then restart.',
    },
  },
  'not-allowed': {
    zh: '这个用户没有写入权限',
    en: 'This user or token may not write here',
    way: {
      zh: '请数据库管理员授予这个库的读写权限：GRANT ALL ON "库名" TO "用户名"。',
      en: 'Ask who runs the database to allow it to read and write: GRANT ALL ON "database" TO "user".',
    },
  },
  'no-database': {
    zh: '没有这个数据库，也不许新建',
    en: 'There is no such database, and we may not make it',
    way: {
      zh: '运行 npm run provision -- influx，或请数据库管理员新建。',
      en: 'Run npm run provision -- influx, or ask who runs the database to make it.',
    },
  },
  'disk-full': {
    zh: '数据库的磁盘满了',
    en: 'The disk of the database is full',
    way: {
      zh: '清理或扩大数据库的磁盘，之后会自动补写。',
      en: 'Free or add disk; what waits is written then.',
    },
  },
  overloaded: {
    zh: '数据库忙不过来',
    en: 'The database is overloaded',
    way: {
      zh: '会自动重试；一直这样就检查数据库的内存和磁盘。',
      en: 'It is tried again by itself; if it stays so, look at its memory and disk.',
    },
  },
  failing: {
    zh: '数据库出错',
    en: 'The database fails',
    way: {
      zh: '查看数据库的日志；会自动重试。',
      en: 'See the log of the database; it is tried again by itself.',
    },
  },
} as const satisfies Record<string, TroubleWords>;
export type OngoingTrouble = keyof typeof ongoingTroubles;

/** Why the telemetry store refuses an entry; a refused one is kept and tried again, at least once an hour. */
export const refusalCauses = {
  'type-conflict': {
    zh: '同名的表已有别的数据类型',
    en: 'A measurement of this name exists with another type',
    way: {
      zh: '这个表是别的程序写的：把 STORE_INFLUX_DATABASE 换成一个新库，或在旧表不要时删除它（DROP MEASUREMENT）；之后一小时内自动补写。',
      en: 'Another program wrote it: give STORE_INFLUX_DATABASE a new name, or, where nobody needs it, drop it (DROP MEASUREMENT); it is written by itself within an hour.',
    },
  },
  'beyond-retention': {
    zh: '早于数据库的保留期',
    en: 'Older than the database keeps anything',
    way: {
      zh: '要补写就加长保留期：npm run provision -- influx <天数>；不要就运行 npm run provision -- drop-refused。',
      en: 'To have it written, keep longer: npm run provision -- influx <days>; else npm run provision -- drop-refused.',
    },
  },
  'limit-reached': {
    zh: '数据库的序列数到了上限',
    en: 'The database has reached its limit of series',
    way: {
      zh: '请数据库管理员调高 max-series-per-database 和 max-values-per-tag。',
      en: 'Ask who runs the database to raise max-series-per-database and max-values-per-tag.',
    },
  },
  'too-large': {
    zh: '太大，数据库不收',
    en: 'Larger than the database takes at once',
    way: {
      zh: '请数据库管理员调高 max-body-size。',
      en: 'Ask who runs the database to raise max-body-size.',
    },
  },
  unholdable: {
    zh: '内容不对，任何数据库都存不了',
    en: 'No database can hold it: a value or a time is wrong',
    way: {
      zh: '检查来源设备的时钟和数值；不要了就运行 npm run provision -- drop-refused。',
      en: 'See to the clock and the values of the device; where nobody needs it, npm run provision -- drop-refused.',
    },
  },
  other: {
    zh: '数据库拒收',
    en: 'The database refuses it',
    way: {
      zh: '原因见 ingest 的日志；修好后一小时内自动补写。',
      en: 'See why in the log of ingest; once it is mended it is written by itself within an hour.',
    },
  },
} as const satisfies Record<string, TroubleWords>;
export type RefusalCause = keyof typeof refusalCauses;
