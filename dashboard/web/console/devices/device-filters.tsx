import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../shared/rest/api.ts';
import { consoleZhCN } from '../locales/zh-CN.ts';
import type { DeviceFilter, DeviceRow } from './device-rows.ts';

/** A class of a newer release is shown by its own name. */
const isNamed = (one: string): one is keyof typeof consoleZhCN.deviceClass =>
  Object.hasOwn(consoleZhCN.deviceClass, one);
const states = ['live', 'stale', 'unheard'] as const;

interface DeviceFiltersProps {
  rows: readonly DeviceRow[];
  filter: DeviceFilter;
  onChange: (filter: DeviceFilter) => void;
}

/** Narrows the devices by class, building and state. */
export function DeviceFilters({ rows, filter, onChange }: DeviceFiltersProps) {
  const { t } = useTranslation();
  const places = useQuery({ queryKey: ['places'], queryFn: api.places });
  const classes = [...new Set(rows.map(({ device }) => device.class))].sort();
  const nameOf = (one: string) => (isNamed(one) ? t(`deviceClass.${one}`) : one);
  return (
    <div className="filters">
      <FilterSelect
        label={t('devices.class')}
        value={filter.class}
        options={classes.map((one) => ({ value: one, words: nameOf(one) }))}
        onChange={(chosen) => onChange({ ...filter, class: chosen })}
      />
      <FilterSelect
        label={t('devices.building')}
        value={filter.building}
        options={(places.data?.buildings ?? []).map(({ id, name }) => ({ value: id, words: name }))}
        onChange={(chosen) => onChange({ ...filter, building: chosen })}
      />
      <FilterSelect
        label={t('devices.state')}
        value={filter.state}
        options={states.map((one) => ({ value: one, words: t(`deviceState.${one}`) }))}
        onChange={(chosen) => onChange({ ...filter, state: states.find((one) => one === chosen) })}
      />
    </div>
  );
}

interface FilterSelectProps {
  label: string;
  value: string | undefined;
  options: readonly { value: string; words: string }[];
  onChange: (chosen: string | undefined) => void;
}

function FilterSelect({ label, value, options, onChange }: FilterSelectProps) {
  const { t } = useTranslation();
  return (
    <label className="filters__one">
      <span className="muted">{label}</span>
      <select
        className="select"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value || undefined)}
      >
        <option value="">{t('devices.all')}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.words}
          </option>
        ))}
      </select>
    </label>
  );
}
