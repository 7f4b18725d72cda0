/** FilterCriteria: a record passes when one of the patterns matches it, or when there is none. */
import { compilePattern, type Matches } from '../../../model/event-pattern/pattern.ts';
import type { SourceRecord } from './event-source.ts';
import type { MappingSettings } from './mapping-record.ts';

export function compileFilter(
  criteria: MappingSettings['FilterCriteria'],
): (record: SourceRecord) => boolean {
  const patterns: Matches[] = (criteria?.Filters ?? []).map(({ Pattern }) =>
    compilePattern(Pattern),
  );
  if (patterns.length === 0) return () => true;
  return ({ json }) => {
    const event: unknown = JSON.parse(json);
    return patterns.some((matches) => matches(event));
  };
}
