import { useTranslation } from 'react-i18next';

const sections = [
  { id: 'incidents', words: 'incidents.heading' },
  { id: 'gates', words: 'gates.heading' },
  { id: 'devices', words: 'devices.heading' },
] as const;

/** Leads to the parts of the page where they are stacked, on a phone. */
export function SectionNav() {
  const { t } = useTranslation();
  return (
    <nav className="section-nav">
      {sections.map(({ id, words }) => (
        <a key={id} href={`#${id}`}>
          {t(words)}
        </a>
      ))}
    </nav>
  );
}
